"""Plans that start themselves, as the clock and a load start them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import Event
from notifications.models import Notice
from pep import actions
from pep.models import Answer, PersonalEducationPlan
from placements.models import LegalStatus, Placement, Review
from schools.models import SchoolLink, TeachingPeriod
from starting import sweeping, tasks
from tests.factories.accounts import person
from tests.factories.children import (
    ChildFactory,
    EnrolmentFactory,
    InvolvementFactory,
    PeriodOfCareFactory,
)
from tests.factories.pep import Cast, fill, make_plan
from tests.factories.schools import PolicyFactory, SchoolFactory, TermFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
Status = PersonalEducationPlan.Status
Plan = PersonalEducationPlan.objects


@pytest.fixture
def term(authority):
    return TermFactory(authority=authority)


def in_care(authority, *, since=date(2024, 3, 3), **child):
    return PeriodOfCareFactory(
        child=ChildFactory(authority=authority, **child), started_on=since
    ).child


def on_roll(child, *, since=date(2023, 9, 4), school=None):
    school = school or SchoolFactory(authority=child.authority)
    return EnrolmentFactory(child=child, school=school, started_on=since)


def move(child, *, on, school=None):
    """To another school; the one before ends the same day."""
    child.enrolments.filter(ended_on=None).update(ended_on=on)
    return on_roll(child, since=on, school=school)


def start(authority, at=AT, **more):
    return sweeping.start_due(authority_id=authority.pk, at=at, **more)


def test_new_to_care_has_a_first_plan_pep_1_pep_2(authority, term):
    child = in_care(authority, since=date(2026, 11, 16))
    on_roll(child)

    start(authority)

    plan = Plan.get()
    assert (plan.child, plan.kind, plan.status) == (child, "initial", "not_started")
    assert (plan.initiate_by, plan.complete_by) == (date(2026, 11, 30), date(2026, 12, 14))
    assert plan.clock_from == date(2026, 11, 16)
    assert plan.sections.filter(is_asked=True).count() == plan.sections_total > 0


def test_a_plan_that_starts_itself_has_the_service_as_its_actor(authority, term):
    in_care(authority)

    tasks.start_due(authority_id=authority.pk)

    event = Event.objects.get(kind="pep.started")
    assert (event.actor_id, event.seat) == (None, "task:pep.tasks.start_due")
    assert (event.child_id, event.row) == (Plan.get().child_id, str(Plan.get().pk))


def test_each_term_every_child_of_the_cohort_has_a_plan_once_pep_5(authority, term):
    children = {in_care(authority).pk for _ in range(3)}

    assert start(authority) is False
    start(authority, at=AT + timedelta(days=1))

    assert set(Plan.values_list("child_id", flat=True)) == children
    assert Plan.count() == 3
    assert set(Plan.values_list("complete_by", flat=True)) == {term.pep_deadline_on}


@pytest.mark.parametrize(
    "leave_out",
    [
        pytest.param("left_care", id="PEP-18: previously looked after has none"),
        pytest.param("never_in_care", id="PEP-18: a child with a social worker has none"),
        pytest.param("short_breaks", id="COH-3: short breaks"),
        pytest.param("custody", id="COH-12, case 31 A: only remanded to custody"),
        pytest.param("adult", id="COH-1: eighteen"),
        pytest.param("too_young", id="COH-5: below Reception in no setting"),
    ],
)
def test_who_has_no_plan(authority, term, leave_out):
    match leave_out:
        case "left_care":
            PeriodOfCareFactory(child=ChildFactory(authority=authority), ended_on=date(2026, 11, 1))
        case "never_in_care":
            on_roll(ChildFactory(authority=authority))
        case "short_breaks":
            _status(in_care(authority), "V4")
        case "custody":
            child = in_care(authority, since=date(2026, 10, 5))
            _status(child, "J1", since=date(2026, 10, 5))
            _home(child, "K1", since=date(2026, 10, 5))
        case "adult":
            in_care(authority, date_of_birth=date(2008, 11, 20))
        case "too_young":
            in_care(authority, date_of_birth=date(2024, 1, 1))

    start(authority)

    assert not Plan.exists()


def test_in_custody_after_care_the_plan_goes_on_case_31_b(authority, term):
    child = in_care(authority, since=date(2022, 5, 1))
    _status(child, "C2", since=date(2022, 5, 1), until=date(2026, 10, 5))
    _status(child, "J1", since=date(2026, 10, 5))
    _home(child, "K1", since=date(2026, 10, 5))

    start(authority)

    assert Plan.get().child == child


def test_remanded_to_the_authority_begins_in_five_days_case_31_c(authority, term):
    child = in_care(authority, since=date(2026, 10, 5))
    _status(child, "J1", since=date(2026, 10, 5))
    _home(child, "U6", since=date(2026, 10, 5))

    start(authority, at=datetime(2026, 10, 6, 5, 0, tzinfo=UTC))

    assert Plan.get().initiate_by == date(2026, 10, 12)


def _status(child, code, *, since=date(2024, 3, 3), until=None):
    return LegalStatus.objects.create(
        authority=child.authority, child=child, code=code, started_on=since, ended_on=until
    )


def _home(child, kind, *, since, until=None, **more):
    return Placement.objects.create(
        authority=child.authority, child=child, kind=kind, started_on=since, ended_on=until, **more
    )


def test_a_load_starts_with_so_many_and_goes_on_with_the_rest(
    authority, term, django_capture_on_commit_callbacks, monkeypatch
):
    for _ in range(3):
        in_care(authority)
    sent = []
    monkeypatch.setattr(tasks.start_due, "delay", lambda **kwargs: sent.append(kwargs))
    monkeypatch.setattr(sweeping, "AT_ONCE", 2)

    assert start(authority, at_most=2) is True
    assert Plan.count() == 2
    assert start(authority, at_most=2) is False
    assert Plan.count() == 3
    with django_capture_on_commit_callbacks(execute=True):
        tasks.start_all()
    assert sent == []  # nobody belongs to this council yet


def test_the_daily_task_sends_for_each_authority(
    authority, term, django_capture_on_commit_callbacks, monkeypatch
):
    person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    sent = []
    monkeypatch.setattr(tasks.start_due, "delay", lambda **kwargs: sent.append(kwargs))

    with django_capture_on_commit_callbacks(execute=True):
        tasks.start_all()

    assert sent == [{"authority_id": authority.pk}]


def test_the_cost_of_a_new_term_does_not_grow_with_the_children(authority, term):
    def queries(number):
        for _ in range(number):
            child = in_care(authority)
            on_roll(child)
            InvolvementFactory(child=child)
        with CaptureQueriesContext(
            connection,
        ) as found:
            start(authority)
        return len(found)

    queries(1)
    assert queries(2) == queries(20)


def test_the_term_is_told_once_to_each_person(authority, term):
    worker = person(Role.SOCIAL_WORKER, authority=authority)
    school = SchoolFactory(authority=authority)
    teacher = person(Role.DESIGNATED_TEACHER, school=school)
    for _ in range(2):
        child = in_care(authority)
        on_roll(child, school=school)
        InvolvementFactory(child=child, person=worker)

    start(authority)
    in_care(authority)
    start(authority, at=AT + timedelta(days=1))

    for who in (worker, teacher):
        (notice,) = Notice.objects.filter(recipient=who)
        assert notice.kind == "pep_term_started"
        assert notice.text == (
            "The PEPs of the autumn term have started. "
            "The last day to finish them is 11 December 2026."
        )
        assert notice.path == "/peps/?show=with-school"


def test_a_first_plan_tells_social_worker_school_and_adviser(authority, term):
    child = in_care(authority, since=date(2026, 11, 16))
    teacher = person(Role.DESIGNATED_TEACHER, school=on_roll(child).school)
    worker = InvolvementFactory(child=child).person
    head = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)

    start(authority)
    start(authority, at=AT + timedelta(days=1))

    plan = Plan.get()
    told = Notice.objects.filter(key=f"pep-started:{plan.pk}")
    assert {notice.recipient_id for notice in told} == {teacher.pk, worker.pk, head.pk}
    text = told[0].text
    assert "Begin it by 30 November 2026, finish it by 14 December 2026." in text
    assert child.family_name not in text
    assert child.given_name not in text


def test_a_child_without_a_school_is_led_by_adviser_and_social_worker_pep_13(authority, term):
    child = in_care(authority)
    adviser = InvolvementFactory(child=child, role=Role.ADVISER).person
    worker = InvolvementFactory(child=child).person

    start(authority)

    assert Plan.get().school is None
    assert {n.recipient_id for n in Notice.objects.all()} == {adviser.pk, worker.pk}


def test_a_plan_without_a_school_goes_to_the_school_that_is_found_pep_13(authority, term):
    child = in_care(authority)
    start(authority, at=AT - timedelta(days=10))
    joined = on_roll(child, since=date(2026, 11, 16))
    teacher = person(Role.DESIGNATED_TEACHER, school=joined.school)

    start(authority)
    start(authority, at=AT + timedelta(days=1))

    assert Plan.get().school == joined.school
    assert Notice.objects.get(recipient=teacher).kind == "pep_with_school"


def test_a_change_of_school_starts_a_plan_and_asks_the_old_school_pep_4_pep_17(authority, term):
    child = in_care(authority)
    former = on_roll(child).school
    start(authority, at=AT - timedelta(days=30))
    first = Plan.get()
    TeachingPeriod.objects.create(
        authority=authority, started_on=date(2026, 11, 2), ended_on=date(2026, 12, 19)
    )
    joined = move(child, on=date(2026, 11, 16))
    old, new = (person(Role.DESIGNATED_TEACHER, school=s) for s in (former, joined.school))

    start(authority)
    start(authority, at=AT + timedelta(days=1))

    plan = Plan.exclude(pk=first.pk).get()
    assert (plan.kind, plan.school) == ("school_change", joined.school)
    assert plan.complete_by == date(2026, 12, 14)
    assert Notice.objects.get(recipient=new).kind == "pep_started"
    asked = Notice.objects.get(recipient=old)
    assert asked.kind == "pep_hand_on"
    assert asked.text.endswith("the school file and record by 7 December 2026.")


def test_two_changes_of_school_in_a_term_are_two_plans(authority, term):
    child = in_care(authority)
    on_roll(child)
    start(authority, at=AT - timedelta(days=60))
    move(child, on=date(2026, 10, 5))
    start(authority, at=AT - timedelta(days=40))
    move(child, on=date(2026, 11, 16))
    start(authority)

    assert Plan.filter(kind="school_change").count() == 2


def test_a_school_that_became_another_is_no_change_pla_9(authority, term):
    child = in_care(authority)
    former = on_roll(child).school
    start(authority, at=AT - timedelta(days=30))
    joined = move(child, on=date(2026, 11, 16))
    SchoolLink.objects.create(school=former, linked_id=joined.school_id, kind="Successor")

    start(authority)

    assert Plan.count() == 1


def test_an_interim_plan_in_the_summer_is_replaced_when_school_opens_pep_8(authority):
    TermFactory(
        authority=authority, academic_year=2025, name="summer",
        started_on=date(2026, 4, 13), ended_on=date(2026, 9, 1), pep_deadline_on=date(2026, 7, 3),
    )  # fmt: skip
    TermFactory(authority=authority)
    for first, end in [
        (date(2026, 6, 8), date(2026, 7, 22)),
        (date(2026, 9, 1), date(2026, 12, 19)),
    ]:
        TeachingPeriod.objects.create(authority=authority, started_on=first, ended_on=end)
    child = in_care(authority, since=date(2026, 8, 3))
    on_roll(child)

    start(authority, at=datetime(2026, 8, 4, 5, 0, tzinfo=UTC))

    interim = Plan.get()
    assert (interim.kind, interim.school) == ("interim", None)
    # The clock runs on through the holidays, without the bank holiday of 31 August
    assert (interim.initiate_by, interim.complete_by) == (date(2026, 8, 17), date(2026, 9, 1))

    start(authority, at=datetime(2026, 8, 20, 5, 0, tzinfo=UTC))
    assert Plan.count() == 1
    start(authority, at=datetime(2026, 9, 2, 5, 0, tzinfo=UTC))
    assert set(Plan.values_list("kind", flat=True)) == {"interim", "termly"}


def test_an_earlier_review_brings_a_first_plan_forward_pep_3(authority, term):
    child = in_care(authority, since=date(2026, 11, 2))
    start(authority)
    Review.objects.create(authority=authority, child=child, held_on=date(2026, 11, 24))

    start(authority, at=AT + timedelta(days=5))

    assert Plan.get().complete_by == date(2026, 11, 24)


def test_a_clock_is_the_authoritys_own_of_its_day_pep_4(authority, term):
    PolicyFactory(
        authority=authority, started_on=date(2026, 1, 1), ended_on=date(2026, 11, 10),
        initiate_pep_working_days=20,
    )  # fmt: skip
    PolicyFactory(authority=authority, started_on=date(2026, 11, 10), initiate_pep_working_days=5)
    in_care(authority, since=date(2026, 11, 2))

    start(authority)

    assert Plan.get().initiate_by == date(2026, 11, 30)


def test_a_move_of_home_tells_people_and_starts_no_plan_pla_3(authority, term):
    child = in_care(authority)
    on_roll(child)
    worker = InvolvementFactory(child=child).person
    _home(child, "U6", since=date(2024, 3, 3), until=date(2026, 11, 16))
    start(authority, at=AT - timedelta(days=10))
    _home(child, "U4", since=date(2026, 11, 16))

    start(authority)
    start(authority, at=AT + timedelta(days=1))

    assert Plan.count() == 1
    notice = Notice.objects.get(recipient=worker, kind="pep_home_changed")
    assert "A new PEP is due only if the school changes." in notice.text


def test_back_from_hospital_is_no_move(authority, term):
    child = in_care(authority)
    InvolvementFactory(child=child)
    start(authority, at=AT - timedelta(days=10))
    _home(child, "T1", since=date(2026, 11, 9), until=date(2026, 11, 16), is_temporary=True)
    _home(child, "U4", since=date(2026, 11, 16))

    start(authority)

    assert not Notice.objects.filter(kind="pep_home_changed").exists()


def test_what_the_last_plan_knew_comes_along(authority):
    cast = Cast(authority)
    fill(cast.plan, by=cast.teacher)
    TermFactory(
        authority=authority, name="spring", started_on=date(2027, 1, 1),
        ended_on=date(2027, 4, 12), pep_deadline_on=date(2027, 3, 20),
    )  # fmt: skip

    start(authority, at=datetime(2027, 1, 1, 5, 0, tzinfo=UTC))

    plan = Plan.exclude(pk=cast.plan.pk).get()
    carried = {(a.section, a.key): a for a in Answer.objects.filter(plan=plan)}
    assert carried["about", "key_adult"].is_to_confirm
    assert len(carried["last-targets", "targets"].value) == 3


def test_without_a_term_nothing_starts(authority):
    in_care(authority)

    assert start(authority) is False
    assert not Plan.exists()


def test_a_neighbours_children_are_not_touched(authority, neighbour, term):
    TermFactory(authority=neighbour)
    in_care(neighbour)

    start(authority)

    assert not Plan.exists()


# -- what a plan replaces -------------------------------------------------------------------------


def agreed(cast, plan, *, at):
    fill(plan, by=cast.teacher)
    actions.send(plan_id=plan.pk, by=cast.teacher, at=at)
    actions.start_checking(plan_id=plan.pk, by=cast.adviser, at=at)
    return actions.agree(plan_id=plan.pk, by=cast.adviser, at=at)


def test_a_plan_that_is_agreed_replaces_those_before_it(authority):
    cast = Cast(authority)
    now = timezone.now()
    agreed(cast, cast.plan, at=now)
    newer = make_plan(
        child=cast.child, school=cast.school, kind="school_change", started_at=now,
        clock_from=date(2026, 11, 16),
    )  # fmt: skip
    cast.plan.refresh_from_db()
    assert cast.plan.status == Status.AGREED

    agreed(cast, newer, at=now)

    cast.plan.refresh_from_db()
    assert cast.plan.status == Status.SUPERSEDED
    assert cast.plan.moves.filter(after="superseded").count() == 1
    newer.refresh_from_db()
    assert newer.status == Status.AGREED


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param("not_started", "superseded", id="never begun"),
        pytest.param("with_school", "superseded", id="never finished"),
        pytest.param("sent_back", "superseded", id="sent back and left"),
    ],
)
def test_a_plan_never_finished_is_replaced_too(authority, status, expected):
    cast = Cast(authority)
    older = make_plan(
        child=cast.child, school=cast.school, kind="interim", status=status,
        started_at=cast.plan.started_at - timedelta(days=30),
    )  # fmt: skip

    agreed(cast, cast.plan, at=timezone.now())

    older.refresh_from_db()
    assert older.status == expected


def test_a_plan_being_checked_is_left_to_its_end(authority):
    cast = Cast(authority)
    now = timezone.now()
    older = make_plan(
        child=cast.child, school=cast.school, kind="interim", status="being_checked",
        started_at=cast.plan.started_at - timedelta(days=30), checking_at=now,
        checking_by=cast.adviser,
    )  # fmt: skip

    agreed(cast, cast.plan, at=now)

    older.refresh_from_db()
    assert older.status == "being_checked"


# -- the dates on the page of a plan --------------------------------------------------------------


def test_the_page_says_each_date_and_its_rule_pep_2_pep_3_pep_6_pep_9(authority, term, client):
    child = in_care(authority, since=date(2026, 11, 2))
    on_roll(child)
    start(authority)
    Plan.update(meeting_at=datetime(2026, 11, 24, 14, 0, tzinfo=UTC))
    Review.objects.create(authority=authority, child=child, held_on=date(2026, 11, 27))
    client.force_login(person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority))

    page = client.get(reverse("pep:plan", args=[Plan.get().pk])).content.decode()

    for words in (
        "10 working days after coming into care on 2 November 2026, bank holidays left out",
        "20 working days after coming into care on 2 November 2026, bank holidays left out",
        "Social worker, designated teacher and carer come. Amara is asked.",
        "3 months after the first one, held on 27 November 2026.",
        "The social worker gives this PEP to the reviewing officer before it.",
        "Begin by: The law (PEP-2)",
        "Finish by: Statutory guidance (PEP-3)",
        "Meeting: Set by the council (PEP-9)",
        "Next looked-after review by: The law (PEP-6)",
    ):
        assert words in page


def test_after_a_school_change_the_page_says_when_the_file_is_due_pep_17(authority, term, client):
    child = in_care(authority)
    on_roll(child)
    start(authority, at=AT - timedelta(days=30))
    TeachingPeriod.objects.create(
        authority=authority, started_on=date(2026, 11, 2), ended_on=date(2026, 12, 19)
    )
    move(child, on=date(2026, 11, 16))
    start(authority)
    client.force_login(person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority))
    plan = Plan.get(kind="school_change")

    page = client.get(reverse("pep:plan", args=[plan.pk])).content.decode()

    assert "School file by</dt><dd>7 Dec 2026" in page
    assert "School file by: The law (PEP-17)" in page
    assert "Finish by: Set by the council (PEP-4)" in page
