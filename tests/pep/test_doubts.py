"""A fact of the record called wrong: asked of whoever keeps it, once, and answered."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event
from files.models import Load
from notifications.models import Notice
from pep import actions, rights, waiting
from pep.models import Doubt
from pep.pages import doubts
from pep.rules import Keeper, keeper_of
from tests.factories.pep import Cast

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
ALL = set(Keeper)


@pytest.mark.parametrize(
    ("key", "there", "asks", "expected"),
    [
        pytest.param("care", ALL, Keeper.SCHOOL, Keeper.SOCIAL_WORKER, id="care"),
        pytest.param("child", ALL, Keeper.SCHOOL, Keeper.SOCIAL_WORKER, id="who the child is"),
        pytest.param("attendance", ALL, Keeper.SCHOOL, Keeper.VIRTUAL_SCHOOL, id="loaded marks"),
        pytest.param("sen", ALL, Keeper.SOCIAL_WORKER, Keeper.SCHOOL, id="SEND"),
        pytest.param(
            "sen", {Keeper.SOCIAL_WORKER}, Keeper.SOCIAL_WORKER, Keeper.VIRTUAL_SCHOOL,
            id="nobody at the school",
        ),
        pytest.param(
            "care", ALL, Keeper.SOCIAL_WORKER, Keeper.VIRTUAL_SCHOOL, id="asked by its own keeper"
        ),
    ],
)  # fmt: skip
def test_who_is_asked(key, there, asks, expected):
    assert keeper_of(key, there=there, asks=asks) is expected


@pytest.fixture
def cast(authority, open_wall):
    return Cast(authority)


def say(cast, *, is_right=False, note="Now in Year 11", base=0, at=AT, by=None):
    actions.save_section(
        plan_id=cast.plan.pk,
        slug="about",
        values={"child": {"is_right": is_right, "note": note}},
        base_version=base,
        by=by or cast.teacher,
        at=at,
    )


def answer(cast, *, by=None, answer="stands", reply="It was checked today.", at=AT):
    return actions.answer_doubt(
        doubt_id=Doubt.objects.get().pk, answer=answer, reply=reply,
        by=by or cast.social_worker, at=at,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_fact_called_wrong_is_asked_of_its_keeper_once(cast):
    say(cast)
    say(cast, note="Now in Year 11, since Monday", base=1, at=AT + timedelta(minutes=1))

    doubt = Doubt.objects.get()
    assert (doubt.asked_of, doubt.asked_by) == ("social_worker", cast.teacher)
    assert doubt.words == "Now in Year 11, since Monday"
    (notice,) = Notice.objects.filter(kind="pep_fact_doubted")
    assert notice.recipient_id == cast.social_worker.pk
    assert cast.child.family_name not in notice.text
    assert "Year 11" not in notice.text


@pytest.mark.django_db
def test_called_right_again_it_is_taken_back(cast):
    say(cast)
    say(cast, is_right=True, note="", base=1)

    doubt = Doubt.objects.get()
    assert (doubt.answer, doubt.answered_by) == ("withdrawn", cast.teacher)


@pytest.mark.django_db
def test_the_answer_goes_back_to_who_asked(cast):
    say(cast)
    answer(cast)
    answer(cast, answer="put_right", reply="Twice.")

    doubt = Doubt.objects.get()
    assert (doubt.answer, doubt.reply) == ("stands", "It was checked today.")
    assert doubt.answered_by == cast.social_worker
    assert Notice.objects.get(kind="pep_doubt_answered").recipient_id == cast.teacher.pk
    assert Event.objects.filter(kind="pep.fact_stands").count() == 1


@pytest.mark.django_db
def test_after_an_answer_the_fact_can_be_asked_about_anew(cast):
    say(cast)
    answer(cast)
    say(cast, note="Still wrong", base=1, at=AT + timedelta(days=1))

    assert Doubt.objects.open().get().words == "Still wrong"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "may"),
    [("social_worker", True), ("adviser", True), ("head", True), ("teacher", False)],
)
def test_who_answers(cast, who, may):
    say(cast)

    if may:
        assert answer(cast, by=getattr(cast, who)).answered_by == getattr(cast, who)
    else:
        with pytest.raises(PermissionDenied):
            answer(cast, by=getattr(cast, who))


TEACHER, WORKER = Role.DESIGNATED_TEACHER, Role.SOCIAL_WORKER


@pytest.mark.parametrize(
    ("role", "change", "key", "may"),
    [
        (WORKER, {}, "child", True),
        (WORKER, {"is_writing_allowed": False}, "child", False),
        (WORKER, {"is_home_hidden": True}, "child", False),
        (WORKER, {"is_home_hidden": True}, "care", True),
        (TEACHER, {}, "sen", True),
        (TEACHER, {"is_former_school": True}, "sen", False),
        (TEACHER, {}, "care", False),
        (Role.CARER, {}, "sen", False),
        (Role.ADVISER, {}, "sen", True),
        (Role.OFFICER, {}, "sen", False),
    ],
)
def test_who_may_answer(role, change, key, may):
    """DP-4: nor about a fact that names a school they may not know."""
    asked_of = keeper_of(key, there=list(Keeper), asks=None)
    doubt = Doubt(key=key, asked_of=asked_of.value)
    reader = rights.Reader(role=role, **change)

    assert rights.answers_doubt(reader, doubt) is may
    assert doubts.is_shown(doubt, reader) is (reader.knows_school or key == "care")


@pytest.mark.django_db
def test_who_does_not_answer_has_no_page_for_it(cast, client):
    say(cast)
    client.force_login(cast.teacher)

    url = reverse("pep:doubt", args=[cast.plan.pk, Doubt.objects.get().pk])
    assert client.get(url).status_code == 403


@pytest.mark.django_db
def test_who_asked_is_named_as_the_reader_may_know(cast):
    """DP-4: a carer who called it wrong leads to a hidden home."""
    say(cast)
    doubt = Doubt.objects.get()
    hidden = {"is_home_hidden": True, "not_named": frozenset({cast.teacher.pk})}
    names = [
        doubts.doubt_row(cast.plan, doubt, rights.Reader(role=Role.HEAD_TEACHER, **how)).asked
        for how in ({}, hidden)
    ]

    assert [cast.teacher.name in told for told in names] == [True, False]


@pytest.mark.django_db
def test_it_stands_in_the_work_of_its_keeper(cast, client):
    say(cast)

    waits = waiting.doubts_by_child([cast.child.pk], keeper="social_worker")
    assert waits[cast.child.pk].facts == 1
    assert not waiting.doubts_by_child([cast.child.pk], keeper="virtual_school")
    client.force_login(cast.social_worker)
    page = client.get(reverse("dashboard:social_worker_home")).content.decode()
    assert "is a fact in the PEP right?" in page
    assert reverse("pep:doubt", args=[cast.plan.pk, Doubt.objects.get().pk]) in page


@pytest.mark.django_db
def test_the_page_asks_with_the_record_and_the_section_shows_the_answer(cast, client):
    say(cast)
    url = reverse("pep:doubt", args=[cast.plan.pk, Doubt.objects.get().pk])
    client.force_login(cast.social_worker)
    page = client.get(url).content.decode()
    assert "Now in Year 11" in page
    assert cast.school.name in page

    assert client.post(url, {"answer": "stands", "reply": ""}).status_code == 422
    assert client.post(url, {}).status_code == 422
    sent = client.post(url, {"answer": "stands", "reply": "Year 10, by the school's own roll."})

    assert sent.status_code == 302
    client.force_login(cast.teacher)
    section = client.get(reverse("pep:section", args=[cast.plan.pk, "about"])).content.decode()
    assert "it is right as it is" in section
    assert "Year 10, by the school&#x27;s own roll." in section


@pytest.mark.django_db
def test_a_fact_shows_its_source_and_time(cast, client):
    Load.objects.create(
        authority=cast.child.authority, kind="roll", state="applied", received_by=cast.head,
        received_at=AT, applied_at=AT,
    )  # fmt: skip
    client.force_login(cast.teacher)

    page = client.get(reverse("pep:section", args=[cast.plan.pk, "about"])).content.decode()

    assert "The council’s record, last loaded 20 November 2026" in page
