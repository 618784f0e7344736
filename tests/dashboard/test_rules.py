"""What a plan is called in a list, and what needs someone, as tables."""

from datetime import date

import pytest

from dashboard.rules import (
    Rank,
    State,
    Why,
    Work,
    WorkFacts,
    first_plan_due,
    in_order,
    is_suppressed,
    plan_state,
    work_of,
)

TODAY = date(2026, 11, 20)
PASSED, SOON, LATER = date(2026, 11, 19), date(2026, 11, 27), date(2026, 12, 11)


@pytest.mark.parametrize(
    ("status", "due_on", "expected"),
    [
        pytest.param("agreed", PASSED, State("good", "Agreed"), id="agreed is never late"),
        pytest.param("final", PASSED, State("good", "Final"), id="final is never late"),
        pytest.param("with_school", PASSED, State("bad", "Overdue"), id="a day after its date"),
        pytest.param("with_school", TODAY, State("warn", "Due today"), id="on its date"),
        pytest.param("with_school", SOON, State("warn", "Due in 7 days"), id="seven days before"),
        pytest.param(
            "with_school", date(2026, 11, 28), State("info", "With school"), id="eight days before"
        ),
        pytest.param("sent_back", LATER, State("warn", "Sent back"), id="sent back, time left"),
        pytest.param("not_started", LATER, State("none", "Not started"), id="not started"),
        pytest.param(
            "being_checked", PASSED, State("info", "Being checked"), id="sent in time to be checked"
        ),
        pytest.param("", PASSED, State("bad", "Overdue"), id="no plan after the deadline"),
        pytest.param("", LATER, State("none", "Not started"), id="no plan yet"),
        pytest.param("", None, State("none", "Not started"), id="no plan and no term"),
    ],
)
def test_plan_state(status, due_on, expected):
    assert plan_state(status=status, due_on=due_on, on=TODAY) == expected


def test_a_child_who_needs_no_plan_is_not_late():
    state = plan_state(status="", due_on=PASSED, on=TODAY, needs_plan=False)

    assert state == State("none", "Not needed")


def test_a_plan_without_a_school_is_being_written():
    state = plan_state(status="with_school", due_on=LATER, on=TODAY, has_school=False)

    assert state.word == "Being written"


def facts(**changed):
    return WorkFacts(
        **{
            "needs_plan": True,
            "has_school": True,
            "is_school_age": True,
            "care_started_on": date(2024, 3, 3),
            "plan_status": "with_school",
            "plan_due_on": LATER,
            **changed,
        }
    )


def whys(given, *, checks_plans=True):
    found = work_of(given, on=TODAY, checks_plans=checks_plans, bank_holidays=(), complete_days=20)
    return [item.why for item in in_order(found)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(facts(), [], id="nothing to do"),
        pytest.param(facts(plan_due_on=PASSED), [Why.PLAN_OVERDUE], id="late"),
        pytest.param(
            facts(plan_status="not_started", plan_kind="initial"),
            [Why.NEW_TO_CARE],
            id="a first plan that started itself, nobody has written in it",
        ),
        pytest.param(
            facts(plan_status="not_started", plan_kind="initial", plan_due_on=PASSED),
            [Why.FIRST_PLAN_OVERDUE],
            id="and it is late",
        ),
        pytest.param(
            facts(plan_status="with_school", plan_kind="initial"),
            [],
            id="a first plan begun",
        ),
        pytest.param(facts(plan_due_on=SOON), [Why.PLAN_DUE], id="due in seven days"),
        pytest.param(facts(plan_status="sent_to_check"), [Why.TO_CHECK], id="sent"),
        pytest.param(facts(plan_status="sent_back"), [Why.SENT_BACK], id="sent back"),
        pytest.param(facts(plan_status="agreed", plan_due_on=PASSED), [], id="agreed"),
        pytest.param(facts(has_school=False), [Why.NO_SCHOOL], id="no school place"),
        pytest.param(
            facts(has_school=False, is_school_age=False), [], id="no school, not of school age"
        ),
        pytest.param(
            facts(plan_status="", care_started_on=date(2026, 11, 10)),
            [Why.NEW_TO_CARE],
            id="new to care",
        ),
        pytest.param(
            facts(plan_status="", care_started_on=date(2026, 10, 23)),
            [Why.NEW_TO_CARE],
            id="the twentieth working day is today",
        ),
        pytest.param(
            facts(plan_status="", care_started_on=date(2026, 10, 22)),
            [Why.FIRST_PLAN_OVERDUE],
            id="the twentieth working day was yesterday",
        ),
        pytest.param(
            facts(plan_status="", care_started_on=date(2026, 10, 22), has_had_plan=True),
            [],
            id="a plan last term, none yet this term",
        ),
        pytest.param(
            facts(plan_status="", needs_plan=False, care_started_on=date(2026, 11, 10)),
            [],
            id="new to care, no plan needed",
        ),
        pytest.param(facts(is_newly_absent=True), [Why.NEWLY_ABSENT], id="newly absent"),
        pytest.param(
            facts(plan_due_on=PASSED, has_school=False, is_newly_absent=True),
            [Why.PLAN_OVERDUE, Why.NO_SCHOOL, Why.NEWLY_ABSENT],
            id="ranked by what the law dated",
        ),
    ],
)
def test_work_of_the_virtual_school(given, expected):
    assert whys(given) == expected


def test_others_are_told_only_of_plans():
    given = facts(
        plan_status="sent_to_check", has_school=False, is_newly_absent=True, sections_waiting=2
    )

    assert whys(given, checks_plans=False) == [Why.MY_PART]


def test_first_plan_due_counts_working_days():
    due = first_plan_due(
        date(2026, 12, 21),
        bank_holidays={date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)},
        complete_days=20,
    )

    assert due == date(2027, 1, 21)


def test_order_is_rank_then_date():
    late, later = Work(Why.PLAN_OVERDUE, PASSED), Work(Why.PLAN_OVERDUE, LATER)
    news = Work(Why.NEWLY_ABSENT)

    assert in_order([news, later, late]) == [late, later, news]
    assert news.rank is Rank.INFORMATION


@pytest.mark.parametrize(
    ("count", "of", "expected"),
    [
        pytest.param(0, 40, False, id="nobody may be said"),
        pytest.param(1, 40, True, id="one"),
        pytest.param(5, 40, True, id="five"),
        pytest.param(6, 40, False, id="six"),
        pytest.param(36, 40, True, id="four are left over"),
        pytest.param(40, 40, False, id="everyone"),
        pytest.param(34, 40, False, id="six are left over"),
    ],
)
def test_small_numbers_are_suppressed(count, of, expected):
    assert is_suppressed(count, of=of) is expected


@pytest.mark.parametrize(
    ("due_on", "expected"),
    [
        pytest.param(LATER, [Why.MY_PART], id="time left"),
        pytest.param(SOON, [Why.MY_PART], id="due soon is said once"),
        pytest.param(PASSED, [Why.PLAN_OVERDUE], id="late comes first and is said once"),
    ],
)
def test_a_part_to_write_is_one_thing_to_do(due_on, expected):
    given = facts(sections_waiting=2, plan_due_on=due_on)

    assert whys(given, checks_plans=False) == expected
