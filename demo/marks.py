"""Three years of register marks: who misses how much, on which days, and why.

The marks are of all schools a child was on the roll of, before care too: a plan holds the child's
attendance record [CPR10 Sch 1], and a school gives it when care begins. They end with care.

A child's sessions missed in a school year are a number set by the band the child falls in; where
they fall, and with which code, is chance: more on Mondays and Fridays, more after a move.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from demo import figures
from demo.calendar import Calendar, SchoolYear
from demo.chance import Chance
from demo.lives import Life, OnRoll
from schools.rules import AcademicYear, anniversary

NEW_CODES = date(2024, 8, 19)  # C2 and K may be used from here [WT24]
AM, PM, LATE = "/", "\\\\", "L"  # a backslash is doubled in COPY text
NOT_TIMETABLED = "X"  # the afternoons of those who have fifteen hours a week
FIRST_YEAR, LAST_YEAR = -2, 13  # year groups with marks
FUNDED_FROM_AGE = 3  # free early education begins in the term after this birthday

# Reasons for a day missed, by band: (code, sessions at a time, weight)
REASONS = {
    "high": (("I", 4, 58), ("M", 1, 26), ("C", 2, 8), ("I", 2, 8)),
    "middle": (
        ("I", 4, 38),
        ("M", 1, 12),
        ("C", 2, 9),
        ("O", 2, 22),
        ("U", 1, 9),
        ("G", 6, 2),
        ("R", 2, 1),
        ("N", 2, 1),
    ),
    "low": (("O", 4, 52), ("I", 4, 16), ("C", 2, 14), ("U", 1, 10), ("O", 10, 8)),
}
REASONS["all"] = REASONS["high"]
LEAST_SUSPENDED_BAND = ("middle", "low")


@dataclass(slots=True)
class Days:
    """One child's school days of one year at one school, as two lists of codes."""

    life: Life
    school: int
    days: Sequence[date]
    am: list[str]
    pm: list[str]

    @property
    def sessions(self) -> int:
        """How many the child is expected at."""
        return len(self.am) + len(self.pm) - self.pm.count(NOT_TIMETABLED)


def lines(
    seed: int, *, lives: Sequence[Life], calendar: Calendar, load_numbers: dict[int, int]
) -> Iterator[str]:
    """COPY lines of day rows of a council's children, by child and day.

    `load_numbers` gives the load of each school year; what a school gave of the years before care
    came with the year care began in.
    """
    bands = {
        year.year.start_year: give_bands(seed, lives, year)
        for year in calendar.years
        if year.year.start_year in load_numbers
    }
    for life in sorted(lives, key=lambda life: life.id):
        chance = Chance(seed, "marks", life.id)
        prefix = f"{life.council.id}\t{life.id}\t"
        known_in = min(AcademicYear.of(life.care_started_on).start_year, max(load_numbers))
        for year in calendar.years:
            start_year = year.year.start_year
            band = bands.get(start_year, {}).get(life.id)
            if band is None:
                continue
            for part in _year(chance, life, year, band, calendar.today):
                suffix = f"\t{load_numbers[max(start_year, known_in)]}"
                for day, am, pm in zip(part.days, part.am, part.pm, strict=True):
                    yield f"{prefix}{day}\t{part.school}\t{am}\t{pm}{suffix}"


def give_bands(seed: int, lives: Sequence[Life], year: SchoolYear) -> dict[object, str]:
    """The band of each child's attendance in a school year.

    The steadiest are the steadiest every year, with some luck; within a stage the shares of the
    bands are as wanted, to a child. Those who come into care in a later year have shares of their
    own.
    """
    chance = Chance(seed, "bands", year.year.start_year)
    first, last = year.days[0], year.days[-1]
    by_stage: dict[tuple[str, bool, bool], list[tuple[float, Life]]] = {}
    for life in lives:
        group = life.year_on(first)
        has_left = life.care_ended_on is not None and life.care_ended_on <= first
        if FIRST_YEAR <= group <= LAST_YEAR and life.rolls and not has_left:
            luck = 0.75 * life.steadiness + 0.25 * chance.random()
            luck += 0.08 if life.year == group and life.setting == "alternative" else 0
            in_care = life.care_started_on <= last
            key = (figures.stage(group), in_care, life.is_looked_after)
            by_stage.setdefault(key, []).append((luck, life))
    found: dict[object, str] = {}
    for (stage, in_care, _), members in by_stage.items():
        members.sort(key=lambda pair: (pair[0], pair[1].id))
        limits = list(accumulate(figures.band_shares(stage, in_care=in_care)))
        for place, (_, life) in enumerate(members):
            share = 100 * (place + 0.5) / len(members)
            found[life.id] = next(
                band
                for band, limit in zip(figures.BANDS, limits, strict=True)
                if share <= limit or band == "low"
            )
    return found


def _year(chance: Chance, life: Life, year: SchoolYear, band: str, today: date) -> Iterable[Days]:
    """The marks of one child in one school year, school by school."""
    since = funded_from(life.born_on)
    until = min(life.care_ended_on or today, today)
    afternoon = NOT_TIMETABLED if life.year_on(year.days[0]) == FIRST_YEAR else PM
    found: list[Days] = []
    for roll in life.rolls:
        if roll.kind != "main":
            continue
        begin = bisect_left(year.days, max(roll.started_on, since))
        end = bisect_left(year.days, min(roll.ended_on or until, until))
        days = year.days[begin:end]
        if days:
            found.append(Days(life, roll.school, days, [AM] * len(days), [afternoon] * len(days)))
    total = sum(part.sessions for part in found)
    if total:
        missed = _sessions_missed(chance, band, total)
        for part in found:
            _fill(chance, part, band, round(missed * part.sessions / total))
    return [*found, *_second_schools(life, found)]


def funded_from(born_on: date) -> date:
    """The first day of free early education: 1 January, April or September after a birthday."""
    birthday = anniversary(born_on, FUNDED_FROM_AGE)
    starts = (date(birthday.year, 4, 1), date(birthday.year, 9, 1), date(birthday.year + 1, 1, 1))
    return next(day for day in starts if day > birthday)


def _sessions_missed(chance: Chance, band: str, possible: int) -> int:
    """How many sessions of a year are missed, so that the band comes out."""
    match band:
        case "all":
            return 0
        case "high":
            return max(1, int(chance.uniform(0.004, 0.049) * possible))
        case "middle" if chance.happens(0.66):
            return max(1, round(chance.uniform(0.053, 0.098) * possible))
        case "middle":
            return round((0.1 + 0.39 * chance.betavariate(1.1, 3.6)) * possible)
        case _:
            return round((0.51 + 0.42 * chance.betavariate(1.2, 2.2)) * possible)


def _fill(chance: Chance, part: Days, band: str, missed: int) -> None:
    """Put late marks, activities and the sessions missed into a run of days."""
    count, year = len(part.days), part.life.year_on(part.days[-1])
    for _ in range(round(count * 2 * 0.028 * chance.uniform(0.2, 1.8))):
        place = chance.randrange(count)
        if band != "all" or chance.happens(0.5):
            part.am[place] = LATE
    for _ in range(round(count * 0.02 * chance.random())):
        place = chance.randrange(count)
        part.am[place] = code = chance.choice(_activities(year))
        if part.pm[place] != NOT_TIMETABLED:
            part.pm[place] = code
    left = missed - _suspend(chance, part, band, missed)
    if year >= 0 and _is_part_time(part):
        left -= _part_time(part, left)
    weights = list(accumulate(_weights(part)))
    reasons = REASONS[band]
    odds = [weight for _, _, weight in reasons]
    tries = 0
    while left > 0 and tries < 40 * count:
        tries += 1
        place = chance.choices(range(count), cum_weights=weights)[0]
        code, sessions, _ = chance.choices(reasons, odds)[0]
        wanted = min(left, chance.randint(1, sessions) if sessions > 1 else 1)
        if code in "IOCGR" and wanted < left and wanted % 2:
            wanted += 1  # whole days, save for the last one
        left -= _miss(chance, part, place, code, wanted)


def _activities(year: int) -> str:
    """Codes of what is done away from school at an age: trips, then sports, then work."""
    if year < 0:
        return "V"
    return "VVB" + "P" * (year >= 3) + "W" * (year >= 10)


def _miss(chance: Chance, part: Days, place: int, code: str, sessions: int) -> int:
    """Mark some sessions from a day on as missed; answer how many were free to be."""
    if code == "U":
        if part.am[place] in {AM, LATE}:
            part.am[place] = code
            return 1
        return 0
    if sessions == 1:
        half = part.pm if chance.happens(0.5) else part.am
        if half[place] in {AM, PM, LATE}:
            half[place] = code
            return 1
        return 0
    done = 0
    while done < sessions and place < len(part.days):
        for half in (part.am, part.pm):
            if half[place] in {AM, PM, LATE} and done < sessions:
                half[place] = code
                done += 1
        place += 1
    return done


def _weights(part: Days) -> list[float]:
    """How likely each day is missed: Mondays, Fridays and the weeks after a move are likelier."""
    moves = [stay.started_on for stay in part.life.stays[1:]]
    after = timedelta(weeks=figures.AFTER_A_MOVE_WEEKS)
    weights = []
    for day in part.days:
        weight = figures.MONDAYS_AND_FRIDAYS if day.weekday() in {0, 4} else 1.0
        if any(moved <= day < moved + after for moved in moves):
            weight *= figures.AFTER_A_MOVE
        weights.append(weight)
    return weights


def _suspend(chance: Chance, part: Days, band: str, missed: int) -> int:
    """Suspensions, for those who have them: one or a few runs of whole days."""
    share = figures.SUSPENDED.get(figures.stage(part.life.year_on(part.days[-1])), 0)
    # Only children who miss some school can be given them; their share is the greater for it
    if band not in LEAST_SUSPENDED_BAND or not chance.happens(min(1.0, share / 0.5)):
        return 0
    least, most = chance.one_of(figures.DAYS_SUSPENDED)
    days = min(chance.randint(least, most), missed // 2, len(part.days) // 2)
    done = 0
    while done < days:
        run = min(days - done, chance.choice((1, 2, 2, 3, 5)))
        place = chance.randrange(max(1, len(part.days) - run))
        given = _miss(chance, part, place, "E", 2 * run) // 2
        if not given:
            break
        done += given
    return 2 * done


def _is_part_time(part: Days) -> bool:
    return any(
        not roll.is_full_time and roll.school == part.school and roll.ended_on is None
        for roll in part.life.rolls
    )


def _part_time(part: Days, left: int) -> int:
    """Afternoons off under an agreed part-time timetable, in the last weeks."""
    done = 0
    for place in range(len(part.days) - 1, max(-1, len(part.days) - 31), -1):
        if done >= left:
            break
        if part.pm[place] == PM:
            part.pm[place] = "C2" if part.days[place] >= NEW_CODES else "C"
            done += 1
    return done


def _second_schools(life: Life, found: Sequence[Days]) -> list[Days]:
    """A second school three days a week: D at the main school, and the other way round."""
    parts = []
    for roll in life.rolls:
        if roll.kind == "main":
            continue
        for part in found:
            second = _shared_days(roll, part)
            if second.days:
                parts.append(second)
    return parts


def _shared_days(roll: OnRoll, part: Days) -> Days:
    days, am, pm = [], [], []
    for place, day in enumerate(part.days):
        if day < roll.started_on or (roll.ended_on and day >= roll.ended_on):
            continue
        days.append(day)
        if day.weekday() in {1, 2, 3}:
            # The session counts where the child is expected, with the mark it would have had
            am.append(part.am[place])
            pm.append(part.pm[place])
            part.am[place] = part.pm[place] = "D"
        else:
            am.append("D")
            pm.append("D")
    return Days(part.life, roll.school, days, am, pm)


def years_with_marks(calendar: Calendar) -> list[SchoolYear]:
    """The school years that have begun."""
    return [year for year in calendar.years if year.days[0] < calendar.today]
