"""A plan's dates in words: which rule set each, of what force, and how late it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pep.rules.clocks import (
    REMAND_DAYS,
    Clocks,
    Kind,
    complete_after_school_change,
    complete_by,
    initiate_by,
)

HOLIDAYS = "bank holidays left out"
STOPS_NO_CLOCK = "School holidays do not stop the clock."


class Force(StrEnum):
    """Where a date comes from; only the law can be broken."""

    STATUTE = "The law"
    GUIDANCE = "Statutory guidance"
    LOCAL = "Set by the council"


@dataclass(frozen=True, slots=True)
class Rule:
    """Why a date is what it is, with the id of the rule."""

    words: str
    key: str
    force: Force


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """A plan as far as the words of its dates depend on it; `review_on` is the first review."""

    kind: Kind
    complete_by: date
    term: str  # autumn term 2026
    clock_from: date | None = None
    initiate_by: date | None = None
    review_on: date | None = None
    is_school_change: bool = False  # the clock runs from joining a school


def initiate_rule(
    facts: ClockFacts, *, clocks: Clocks, bank_holidays: Collection[date], day: str
) -> Rule | None:
    """Why a plan is to be begun by its day, PEP-2; `day` is the clock's first day in words."""
    if facts.initiate_by is None or facts.clock_from is None:
        return None
    usual = initiate_by(facts.clock_from, bank_holidays=bank_holidays, clocks=clocks)
    days = clocks.initiate if facts.initiate_by == usual else REMAND_DAYS
    by_remand = initiate_by(
        facts.clock_from, bank_holidays=bank_holidays, clocks=clocks, is_only_remanded=True
    )
    if facts.initiate_by not in {usual, by_remand}:
        return Rule(_counted(None, f"coming into care on {day}"), "PEP-2", Force.STATUTE)
    since = "remand" if days == REMAND_DAYS != clocks.initiate else "coming into care"
    key = "COH-12" if since == "remand" else "PEP-2"
    return Rule(_counted(days, f"{since} on {day}"), key, Force.STATUTE)


def complete_rule(
    facts: ClockFacts, *, clocks: Clocks, bank_holidays: Collection[date], day: str
) -> Rule:
    """Why a plan is to be finished by its day, PEP-3, PEP-4, PEP-7, PEP-8."""
    holiday = f". {STOPS_NO_CLOCK}" if facts.kind is Kind.INTERIM else ""
    key = ", PEP-8" if facts.kind is Kind.INTERIM else ""
    if facts.clock_from is None:
        return Rule(f"The council’s last day for PEPs of the {facts.term}", "PEP-7", Force.LOCAL)
    if facts.is_school_change:
        due = complete_after_school_change(
            facts.clock_from, bank_holidays=bank_holidays, clocks=clocks
        )
        days = clocks.after_school_change if due == facts.complete_by else None
        words = f"{_counted(days, f'joining the school on {day}')}{holiday}"
        return Rule(words, f"PEP-4{key}", Force.LOCAL)
    due = complete_by(facts.clock_from, bank_holidays=bank_holidays, clocks=clocks)
    if facts.complete_by == facts.review_on != due:
        return Rule("The day of the first looked-after review", f"PEP-3{key}", Force.GUIDANCE)
    days = clocks.complete if due == facts.complete_by else None
    words = f"{_counted(days, f'coming into care on {day}')}{holiday}"
    return Rule(words, f"PEP-3{key}", Force.GUIDANCE)


def _counted(days: int | None, since: str) -> str:
    """How a clock runs; where the days were changed since, only from when."""
    return f"{days} working days after {since}, {HOLIDAYS}" if days else f"Counted from {since}"


def lateness(due: date, *, on: date) -> str:
    """How late something is, in words; empty when it is not."""
    days = (on - due).days
    if days <= 0:
        return ""
    return "1 day late" if days == 1 else f"{days} days late"


def late_words(rule: Rule) -> str:
    """Why a late date matters: only the law is worded as broken."""
    return f"{rule.words}. The law sets this day." if rule.force is Force.STATUTE else rule.words
