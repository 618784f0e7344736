"""The overview's figures against the rules they state, counted child by child."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.roles import Role
from attendance.models import Day, TermSummary
from attendance.reference import load_codes
from attendance.rules import AttendanceSummary, group_figures
from dashboard.measures import Slug
from dashboard.summaries import overview as figures
from dashboard.summaries import roll
from dashboard.summaries.overview import Scope
from pep.models import Gap
from pep.rules import FirstPlanFacts, Rate, TermFacts, initial_timeliness, termly_completion
from schools.rules import DateRange, add_working_days
from tests.factories.accounts import person
from tests.factories.children import (
    ChildFactory,
    EnrolmentFactory,
    PeriodOfCareFactory,
)
from tests.factories.pep import make_plan
from tests.factories.placements import LegalStatusFactory, PlacementFactory
from tests.factories.schools import AuthorityFactory, PolicyFactory, SchoolFactory, TermFactory

pytestmark = pytest.mark.usefixtures("open_wall")
SNAPSHOT = date(2026, 11, 20)
TERM = DateRange(date(2026, 9, 1), date(2027, 1, 1))
HOLIDAYS = frozenset({date(2026, 8, 31), date(2026, 12, 25), date(2026, 12, 28)})


@pytest.fixture
def head(authority):
    PolicyFactory(authority=authority)
    TermFactory(authority=authority)
    return person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)


def in_care(authority, *, since=date(2024, 3, 3), until=None, school=None, area="in", **fields):
    child = ChildFactory(authority=authority, **fields)
    PeriodOfCareFactory(child=child, started_on=since, ended_on=until)
    PlacementFactory(child=child, started_on=since, ended_on=until, area=area)
    LegalStatusFactory(child=child, started_on=since, ended_on=until)
    if school is not None:
        EnrolmentFactory(child=child, school=school, started_on=since)
    return child


def agreed(child, *, met_on, agreed_on, by):
    at = datetime(agreed_on.year, agreed_on.month, agreed_on.day, 12, tzinfo=UTC)
    met = datetime(met_on.year, met_on.month, met_on.day, 14, tzinfo=UTC)
    return make_plan(
        child=child, school=SchoolFactory(authority=child.authority), status="agreed",
        meeting_at=met, agreed_at=at, agreed_by=by,
    )  # fmt: skip


def attended(child, school, *, present, authorised=0, unauthorised=0):
    TermSummary.objects.create(
        authority_id=child.authority_id, child_id=child.pk, school_id=school.pk,
        term_started_on=date(2026, 8, 1), possible=present + authorised + unauthorised,
        attending=present, approved=0, authorised=authorised, unauthorised=unauthorised, late=0,
        late_after_close=0, ill=0, excluded=0,
    )  # fmt: skip


def overview_of(user, *, on=SNAPSHOT, today=SNAPSHOT, **scope):
    return figures.overview(user, Scope(on, **scope), today=today, bank_holidays=HOLIDAYS)


def test_termly_completion_is_the_rule_counted_by_child(authority, head):
    cases = [
        (date(2024, 3, 3), date(2026, 10, 1), date(2026, 10, 8)),
        (date(2024, 3, 3), date(2026, 10, 1), date(2026, 11, 20)),
        (date(2024, 3, 3), date(2026, 10, 1), date(2026, 11, 21)),
        (date(2024, 3, 3), date(2026, 8, 31), date(2026, 10, 8)),
        (date(2024, 3, 3), None, None),
        (date(2026, 9, 1), None, None),
        (date(2026, 10, 23), None, None),
        (date(2026, 10, 24), None, None),
        (date(2026, 10, 26), date(2026, 11, 2), date(2026, 11, 4)),
    ]
    facts = []
    for since, met_on, agreed_on in cases:
        child = in_care(authority, since=since)
        if met_on:
            agreed(child, met_on=met_on, agreed_on=agreed_on, by=head)
        facts.append(
            TermFacts(is_in_cohort=True, care_started_on=since, met_on=met_on, agreed_on=agreed_on)
        )
    expected = termly_completion(facts, term=TERM, snapshot=SNAPSHOT, bank_holidays=HOLIDAYS)

    found = overview_of(head).total.rate(Slug.PEPS_ON_TIME)

    assert (found.met, found.counted) == (expected.met, expected.counted) == (2, 8)


def test_plans_agreed_with_a_gap_are_counted_and_said_apart_pepm_1(authority, head):
    """By the day asked for: a gap named later, or closed by then, is none."""
    gaps = [None, (date(2026, 10, 8), None), (date(2026, 10, 8), date(2026, 11, 2))]
    gaps.append((SNAPSHOT + timedelta(days=1), None))
    for gap in gaps:
        child = in_care(authority, since=date(2024, 3, 3))
        agreed(child, met_on=date(2026, 10, 1), agreed_on=date(2026, 10, 8), by=head)
        if gap:
            named_on, closed_on = gap
            Gap.objects.create(
                authority=authority, child=child, plan=child.personaleducationplans.get(),
                version_number=1, kind="section", part="english", owed_by=head, reason="Ill",
                due_on=SNAPSHOT, named_by=head, named_at=noon(named_on),
                closed_at=noon(closed_on) if closed_on else None,
            )  # fmt: skip

    total = overview_of(head).total

    assert total.rate(Slug.PEPS_ON_TIME) == Rate(4, 4)
    assert total.with_gap == 1


def noon(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_first_plans_are_the_rule_counted_by_child(authority, head):
    cases = [
        (date(2026, 8, 3), date(2026, 9, 1)),
        (date(2026, 8, 4), date(2026, 9, 1)),
        (date(2026, 10, 1), date(2026, 10, 29)),
        (date(2026, 10, 1), date(2026, 10, 30)),
        (date(2026, 10, 1), None),
        (date(2026, 10, 23), None),
        (date(2026, 10, 24), None),
        (date(2024, 3, 3), None),
    ]
    facts = []
    for since, agreed_on in cases:
        child = in_care(authority, since=since)
        if agreed_on:
            at = datetime(agreed_on.year, agreed_on.month, agreed_on.day, 12, tzinfo=UTC)
            make_plan(
                child=child, school=SchoolFactory(authority=authority), status="agreed",
                started_at=datetime(2026, 10, 2, tzinfo=UTC) if since.month == 10
                else datetime(2026, 8, 20, tzinfo=UTC), agreed_at=at, agreed_by=head,
            )  # fmt: skip
        facts.append(FirstPlanFacts(is_in_cohort=True, care_started_on=since, agreed_on=agreed_on))
    year_so_far = DateRange(date(2026, 9, 1), SNAPSHOT + timedelta(days=1))
    expected = initial_timeliness(facts, period=year_so_far, bank_holidays=HOLIDAYS)

    found = overview_of(head).total.rate(Slug.FIRST_PEPS)

    assert (found.met, found.counted) == (expected.met, expected.counted)
    assert found.met > 0


def test_twentieth_days_agree_with_the_rule():
    found = figures.twentieth_days(date(2026, 9, 1), SNAPSHOT, bank_holidays=HOLIDAYS)
    every = [date(2026, 6, 1) + timedelta(days=n) for n in range(173)]
    due = {day: add_working_days(day, 20, HOLIDAYS) for day in every}

    assert found == {day: end for day, end in due.items() if date(2026, 9, 1) <= end <= SNAPSHOT}


def test_absence_bands_are_the_rule_counted_by_child(authority, head):
    school = SchoolFactory(authority=authority)
    counts = [(100, 0, 0), (91, 9, 0), (90, 5, 5), (51, 49, 0), (50, 25, 25), (0, 0, 0)]
    for present, authorised, unauthorised in counts:
        child = in_care(authority, school=school)
        attended(child, school, present=present, authorised=authorised, unauthorised=unauthorised)
    in_care(authority, school=school)
    expected = group_figures(
        AttendanceSummary(present=p, authorised=a, unauthorised=u) for p, a, u in counts
    )

    total = overview_of(head).total

    persistent, severe = total.rate(Slug.PERSISTENTLY_ABSENT), total.rate(Slug.SEVERELY_ABSENT)
    assert total.sessions == expected.total
    assert (persistent.met, persistent.counted) == (expected.persistent, expected.children)
    assert (severe.met, severe.counted) == (expected.severe, expected.children)


def test_a_childs_two_schools_are_one_child(authority, head):
    first, second = SchoolFactory(authority=authority), SchoolFactory(authority=authority)
    child = in_care(authority, school=first)
    attended(child, first, present=10)
    attended(child, second, present=0, unauthorised=10)

    total = overview_of(head).total

    assert total.rate(Slug.SEVERELY_ABSENT).met == 1
    assert total.rate(Slug.PERSISTENTLY_ABSENT).counted == 1


def test_who_needs_a_plan_follows_the_cohort_rule(authority, head):
    counted = in_care(authority)
    in_care(authority, date_of_birth=date(2008, 11, 20))  # 18 today
    below = in_care(authority, date_of_birth=date(2023, 1, 1))  # below Reception, no setting
    shown = in_care(authority, date_of_birth=date(2023, 1, 1))
    EnrolmentFactory(child=shown, school=SchoolFactory(authority=authority))
    short = in_care(authority)
    short.legalstatuss.update(code="V3")
    remanded = in_care(authority)
    remanded.legalstatuss.update(code="J1")
    remanded.placements.update(kind="R5")
    in_order_too = in_care(authority)
    in_order_too.placements.update(kind="R5")  # custody, but under a care order

    rows = roll.children(head, day=SNAPSHOT)

    needing = {row.child_id for row in rows if row.needs_pep}
    assert needing == {counted.pk, shown.pk, in_order_too.pk}
    assert below.pk not in needing


def test_roll_and_area_are_of_the_day(authority, head):
    in_care(authority, area="in")
    in_care(authority, area="out")
    in_care(authority, area="")
    in_care(authority, until=SNAPSHOT, area="out")
    in_care(authority, since=SNAPSHOT + timedelta(days=1))

    total = overview_of(head).total

    assert total.children == 3
    assert (total.rate(Slug.OUT_OF_AREA).met, total.rate(Slug.OUT_OF_AREA).counted) == (1, 2)


def test_no_school_counts_school_years_only(authority, head):
    in_care(authority, date_of_birth=date(2012, 2, 9))
    in_care(authority, date_of_birth=date(2023, 2, 9))
    in_care(authority, date_of_birth=date(2009, 2, 9))
    in_care(authority, school=SchoolFactory(authority=authority))

    rate = overview_of(head).total.rate(Slug.NO_SCHOOL)

    assert (rate.met, rate.counted) == (1, 2)


def test_parts_add_up_and_schools_elsewhere_are_named(authority, head):
    elsewhere = SchoolFactory(authority=AuthorityFactory(id=903, display_name="Thornley"))
    in_care(authority, school=elsewhere)
    in_care(authority, date_of_birth=date(2018, 2, 9))

    found = overview_of(head)

    assert sum(group.children for group in found.phases) == found.total.children == 2
    assert [(group.label, group.children) for group in found.school_areas] == [("Thornley", 1)]
    assert overview_of(head, location="out").total.children == 1
    assert overview_of(head, phase="PR").total.children == 1


def test_a_past_day_counts_the_marks_up_to_it(authority, head):
    load_codes()
    school = SchoolFactory(authority=authority)
    child = in_care(authority, school=school)
    for number, codes in enumerate((("/", "\\"), ("I", "O"), ("L", "#"), ("O", "O"))):
        Day.objects.create(
            authority_id=authority.pk, child_id=child.pk, on=date(2026, 9, 7 + number),
            school_id=school.pk, am=codes[0], pm=codes[1], load_number=1,
        )  # fmt: skip

    sessions = overview_of(head, on=date(2026, 9, 9)).total.sessions

    assert sessions == AttendanceSummary(present=3, authorised=1, unauthorised=1)


def test_weeks_hold_a_gap_where_school_was_closed(authority, head):
    load_codes()
    school = SchoolFactory(authority=authority)
    child = in_care(authority, school=school)
    for day, am in ((date(2026, 11, 2), "/"), (date(2026, 11, 9), "#"), (date(2026, 11, 16), "O")):
        Day.objects.create(
            authority_id=authority.pk, child_id=child.pk, on=day, school_id=school.pk, am=am,
            pm="", load_number=1,
        )  # fmt: skip

    weeks = figures.weeks(head, on=SNAPSHOT)

    assert [week.monday for week in weeks] == [date(2026, 11, d) for d in (2, 9, 16)]
    assert [week.now and week.now.attendance_percent() for week in weeks] == [100, None, 0]


@pytest.mark.parametrize("slug", list(figures.CONDITIONS))
@pytest.mark.parametrize("missed", [False, True])
def test_the_children_behind_a_figure_are_as_many_as_it_says(authority, head, slug, missed):
    school = SchoolFactory(authority=authority)
    for number in range(4):
        child = in_care(
            authority, school=school if number else None, area="out" if number else "in"
        )
        if number > 1:
            attended(child, school, present=10, unauthorised=number * 5)

    rate = overview_of(head).total.rate(slug)
    found = figures.children_behind(
        head, Scope(SNAPSHOT), slug=slug, missed=missed, today=SNAPSHOT, bank_holidays=HOLIDAYS
    )

    assert len(found) == (rate.counted - rate.met if missed else rate.met)


def test_figures_stay_within_what_a_person_sees(authority, neighbour, head):
    in_care(authority)
    in_care(neighbour)
    governor = person(Role.GOVERNOR, authority=authority)
    carer = person(Role.CARER)

    assert overview_of(head).total.children == 1
    assert overview_of(governor).total.children == 1
    assert overview_of(carer) is None
