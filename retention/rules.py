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
    WITH_RECORD = "With the child’s record"
    VALUES = "What it said of a child goes with the record; who did what, and when, stays"
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


@dataclass(frozen=True, slots=True)
class Record:
    """What the term of a child's whole record follows from.

    `ordered_on` is the day of an adoption order, or of the seal where no order is noted.
    """

    date_of_birth: date
    was_looked_after: bool
    died_on: date | None
    ordered_on: date | None
    last_used_on: date


def whole_record(record: Record, *, other_years: int) -> Due:
    """When a child's whole record may go, by the rule that keeps it longest (RET-1, 2, 5)."""
    terms = []
    if record.was_looked_after:
        terms.append(looked_after_record(record.date_of_birth, died_on=record.died_on))
    if record.ordered_on:
        terms.append(adoption_record(record.ordered_on))
    if not terms:
        return other_record(
            record.date_of_birth, last_used_on=record.last_used_on, years=other_years
        )
    return max(terms, key=lambda due: due.on)


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
            "Record of a looked-after child, with PEPs, attendance, files and their own account",
            "To the 75th birthday; after a death under 18, 15 years beginning with that day",
            Terms.STATUTE,
            Goes.PROPOSED,
        ),
        Rule("RET-2", "Record of an adopted child, sealed", "100 years from the order",
             Terms.STATUTE, Goes.PROPOSED),
        Rule(
            "RET-5",
            "Record of a child who was never looked after here",
            f"{other_years} years after it was last used, never past the 25th birthday",
            Terms.LOCAL,
            Goes.PROPOSED,
        ),
        Rule("RET-3", "Attendance marks of a child who was never looked after here",
             f"{register_years} years at least", Terms.LOCAL, Goes.WITH_RECORD),
        Rule("RET-4", "The record of who did what", "As long as the record it explains",
             Terms.STATUTE, Goes.VALUES),
        Rule("LOCAL-LOAD", "A refused load: its files, and the list of what was wrong",
             f"{refused_load_days} days after it was sent", Terms.LOCAL, Goes.PROPOSED),
        Rule("LOCAL-ADDED", "The files of a load that was added", "Until it is added",
             Terms.SERVICE, Goes.BY_ITSELF),
        Rule("LOCAL-LEFT", "What a load that was added says of a child’s rows",
             "As long as the child’s record", Terms.SERVICE, Goes.WITH_RECORD),
        Rule("LOCAL-NOTICE", "Notices and emails about a child; they name nobody",
             "As long as the child’s record", Terms.SERVICE, Goes.WITH_RECORD),
        Rule("LOCAL-WORDS", "Words sent after the session ended", "24 hours", Terms.SERVICE,
             Goes.BY_ITSELF),
        Rule("LOCAL-SESSION", "Sessions of people signed in, with the name last searched for",
             "12 hours at most", Terms.SERVICE, Goes.BY_ITSELF),
        Rule("LOCAL-ACCOUNT", "Accounts of staff and carers, and notices about no child",
             "No term is set", Terms.SERVICE, Goes.KEPT),
    )  # fmt: skip
