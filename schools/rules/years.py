"""Years and terms: kinds of year that must not be mixed, each with its own type."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Self

from schools.rules.days import ONE_DAY, DateRange


@dataclass(frozen=True, slots=True, order=True)
class AcademicYear:
    """1 September to 31 August, written 2026/27."""

    start_year: int

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year if day.month >= 9 else day.year - 1)

    @property
    def range(self) -> DateRange:
        return DateRange(date(self.start_year, 9, 1), date(self.start_year + 1, 9, 1))

    def __str__(self) -> str:
        return f"{self.start_year}/{(self.start_year + 1) % 100:02}"


@dataclass(frozen=True, slots=True, order=True)
class FinancialYear:
    """1 April to 31 March, written 2026-27: the year of money."""

    start_year: int

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year if day.month >= 4 else day.year - 1)

    @property
    def range(self) -> DateRange:
        return DateRange(date(self.start_year, 4, 1), date(self.start_year + 1, 4, 1))

    def __str__(self) -> str:
        return f"{self.start_year}-{(self.start_year + 1) % 100:02}"


@dataclass(frozen=True, slots=True, order=True)
class ReturnYear:
    """The year of the looked-after children return, named by the 31 March it ends on."""

    end_year: int

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year + 1 if day.month >= 4 else day.year)

    @classmethod
    def of_collection(cls, label: str) -> Self:
        """From the label of a collection in the code lists: "2024-25" ends in 2025."""
        return cls(int(label[:4]) + 1)

    @property
    def range(self) -> DateRange:
        return DateRange(date(self.end_year - 1, 4, 1), date(self.end_year, 4, 1))

    @property
    def started_on(self) -> date:
        return date(self.end_year - 1, 4, 1)

    @property
    def last_day(self) -> date:
        return date(self.end_year, 3, 31)

    def __str__(self) -> str:
        return f"year to 31 March {self.end_year}"


class Season(StrEnum):
    AUTUMN = "autumn"
    SPRING = "spring"
    SUMMER = "summer"


@dataclass(frozen=True, slots=True)
class Term:
    """One of three windows of an academic year, without gaps between them (LOCAL dates).

    Plans are counted by these; registers' figures use `StatisticalTerm`.
    """

    academic_year: AcademicYear
    season: Season
    started_on: date
    ended_on: date

    @property
    def range(self) -> DateRange:
        return DateRange(self.started_on, self.ended_on)

    def __str__(self) -> str:
        year = self.academic_year.start_year + (self.season is not Season.AUTUMN)
        return f"{self.season.capitalize()} term {year}"


def easter_sunday(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the anonymous (Meeus/Jones/Butcher) method."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    skipped, century_rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - skipped - correction + 15) % 30
    leaps, rest = divmod(of_century, 4)
    to_sunday = (32 + 2 * century_rest + 2 * leaps - epact - rest) % 7
    shift = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day0 = divmod(epact + to_sunday - 7 * shift + 114, 31)
    return date(year, month, day0 + 1)


def usual_summer_start(year: int) -> date:
    """A first guess at the summer term's first day, until the authority enters its own (LOCAL).

    The first Monday from 11 April, or the Tuesday after a late Easter.
    """
    april = date(year, 4, 11)
    monday = april + timedelta(days=-april.weekday() % 7)
    return max(monday, easter_sunday(year) + timedelta(days=2))


def default_terms(
    academic_year: AcademicYear, summer_starts_on: date | None = None
) -> tuple[Term, Term, Term]:
    """The three windows of a year (LOCAL): they meet without a gap and fill the academic year.

    Autumn runs to 31 December, spring to the day before the summer term, summer to 31 August.
    """
    year = academic_year.start_year
    summer = summer_starts_on or usual_summer_start(year + 1)
    new_year = date(year + 1, 1, 1)
    whole = academic_year.range
    return (
        Term(academic_year, Season.AUTUMN, whole.started_on, new_year),
        Term(academic_year, Season.SPRING, new_year, summer),
        Term(academic_year, Season.SUMMER, summer, date(year + 1, 9, 1)),
    )


def term_on(day: date, terms: Iterable[Term]) -> Term | None:
    """The term a day falls in, among those given."""
    return next((term for term in terms if term.range.holds_on(day)), None)


def are_gapless(terms: Iterable[Term]) -> bool:
    """Whether each term begins on the day the one before it ends."""
    ordered = sorted(terms, key=lambda term: term.started_on)
    return all(earlier.ended_on == later.started_on for earlier, later in pairwise(ordered))


@dataclass(frozen=True, slots=True)
class StatisticalTerm:
    """A term of the national absence figures, ATT-11 [DFE-ABS]: autumn begins on 1 August.

    Spring ends on Easter Sunday, summer begins on Easter Monday and ends on 31 July.
    """

    school_year: int
    season: Season

    @classmethod
    def of(cls, day: date) -> Self:
        if day.month >= 8:
            return cls(day.year, Season.AUTUMN)
        season = Season.SPRING if day <= easter_sunday(day.year) else Season.SUMMER
        return cls(day.year - 1, season)

    @property
    def range(self) -> DateRange:
        new_year = date(self.school_year + 1, 1, 1)
        easter_monday = easter_sunday(self.school_year + 1) + ONE_DAY
        match self.season:
            case Season.AUTUMN:
                return DateRange(date(self.school_year, 8, 1), new_year)
            case Season.SPRING:
                return DateRange(new_year, easter_monday)
            case Season.SUMMER:
                return DateRange(easter_monday, date(self.school_year + 1, 8, 1))
