"""National attendance codes: what a register mark means, and how it counts, on its date.

The list is `data/attendance-codes.csv`, read once [WT24], [PR24].
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

DATA = Path(__file__).parent / "data"

REASON_NOT_YET_KNOWN = "N"
EXCLUDED = "E"  # suspended or excluded, nothing arranged


class Session(StrEnum):
    """Half a school day."""

    AM = "AM"
    PM = "PM"


class Category(StrEnum):
    """The national statistical meaning of a mark, ATT-2, ATT-3 [WT24]."""

    ATTENDING = "attending"
    APPROVED_ACTIVITY = "approved_educational_activity"
    AUTHORISED_ABSENCE = "authorised_absence"
    UNAUTHORISED_ABSENCE = "unauthorised_absence"
    UNABLE_TO_ATTEND = "unable_to_attend"
    NOT_COUNTED = "administrative_not_counted"


PRESENT = frozenset({Category.ATTENDING, Category.APPROVED_ACTIVITY})
ABSENT = frozenset({Category.AUTHORISED_ABSENCE, Category.UNAUTHORISED_ABSENCE})
POSSIBLE = PRESENT | ABSENT


@dataclass(frozen=True, slots=True)
class AttendanceCode:
    """One code of the national list; `ended_on` is the first day it may no longer be used."""

    code: str
    meaning: str
    category: Category
    session: Session | None  # the only session it may be used for; None for either
    started_on: date
    ended_on: date | None
    notes: str

    @property
    def is_possible(self) -> bool:
        return self.category in POSSIBLE

    @property
    def is_present(self) -> bool:
        return self.category in PRESENT

    @property
    def is_absent(self) -> bool:
        return self.category in ABSENT

    def is_valid_on(self, day: date) -> bool:
        return self.started_on <= day and (self.ended_on is None or day < self.ended_on)

    def fits(self, session: Session) -> bool:
        """Whether the code may stand in this half of the day: / mornings, \\ afternoons."""
        return self.session is None or self.session is session


@cache
def codes() -> Mapping[str, AttendanceCode]:
    """Every code the list holds, of today or withdrawn, by the code itself."""
    with (DATA / "attendance-codes.csv").open(encoding="utf-8", newline="") as file:
        found = [_from_row(row) for row in csv.DictReader(file)]
    return MappingProxyType({entry.code: entry for entry in found})


def code_on(code: str, day: date) -> AttendanceCode | None:
    """The code as it counts on a day; None when it was not in use then."""
    found = codes().get(code)
    return found if found and found.is_valid_on(day) else None


def meaning(code: str) -> str | None:
    """What a code means, in words; None when the list does not hold it."""
    found = codes().get(code)
    return found.meaning if found else None


def normalise(text: str) -> str:
    """A code as registers write it: no spaces, capital letters."""
    return text.strip().upper()


def _from_row(row: Mapping[str, str]) -> AttendanceCode:
    last_day = row["valid_to"]
    return AttendanceCode(
        code=row["code"],
        meaning=row["meaning"],
        category=Category(row["statistical_category"]),
        session=None if row["session"] == "either" else Session(row["session"]),
        started_on=date.fromisoformat(row["valid_from"]),
        # The list gives the last day; our ranges give the day after it.
        ended_on=date.fromisoformat(last_day) + timedelta(days=1) if last_day else None,
        notes=row["notes"],
    )
