"""School years of the made-up schools: teaching periods, INSET days, and the terms of plans."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from schools.rules import ONE_DAY, AcademicYear, DateRange, Term, default_terms, usual_summer_start

YEARS_OF_MARKS = 3  # complete school years before the present one
SCHOOL_DAYS_AND_INSET = 195


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _first_weekday(day: date) -> date:
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)


@dataclass(frozen=True)
class SchoolYear:
    """One school year in six half terms; every half term but one begins with an INSET day."""

    year: AcademicYear
    bank_holidays: frozenset[date]

    @cached_property
    def periods(self) -> tuple[DateRange, ...]:
        """Teaching periods; the last ends when 195 days are reached."""
        start = self.year.start_year
        autumn = _first_weekday(date(start, 9, 1))
        october = _monday_of(date(start, 10, 31))
        christmas = _monday_of(date(start, 12, 25)) - timedelta(days=2)
        january = _first_weekday(date(start + 1, 1, 4))
        february = _monday_of(date(start + 1, 2, 21))
        summer = usual_summer_start(start + 1)
        may = _monday_of(date(start + 1, 5, 31))
        before = (
            DateRange(autumn, october),
            DateRange(october + timedelta(days=7), christmas),
            DateRange(january, february),
            DateRange(february + timedelta(days=7), _monday_of(summer) - timedelta(days=16)),
            DateRange(summer, may),
        )
        june = may + timedelta(days=7)
        left = SCHOOL_DAYS_AND_INSET - sum(len(self._weekdays(period)) for period in before)
        day = june
        while left > 0:
            left -= day.weekday() < 5 and day not in self.bank_holidays
            day += ONE_DAY
        return (*before, DateRange(june, day))

    def _weekdays(self, period: DateRange) -> list[date]:
        days = ((period.ended_on or period.started_on) - period.started_on).days
        every = (period.started_on + timedelta(days=n) for n in range(days))
        return [day for day in every if day.weekday() < 5 and day not in self.bank_holidays]

    @cached_property
    def inset_days(self) -> tuple[date, ...]:
        autumn, november, january, _, summer, june = self.periods
        return tuple(
            self._weekdays(period)[0] for period in (autumn, november, january, summer, june)
        )

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days pupils are in."""
        inset = set(self.inset_days)
        return tuple(
            day for period in self.periods for day in self._weekdays(period) if day not in inset
        )

    @cached_property
    def bank_holidays_inside(self) -> tuple[date, ...]:
        return tuple(
            sorted(
                day
                for day in self.bank_holidays
                if day.weekday() < 5 and any(period.holds_on(day) for period in self.periods)
            )
        )


@dataclass(frozen=True)
class Calendar:
    """The school years a demonstration needs, as they look on the day it is made."""

    today: date
    bank_holidays: frozenset[date]

    @cached_property
    def years(self) -> tuple[SchoolYear, ...]:
        """Three years of marks, the present one, and the next for clocks that run on."""
        present = AcademicYear.of(self.today).start_year
        return tuple(
            SchoolYear(AcademicYear(start), self.bank_holidays)
            for start in range(present - YEARS_OF_MARKS, present + 2)
        )

    @cached_property
    def first_day(self) -> date:
        return self.years[0].days[0]

    @cached_property
    def days(self) -> tuple[date, ...]:
        return tuple(day for year in self.years for day in year.days)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        return tuple(term for year in self.years for term in default_terms(year.year))

    def starts(self, academic_year: int) -> date:
        """The first day pupils are in of a school year; 4 September of one before ours."""
        for year in self.years:
            if year.year.start_year == academic_year:
                return year.days[0]
        return date(academic_year, 9, 4)

    def days_between(self, started_on: date, ended_on: date) -> list[date]:
        """School days from one day to before another."""
        return [day for day in self.days if started_on <= day < ended_on]


def deadline(term: Term) -> date:
    """The last day a plan of a term is on time: end of November, mid March, early July (LOCAL)."""
    year = term.academic_year.start_year
    month_end = {
        "autumn": date(year, 11, 30),
        "spring": date(year + 1, 3, 20),
        "summer": date(year + 1, 7, 4),
    }[term.season.value]
    return month_end - timedelta(days=(month_end.weekday() - 4) % 7)


def working_days_before(day: date, count: int, bank_holidays: frozenset[date]) -> date:
    """The working day that lies so many before a day."""
    while count > 0:
        day -= ONE_DAY
        count -= day.weekday() < 5 and day not in bank_holidays
    return day
