"""PEPM-3: green or better of the plans quality-assured in the term; each figure is its plans."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from dashboard.measures import Slug
from dashboard.summaries import overview as figures
from pep.models import AgreedVersion, PersonalEducationPlan
from pep.rules import Rate
from quality import summaries
from quality.models import QualityCheck, Rubric
from quality.summaries import By
from schools.models import Authority, BankHoliday
from tests.factories.accounts import person
from tests.factories.children import (
    ChildFactory,
    EnrolmentFactory,
    InvolvementFactory,
    PeriodOfCareFactory,
)
from tests.factories.pep import Cast, make_plan
from tests.factories.schools import SchoolFactory, TermFactory
from tests.quality.conftest import as_

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

CHECKED = datetime(2026, 10, 12, 9, tzinfo=UTC)
AGREED = datetime(2026, 10, 12, 15, tzinfo=UTC)
ON = date(2026, 10, 30)


@pytest.fixture
def head(authority):
    return person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)


@pytest.fixture
def school(authority):
    return SchoolFactory(authority=authority, name="Alder School")


def authority_of(person):
    return Authority.objects.get(pk=person.seat.authority_id)


def graded(
    head, grade, *, school=None, term=None, phase="SE", at=AGREED, number=1, plan=None, settled=""
):
    """A plan that was checked and agreed with a grade."""
    if plan is None:
        child = ChildFactory(authority=authority_of(head))
        PeriodOfCareFactory(child=child)
        if school:
            EnrolmentFactory(child=child, school=school)
        plan = make_plan(
            child=child, school=school, term=term, phase=phase, status="agreed", agreed_at=at,
            agreed_by=head, quality=settled or grade,
        )  # fmt: skip
    QualityCheck.objects.create(
        authority_id=plan.authority_id, child_id=plan.child_id, plan=plan, version_number=number,
        rubric=Rubric.objects.get(authority=None), started_at=at - timedelta(hours=6),
        marker=head, overall=grade, settled=settled,
    )  # fmt: skip
    AgreedVersion.objects.create(
        authority_id=plan.authority_id, child_id=plan.child_id, plan=plan, number=number,
        form_version=plan.form_version, content="{}", sha256="0" * 64, agreed_at=at, agreed_by=head,
    )  # fmt: skip
    return plan


def rate(head, **scope):
    return summaries.of_term(head, **{"on": ON} | scope).rate


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        pytest.param([], Rate(0, 0), id="nothing checked: no data"),
        pytest.param(["good", "needs_more", "not_good_enough"], Rate(1, 3), id="words"),
        pytest.param(["gold", "green", "amber", "red"], Rate(2, 4), id="green or better"),
    ],
)
def test_good_or_better_of_those_checked(head, school, grades, expected):
    """PEPM-3."""
    for grade in grades:
        graded(head, grade, school=school)

    assert rate(head) == expected


def test_a_plan_not_agreed_is_not_counted(head, school):
    """PEPM-3: quality-assured is checked and agreed."""
    plan = graded(head, "good", school=school)
    child = ChildFactory(authority=authority_of(head))
    being_checked = make_plan(
        child=child, school=school, status="being_checked", checking_at=CHECKED, checking_by=head
    )
    QualityCheck.objects.create(
        authority_id=901, child=child, plan=being_checked, version_number=1, overall="good",
        rubric=Rubric.objects.get(authority=None), started_at=CHECKED, marker=head,
    )  # fmt: skip
    make_plan(
        child=ChildFactory(authority=authority_of(head)), school=school, status="agreed",
        agreed_at=AGREED, agreed_by=head,
    )  # fmt: skip

    assert [row.plan for row in summaries.checked_plans(head, on=ON)] == [plan.pk]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 10, 11), Rate(0, 0)),
        (date(2026, 10, 12), Rate(1, 1)),
        (date(2026, 10, 13), Rate(1, 1)),
    ],
)
def test_counted_from_the_day_it_was_agreed(head, school, on, expected):
    """PEPM-3, as at a day."""
    graded(head, "good", school=school)

    assert rate(head, on=on) == expected


def test_a_plan_opened_again_counts_as_last_agreed(head, school):
    """PEPM-3: the new round counts once it is agreed, and the plan only once."""
    plan = graded(head, "good", school=school)
    PersonalEducationPlan.objects.filter(pk=plan.pk).update(
        status="with_school", agreed_at=None, agreed_by=None, version_number=2, quality=""
    )
    assert rate(head) == Rate(1, 1)

    graded(head, "needs_more", plan=plan, number=2, at=AGREED + timedelta(days=9))

    assert rate(head) == Rate(0, 1)
    assert rate(head, on=date(2026, 10, 13)) == Rate(1, 1)


def test_the_last_round_of_a_version_counts(head, school):
    plan = graded(head, "good", school=school)
    QualityCheck.objects.create(
        authority_id=901, child_id=plan.child_id, plan=plan, version_number=1,
        rubric=Rubric.objects.get(authority=None), started_at=AGREED - timedelta(days=3),
        marker=head, overall="not_good_enough",
    )  # fmt: skip

    assert rate(head) == Rate(1, 1)


def test_a_settled_grade_counts(head, school):
    graded(head, "good", school=school, settled="needs_more")

    assert rate(head) == Rate(0, 1)


def test_by_phase_school_area_team_and_term(head, school, neighbour):
    """PEPM-3: by phase, school, LA of school, SW team."""
    elsewhere = SchoolFactory(authority=neighbour, name="Birch School")
    last = TermFactory(
        authority=authority_of(head), academic_year=2025, name="summer",
        started_on=date(2026, 4, 20), ended_on=date(2026, 9, 1), pep_deadline_on=date(2026, 7, 1),
    )  # fmt: skip
    manager = person(Role.TEAM_MANAGER, authority=authority_of(head), given_name="Mo")
    one = graded(head, "good", school=school)
    graded(head, "needs_more", school=elsewhere, phase="P16")
    graded(head, "good", school=school, term=last, at=AGREED - timedelta(days=120))
    InvolvementFactory(
        child=one.child, person=manager, role=Role.TEAM_MANAGER, started_on=date(2026, 1, 1)
    )

    rows = summaries.checked_plans(head, on=ON)

    def shares(by):
        return [(part.label, part.rate.met, part.rate.counted) for part in
                summaries.parts_of(rows, by)]  # fmt: skip

    assert shares(By.SCHOOL) == [("Alder School", 2, 2), ("Birch School", 0, 1)]
    assert shares(By.PHASE) == [("Post-16", 0, 1), ("Years 7 to 11", 2, 2)]
    assert {(met, of) for _, met, of in shares(By.AREA)} == {(2, 2), (0, 1)}
    assert shares(By.TEAM) == [(f"Team of {manager.name}", 1, 1), ("No team recorded", 1, 2)]
    assert shares(By.TERM) == [("Summer 2026", 1, 1), ("Autumn 2026", 1, 2)]
    assert rate(head) == Rate(1, 2)
    assert rate(head, location="out") == Rate(0, 1)
    assert rate(head, location="in", phase="SE") == Rate(1, 1)


def test_a_team_is_the_managers_when_the_check_began_and_no_advisers_caseload(head, school):
    """PEPM-3: who came after the check, or went before it, has no part in the figure."""
    child = graded(head, "good", school=school).child
    began = CHECKED.date()
    authority = authority_of(head)
    spans = {
        "Before": (began - timedelta(days=90), began),
        "Then": (began, began + timedelta(days=3)),
        "After": (began + timedelta(days=3), None),
    }
    for name, (started_on, ended_on) in spans.items():
        InvolvementFactory(
            child=child, role=Role.TEAM_MANAGER, started_on=started_on, ended_on=ended_on,
            person=person(Role.TEAM_MANAGER, authority=authority, given_name=name,
                          family_name="Hill"),
        )  # fmt: skip
    alone = graded(head, "needs_more", school=school).child
    InvolvementFactory(
        child=alone, role=Role.ADVISER, started_on=began - timedelta(days=90),
        person=person(Role.ADVISER, authority=authority),
    )  # fmt: skip

    rows = summaries.checked_plans(head, on=ON)

    parts = summaries.parts_of(rows, By.TEAM)
    assert [(part.label, part.rate) for part in parts] == [
        ("Team of Then Hill", Rate(1, 1)), ("No team recorded", Rate(0, 1))
    ]  # fmt: skip
    assert sum(part.rate.counted for part in parts) == summaries.rate_of(rows).counted


def test_each_figure_opens_into_exactly_its_plans(head, school):
    for grade in ("good", "needs_more"):
        graded(head, grade, school=school)
    client = as_(head)
    url = reverse("quality:trends")

    page = client.get(url, {"as_at": "2026-10-30"})

    assert "1 of 2 PEPs of Autumn 2026 that were checked and agreed" in page.text
    assert "50.0%" in page.text
    for table in page.context["tables"]:
        for row in table["rows"]:
            listed = client.get(row["url"])
            assert listed.context["page"].paginator.count == row["part"].rate.counted
            assert listed.context["rate"] == row["part"].rate
    assert client.get(page.context["url"]).context["page"].paginator.count == 2


def test_without_data_the_page_says_so(head):
    page = as_(head).get(reverse("quality:trends"))

    assert "No data yet" in page.text


@pytest.mark.parametrize("query", ["?by=nothing&of=x"])
def test_a_breakdown_that_is_not_there(head, query):
    assert as_(head).get(reverse("quality:plans") + query).status_code == 404


@pytest.mark.parametrize("query", ["?as_at=never", "?term=x&phase=y&location=z", "?page=99"])
def test_what_an_address_made_up_harms_nothing(head, school, query):
    graded(head, "good", school=school)

    for name in ("trends", "plans"):
        assert as_(head).get(reverse(f"quality:{name}") + query).status_code == 200


def test_the_tile_shows_the_same_figure(head, school):
    """PEPM-3 on the overview: computed in one place."""
    for grade in ("good", "good", "needs_more"):
        graded(head, grade, school=school)

    found = figures.overview(
        head,
        figures.Scope(ON),
        today=ON,
        bank_holidays=frozenset(BankHoliday.objects.days()),
        grades=True,
    )

    assert found.total.rate(Slug.GOOD_PEPS) == rate(head) == Rate(2, 3)
    page = as_(head).get(reverse("dashboard:overview") + "?as_at=30+Oct+2026").text
    assert "66.7" in page
    assert reverse("quality:trends") in page


@pytest.mark.parametrize(
    ("good", "others", "shown"),
    [(6, 6, "50.0"), (3, 6, "Not shown"), (6, 3, "Not shown")],
)
def test_a_governor_sees_totals_and_no_small_number(authority, head, school, good, others, shown):
    """Access matrix: QA grades, totals; groups of 1 to 5 are not shown."""
    governor = person(Role.GOVERNOR, authority=authority)
    for grade, count in (("good", good), ("needs_more", others)):
        for _ in range(count):
            graded(head, grade, school=school)
    client = as_(governor)

    page = client.get(reverse("measures:list") + "?as_at=30+Oct+2026")

    tile = next(tile for tile in page.context["tiles"] if tile.label.startswith("PEPs rated"))
    assert tile.value == shown
    assert client.get(reverse("quality:trends")).status_code == 403
    assert client.get(reverse("quality:plans")).status_code == 403


def test_another_authority_s_plans_are_not_counted(head, neighbour, school):
    graded(person(Role.VIRTUAL_SCHOOL_HEAD, authority=neighbour), "good")

    assert rate(head) == Rate(0, 0)


@pytest.mark.parametrize("plans", [1, 12])
def test_cost_of_the_figures(head, school, django_assert_num_queries, plans):
    for _ in range(plans):
        graded(head, "good", school=school)
    client = as_(head)
    client.get(reverse("quality:trends"))

    with django_assert_num_queries(TRENDS_COST):
        client.get(reverse("quality:trends"))
    with django_assert_num_queries(PLANS_COST):
        client.get(reverse("quality:plans"))


TRENDS_COST, PLANS_COST = 10, 13


def test_totals_are_of_ones_own_authority_and_for_who_sees_figures(authority, neighbour):
    plan = Cast(authority).plan
    QualityCheck.objects.create(
        authority=authority, child=plan.child, plan=plan, version_number=1,
        rubric=Rubric.objects.get(authority=None), started_at=timezone.now(),
        marker=person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority),
    )  # fmt: skip

    for role, whose, number in (
        (Role.GOVERNOR, authority, 1),
        (Role.GOVERNOR, neighbour, 0),
        (Role.AUTHORITY_ADMINISTRATOR, authority, 0),
    ):
        assert summaries.scope(person(role, authority=whose)).count() == number, (role, whose)
