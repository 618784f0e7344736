import csv
from datetime import date
from pathlib import Path

import pytest

from attendance.codes import DATA, Category, Session, code_on, codes, meaning, normalise

MARKS = Path(__file__).parents[2] / "returns/data/sample-return/attendance/marks.csv"


@pytest.mark.parametrize(
    ("code", "day", "category"),
    [
        pytest.param("/", date(2026, 11, 2), Category.ATTENDING, id="present"),
        pytest.param("L", date(2026, 11, 2), Category.ATTENDING, id="late, register open"),
        pytest.param("U", date(2026, 11, 2), Category.UNAUTHORISED_ABSENCE, id="late, closed"),
        pytest.param("C2", date(2024, 8, 18), None, id="C2 the day before it began"),
        pytest.param("C2", date(2024, 8, 19), Category.AUTHORISED_ABSENCE, id="C2 begins"),
        pytest.param("J", date(2024, 8, 18), Category.APPROVED_ACTIVITY, id="J, last day"),
        pytest.param("J", date(2024, 8, 19), None, id="J withdrawn"),
        pytest.param("Y", date(2024, 8, 19), None, id="Y split in seven"),
        pytest.param("D", date(2026, 11, 2), Category.UNABLE_TO_ATTEND, id="dual registered"),
        pytest.param("#", date(2026, 11, 2), Category.NOT_COUNTED, id="closed"),
        pytest.param("AA", date(2026, 11, 2), None, id="no such code"),
    ],
)
def test_what_a_code_is_on_a_day(code, day, category):
    found = code_on(code, day)

    assert (found and found.category) == category


def test_counts_in_the_list_agree_with_the_categories():
    with (DATA / "attendance-codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = codes()[row["code"]]
            counts = (code.is_possible, code.is_present, code.is_absent)
            listed = tuple(
                row[f"counts_as_{column}"] == "1" for column in ("possible", "present", "absent")
            )
            assert counts == listed, row["code"]


@pytest.mark.parametrize(
    ("code", "session", "expected"),
    [
        ("/", "AM", True),
        ("/", "PM", False),
        ("\\", "PM", True),
        ("\\", "AM", False),
        ("I", "AM", True),
    ],
)
def test_strokes_belong_to_one_half_of_the_day(code, session, expected):
    assert codes()[code].fits(Session(session)) is expected


def test_a_code_is_read_as_typed():
    assert normalise(" c2 ") == "C2"
    assert meaning(normalise("i")) == "Ill (not an appointment)"
    assert meaning("?") is None


def test_every_mark_of_the_sample_was_in_use_on_its_day():
    with MARKS.open(encoding="utf-8", newline="") as file:
        marks = {(r["code"], r["date"], r["session"]) for r in csv.DictReader(file)}

    wrong = [
        (code, day, session)
        for code, day, session in marks
        if not (found := code_on(code, date.fromisoformat(day))) or not found.fits(Session(session))
    ]
    assert wrong == []
