"""The demonstration in the database, at its smallest."""

import json
from collections import Counter
from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import seats, wall
from accounts.models import User
from accounts.roles import Role
from attendance.models import Day, TermSummary
from children.models import Child, Enrolment, Restriction
from demo import council
from demo.phrases import phrases
from disclosure.gathering import gather
from disclosure.models import SubjectRequest
from disclosure.rules import Kind
from disclosure.tasks import owed
from papers.models import Bundle, Delivery, DeliveryPlace
from papers.tasks import bundles_owed
from papers.tasks import owed as papers_owed
from pep import content, form_content, rules
from pep.fitting import answers_of
from pep.models import (
    AgreedVersion,
    Answer,
    Note,
    Paper,
    PersonalEducationPlan,
    PlanMove,
    PlanSection,
    Signature,
)
from placements.models import Placement
from retention.models import LegalHold, Proposed
from schools.models import Authority, School

TODAY = date(2026, 11, 21)
Status = PersonalEducationPlan.Status


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """The demonstration once for all tests here, which only read; rolled back at the end."""
    with django_db_blocker.unblock(), wall.opened([999, 998]):
        yield council.make(children=80, seed=1, today=TODAY, say=lambda words: None)
        transaction.set_rollback(True)


def test_the_council_is_there_and_says_that_it_is_made_up(made):
    northmere = Authority.objects.from_code("999")

    assert northmere.is_made_up
    assert northmere.display_name == "Northmere Council"
    assert set(northmere.adjoining.values_list("pk", flat=True)) == {995, 996, 997, 998}
    assert Child.objects.filter(authority=999).looked_after(on=TODAY).count() == 80
    assert Child.objects.filter(authority=998).looked_after(on=TODAY).count() == 12


def test_no_real_school_or_place_is_in_a_childs_story(made):
    assert not Enrolment.objects.filter(school__authority__is_made_up=False).exists()
    assert not Placement.objects.filter(area_authority__is_made_up=False).exists()
    assert School.objects.filter(pk__lt=900_000_000).count() == 0


def test_marks_end_yesterday_and_their_summaries_are_there(made):
    last = Day.objects.order_by("-on").first().on

    assert TODAY - timedelta(days=4) <= last < TODAY
    assert Day.objects.order_by("on").first().on.year == 2023
    assert TermSummary.objects.filter(possible__gt=0).exists()


def test_marks_are_as_many_as_make_two_million_for_1500_children(made):
    """Morning and afternoon are a mark each; 80 children have their share of two million."""
    for_1500 = 2 * Day.objects.filter(authority_id=999).count() / 80 * 1500

    assert 1_900_000 <= for_1500 <= 2_100_000


def test_the_teacher_sees_two_councils_in_one_seat(made):
    ruth = User.objects.get(email="ruth.aldous@hollins-park.example")
    ruth.seat = seats.chosen(seats.seats_of(ruth, on=TODAY), None)

    assert ruth.seat.authorities == (998, 999)
    assert {child.authority_id for child in Child.objects.visible_to(ruth)} == {998, 999}


@pytest.mark.parametrize(
    ("part", "children"),
    [("carer", {"Jayden"}), ("young_person", {"Amara"})],
)
def test_carer_and_young_person_see_one_child(made, part, children):
    person = made.staff.by_part[part]
    person = User.objects.get(pk=person.pk)
    person.seat = seats.chosen(seats.seats_of(person, on=TODAY), None)

    assert {child.called for child in Child.objects.visible_to(person)} == children


def test_the_social_workers_children_include_those_of_the_story(made):
    priya = User.objects.get(email="priya.nair@northmere.example")
    priya.seat = seats.chosen(seats.seats_of(priya, on=TODAY), None)

    names = {child.called for child in Child.objects.visible_to(priya)}
    assert {"Amara", "Jayden", "Reece", "Zofia"} <= names


def test_only_the_listed_people_can_sign_in(made, capsys, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    call_command("demo_signins", "--json")
    listed = json.loads(capsys.readouterr().out)

    assert {entry["role"] for entry in listed} >= {
        Role.VIRTUAL_SCHOOL_HEAD, Role.ADVISER, Role.OFFICER, Role.SOCIAL_WORKER,
        Role.DESIGNATED_TEACHER, Role.CARER, Role.YOUNG_PERSON, Role.REVIEWING_OFFICER,
        Role.GOVERNOR, Role.AUTHORITY_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR,
    }  # fmt: skip
    usable = [user.email for user in User.objects.all() if user.has_usable_password()]
    assert sorted(usable) == sorted(entry["email"] for entry in listed)
    helen = User.objects.get(email=listed[0]["email"])
    assert check_password(listed[0]["password"], helen.password)
    assert all(entry["email"].endswith(".example") for entry in listed)


def test_a_load_and_a_record_wait_to_be_decided_and_another_record_is_on_hold(made):
    waiting = Proposed.objects.waiting()
    held = LegalHold.objects.get()

    assert sorted(waiting.values_list("kind", "rule")) == [
        ("child_record", "RET-1"), ("refused_load", "LOCAL-LOAD"),
    ]  # fmt: skip
    assert not waiting.filter(subject_id=held.child_id).exists()


def test_a_second_time_changes_nothing(made, capsys):
    before = Child.objects.count()

    call_command("demo", "--children", "80")

    assert Child.objects.count() == before
    assert "already there" in capsys.readouterr().err


@pytest.mark.django_db
def test_production_refuses(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="VS_PRODUCTION"):
        call_command("demo")
    call_command("demo_signins", "--json")


def test_the_same_seed_draws_the_same_children():
    first = council.draw_children(children=80, seed=5, today=TODAY)
    second = council.draw_children(children=80, seed=5, today=TODAY)

    assert first.lives == second.lives
    assert [u.pk for u in first.staff.users] == [u.pk for u in second.staff.users]
    assert first.lives != council.draw_children(children=80, seed=6, today=TODAY).lives


def test_plans_are_in_every_state(made):
    states = set(PersonalEducationPlan.objects.values_list("status", flat=True))

    assert states >= {
        Status.NOT_STARTED, Status.WITH_SCHOOL, Status.SENT_TO_CHECK, Status.BEING_CHECKED,
        Status.SENT_BACK, Status.AGREED, Status.FINAL,
    }  # fmt: skip


def test_the_teacher_finds_work_to_do(made):
    plans = PersonalEducationPlan.objects.filter(term__started_on=date(2026, 9, 1))
    states = {made.cast[name].id: name for name in ("amara", "harun", "zofia", "jayden")}
    found = {states[p.child_id]: p for p in plans if p.child_id in states}

    assert found["amara"].status == Status.WITH_SCHOOL
    assert 0 < found["amara"].sections_complete < found["amara"].sections_total
    assert found["harun"].status == Status.SENT_BACK
    assert found["zofia"].status == Status.AGREED
    assert PlanMove.objects.filter(plan=found["harun"], after=Status.SENT_BACK).exclude(reason="")


def test_a_finished_plan_is_complete_and_signed(made):
    plan = PersonalEducationPlan.objects.filter(status=Status.FINAL).order_by("pk").first()
    version = AgreedVersion.objects.get(plan=plan)

    asked = plan.sections.filter(is_asked=True)
    assert plan.sections_complete == plan.sections_total == asked.count()
    assert rules.content_hash(version.content) == version.sha256
    assert {"designated_teacher", "social_worker"} <= set(
        Signature.objects.filter(version=version).values_list("role", flat=True)
    ) | {"designated_teacher" if plan.school_id is None else ""}


def test_a_plan_was_opened_again_with_a_reason_and_waits_to_be_signed_anew(made):
    """Two versions to compare: each keeps its words, and the signatures of the first do not count
    for the second."""
    plan = PersonalEducationPlan.objects.get(version_number=2)
    first, second = AgreedVersion.objects.filter(plan=plan).order_by("number")
    again = PlanMove.objects.get(plan=plan, before=Status.FINAL, after=Status.WITH_SCHOOL)
    roles = Signature.objects.filter(version=second).values_list("role", flat=True)

    assert plan.child_id == made.cast["elodie"].id
    assert plan.status == Status.AGREED
    assert again.reason
    assert again.made_by.email == "helen.marsh@northmere.example"
    assert first.agreed_at < again.made_at < second.agreed_at
    assert first.sha256 != second.sha256
    assert Signature.objects.filter(version=first).count() >= 2
    assert list(roles) == ["social_worker"]


def test_an_agreed_plan_holds_what_an_agreement_would_have_written(made):
    """The same words as `plan_content` reads from the tables, on the day it was agreed."""
    for version in AgreedVersion.objects.order_by("-agreed_at", "pk")[:6]:
        plan = PersonalEducationPlan.objects.select_related(
            "child", "term", "school", "authority"
        ).get(pk=version.plan_id)
        kept = json.loads(version.content)
        day = timezone.localtime(version.agreed_at).date()

        read = content.plan_content(plan, on=day, agreed_by=version.agreed_by, at=version.agreed_at)
        read = json.loads(rules.canonical_json(read))

        assert sorted(kept["people"]) == sorted(read["people"])
        assert kept["child"] == read["child"]
        assert (kept["figures"]["attendance"] is None) == (read["figures"]["attendance"] is None)
        for was, now in zip(kept["sections"], read["sections"], strict=True):
            if was["slug"] not in {"attendance", "about", "health", "suspensions", "school-place"}:
                assert was == now
        assert set(kept) == set(read)


def test_a_part_called_complete_lacks_nothing(made):
    """A plan is shown as a school would have had to write it before it could press the button."""
    complete = list(
        PlanSection.objects.filter(state="complete", is_asked=True).select_related("plan")
    )
    answers = answers_of(complete)

    lacking = Counter(
        f"{row.slug}.{question.key}"
        for row in complete
        if (section := form_content.of_plan(row.plan).section(row.slug)) and not section.is_off
        for question in section.lacking(answers.get((row.plan_id, row.slug), {}))
    )

    assert len(complete) > 1000
    assert lacking == {}


def test_nobody_checks_what_they_wrote(made):
    own = Answer.objects.filter(written_by=F("plan__agreed_by"), plan__agreed_at__isnull=False)

    assert not own.exists()


def test_a_few_papers_are_owed(made):
    assert 1 <= Paper.objects.filter(made_at=None).count() <= 12


def test_all_plans_of_a_term_were_asked_for_and_some_left_out_with_the_reason(made):
    bundles = {bundle.state: bundle for bundle in Bundle.objects.all()}
    gone, owed_now = bundles[Bundle.State.MADE], bundles[Bundle.State.ASKED]

    assert set(bundles) == {Bundle.State.MADE, Bundle.State.CANCELLED, Bundle.State.ASKED}
    assert {bundle.person.email for bundle in bundles.values()} == {"helen.marsh@northmere.example"}
    left_out = gone.papers.filter(state="failed")
    assert set(left_out.values_list("why", flat=True)) == {"no_paper", "closed"}
    assert gone.in_file + left_out.count() == gone.total == gone.papers.count() > 10
    assert owed_now.papers.filter(state="owed").count() == owed_now.total > 0
    closed = Restriction.objects.get().child_id
    assert {closed} <= set(owed_now.papers.values_list("child_id", flat=True))
    assert papers_owed(at=timezone.now())
    assert bundles_owed(at=timezone.now()) == [owed_now.pk]


def test_plans_agreed_lately_are_to_be_handed_over_and_two_were_tried_in_vain(made):
    tried = Delivery.objects.order_by("-tries")

    assert DeliveryPlace.objects.get().is_on
    assert [(row.state, row.fault) for row in tried] == [
        ("failed", "no_folder"), ("owed", "no_folder"),
    ]  # fmt: skip
    Paper.objects.get(version=tried[0].version)
    Paper.objects.get(version=tried[1].version)


def test_a_carer_and_a_young_person_are_asked_something(made):
    asked = Note.objects.open_queries().filter(section__in=["views", "carer-views"])

    assert {note.child.called for note in asked} >= {"Amara", "Jayden"}


def test_a_whole_record_is_owed_and_has_parts_of_each_kind_to_decide_about(made):
    """The worker makes it within a minute of the start."""
    asked = SubjectRequest.objects.get()

    assert owed(at=timezone.now()) == [asked.pk]
    assert asked.due_on > TODAY
    kinds = {item.kind for item in gather(asked.child)[1]}
    assert {Kind.PERSON, Kind.CARER, Kind.ADDRESS, Kind.NUMBER, Kind.WORDS} <= kinds


def test_a_plan_that_was_sent_back_has_the_section_it_was_asked_about_open(made):
    about = {asked["words"]: asked["section"] for asked in phrases()["sent_back"]}
    plans = PersonalEducationPlan.objects.filter(status=Status.SENT_BACK)

    for plan in plans:
        asked = plan.moves.filter(after=Status.SENT_BACK).latest("made_at").reason
        assert plan.sections.get(slug=about[asked]).state == "in_progress"
    assert plans
