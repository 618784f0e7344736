"""When a plan starts by itself, and by when it is due."""

from datetime import date

import pytest

from pep.rules import Clocks, Kind, Status
from schools.codes import bank_holidays
from schools.rules import DateRange, SchoolCalendar
from starting.rules import (
    PlanSeen,
    Start,
    StartFacts,
    due_dates,
    goes_to_school,
    is_long_holiday,
    is_school_move,
    plan_to_start,
)

HOLIDAYS = bank_holidays()
AUTUMN = DateRange(date(2026, 9, 1), date(2027, 1, 1))
SUMMER = DateRange(date(2026, 4, 13), date(2026, 9, 1))
TODAY = date(2026, 11, 20)
LONG_AGO = date(2024, 3, 3)


def seen(**facts):
    usual = {
        "kind": Kind.TERMLY,
        "status": Status.WITH_SCHOOL,
        "started_on": date(2026, 9, 1),
        "complete_by": date(2026, 12, 11),
        "school_id": 1,
        "is_of_term": True,
    }
    return PlanSeen(**usual | facts)


LAST_TERM = {
    "started_on": date(2026, 4, 13),
    "complete_by": date(2026, 7, 3),
    "is_of_term": False,
    "status": Status.FINAL,
}


def facts(*plans, **more):
    usual = {
        "care_started_on": LONG_AGO,
        "nc_year": 9,
        "school_id": 1,
        "school_started_on": date(2023, 9, 4),
    }
    return StartFacts(**usual | more, plans=plans)


@pytest.mark.parametrize(
    ("child", "expected"),
    [
        pytest.param(
            facts(care_started_on=date(2026, 11, 2)),
            Start(Kind.INITIAL, date(2026, 11, 2)),
            id="PEP-1, PEP-2: new to care",
        ),
        pytest.param(
            facts(care_started_on=date(2026, 11, 2), school_id=None, school_started_on=None),
            Start(Kind.INITIAL, date(2026, 11, 2)),
            id="PEP-2: also where no school is named",
        ),
        pytest.param(
            facts(care_started_on=date(2026, 8, 10)),
            Start(Kind.INITIAL, date(2026, 8, 10)),
            id="in care since before the term, the clock runs into it",
        ),
        pytest.param(
            facts(care_started_on=date(2026, 7, 1)),
            Start(Kind.TERMLY),
            id="PEP-7: first known here after its clock was over has the term's deadline",
        ),
        pytest.param(facts(), Start(Kind.TERMLY), id="PEP-5: each term"),
        pytest.param(facts(seen(**LAST_TERM)), Start(Kind.TERMLY), id="PEP-5: after last term's"),
        pytest.param(facts(seen()), None, id="PEP-5: once a term"),
        pytest.param(
            facts(seen(kind=Kind.INITIAL), care_started_on=date(2026, 8, 20)),
            None,
            id="a first plan of this term has its review with it",
        ),
        pytest.param(
            facts(
                seen(
                    kind=Kind.INITIAL,
                    is_of_term=False,
                    started_on=date(2026, 8, 24),
                    complete_by=date(2026, 11, 20),
                ),
                care_started_on=date(2026, 8, 20),
            ),
            None,
            id="a first plan whose clock still runs comes before the term's",
        ),
        pytest.param(
            facts(
                seen(
                    kind=Kind.INITIAL,
                    is_of_term=False,
                    started_on=date(2026, 8, 24),
                    complete_by=date(2026, 11, 19),
                ),
                care_started_on=date(2026, 8, 20),
            ),
            Start(Kind.TERMLY),
            id="and no longer once it is late",
        ),
        pytest.param(
            facts(seen(**LAST_TERM), care_started_on=date(2026, 11, 2)),
            Start(Kind.INITIAL, date(2026, 11, 2)),
            id="PEP-2: again in care is new to care",
        ),
        pytest.param(
            facts(seen(), school_id=2, school_started_on=date(2026, 11, 9)),
            Start(Kind.SCHOOL_CHANGE, date(2026, 11, 9)),
            id="PEP-4: a change of school",
        ),
        pytest.param(
            facts(
                seen(),
                seen(kind=Kind.SCHOOL_CHANGE, school_id=2, started_on=date(2026, 10, 5)),
                school_id=3,
                school_started_on=date(2026, 11, 9),
            ),
            Start(Kind.SCHOOL_CHANGE, date(2026, 11, 9)),
            id="PEP-4: a second one in the same term",
        ),
        pytest.param(
            facts(
                seen(),
                seen(kind=Kind.SCHOOL_CHANGE, school_id=2, started_on=date(2026, 11, 10)),
                school_id=2,
                school_started_on=date(2026, 11, 9),
            ),
            None,
            id="PEP-4: one plan for one change",
        ),
        pytest.param(
            facts(
                seen(school_id=None, status=Status.NOT_STARTED),
                school_id=2,
                school_started_on=date(2026, 11, 9),
            ),
            None,
            id="PEP-13: a plan nobody has written in goes to the school that is found",
        ),
        pytest.param(
            facts(
                seen(school_id=None),
                school_id=2,
                school_started_on=date(2026, 11, 9),
            ),
            Start(Kind.SCHOOL_CHANGE, date(2026, 11, 9)),
            id="PEP-13: one written before is followed by the school's own",
        ),
        pytest.param(
            facts(
                care_started_on=date(2026, 11, 2), is_long_holiday=True,
            ),
            Start(Kind.INTERIM, date(2026, 11, 2)),
            id="PEP-8: interim in a long holiday",
        ),
        pytest.param(
            facts(
                seen(), school_id=2, school_started_on=date(2026, 11, 9), is_long_holiday=True
            ),
            Start(Kind.INTERIM, date(2026, 11, 9)),
            id="PEP-8: interim after a change of school in a long holiday",
        ),
        pytest.param(
            facts(
                seen(kind=Kind.INTERIM, started_on=date(2026, 11, 3), school_id=None),
                care_started_on=date(2026, 11, 2),
                is_long_holiday=True,
            ),
            None,
            id="PEP-8: nothing more while the holiday lasts",
        ),
        pytest.param(
            facts(
                seen(kind=Kind.INTERIM, started_on=date(2026, 11, 3), school_id=None),
                care_started_on=date(2026, 11, 2),
            ),
            Start(Kind.TERMLY),
            id="PEP-8: replaced when schools open",
        ),
    ],
)  # fmt: skip
def test_what_starts_by_itself(child, expected):
    assert plan_to_start(child, term=AUTUMN, on=TODAY, bank_holidays=HOLIDAYS) == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param({"school_id": 2, "school_started_on": date(2026, 11, 9)}, True, id="a move"),
        pytest.param({}, False, id="the same school"),
        pytest.param(
            {"school_id": 2, "school_started_on": date(2026, 9, 1)}, False,
            id="joined before the plan began: the record was put right",
        ),
        pytest.param(
            {"school_id": 2, "school_started_on": date(2026, 11, 9), "follows": frozenset({1})},
            False, id="PLA-9: the school became another",
        ),
        pytest.param(
            {"school_id": 2, "school_started_on": date(2026, 9, 3), "nc_year": 7}, False,
            id="PLA-9: primary to secondary in September",
        ),
        pytest.param(
            {"school_id": 2, "school_started_on": date(2026, 10, 5), "nc_year": 7}, True,
            id="PLA-9: a move in October of Year 7",
        ),
        pytest.param(
            {"school_id": 2, "school_started_on": date(2026, 9, 3), "nc_year": 9}, True,
            id="PLA-9: a move in September of Year 9",
        ),
        pytest.param({"school_id": None, "school_started_on": None}, False, id="no school now"),
    ],
)  # fmt: skip
def test_a_school_move(more, expected):
    assert is_school_move(facts(seen(), **more)) is expected


FOUND = {"school_id": 2, "school_started_on": date(2026, 11, 9)}
PUT_RIGHT = {"school_id": 2, "school_started_on": date(2026, 8, 1)}


@pytest.mark.parametrize(
    ("plan", "child", "expected"),
    [
        pytest.param(
            seen(school_id=None, status=Status.NOT_STARTED), FOUND, True, id="found before writing"
        ),
        pytest.param(seen(school_id=None), FOUND, False, id="found while being written"),
        pytest.param(seen(school_id=None), PUT_RIGHT, True, id="the record was put right"),
        pytest.param(seen(), PUT_RIGHT, True, id="the record named another school"),
        pytest.param(seen(), FOUND, False, id="a move"),
        pytest.param(seen(), FOUND | {"follows": frozenset({1})}, True, id="PLA-9: it became it"),
        pytest.param(seen(school_id=2), FOUND, False, id="with it already"),
        pytest.param(
            seen(school_id=None, status=Status.AGREED), PUT_RIGHT, False, id="agreed stays"
        ),
        pytest.param(
            seen(school_id=None, kind=Kind.INTERIM), PUT_RIGHT, False, id="PEP-8: interim stays"
        ),
        pytest.param(seen(), {"school_id": None}, False, id="no school"),
    ],
)
def test_a_plan_goes_to_the_school_the_child_is_at(plan, child, expected):
    assert goes_to_school(plan, facts(plan, **child)) is expected


# Cases 1 to 4: coming into care, begin by, finish by
CASES = [
    pytest.param(date(2026, 11, 2), date(2026, 11, 16), date(2026, 11, 30), id="case 1"),
    pytest.param(date(2026, 12, 17), date(2027, 1, 5), date(2027, 1, 19), id="case 2"),
    pytest.param(date(2026, 12, 19), date(2027, 1, 6), date(2027, 1, 20), id="case 3"),
    pytest.param(date(2027, 3, 24), date(2027, 4, 9), date(2027, 4, 23), id="case 4"),
]


def due(start, care=LONG_AGO, **more):
    usual = {"deadline_on": date(2026, 11, 27), "care_started_on": care, "bank_holidays": HOLIDAYS}
    return due_dates(start, **usual | more)


@pytest.mark.parametrize("kind", [Kind.INITIAL, Kind.INTERIM])
@pytest.mark.parametrize(("care", "initiate", "complete"), CASES)
def test_a_first_plans_dates_pep_2_pep_3_pep_8(care, initiate, complete, kind):
    found = due(Start(kind, care), care)

    assert (found.initiate_by, found.complete_by) == (initiate, complete)


def test_a_first_plan_is_due_by_an_earlier_review_pep_3():
    care, review = date(2026, 11, 2), date(2026, 11, 24)

    assert due(Start(Kind.INITIAL, care), care, first_review_on=review).complete_by == review
    later = date(2026, 12, 24)
    assert due(Start(Kind.INITIAL, care), care, first_review_on=later).complete_by == date(
        2026, 11, 30
    )


def test_after_remand_to_the_authority_five_days_case_31():
    care = date(2026, 10, 5)

    found = due(Start(Kind.INITIAL, care), care, is_only_remanded=True)

    assert found.initiate_by == date(2026, 10, 12)


def test_after_a_change_of_school_by_the_authoritys_own_days_pep_4():
    start = Start(Kind.SCHOOL_CHANGE, date(2026, 11, 2))

    assert due(start).complete_by == date(2026, 11, 30)
    assert due(start, clocks=Clocks(after_school_change=10)).complete_by == date(2026, 11, 16)
    assert due(start).initiate_by is None


def test_a_terms_plan_has_the_terms_deadline_pep_7():
    assert due(Start(Kind.TERMLY)).complete_by == date(2026, 11, 27)


# The calendar of the cases, one school year and the first days of the next
CALENDAR = SchoolCalendar(
    teaching_periods=(
        DateRange(date(2026, 6, 8), date(2026, 7, 22)),
        DateRange(date(2026, 9, 1), date(2026, 10, 24)),
        DateRange(date(2026, 11, 2), date(2026, 12, 19)),
        DateRange(date(2027, 1, 4), date(2027, 2, 13)),
    )
)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2026, 7, 21), False, id="the last day of term"),
        pytest.param(date(2026, 7, 22), True, id="the first day of the summer"),
        pytest.param(date(2026, 8, 31), True, id="the last day of the summer"),
        pytest.param(date(2026, 9, 1), False, id="schools are open"),
        pytest.param(date(2026, 10, 27), False, id="half-term is not long"),
        pytest.param(date(2026, 12, 25), False, id="nor is Christmas"),
        pytest.param(date(2027, 3, 1), False, id="after the calendar ends it is not known"),
    ],
)
def test_a_long_holiday_pep_8(on, expected):
    assert is_long_holiday(CALENDAR, on=on, longer_than=21) is expected


def test_without_a_calendar_there_is_no_holiday():
    assert not is_long_holiday(SchoolCalendar(()), on=TODAY, longer_than=21)
