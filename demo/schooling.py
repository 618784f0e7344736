"""Which schools the children go to: enrolments with moves, second schools and times without one."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from demo import figures
from demo.calendar import Calendar
from demo.chance import Chance
from demo.geography import COUNCILS, FIRST_WORDS, KINDS, NORTHMERE, SECOND_WORDS, Place, Spot
from demo.lives import Life, OnRoll
from schools.rules import FIRST_OTHER_PROVIDER, ONE_DAY, AcademicYear

# How many schools for every child on the roll, at home, and in each other council
AT_HOME = {
    "primary": 0.07,
    "primary academy": 0.025,
    "secondary": 0.016,
    "secondary maintained": 0.008,
    "special": 0.012,
    "independent special": 0.006,
    "alternative": 0.005,
    "college": 0.004,
    "training": 0.004,
    "nursery": 0.018,
}
ELSEWHERE = {
    "primary": 0.008,
    "primary academy": 0.004,
    "secondary": 0.004,
    "secondary maintained": 0.002,
    "special": 0.003,
    "independent special": 0.002,
    "alternative": 0.001,
    "college": 0.001,
    "training": 0.001,
    "nursery": 0.003,
}
NAMED = (
    ("Hollins Park Academy", "secondary", 999),
    ("Kingsmoor High", "secondary", 999),
    ("St Cuthwin’s RC", "secondary maintained", 999),
    ("Mill Lane Primary", "primary", 999),
    ("Beacon Hill School", "special", 999),
    ("Northmere College", "college", 999),
    ("Thornley Grange", "secondary", 996),
    ("Easthaven College", "secondary", 997),
)
LIKE = {  # kinds of school a setting may mean
    "nursery": ("nursery",),
    "primary": ("primary", "primary academy"),
    "secondary": ("secondary", "secondary maintained"),
    "sixth form": ("secondary",),
    "special": ("special",),
    "independent special": ("independent special",),
    "alternative": ("alternative",),
    "college": ("college",),
    "training": ("training",),
}
FIRST_YEARS = {"nursery": -3, "primary": 0, "secondary": 7, "after 16": 12}
NEAREST = 5


def make_schools(seed: int, *, spots: dict[int, list[Spot]], count: int) -> list[Place]:
    """The schools of the made-up country; two primaries have become academies this year."""
    chance = Chance(seed, "schools")
    wanted = [(name, kind, number) for name, kind, number in NAMED]
    for council in COUNCILS:
        shares = AT_HOME if council is NORTHMERE else ELSEWHERE
        for kind, share in shares.items():
            there = sum(1 for _, k, number in NAMED if k == kind and number == council.id)
            many = max(2 if kind.startswith(("primary", "secondary")) else 1, round(share * count))
            wanted += [("", kind, council.id)] * max(0, many - there)
    words = [f"{first} {second}" for first in FIRST_WORDS for second in SECOND_WORDS]
    chance.shuffle(words)
    places: list[Place] = []
    numbers = dict.fromkeys((council.id for council in COUNCILS), 2000)
    for given_name, kind, council_id in wanted:
        numbers[council_id] += 1
        name = given_name or f"{words.pop()} {chance.choice(KINDS[kind].endings)}"
        spot = chance.choice(spots[council_id])
        if name == "Hollins Park Academy":  # near the border: two councils' children meet there
            spot = max(spots[council_id], key=lambda s: s.northing)
        places.append(
            Place(
                FIRST_OTHER_PROVIDER + 1 + len(places),
                f"{numbers[council_id]:04d}",
                name,
                KINDS[kind],
                spot,
            )
        )
    return _with_successors(places)


def _with_successors(places: list[Place]) -> list[Place]:
    """Two maintained primaries of Northmere close and go on as academies under a new number."""
    old = [
        place
        for place in places
        if place.kind.key == "primary"
        and place.spot.council is NORTHMERE
        and place.name != "Mill Lane Primary"
    ][:2]
    new = [
        Place(
            FIRST_OTHER_PROVIDER + 1 + len(places) + number,
            place.number,
            place.name.replace("Community ", "").replace("Primary School", "Primary Academy"),
            KINDS["primary academy"],
            place.spot,
            follows=place.id,
        )
        for number, place in enumerate(old)
    ]
    closing = {place.id for place in old}
    return [
        Place(p.id, p.number, p.name, p.kind, p.spot, closes=True) if p.id in closing else p
        for p in places
    ] + new


class Schools:
    """Finds the school of a child from where they live, and writes the enrolments of a life."""

    def __init__(self, seed: int, places: list[Place], calendar: Calendar) -> None:
        self._chance = Chance(seed, "enrolments")
        self._calendar = calendar
        self.by_id = {place.id: place for place in places}
        self.successor = {p.follows: p.id for p in places if p.follows is not None}
        self.closed_on = date(AcademicYear.of(calendar.today).start_year, 9, 1)
        self._by_kind: dict[str, list[Place]] = {}
        for place in places:
            if place.follows is None:
                self._by_kind.setdefault(place.kind.key, []).append(place)
        self._near: dict[tuple[str, str], list[Place]] = {}

    def nearest(self, spot: Spot, setting: str) -> Place:
        """One of the nearest schools of a setting, the nearer the likelier."""
        key = (spot.postcode, setting)
        if key not in self._near:
            all_of_kind = [p for kind in LIKE[setting] for p in self._by_kind.get(kind, [])]
            all_of_kind.sort(
                key=lambda p: (
                    (p.spot.easting - spot.easting) ** 2 + (p.spot.northing - spot.northing) ** 2
                )
            )
            self._near[key] = all_of_kind[:NEAREST]
        near = self._near[key]
        return self._chance.choices(near, [1 / (n + 1) for n in range(len(near))])[0]

    def enrol(self, life: Life) -> None:
        """Write a child's enrolments, from the stage running when our marks begin."""
        for stage, first_year in FIRST_YEARS.items():
            last_year = {"nursery": -1, "primary": 6, "secondary": 11, "after 16": 13}[stage]
            if first_year > life.year:
                break
            ay = AcademicYear.of(life.as_of).start_year
            started = self._calendar.starts(ay - (life.year - first_year))
            ended = date(ay - (life.year - last_year) + 1, 9, 1)
            if ended <= self._calendar.first_day:
                continue
            is_present = last_year >= life.year
            setting = self._setting(life, stage, is_present=is_present)
            if setting:
                self._stage(life, setting, started, None if is_present else ended)
        self._finish(life)

    def _setting(self, life: Life, stage: str, *, is_present: bool) -> str:
        chance = self._chance
        if stage == "nursery":
            here = life.year > -3 or chance.happens(0.4)
            return "nursery" if here and not life.is_uasc else ""
        if life.is_uasc and not is_present:
            return ""
        if stage == "after 16":
            return life.setting if life.setting in LIKE else ""
        if "special" in life.setting and (is_present or life.sen == "E"):
            return life.setting
        if is_present and life.setting == "alternative":
            return "alternative"
        return stage

    def _stage(self, life: Life, setting: str, started: date, ended: date | None) -> None:
        """One stage of school: usually one school, sometimes a move in the middle."""
        chance = self._chance
        earliest = life.care_started_on if life.is_uasc else started
        if setting in {"nursery", "training"} or life.setting == "alternative":
            earliest = max(earliest, life.as_of - timedelta(days=chance.randrange(60, 500)))
        started = max(started, earliest)
        spot = _lives_at(life, started)
        school = self.nearest(spot, setting).id
        limit = ended or life.care_ended_on or life.as_of
        for moved_on in self._moves(life, started, limit):
            here = self.nearest(_lives_at(life, moved_on), setting).id
            if here != school:
                self._add(life, school, started, moved_on)
                school, started = here, moved_on
        if ended is None and life.wanted_school and school != life.wanted_school:
            school = life.wanted_school
        self._add(life, school, started, ended)

    def _moves(self, life: Life, started: date, ended: date) -> list[date]:
        """Days of school moves: about nine in a hundred a year, half with a move of placement."""
        since = max(started, self._calendar.first_day, life.care_started_on)
        years = max(0.0, (ended - since).days / 365.25)
        chance = self._chance
        moved = [
            stay.started_on + timedelta(days=chance.randrange(1, 12))
            for stay in life.stays[1:]
            if since < stay.started_on < ended - timedelta(days=30) and chance.happens(0.16)
        ]
        if chance.happens(figures.SCHOOL_MOVES_A_YEAR / 2 * years):
            moved.append(since + timedelta(days=chance.randrange(1, max(2, (ended - since).days))))
        school_days = self._calendar.days
        found = {next((d for d in school_days if d >= day), None) for day in moved}
        return sorted(
            day
            for day in found
            if day and started + timedelta(days=20) < day < ended - timedelta(days=20)
        )

    def _add(self, life: Life, school: int, started: date, ended: date | None) -> None:
        """An enrolment; one across the day a school became an academy is two without a gap."""
        new = self.successor.get(school)
        turned = self.closed_on
        if new is None or (ended is not None and ended <= turned):
            parts = [(school, started, ended)]
        elif started >= turned:
            parts = [(new, started, ended)]
        elif turned > (life.care_ended_on or life.as_of):
            parts = [(school, started, ended)]
        else:
            parts = [(school, started, turned), (new, turned, ended)]
        for number, since, until in parts:
            until = _earlier(until, life.care_ended_on)  # what comes after care is not ours to know
            if until is not None and until <= since:
                continue
            agreed = since - timedelta(days=self._chance.randrange(6, 40))
            life.rolls.append(OnRoll(self._chance.id(), number, since, until, agreed_on=agreed))

    def _finish(self, life: Life) -> None:
        """What is special now: no school at all, a part-time timetable, a second school."""
        chance = self._chance
        if life.setting == "none" and 0 <= life.year <= 11:
            self._end_last(life, chance.randrange(20, 130))
        current = next((roll for roll in life.rolls if roll.ended_on == life.care_ended_on), None)
        if current is None or not 0 <= life.year <= 11:
            return
        if chance.happens(figures.PART_TIME):
            current.is_full_time = False
            current.hours = Decimal(chance.choice((10, 12, 15)))
        elif life.year >= 8 and life.setting == "mainstream" and chance.happens(0.05):
            since = life.as_of - timedelta(days=chance.randrange(40, 200))
            second = self.nearest(life.stays[-1].spot, "alternative").id
            started = max(since, current.started_on + ONE_DAY)
            if life.is_looked_after:
                life.rolls.append(OnRoll(chance.id(), second, started, None, kind="subsidiary"))

    def _end_last(self, life: Life, days: int) -> None:
        """Take a child off the roll some weeks ago."""
        kept = []
        for roll in life.rolls:
            if roll.ended_on == life.care_ended_on:
                roll.ended_on = life.as_of - timedelta(days=days)
            if roll.ended_on is None or roll.ended_on > roll.started_on:
                kept.append(roll)
        life.rolls = kept


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _lives_at(life: Life, day: date) -> Spot:
    """Where a child lives on a day: the placement, else the home before care."""
    for stay in reversed(life.stays):
        if stay.started_on <= day:
            return stay.spot
    return life.home or life.stays[0].spot


def main_school(life: Life, day: date) -> int | None:
    """The school a child is on the roll of on a day."""
    return next(
        (
            roll.school
            for roll in life.rolls
            if roll.kind == "main"
            and roll.started_on <= day
            and (roll.ended_on is None or day < roll.ended_on)
        ),
        None,
    )


def taught(lives: Iterable[Life]) -> set[int]:
    """Every school a child was ever on the roll of."""
    return {roll.school for life in lives for roll in life.rolls}
