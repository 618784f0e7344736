"""The states and the clock of a request for a whole record."""

from datetime import date

import pytest

from disclosure import rules
from disclosure.rules import MOVES, Exemption, State

XMAS = {date(2026, 12, 25), date(2026, 12, 28)}


@pytest.mark.parametrize(
    ("starts_on", "is_complex", "days_stopped", "closed", "expected"),
    [
        (date(2026, 11, 4), False, 0, (), date(2026, 12, 4)),
        (date(2027, 1, 31), False, 0, (), date(2027, 3, 1)),  # 28 February is a Sunday
        (date(2026, 11, 25), False, 0, XMAS, date(2026, 12, 29)),
        (date(2026, 11, 7), False, 0, (), date(2026, 12, 7)),
        (date(2026, 11, 4), True, 0, (), date(2027, 2, 4)),
        (date(2026, 11, 30), True, 0, (), date(2027, 3, 1)),  # 28 February again
        (date(2026, 11, 4), False, 5, (), date(2026, 12, 9)),
        (date(2026, 11, 4), True, 12, (), date(2027, 2, 16)),
        (date(2026, 12, 31), False, 0, (), date(2027, 2, 1)),  # 31 January is a Sunday
    ],
)
def test_when_an_answer_is_due(starts_on, is_complex, days_stopped, closed, expected):
    due = rules.due_on(
        starts_on=starts_on, is_complex=is_complex, days_stopped=days_stopped, closed=closed
    )

    assert due == expected


@pytest.mark.parametrize(
    ("received_on", "checked_on", "expected"),
    [
        (date(2026, 11, 4), None, None),
        (date(2026, 11, 4), date(2026, 11, 9), date(2026, 11, 9)),
        (date(2026, 11, 4), date(2026, 11, 1), date(2026, 11, 4)),
    ],
)
def test_the_clock_waits_for_the_identity(received_on, checked_on, expected):
    starts = rules.clock_starts_on(received_on=received_on, identity_checked_on=checked_on)

    assert starts == expected


def test_the_moves():
    allowed = {(before, after) for before in State for after in State
               if rules.may_move(before, after)}  # fmt: skip

    assert {(before.value, after.value) for before, after in allowed} == {
        ("received", "making"), ("received", "withdrawn"), ("making", "review"),
        ("review", "reviewed"), ("review", "clarifying"), ("review", "withdrawn"),
        ("clarifying", "review"), ("clarifying", "withdrawn"), ("reviewed", "review"),
        ("reviewed", "finishing"), ("reviewed", "withdrawn"), ("finishing", "released"),
    }  # fmt: skip
    assert set(MOVES) == set(State)


def test_what_stands_for_a_part_says_nothing_of_it():
    assert rules.withheld("") == "[withheld: review]"
    assert rules.withheld(Exemption.SERIOUS_HARM) == "[withheld: serious harm]"


def test_a_file_name_names_nobody():
    name = rules.download_name(request_id="0a1b2c3d-0000", is_final=True, extension="pdf")

    assert name == "record-0a1b2c.pdf"
