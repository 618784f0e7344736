"""Year groups, key stages and compulsory school age, from a date of birth."""

from datetime import date, timedelta
from enum import StrEnum

from schools.rules.days import anniversary
from schools.rules.years import AcademicYear

COMPULSORY_SCHOOL_AGE = 5  # birthday the prescribed day is counted from [EA96 s8]
SCHOOL_LEAVING_AGE = 16  # reached by 31 August of the leaving year [EA96 s8]


class Phase(StrEnum):
    EARLY_YEARS = "EY"
    PRIMARY = "PR"
    SECONDARY = "SE"
    POST_16 = "P16"


class KeyStage(StrEnum):
    EARLY_YEARS = "EYFS"
    ONE = "KS1"
    TWO = "KS2"
    THREE = "KS3"
    FOUR = "KS4"
    POST_16 = "post-16"


def nc_year(date_of_birth: date, on: date) -> int:
    """The National Curriculum year a child of this age is usually in; 0 is Reception, -1 is N2.

    The real year group may differ (taught out of year group): the record holds it beside this.
    """
    cohort = date_of_birth.year + (date_of_birth.month >= 9)
    return AcademicYear.of(on).start_year - cohort - 4


def nc_year_name(year: int) -> str:
    """The year group as schools say it: Year 7, Reception, Nursery 2 (the year before school)."""
    if year > 0:
        return f"Year {year}"
    return {0: "Reception", -1: "Nursery 2", -2: "Nursery 1"}.get(year, "Before nursery")


def phase(year: int) -> Phase:
    """Which form of plan a year group uses; Reception uses the school's."""
    if year < 0:
        return Phase.EARLY_YEARS
    if year <= 6:
        return Phase.PRIMARY
    return Phase.SECONDARY if year <= 11 else Phase.POST_16


def key_stage(year: int) -> KeyStage:
    """The key stage of a year group; Reception belongs to the early years."""
    if year <= 0:
        return KeyStage.EARLY_YEARS
    last_years = (
        (2, KeyStage.ONE),
        (6, KeyStage.TWO),
        (9, KeyStage.THREE),
        (11, KeyStage.FOUR),
    )
    return next((stage for last, stage in last_years if year <= last), KeyStage.POST_16)


def compulsory_school_age_starts(date_of_birth: date) -> date:
    """The prescribed day (31 March, 31 August, 31 December) on or after the fifth birthday."""
    fifth = anniversary(date_of_birth, COMPULSORY_SCHOOL_AGE)
    days = (date(fifth.year, 3, 31), date(fifth.year, 8, 31), date(fifth.year, 12, 31))
    return next(day for day in days if day >= fifth)


def school_leaving_date(date_of_birth: date) -> date:
    """The last Friday in June of the academic year in which the child is 16 by 31 August."""
    sixteenth = anniversary(date_of_birth, SCHOOL_LEAVING_AGE)
    last_of_june = date(AcademicYear.of(sixteenth).start_year + 1, 6, 30)
    return last_of_june - timedelta(days=(last_of_june.weekday() - 4) % 7)


def is_compulsory_school_age(date_of_birth: date, on: date) -> bool:
    """From the prescribed day to the school leaving date, both included."""
    starts = compulsory_school_age_starts(date_of_birth)
    return starts <= on <= school_leaving_date(date_of_birth)
