"""How sessions add up to attendance, absence and the national absence bands.

Everything is exact whole numbers until a percentage is shown; thresholds never look at a
rounded figure. A session is half a school day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from attendance.codes import Category, code_on
from schools.rules import SchoolCalendar, add_school_days

PERSISTENT_ABSENCE = Fraction(1, 10)  # share of possible sessions missed, ATT-5 [WT24]
SEVERE_ABSENCE = Fraction(1, 2)  # share of possible sessions missed, ATT-5 [WT24]

PLACEHOLDER_DAYS = 5  # school days until an N must be replaced, ATT-9 [WT24]
NEW_PUPIL_RETURN_DAYS = 5  # calendar days after the name is entered, ATT-13 [PR24 reg 13]

USUAL_TRIGGERS = (95, 93, 90)  # per cent present; LOCAL, ATT-15


class UnknownCode(Exception):
    """A mark's code was not in use on its date."""


class AbsenceBand(StrEnum):
    NO_DATA = "no_data"
    BELOW_THRESHOLD = "below_threshold"
    PERSISTENT = "persistent"
    SEVERE = "severe"


@dataclass(frozen=True, slots=True)
class AttendanceSummary:
    """Counts of sessions of one child or many, over any period and any number of schools."""

    present: int = 0
    authorised: int = 0
    unauthorised: int = 0

    @property
    def missed(self) -> int:
        return self.authorised + self.unauthorised

    @property
    def possible(self) -> int:
        return self.present + self.missed

    @property
    def absence_rate(self) -> Fraction | None:
        """Share of possible sessions missed, 0 to 1; None when no session was possible."""
        return Fraction(self.missed, self.possible) if self.possible else None

    @property
    def is_persistent(self) -> bool:
        """A tenth or more missed. A severely absent child is also persistently absent, ATT-5."""
        return self.absence_rate is not None and self.absence_rate >= PERSISTENT_ABSENCE

    @property
    def is_severe(self) -> bool:
        """Half or more missed, ATT-5."""
        return self.absence_rate is not None and self.absence_rate >= SEVERE_ABSENCE

    def attendance_percent(self, *, places: int = 1) -> Decimal | None:
        """Per cent of possible sessions present; None when none was possible, ATT-4."""
        return percent(self.present, self.possible, places=places)

    def absence_percent(self, *, places: int = 1) -> Decimal | None:
        """Per cent of possible sessions missed; None when none was possible, ATT-4."""
        return percent(self.missed, self.possible, places=places)

    def __add__(self, other: "AttendanceSummary") -> "AttendanceSummary":
        return AttendanceSummary(
            present=self.present + other.present,
            authorised=self.authorised + other.authorised,
            unauthorised=self.unauthorised + other.unauthorised,
        )


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """Attendance of a group: the sum of its sessions, never the mean of percentages, ATT-6.

    `children` counts those with a possible session: the others are in no figure at all.
    """

    total: AttendanceSummary
    children: int
    persistent: int
    severe: int

    def persistent_percent(self, *, places: int = 1) -> Decimal | None:
        return percent(self.persistent, self.children, places=places)

    def severe_percent(self, *, places: int = 1) -> Decimal | None:
        return percent(self.severe, self.children, places=places)


def percent(numerator: int, denominator: int, *, places: int = 1) -> Decimal | None:
    """A percentage from whole numbers, rounded half up once; None of nothing.

    Both numbers are counts, so neither is negative.
    """
    if not denominator:
        return None
    scaled = numerator * 100 * 10**places
    return Decimal((2 * scaled + denominator) // (2 * denominator)).scaleb(-places)


def absence_band(summary: AttendanceSummary) -> AbsenceBand:
    """Place a child in the national absence bands. The thresholds themselves count, ATT-5."""
    if not summary.possible:
        return AbsenceBand.NO_DATA
    if summary.is_severe:
        return AbsenceBand.SEVERE
    return AbsenceBand.PERSISTENT if summary.is_persistent else AbsenceBand.BELOW_THRESHOLD


def summarise(marks: Iterable[tuple[date, str]]) -> AttendanceSummary:
    """Count the marks of a register, given as day and code, ATT-2, ATT-3.

    Marks of several schools belong in one call: a dual-registered session has D at one of them
    and is counted by the other, ATT-8. Raises UnknownCode.
    """
    present = authorised = unauthorised = 0
    for day, mark in marks:
        code = code_on(mark, day)
        if code is None:
            raise UnknownCode(f"Attendance code not in use on {day}")
        present += code.is_present
        authorised += code.category is Category.AUTHORISED_ABSENCE
        unauthorised += code.category is Category.UNAUTHORISED_ABSENCE
    return AttendanceSummary(present=present, authorised=authorised, unauthorised=unauthorised)


def group_figures(children: Iterable[AttendanceSummary]) -> GroupFigures:
    """Figures of a group from one summary a child, over all the child's schools, ATT-6."""
    counted = [child for child in children if child.possible]
    return GroupFigures(
        total=sum(counted, AttendanceSummary()),
        children=len(counted),
        persistent=sum(child.is_persistent for child in counted),
        severe=sum(child.is_severe for child in counted),
    )


def trigger_reached(
    summary: AttendanceSummary, triggers: Iterable[int] = USUAL_TRIGGERS
) -> int | None:
    """The lowest trigger a child's attendance is below, in per cent (LOCAL), ATT-15.

    Exactly on a trigger is not below it. None when above all, or when nothing was possible.
    """
    below = [trigger for trigger in triggers if summary.present * 100 < trigger * summary.possible]
    return min(below, default=None)


def placeholder_due(day: date, calendar: SchoolCalendar) -> date:
    """The last school day on which an N of this day may stand, ATT-9."""
    return add_school_days(day, PLACEHOLDER_DAYS, calendar)


def new_pupil_return_due(entered_on: date) -> date:
    """The last day for telling the authority of a name entered in the register, ATT-13.

    Calendar days, since the regulation says day. The usual intake of the lowest class on the
    first day of the year needs no return unless the authority asks for it.
    """
    return entered_on + timedelta(days=NEW_PUPIL_RETURN_DAYS)


def deletion_return_due(deleted_on: date) -> date:
    """The last day for telling the authority of a deletion: the same day, ATT-13."""
    return deleted_on
