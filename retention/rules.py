"""How long each kind of record is kept: one table, and from which day it may be deleted.

A day answered here is the first on which the record need no longer be kept. That it may then be
deleted does not delete it: a person approves (RET-4).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from children.rules import adoption_record_retention, record_retention
from schools.rules import ONE_DAY, anniversary

LAST_BIRTHDAY_OF_OTHERS = 25  # RET-5: not looked after is never kept past it


@dataclass(frozen=True, slots=True)
class Due:
    """From which day a record need not be kept, and by which rule."""

    on: date
    rule: str


class Terms(StrEnum):
    """Where a term comes from: only a council's own can be changed in its settings."""

    STATUTE = "The law"
    LOCAL = "This council"
    SERVICE = "This service"


class Goes(StrEnum):
    """How a kind of record goes when its term is over."""

    PROPOSED = "Proposed each month; a person approves"
    BY_ITSELF = "By itself"
    KEPT = "Not deleted by this version"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: a kind of record, how long it is kept, who says so, how it goes."""

    id: str
    record: str
    kept: str
    terms: Terms
    goes: Goes


def looked_after_record(date_of_birth: date, *, died_on: date | None = None) -> Due:
    """When a looked-after child's case record, with its PEPs, may go (RET-1).

    The day after the 75th birthday, which is still kept; or, of a child who died under 18, when 15
    years beginning with the date of death are over.
    """
    kept = record_retention(date_of_birth, died_on=died_on)
    return Due(kept.keep_to + ONE_DAY, kept.rule)


def adoption_record(ordered_on: date) -> Due:
    """When the record of an adopted child may go: after 100 years from the order (RET-2)."""
    kept = adoption_record_retention(ordered_on)
    return Due(kept.keep_to + ONE_DAY, kept.rule)


def other_record(date_of_birth: date, *, last_used_on: date, years: int) -> Due:
    """When the record of a child who was never looked after here may go (RET-5).

    So many years after it was last used, and never past the 25th birthday.
    """
    last = anniversary(date_of_birth, LAST_BIRTHDAY_OF_OTHERS)
    return Due(min(anniversary(last_used_on, years), last) + ONE_DAY, "RET-5")


def register(on: date, *, years: int) -> Due:
    """When a day's marks that are part of no looked-after record may go (RET-3)."""
    return Due(anniversary(on, years) + ONE_DAY, "RET-3")


def refused_load(received_on: date, *, days: int) -> Due:
    """When a load that was refused, and the files sent, may go: nothing of it was added (LOCAL)."""
    return Due(received_on + timedelta(days=days), "LOCAL-LOAD")


def table(*, other_years: int, register_years: int, refused_load_days: int) -> tuple[Rule, ...]:
    """The table of rules, in the words of the page, with a council's own terms."""
    return (
        Rule(
            "RET-1",
            "Record of a looked-after child, with PEPs, attendance and what was done to it",
            "To the 75th birthday; after a death under 18, 15 years beginning with that day",
            Terms.STATUTE,
            Goes.KEPT,
        ),
        Rule("RET-2", "Record of an adopted child, sealed", "100 years from the order",
             Terms.STATUTE, Goes.KEPT),
        Rule(
            "RET-5",
            "Record of a child who was never looked after here",
            f"{other_years} years after it was last used, never past the 25th birthday",
            Terms.LOCAL,
            Goes.KEPT,
        ),
        Rule("RET-3", "Attendance marks outside a looked-after record",
             f"{register_years} years", Terms.LOCAL, Goes.KEPT),
        Rule("RET-4", "The record of who did what", "As long as the record it explains",
             Terms.STATUTE, Goes.KEPT),
        Rule("LOCAL-LOAD", "A refused load: its files, and the list of what was wrong",
             f"{refused_load_days} days after it was sent", Terms.LOCAL, Goes.PROPOSED),
        Rule("LOCAL-ADDED", "The files of a load that was added", "Until it is added",
             Terms.SERVICE, Goes.BY_ITSELF),
        Rule("LOCAL-WORDS", "Words sent after the session ended", "24 hours", Terms.SERVICE,
             Goes.BY_ITSELF),
    )  # fmt: skip
