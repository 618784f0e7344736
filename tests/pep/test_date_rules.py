"""A plan's dates in words: why each is what it is, and how late."""

from datetime import date

import pytest

from pep.rules import (
    ClockFacts,
    Clocks,
    Force,
    Kind,
    Rule,
    complete_rule,
    initiate_rule,
    late_words,
    lateness,
)
from schools.codes import bank_holidays

HOLIDAYS = bank_holidays()
TODAY = date(2026, 11, 20)


def clock(kind, **facts):
    usual = {"complete_by": date(2026, 11, 30), "term": "autumn term 2026"}
    return ClockFacts(kind=kind, **usual | facts)


CARE = {"clock_from": date(2026, 11, 2), "initiate_by": date(2026, 11, 16)}


@pytest.mark.parametrize(
    ("facts", "clocks", "expected"),
    [
        pytest.param(
            clock(Kind.INITIAL, **CARE), Clocks(),
            Rule("20 working days after coming into care on DAY, bank holidays left out",
                 "PEP-3", Force.GUIDANCE),
            id="PEP-3: a first plan",
        ),
        pytest.param(
            clock(Kind.INITIAL, **CARE | {"complete_by": date(2026, 11, 24)},
                  review_on=date(2026, 11, 24)), Clocks(),
            Rule("The day of the first looked-after review", "PEP-3", Force.GUIDANCE),
            id="PEP-3: an earlier review",
        ),
        pytest.param(
            clock(Kind.INTERIM, **CARE), Clocks(),
            Rule("20 working days after coming into care on DAY, bank holidays left out. "
                 "School holidays do not stop the clock.", "PEP-3, PEP-8", Force.GUIDANCE),
            id="PEP-8: interim",
        ),
        pytest.param(
            clock(Kind.SCHOOL_CHANGE, clock_from=date(2026, 11, 2), is_school_change=True),
            Clocks(),
            Rule("20 working days after joining the school on DAY, bank holidays left out",
                 "PEP-4", Force.LOCAL),
            id="PEP-4: a change of school",
        ),
        pytest.param(
            clock(Kind.SCHOOL_CHANGE, clock_from=date(2026, 11, 2), is_school_change=True),
            Clocks(after_school_change=15),
            Rule("Counted from joining the school on DAY", "PEP-4", Force.LOCAL),
            id="PEP-4: the council's days were changed since",
        ),
        pytest.param(
            clock(Kind.TERMLY), Clocks(),
            Rule("The council’s last day for PEPs of the autumn term 2026", "PEP-7", Force.LOCAL),
            id="PEP-7: the term's own",
        ),
    ],
)  # fmt: skip
def test_why_a_plan_is_due(facts, clocks, expected):
    assert complete_rule(facts, clocks=clocks, bank_holidays=HOLIDAYS, day="DAY") == expected


@pytest.mark.parametrize(
    ("initiate", "words", "key"),
    [
        pytest.param(
            date(2026, 11, 16), "10 working days after coming into care on DAY", "PEP-2", id="PEP-2"
        ),
        pytest.param(
            date(2026, 11, 9), "5 working days after remand on DAY", "COH-12", id="COH-12"
        ),
    ],
)
def test_why_a_plan_is_to_be_begun(initiate, words, key):
    facts = clock(Kind.INITIAL, **CARE | {"initiate_by": initiate})

    rule = initiate_rule(facts, clocks=Clocks(), bank_holidays=HOLIDAYS, day="DAY")

    assert rule == Rule(f"{words}, bank holidays left out", key, Force.STATUTE)


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        pytest.param(TODAY, "", id="on the day"),
        pytest.param(date(2026, 11, 19), "1 day late", id="a day after"),
        pytest.param(date(2026, 11, 13), "7 days late", id="a week after"),
    ],
)
def test_how_late_in_words(due, expected):
    assert lateness(due, on=TODAY) == expected


@pytest.mark.parametrize(
    ("force", "expected"),
    [
        pytest.param(Force.STATUTE, "Why. The law sets this day.", id="the law is broken"),
        pytest.param(Force.GUIDANCE, "Why", id="guidance is not"),
        pytest.param(Force.LOCAL, "Why", id="nor is what the council set"),
    ],
)
def test_only_the_law_is_worded_as_broken(force, expected):
    assert late_words(Rule("Why", "PEP-2", force)) == expected
