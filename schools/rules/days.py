"""Working days and school days: the two clocks of a duty, and ranges of days.

Every range is half-open: `ended_on` is the first day it no longer holds; None means still open.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5
ONE_DAY = timedelta(days=1)

SCHOOL_YEAR_DAYS = 190  # school days for pupils in an ordinary year, ATT-1 [DFE-ABS]
DIRECTION_NOTICE_DAYS = 7  # calendar days for each of the two steps, ADM-5 [SSFA98 ss97A-97C]


class CalendarEnds(Exception):
    """The school calendar stops before the answer: the authority must enter the next terms."""


@dataclass(frozen=True, slots=True)
class DateRange:
    """A stretch of days, from the first it holds to the first it no longer holds."""

    started_on: date
    ended_on: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.started_on <= day and (self.ended_on is None or day < self.ended_on)

    def overlaps(self, other: "DateRange") -> bool:
        """Whether the two share at least one day."""
        return (other.ended_on is None or self.started_on < other.ended_on) and (
            self.ended_on is None or other.started_on < self.ended_on
        )


def is_working_day(day: date, *, bank_holidays: Collection[date]) -> bool:
    """Monday to Friday, not Christmas Day, Good Friday or a bank holiday [CPR10 reg 2]."""
    return day.weekday() < SATURDAY and day not in bank_holidays


def add_working_days(start: date, days: int, bank_holidays: Collection[date]) -> date:
    """The last day on time for "within n working days": the event's own day is day 0.

    School holidays do not stop this clock. Zero days is the day of the event itself.
    """
    day = start
    while days > 0:
        day += ONE_DAY
        if is_working_day(day, bank_holidays=bank_holidays):
            days -= 1
    return day


def working_days_between(start: date, end: date, bank_holidays: Collection[date]) -> int:
    """Working days after `start` up to and including `end`; none when `end` is not later."""
    return sum(
        is_working_day(start + timedelta(days=n), bank_holidays=bank_holidays)
        for n in range(1, (end - start).days + 1)
    )


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has no such day."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month0 == 11), (month0 + 1) % 12 + 1, 1)
    return date(year, month0 + 1, min(day.day, (first_of_next - ONE_DAY).day))


def anniversary(day: date, years: int) -> date:
    """The anniversary of a date; of 29 February, 1 March where the year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """When one school, or a whole authority's schools, meet for pupils.

    `closed_days` holds bank holidays inside a teaching period and days closed for other reasons.
    """

    teaching_periods: tuple[DateRange, ...]
    inset_days: frozenset[date] = frozenset()
    closed_days: frozenset[date] = frozenset()

    @property
    def ended_on(self) -> date | None:
        """The first day about which this calendar says nothing; None when it has no end."""
        ends = [period.ended_on for period in self.teaching_periods if period.ended_on]
        return max(ends) if len(ends) == len(self.teaching_periods) and ends else None

    def is_school_day(self, day: date) -> bool:
        """A day the school meets for pupils: not a weekend, holiday, INSET or closed day."""
        return (
            day.weekday() < SATURDAY
            and day not in self.inset_days
            and day not in self.closed_days
            and any(period.holds_on(day) for period in self.teaching_periods)
        )


def add_school_days(start: date, days: int, calendar: SchoolCalendar) -> date:
    """The last day on time for "within n school days"; the event's own day is day 0.

    Raises CalendarEnds when the calendar stops before that day: no date is better than a wrong one.
    """
    day = start
    while days > 0:
        day += ONE_DAY
        if not calendar.teaching_periods or (calendar.ended_on and day >= calendar.ended_on):
            raise CalendarEnds("The school calendar ends before the day asked for")
        if calendar.is_school_day(day):
            days -= 1
    return day


def school_days_between(start: date, end: date, calendar: SchoolCalendar) -> int:
    """School days from `start` up to, but not including, `end`."""
    days = (start + timedelta(days=n) for n in range((end - start).days))
    return sum(calendar.is_school_day(day) for day in days)


@dataclass(frozen=True, slots=True)
class DirectionTimetable:
    """The clocks of a direction to a maintained school, ADM-5: calendar days."""

    reply_by: date
    adjudicator_until: date | None
    direct_from: date | None


def direction_timetable(
    consulted_on: date, *, intention_served_on: date | None = None
) -> DirectionTimetable:
    """When an admission authority must answer, and from when it may be directed, ADM-5.

    Two steps of seven days: consult, then serve notice of intention and wait. A referral to
    the adjudicator stops the second clock, so the caller then shows no date to direct from.
    """
    notice = timedelta(days=DIRECTION_NOTICE_DAYS)
    until = intention_served_on + notice if intention_served_on else None
    return DirectionTimetable(
        reply_by=consulted_on + notice,
        adjudicator_until=until,
        direct_from=until + ONE_DAY if until else None,
    )
