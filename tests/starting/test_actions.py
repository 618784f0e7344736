"""A plan that a person begins: in which form, by when it is due, and what it takes along."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.roles import Role
from pep.models import Answer, Form, PersonalEducationPlan
from placements.models import LegalStatus, Placement
from starting import actions
from tests.factories.accounts import person
from tests.factories.children import ChildFactory, EnrolmentFactory, PeriodOfCareFactory
from tests.factories.pep import Cast, fill
from tests.factories.schools import SchoolFactory, TermFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@pytest.fixture
def cast(authority):
    return Cast(authority)


def start(child, by, *, at=AT, **more):
    return actions.start_plan(child_id=child.pk, by=by, at=at, **more)


@pytest.mark.parametrize(
    ("born", "phase"),
    [
        pytest.param(date(2023, 2, 9), "EY", id="nursery"),
        pytest.param(date(2022, 2, 9), "PR", id="reception uses the school's form"),
        pytest.param(date(2015, 9, 1), "PR", id="year 6"),
        pytest.param(date(2015, 8, 31), "SE", id="year 7"),
        pytest.param(date(2010, 8, 31), "P16", id="year 12"),
    ],
)
def test_a_plan_begins_on_the_form_of_the_childs_phase_pep_14(authority, born, phase):
    TermFactory(authority=authority)
    child = PeriodOfCareFactory(child=ChildFactory(authority=authority, date_of_birth=born)).child
    EnrolmentFactory(child=child, school=SchoolFactory(authority=authority))

    plan = start(child, person(Role.ADVISER, authority=authority))

    assert plan.form_version.form.phase == phase
    assert plan.sections.filter(is_asked=True).count() == plan.sections_total


def test_beginning_twice_answers_the_same_plan(authority):
    TermFactory(authority=authority)
    child = PeriodOfCareFactory(child=ChildFactory(authority=authority)).child
    adviser = person(Role.ADVISER, authority=authority)

    assert start(child, adviser) == start(child, adviser)
    assert PersonalEducationPlan.objects.count() == 1


def test_a_first_plan_is_due_after_twenty_working_days(authority):
    TermFactory(authority=authority)
    child = ChildFactory(authority=authority)
    PeriodOfCareFactory(child=child, started_on=date(2026, 11, 2))

    plan = start(child, person(Role.ADVISER, authority=authority))

    assert plan.kind == "initial"
    assert plan.complete_by == date(2026, 11, 30)
    assert plan.initiate_by == date(2026, 11, 16)


def test_a_child_long_in_care_has_the_terms_deadline(authority):
    term = TermFactory(authority=authority)
    child = ChildFactory(authority=authority)
    PeriodOfCareFactory(child=child, started_on=date(2024, 3, 3))

    plan = start(child, person(Role.ADVISER, authority=authority))

    assert (plan.kind, plan.complete_by) == ("termly", term.pep_deadline_on)


def test_without_a_term_no_plan_begins(authority):
    child = ChildFactory(authority=authority)

    with pytest.raises(actions.NoTerm):
        start(child, person(Role.ADVISER, authority=authority))


def test_the_next_plan_begins_from_the_last(cast):
    fill(cast.plan, by=cast.teacher)
    spring = TermFactory(
        authority=cast.child.authority,
        name="spring",
        started_on=date(2027, 1, 1),
        ended_on=date(2027, 4, 12),
        pep_deadline_on=date(2027, 3, 20),
    )

    plan = start(cast.child, cast.adviser, at=AT + timedelta(days=60))

    assert plan.term == spring
    carried = {(a.section, a.key): a for a in plan.answers.all()}
    assert carried[("about", "key_adult")].is_to_confirm
    assert carried[("care", "conditions")].value
    assert ("views", "voice_likes") not in carried
    assert ("english", "strengths") not in carried
    targets = carried[("last-targets", "targets")].value
    assert [row["id"] for row in targets] == [
        row["id"]
        for row in Answer.objects.get(plan=cast.plan, section="targets", key="targets").value
    ]


def test_a_plan_begins_in_a_term_of_its_own_authority(cast, neighbour):
    theirs = TermFactory(authority=neighbour)

    with pytest.raises(actions.NoTerm):
        start(cast.child, cast.head, term_id=theirs.pk)


def asked(plan):
    return set(plan.sections.filter(is_asked=True).values_list("slug", flat=True))


def about(child, **values):
    return {"authority": child.authority, "child": child, "started_on": date(2025, 1, 1), **values}


def begun(child, *, at=AT):
    TermFactory(authority=child.authority)
    PeriodOfCareFactory(child=child)
    adviser = person(Role.ADVISER, authority=child.authority)
    return start(child, adviser, at=at)


@pytest.mark.parametrize(
    ("born", "phase"),
    [
        pytest.param(date(2012, 2, 9), "NS", id="of school age, PEP-13"),
        pytest.param(date(2009, 10, 9), "NS", id="post-16, PEP-13"),
        pytest.param(date(2023, 2, 9), "EY", id="nursery age needs no place, PEP-14"),
    ],
)
def test_a_child_without_a_school_has_the_form_for_that(authority, born, phase):
    plan = begun(ChildFactory(authority=authority, date_of_birth=born))

    assert plan.form_version.form.phase == phase
    assert ("school-place" in asked(plan)) is (phase == "NS")
    assert ("seeking" in asked(plan)) is (born.year == 2009)


@pytest.mark.parametrize(("status", "has_plan"), [("J1", False), ("C2", True)])
def test_in_custody_there_is_a_note_unless_the_child_is_only_remanded(authority, status, has_plan):
    """COH-12: only remand has no PEP; any other child in custody has the custody note."""
    child = ChildFactory(authority=authority)
    LegalStatus.objects.create(**about(child, code=status))
    Placement.objects.create(**about(child, kind="R5"))

    if not has_plan:
        with pytest.raises(actions.NoPlanOwed):
            begun(child)
        return
    plan = begun(child)
    assert plan.form_version.form.phase == Form.Phase.CUSTODY
    assert "custody" in asked(plan)


def next_term(cast, name, begun, ended):
    return TermFactory(
        authority=cast.child.authority,
        name=name,
        started_on=begun,
        ended_on=ended,
        pep_deadline_on=ended - timedelta(days=14),
    )


def test_targets_of_a_term_before_one_that_was_missed_are_still_to_be_reviewed(cast):
    """Nobody wrote the spring plan: the autumn's targets are reviewed in the summer."""
    fill(cast.plan, by=cast.teacher)
    next_term(cast, "spring", date(2027, 1, 1), date(2027, 4, 12))
    next_term(cast, "summer", date(2027, 4, 12), date(2027, 8, 1))
    start(cast.child, cast.adviser, at=AT + timedelta(days=60))

    plan = start(cast.child, cast.adviser, at=AT + timedelta(days=170))

    assert plan.term.name == "summer"
    carried = plan.answers.get(section="last-targets", key="targets")
    assert [row["id"] for row in carried.value] == [
        row["id"]
        for row in Answer.objects.get(plan=cast.plan, section="targets", key="targets").value
    ]


def test_nothing_to_add_is_carried_to_be_confirmed_and_what_is_not_known_is_not(cast):
    fill(cast.plan, by=cast.teacher)
    about = {"section": "about", "plan": cast.plan}
    Answer.objects.filter(key="history", **about).update(value=None, state="nothing_to_add")
    Answer.objects.filter(key="travel", **about).update(
        value=None, state="not_known", not_known_who="Mrs Tate", not_known_until=date(2026, 12, 1)
    )
    next_term(cast, "spring", date(2027, 1, 1), date(2027, 4, 12))

    plan = start(cast.child, cast.adviser, at=AT + timedelta(days=60))

    carried = {answer.key: answer for answer in plan.answers.filter(section="about")}
    assert carried["history"].state == "nothing_to_add"
    assert carried["history"].is_to_confirm
    assert "travel" not in carried
