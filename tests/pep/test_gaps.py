"""Agreed without a part: named, owed by somebody, shown apart, written after all."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from notifications.models import Notice
from pep import actions, pages, waiting
from pep.models import AgreedVersion, Answer, Gap, PersonalEducationPlan, PlanSection
from tests.factories.pep import Cast, fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
DUE = date(2026, 12, 4)
Status = PersonalEducationPlan.Status


@pytest.fixture
def cast(authority):
    cast = Cast(authority)
    fill(cast.plan, by=cast.teacher)
    return cast


def open_section(cast, slug):
    """One section is not written: no answers, not complete."""
    Answer.objects.filter(plan=cast.plan, section=slug).delete()
    PlanSection.objects.filter(plan=cast.plan, slug=slug).update(
        state="not_started", completed_at=None, completed_by=None
    )


def name(cast, *parts, by=None, owed_by=None, at=AT):
    return actions.name_gap(
        plan_id=cast.plan.pk,
        parts=parts,
        owed_by=(owed_by or cast.teacher).pk,
        due_on=DUE,
        reason="The teacher is ill.",
        by=by or cast.head,
        at=at,
    )


def agree(cast, *, at=AT):
    actions.send(plan_id=cast.plan.pk, by=cast.adviser, at=at)
    actions.start_checking(plan_id=cast.plan.pk, by=cast.head, at=at)
    return actions.agree(plan_id=cast.plan.pk, by=cast.head, at=at)


def test_a_plan_is_agreed_without_a_part_that_was_named(cast):
    open_section(cast, "english")
    with pytest.raises(actions.NotReady):
        agree(cast)

    name(cast, "section:english")
    plan = agree(cast)

    assert plan.status == Status.AGREED
    version = AgreedVersion.objects.get()
    assert version.agreed_with_gap == [
        {
            "title": "English",
            "owed_by": cast.teacher.name,
            "due_on": "2026-12-04",
            "reason": "The teacher is ill.",
        }
    ]
    assert '"gaps":[{"due_on":"2026-12-04"' in version.content


@pytest.mark.parametrize(
    ("slug", "part"),
    [
        ("views", "the child's views"),
        ("targets", "targets"),
        ("meeting", "the day of the meeting"),
    ],
)
def test_what_a_named_section_holds_is_not_asked_for_either(cast, slug, part):
    open_section(cast, slug)
    name(cast, f"section:{slug}")

    assert agree(cast).status == Status.AGREED


def test_without_gaps_nothing_is_said_of_them(cast):
    agree(cast)

    version = AgreedVersion.objects.get()
    assert version.agreed_with_gap == []
    assert '"gaps"' not in version.content


def test_who_owes_it_is_told_once_without_names(cast):
    open_section(cast, "english")
    name(cast, "section:english")
    name(cast, "section:english", at=AT + timedelta(seconds=1))

    (notice,) = Notice.objects.filter(kind="pep_part_owed")
    assert notice.recipient_id == cast.teacher.pk
    assert "due by 4 December 2026" in notice.text
    assert cast.child.family_name not in notice.text
    assert Gap.objects.count() == 1


def test_only_what_is_missing_can_be_named(cast):
    assert name(cast, "section:english", "signature:carer", "section:nonsense") == []


def test_a_plan_that_is_replaced_has_nothing_to_name(cast):
    open_section(cast, "english")
    PersonalEducationPlan.objects.update(status=Status.SUPERSEDED)

    with pytest.raises(actions.MoveRefused):
        name(cast, "section:english")


def test_naming_is_recorded_and_the_same_again_is_nothing(cast):
    open_section(cast, "english")
    name(cast, "section:english")

    assert name(cast, "section:english") == []
    event = Event.objects.get(kind="pep.gap_named")
    assert (event.actor_id, event.after) == (cast.head.pk, {"part": "english", "version": 1})


def test_it_is_the_work_of_who_owes_it_alone(cast):
    open_section(cast, "english")
    name(cast, "section:english")

    assert waiting.owed_by_child(cast.teacher.pk, [cast.child.pk])[cast.child.pk].parts == 1
    assert waiting.owed_by_child(cast.social_worker.pk, [cast.child.pk]) == {}


def test_a_signature_that_was_given_is_not_missing(cast):
    agree(cast)
    version = AgreedVersion.objects.get()
    actions.sign(plan_id=cast.plan.pk, sha256=version.sha256, by=cast.teacher, at=AT)

    assert name(cast, "signature:school") == []
    assert len(name(cast, "signature:social_worker", owed_by=cast.social_worker)) == 1


def test_what_was_named_for_an_earlier_version_lets_no_later_one_pass(cast):
    open_section(cast, "english")
    name(cast, "section:english")
    PersonalEducationPlan.objects.update(version_number=2)

    with pytest.raises(actions.NotReady):
        agree(cast)


@pytest.mark.parametrize("who", ["teacher", "social_worker", "carer", "governor"])
def test_who_names_a_gap(cast, who):
    open_section(cast, "english")

    with pytest.raises(PermissionDenied):
        name(cast, "section:english", by=getattr(cast, who))


def test_only_somebody_of_the_plan_can_owe_a_part(cast):
    open_section(cast, "english")

    with pytest.raises(PermissionDenied):
        name(cast, "section:english", owed_by=cast.teacher_elsewhere)


@pytest.mark.parametrize(
    ("part", "who", "may"),
    [
        ("signature:school", "teacher", True),
        ("signature:school", "social_worker", False),
        ("signature:social_worker", "social_worker", True),
        ("signature:social_worker", "teacher", False),
        ("signature:social_worker", "adviser", False),
        ("section:english", "social_worker", True),
    ],
)
def test_a_signature_is_owed_by_who_can_give_it(cast, client, part, who, may):
    """Nobody else could ever close the gap; a section anybody of the plan may bring."""
    open_section(cast, "english")
    owed_by = getattr(cast, who)
    client.force_login(cast.head)

    answer = client.post(
        reverse("pep:name_gap", args=[cast.plan.pk]), sent(owed_by=str(owed_by.pk), parts=[part])
    )

    assert answer.status_code == (302 if may else 422)
    assert ("Select who can give it" in answer.content.decode()) is not may
    assert Gap.objects.exists() is may
    if not may:
        with pytest.raises(PermissionDenied):
            name(cast, part, owed_by=owed_by)


def test_whoever_wrote_the_plan_cannot_agree_it_with_a_gap_either(cast):
    open_section(cast, "english")
    name(cast, "section:english")
    actions.send(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    actions.start_checking(plan_id=cast.plan.pk, by=cast.head, at=AT)
    Answer.objects.filter(plan=cast.plan, section="maths").update(written_by=cast.head)

    with pytest.raises(actions.NotReady) as caught:
        actions.agree(plan_id=cast.plan.pk, by=cast.head, at=AT)
    assert [lack.lack for lack in caught.value.missing] == ["other_checker"]


def test_who_owes_a_section_opens_the_plan_and_closes_the_gap(cast):
    open_section(cast, "english")
    name(cast, "section:english")
    agree(cast)

    plan = actions.write_missing_part(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    actions.write_missing_part(plan_id=cast.plan.pk, by=cast.teacher, at=AT)

    assert (plan.status, plan.version_number) == (Status.WITH_SCHOOL, 2)
    assert plan.moves.get(after="with_school").reason == "To write what was missing: English"
    actions.save_section(
        plan_id=plan.pk,
        slug="english",
        values={"strengths": "a", "progress": "on", "support": ["none"], "next_steps": "b"},
        base_version=99,
        by=cast.teacher,
        at=AT,
    )
    actions.mark_complete(plan_id=plan.pk, slug="english", by=cast.teacher, at=AT)
    assert not Gap.objects.open().exists()
    PersonalEducationPlan.objects.update(quality="good")
    agree(cast)
    assert AgreedVersion.objects.get(number=2).agreed_with_gap == []


def test_who_owes_nothing_opens_nothing(cast):
    open_section(cast, "english")
    name(cast, "section:english")
    agree(cast)

    with pytest.raises(PermissionDenied):
        actions.write_missing_part(plan_id=cast.plan.pk, by=cast.social_worker, at=AT)


@pytest.mark.parametrize("change", [{"closed_at": AT}, {"kind": "signature", "part": "school"}])
def test_what_is_closed_or_a_signature_opens_nothing(cast, change):
    open_section(cast, "english")
    name(cast, "section:english")
    agree(cast)
    Gap.objects.update(**change)

    with pytest.raises(PermissionDenied):
        actions.write_missing_part(plan_id=cast.plan.pk, by=cast.teacher, at=AT)


def test_a_signature_nobody_can_wait_for_is_a_gap_and_comes_later(cast):
    agree(cast)
    name(cast, "signature:school")
    version = AgreedVersion.objects.get()

    def sign(who):
        actions.sign(plan_id=cast.plan.pk, sha256=version.sha256, by=who, at=AT)
        cast.plan.refresh_from_db()

    sign(cast.social_worker)
    assert cast.plan.status == Status.AGREED
    assert Gap.objects.open().exists()
    sign(cast.teacher)
    assert cast.plan.status == Status.FINAL
    assert not Gap.objects.open().exists()


# -- pages ----------------------------------------------------------------------------------------


def sent(**more):
    return {
        "parts": ["section:english"], "due_on_0": "4", "due_on_1": "12", "due_on_2": "2099",
        "reason": "The teacher is ill.",
    } | more  # fmt: skip


def test_the_page_names_a_gap_and_the_plan_says_so(cast, client):
    open_section(cast, "english")
    client.force_login(cast.head)
    url = reverse("pep:name_gap", args=[cast.plan.pk])
    assert "English" in client.get(url).content.decode()

    answer = client.post(url, sent(owed_by=str(cast.teacher.pk)))

    assert answer.status_code == 302
    page = client.get(reverse("pep:plan", args=[cast.plan.pk])).content.decode()
    assert f"{cast.teacher.name} owes it, by 4 December 2099." in page
    agree(cast, at=timezone.now())
    page = client.get(reverse("pep:plan", args=[cast.plan.pk])).content.decode()
    assert "Agreed with a gap" in page
    listed = client.get(reverse("pep:list"), {"show": "agreed"}).content.decode()
    assert "Agreed with a gap" in listed


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"parts": []}, "Select what is missing"),
        ({"owed_by": ""}, "Select who owes it"),
        ({"reason": ""}, "Enter why the PEP cannot wait for it"),
        ({"due_on_2": "2020"}, "or later"),
        ({"due_on_0": "", "due_on_1": "", "due_on_2": ""}, "Enter the day it is due"),
    ],
)
def test_what_is_wrong_is_said(cast, client, more, words):
    open_section(cast, "english")
    client.force_login(cast.head)

    answer = client.post(
        reverse("pep:name_gap", args=[cast.plan.pk]), sent(owed_by=str(cast.teacher.pk)) | more
    )

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Gap.objects.exists()


def test_who_owes_it_finds_the_button(cast, client):
    open_section(cast, "english")
    name(cast, "section:english")
    agree(cast)
    client.force_login(cast.teacher)
    url = reverse("pep:plan", args=[cast.plan.pk])
    assert "Write it now" in client.get(url).content.decode()

    client.post(reverse("pep:write_missing", args=[cast.plan.pk]))

    cast.plan.refresh_from_db()
    assert cast.plan.version_number == 2


def test_a_carer_reads_what_is_missing_and_not_why(cast, client):
    open_section(cast, "english")
    name(cast, "section:english")
    agree(cast)
    client.force_login(cast.carer)

    page = client.get(reverse("pep:plan", args=[cast.plan.pk])).content.decode()

    assert "Somebody owes it" in page
    assert "The teacher is ill." not in page


def test_a_missing_part_for_few_is_told_to_the_few(cast):
    """PEP-15: that the section is asked tells that the child came here without a family."""
    open_section(cast, "english")
    name(cast, "section:english")
    Gap.objects.update(part="unaccompanied-status")
    plan = PersonalEducationPlan.objects.with_home(on=AT.date()).get(pk=cast.plan.pk)

    told = {
        who: bool(pages.plan_page(plan, getattr(cast, who)).gaps)
        for who in ("head", "social_worker", "teacher", "carer")
    }

    assert told == {"head": True, "social_worker": True, "teacher": False, "carer": False}
