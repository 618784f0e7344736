"""Who a child is: identifiers and their check characters, ages, names, and how long we keep.

Nothing here puts an identifier into an exception or a message: those reach logs.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from schools.rules import (
    ONE_DAY,
    CalendarEnds,
    SchoolCalendar,
    add_school_days,
    add_working_days,
    anniversary,
)

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"  # no I, O or S: read as digits [UPN]
UPN = re.compile(rf"[{UPN_LETTERS}][0-9]{{11}}[0-9{UPN_LETTERS}]")
UPN_REASONS = frozenset({"UN1", "UN2", "UN3", "UN4", "UN5"})  # why there is none [SSDA903]
UPN_PSEUDO_AUTHORITIES = (range(1, 6), range(660, 682), range(701, 709))  # not councils [UPN]

ULN_WEIGHTS = range(10, 1, -1)
ULN_PLACEHOLDER = "9999999999"  # "not yet issued", accepted although its check digit is wrong

ADULT = 18
RECORD_KEPT_TO_BIRTHDAY = 75  # RET-1 [CPR10 regs 49-50]
RECORD_KEPT_AFTER_DEATH = 15  # years beginning with the date of death, under 18: RET-1
ADOPTION_RECORD_KEPT = 100  # years from the order, RET-2

HANDOVER_SCHOOL_DAYS = 15  # after leaving, a school finishes its own sections: access matrix

# Letters that Unicode does not take apart into a base letter and an accent.
FOLDED_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "\u0131": "i"}
)
APOSTROPHES = frozenset("'`\u2018\u2019\u02bc")


class UpnFault(StrEnum):
    """What is wrong with a UPN. Only an unknown authority may be let through."""

    FORM = "form"
    CHECK_LETTER = "check_letter"
    AUTHORITY = "authority"

    @property
    def is_hard(self) -> bool:
        return self is not UpnFault.AUTHORITY


class SchoolAccess(StrEnum):
    """What a school sees of a child by one enrolment there."""

    NONE = "none"
    CURRENT = "current"
    HANDING_OVER = "handing_over"  # its own sections and nothing newer


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A child on the roll of a school, as far as access needs it; `ended_on` is the first day off.

    `agreed_on` is when the place was agreed: the new school prepares from then on.
    """

    started_on: date
    ended_on: date | None = None
    agreed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a looked-after child's record is kept, and which rule says so."""

    keep_to: date
    rule: str


# Identifiers


def normalise_upn(text: str) -> str:
    """A UPN as it is stored: no spaces, capital letters."""
    return "".join(text.split()).upper()


def is_upn_reason(text: str) -> bool:
    """Whether text is one of UN1 to UN5: a reason for having no UPN, never a UPN."""
    return text in UPN_REASONS


def upn_check_letter(body: str) -> str:
    """The first character of a UPN, from the twelve that follow it [UPN].

    Each digit times its place (2 to 13), summed, modulo 23; a letter in the last place (a
    temporary UPN) counts as its position in the list. The body must be of the right form.
    """
    values = (int(c) if c.isdigit() else UPN_LETTERS.index(c) for c in body)
    total = sum(place * value for place, value in enumerate(values, start=2))
    return UPN_LETTERS[total % len(UPN_LETTERS)]


def is_upn_authority(code: str, authorities: Collection[str]) -> bool:
    """Whether a UPN's authority part is a council's, of today or former, or a pseudo code."""
    return code in authorities or any(int(code) in part for part in UPN_PSEUDO_AUTHORITIES)


def upn_fault(upn: str, *, authorities: Collection[str] | None = None) -> UpnFault | None:
    """What is wrong with a normalised UPN; None when nothing is.

    `authorities` are the DfE codes known, former ones included; without them the authority part
    is not looked at. An unknown one is a warning: lists of codes lag behind new councils.
    """
    if not UPN.fullmatch(upn):
        return UpnFault.FORM
    if upn[0] != upn_check_letter(upn[1:]):
        return UpnFault.CHECK_LETTER
    if authorities is not None and not is_upn_authority(upn[1:4], authorities):
        return UpnFault.AUTHORITY
    return None


def is_temporary_upn(upn: str) -> bool:
    """Whether a UPN was made by a school for a child whose own it did not know."""
    return upn[-1:].isalpha()


def uln_check_digit(first_nine: str) -> int | None:
    """The tenth digit of a ULN, from the nine before it; None when none is possible [ULN]."""
    total = sum(weight * int(digit) for weight, digit in zip(ULN_WEIGHTS, first_nine, strict=True))
    remainder = total % 11
    return 10 - remainder if remainder else None


def is_uln(text: str) -> bool:
    """Whether text is a unique learner number, or the placeholder for one not yet issued."""
    if not re.fullmatch(r"[0-9]{10}", text):
        return False
    return text == ULN_PLACEHOLDER or uln_check_digit(text[:9]) == int(text[9])


# Ages


def age_on(date_of_birth: date, on: date) -> int:
    """Whole years on a day; a child of 29 February has their birthday on 1 March elsewhere."""
    years = on.year - date_of_birth.year
    return years if anniversary(date_of_birth, years) <= on else years - 1


def is_adult(date_of_birth: date, on: date) -> bool:
    """Whether the 18th birthday has come: being looked after ends with it, COH-1."""
    return age_on(date_of_birth, on) >= ADULT


# Names


def fold_name(text: str) -> str:
    """A key for finding and sorting names: no accents, no case, no marks, single spaces.

    "Zoë O'Néill-Łukasz" and "zoe oneill lukasz" have the same key.
    """
    # Compatibility letters (a bold A) turn into plain capitals, so case is folded after that.
    plain = unicodedata.normalize("NFKD", text).casefold().translate(FOLDED_LETTERS)
    plain = unicodedata.normalize("NFKD", plain)
    letters = (c for c in plain if not unicodedata.combining(c) and c not in APOSTROPHES)
    spaced = "".join(c if c.isalnum() else " " for c in letters)
    return " ".join(spaced.split())


def initials(*, given_name: str, family_name: str) -> str:
    """The first letter of each name, for people who may see no more than that."""
    return "".join(name.strip()[:1].upper() for name in (given_name, family_name))


def display_name(*, given_name: str, family_name: str, known_as: str = "") -> str:
    """The name people use: the one the child is known by, then the family name."""
    return f"{known_as.strip() or given_name.strip()} {family_name.strip()}".strip()


# Enrolments


def handover_ended_on(
    ended_on: date, calendar: SchoolCalendar | None = None, *, days: int = HANDOVER_SCHOOL_DAYS
) -> date:
    """The first day on which a school a child left sees nothing any more.

    Fifteen school days after the last day on roll, or as many as the authority says; where no
    calendar reaches so far, as many weekdays, which is never longer.
    """
    last_day_on_roll = ended_on - ONE_DAY
    try:
        if calendar is None or not _covers(calendar, last_day_on_roll):
            raise CalendarEnds
        last = add_school_days(last_day_on_roll, days, calendar)
    except CalendarEnds:
        last = add_working_days(last_day_on_roll, days, ())
    return last + ONE_DAY


def _covers(calendar: SchoolCalendar, day: date) -> bool:
    """Whether a calendar had begun by a day: else years of holidays would be counted as one."""
    return any(period.started_on <= day for period in calendar.teaching_periods)


def school_access(
    enrolment: Enrolment, on: date, *, calendar: SchoolCalendar | None = None
) -> SchoolAccess:
    """What the school of an enrolment sees on a day: from the place agreed to the handover done."""
    begins = min(enrolment.agreed_on or enrolment.started_on, enrolment.started_on)
    if on < begins:
        return SchoolAccess.NONE
    if enrolment.ended_on is None or on < enrolment.ended_on:
        return SchoolAccess.CURRENT
    if on < handover_ended_on(enrolment.ended_on, calendar):
        return SchoolAccess.HANDING_OVER
    return SchoolAccess.NONE


# How long a record is kept


def record_retention(date_of_birth: date, *, died_on: date | None = None) -> Retention:
    """How long a looked-after child's record is kept, RET-1 [CPR10 regs 49-50].

    To the 75th anniversary of birth; of a child who died under 18, for 15 years beginning with
    the date of death. The later of two readings is taken: the anniversary itself is still kept.
    Leaving care, or moving to another authority's care, changes nothing.
    """
    if died_on and not is_adult(date_of_birth, died_on):
        return Retention(anniversary(died_on, RECORD_KEPT_AFTER_DEATH), "RET-1, died under 18")
    return Retention(anniversary(date_of_birth, RECORD_KEPT_TO_BIRTHDAY), "RET-1")


def adoption_record_retention(ordered_on: date) -> Retention:
    """How long an adoption case record is kept: 100 years from the order, RET-2."""
    return Retention(anniversary(ordered_on, ADOPTION_RECORD_KEPT), "RET-2")
