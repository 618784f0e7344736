"""How long each kind of record is kept, at, below and above its day."""

from datetime import date

import pytest

from retention import rules


@pytest.mark.parametrize(
    ("born", "died", "expected", "rule"),
    [
        (date(2010, 5, 3), None, date(2085, 5, 4), "RET-1"),  # the birthday itself is still kept
        (date(2012, 2, 29), None, date(2087, 3, 2), "RET-1"),  # its 75th birthday is 1 March
        (date(2010, 5, 3), date(2028, 5, 2), date(2043, 5, 3), "RET-1, died under 18"),
        (date(2010, 5, 3), date(2028, 5, 3), date(2085, 5, 4), "RET-1"),  # on the 18th birthday
        (date(2010, 5, 3), date(2024, 2, 29), date(2039, 3, 2), "RET-1, died under 18"),
    ],
)
def test_a_looked_after_record(born, died, expected, rule):
    assert rules.looked_after_record(born, died_on=died) == rules.Due(expected, rule)


def test_an_adoption_record():
    assert rules.adoption_record(date(2026, 3, 1)) == rules.Due(date(2126, 3, 2), "RET-2")


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        (date(2026, 9, 1), date(2032, 9, 2)),  # six years
        (date(2029, 5, 2), date(2035, 5, 3)),  # the day before the birthday
        (date(2029, 5, 3), date(2035, 5, 4)),  # the 25th birthday
        (date(2029, 5, 4), date(2035, 5, 4)),  # never past it
    ],
)
def test_a_record_of_a_child_never_looked_after(used, expected):
    due = rules.other_record(date(2010, 5, 3), last_used_on=used, years=6)

    assert due == rules.Due(expected, "RET-5")


def test_marks_and_refused_loads():
    assert rules.register(date(2024, 2, 29), years=6) == rules.Due(date(2030, 3, 2), "RET-3")
    assert rules.refused_load(date(2026, 1, 1), days=90) == rules.Due(
        date(2026, 4, 1), "LOCAL-LOAD"
    )


def test_the_table_says_a_councils_own_terms():
    told = {row.id: row for row in rules.table(other_years=5, register_years=7,
                                               refused_load_days=30)}  # fmt: skip

    assert told["RET-5"].kept.startswith("5 years")
    assert told["RET-3"].kept == "7 years at least"
    assert told["LOCAL-LOAD"].kept.startswith("30 days")
    assert {row.id for row in told.values() if row.goes is rules.Goes.PROPOSED} == {
        "RET-1", "RET-2", "RET-5", "LOCAL-LOAD",
    }  # fmt: skip
