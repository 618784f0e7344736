"""Compares what came out with what was wanted: shares in per cent, side by side."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from attendance.rules import AttendanceSummary, group_figures
from attendance.summaries import attendance_of
from demo import figures
from demo.calendar import Calendar
from demo.lives import Life
from demo.schooling import Schools, main_school
from placements.rules import is_over_20_miles

TOLERANCE = 2.0  # points
LEAST_SCHOOL_DAYS = 30  # fewer days than these say nothing about bands


@dataclass(frozen=True, slots=True)
class Share:
    """One figure: what was wanted and what came out, in per cent."""

    of: str
    name: str
    wanted: float
    achieved: float

    @property
    def is_close(self) -> bool:
        return abs(self.wanted - self.achieved) <= TOLERANCE


def _compare(of: str, wanted: Mapping[str, float], found: Iterable[str]) -> Iterator[Share]:
    counted = Counter(found)
    whole, all_of_it = sum(counted.values()) or 1, sum(wanted.values())
    for name, share in wanted.items():
        yield Share(of, name, 100 * share / all_of_it, 100 * counted[name] / whole)


def of_children(lives: Sequence[Life], *, schools: Schools, today: date) -> list[Share]:
    """Who the children looked after today are, and where they live and learn."""
    current = [life for life in lives if life.is_looked_after]
    of_age = [life for life in current if 0 <= life.year <= 11]
    found: list[Share] = []
    ages = {
        "2 to 4": sum(v for k, v in figures.YEAR_GROUPS.items() if k < 0),
        "Reception to Year 11": sum(v for k, v in figures.YEAR_GROUPS.items() if 0 <= k <= 11),
        "after Year 11": sum(v for k, v in figures.YEAR_GROUPS.items() if k > 11),
    }
    found += _compare("age", ages, (_age_group(life.year) for life in current))
    male = figures.UASC * figures.MALE_UASC + (100 - figures.UASC) * figures.MALE_WITHOUT_UASC
    sexes = {"M": male / 100, "F": 100 - male / 100}
    found += _compare("sex", sexes, (life.sex for life in current))
    groups = _wanted_ethnicity()
    by_code = {code: name for name, codes in figures.ETHNIC_GROUPS.items() for code in codes}
    found += _compare("ethnicity", groups, (by_code[life.ethnicity] for life in current))
    alone = {"unaccompanied": figures.UASC, "other": 100 - figures.UASC}
    words = ("unaccompanied" if life.is_uasc else "other" for life in current)
    found += _compare("asylum", alone, words)
    found += _compare("placement", figures.PLACEMENTS, (life.stays[-1].group for life in current))
    found += _compare("distance", figures.DISTANCE, (_distance(life) for life in current))
    found += _compare("SEN", figures.SEN, (life.sen for life in current if life.year >= 0))
    settings = (_setting(life, schools, today) for life in of_age)
    found += _compare("setting", figures.SETTINGS, settings)
    in_year = {str(count): share for count, share in figures.PLACEMENTS_IN_YEAR.items()}
    found += _compare("placements in the year", in_year, (_in_year(life) for life in current))
    return found


def of_attendance(lives: Sequence[Life], *, calendar: Calendar) -> list[Share]:
    """Attendance of those of school age this school year; the last one while this is young."""
    present = calendar.years[-2]
    gone = [day for day in present.days if day < calendar.today]
    year = present if len(gone) >= LEAST_SCHOOL_DAYS else calendar.years[-3]
    of_age = {
        life.id for life in lives if life.is_looked_after and 0 <= life.year_on(year.days[-1]) <= 11
    }
    rows = attendance_of(
        authority_id=lives[0].council.id,
        first_on=year.days[0],
        last_on=min(year.days[-1], calendar.today),
    )
    summaries = [row.sessions for row in rows if row.child_id in of_age and row.sessions.possible]
    group = group_figures(summaries)
    found = list(_compare("attendance band", figures.WANTED_BANDS, map(_band, summaries)))
    percent = group.total.attendance_percent()
    if percent is not None:
        found.append(Share("attendance", "present", figures.WANTED_ATTENDANCE, float(percent)))
    return found


def _age_group(year: int) -> str:
    return "2 to 4" if year < 0 else "Reception to Year 11" if year <= 11 else "after Year 11"


def _wanted_ethnicity() -> dict[str, float]:
    """The national shares: with unaccompanied children, who come from few countries."""
    known = sum(figures.ETHNICITY.values())
    alone = dict.fromkeys(figures.ETHNICITY, 0.0)
    for share, code, _ in figures.ORIGINS.values():
        alone[code] += share * figures.UASC / 100
    return {
        name: sum(
            figures.ETHNICITY[code] * (100 - figures.UASC) / known + alone[code] for code in codes
        )
        for name, codes in figures.ETHNIC_GROUPS.items()
    }


def _distance(life: Life) -> str:
    stay = life.stays[-1]
    if stay.spot.council.id == life.council.id:
        return "in"
    return "far" if stay.miles is not None and is_over_20_miles(stay.miles) else "near"


def _setting(life: Life, schools: Schools, today: date) -> str:
    school = main_school(life, today)
    if school is None:
        return "none"
    key = schools.by_id[school].kind.key
    return key if key in figures.SETTINGS else "mainstream"


def _in_year(life: Life) -> str:
    since = life.as_of - timedelta(days=365)
    return str(sum(1 for stay in life.stays if (stay.ended_on or life.as_of) > since))


def _band(sessions: AttendanceSummary) -> str:
    if not sessions.missed:
        return "all"
    if sessions.missed * 20 <= sessions.possible:
        return "high"
    return "middle" if sessions.missed * 2 <= sessions.possible else "low"
