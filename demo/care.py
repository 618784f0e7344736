"""Where the children live and under which order: placements, households and legal statuses."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from demo import figures
from demo.chance import Chance
from demo.geography import COUNCILS, NORTHMERE, Council, Spot
from demo.lives import Life, Stay
from placements.rules import GridReference, distance_miles, is_over_20_miles

HOUSEHOLDS = ("council foster", "agency foster", "kinship foster")
ROOM = {"council foster": 3, "agency foster": 3, "kinship foster": 2, "children's home": 4}
SHARES_A_HOME = {"council foster": 0.5, "agency foster": 0.5, "kinship foster": 0.15}
# More moves than wanted of all: those new to care had no time for theirs
DRAWN_IN_YEAR = {1: 63, 2: 22.5, 3: 11, 4: 3.5}
LEAST_AGE = {"supported": 16, "children's home": 9}
MOVE_REASONS = {
    "CARPL": 46,
    "CREQB": 16,
    "CREQO": 10,
    "LAREQ": 9,
    "CHILD": 9,
    "CLOSE": 4,
    "OTHER": 4,
    "STAND": 2,
}


@dataclass(slots=True)
class Household:
    """A foster home or a children's home: one address for all who live there."""

    group: str
    spot: Spot
    urn: str
    place: str
    provider: str
    name: str = ""
    children: list[Life] = field(default_factory=list)


class Ground:
    """The postcodes there are, and where from a home a child of a council may be placed."""

    def __init__(self, spots: dict[int, list[Spot]]) -> None:
        self._spots = spots

    def home(self, chance: Chance, council: Council) -> Spot:
        return chance.choice(self._spots[council.id])

    def place(self, chance: Chance, *, council: Council, home: Spot | None, distance: str) -> Spot:
        """A postcode in area, near by outside it, or over twenty miles away."""
        if distance == "in":
            return chance.choice(self._spots[council.id])
        others = [other for other in COUNCILS if other.id != council.id]
        beside = [other for other in others if other.adjoins or other is NORTHMERE]
        far = [other for other in others if other not in beside]
        while True:
            spot = chance.choice(
                self._spots[chance.choice(beside if distance == "near" else far).id]
            )
            if home is None or is_over_20_miles(miles(home, spot)) == (distance == "far"):
                return spot


def miles(home: Spot, placement: Spot) -> Decimal:
    return distance_miles(
        GridReference(home.easting, home.northing),
        GridReference(placement.easting, placement.northing),
    )


def give_kinds(chance: Chance, lives: Sequence[Life]) -> None:
    """Share out kinds of placement and distances; each kind to children it is meant for."""
    kinds = chance.quota(figures.PLACEMENTS, len(lives))
    pool = sorted(lives, key=lambda life: chance.random())
    choosy = ["adoption", "supported", "children's home"]
    for kind in sorted(kinds, key=lambda name: choosy.index(name) if name in choosy else 9):
        life = _first(pool, kind)
        life.group = kind
        pool.remove(life)
    _give_distances(chance, lives)
    moves = chance.quota(DRAWN_IN_YEAR, len(lives))
    # Those with a year behind them have room for several
    for life, count in zip(
        sorted(lives, key=lambda life: (life.as_of - life.care_started_on).days > 150),
        sorted(moves, key=lambda count: (count > 2, chance.random())),
        strict=True,
    ):
        life.moves_in_year = count - 1


def _give_distances(chance: Chance, lives: Sequence[Life]) -> None:
    """Share out distances: with parents means in area, without a home before care not far."""
    distances = chance.quota(figures.DISTANCE, len(lives))
    settled = [life for life in lives if life.group == "parents" or life.part]
    rest = [life for life in lives if not (life.group == "parents" or life.part)]
    for life in settled:
        life.distance = "in"
        distances.remove("in")
    distances.sort(key=lambda name: name != "far")
    rest.sort(key=lambda life: (life.is_uasc, chance.random()))
    for life, distance in zip(rest, distances, strict=True):
        life.distance = distance


def _first(pool: list[Life], kind: str) -> Life:
    def fits(life: Life) -> bool:
        if life.part:
            return kind in HOUSEHOLDS
        age = (life.as_of - life.born_on).days / 365.25
        if kind == "adoption":
            return age < 6 and (life.as_of - life.care_started_on).days > 240
        if kind == "supported":
            return age >= 16 and (life.is_uasc or age > 16.6)
        if kind in {"parents", "kinship foster"}:
            return not life.is_uasc
        return age >= LEAST_AGE.get(kind, 0)

    found = [life for life in pool if fits(life)] or pool
    # Supported accommodation takes unaccompanied young people before others
    return max(found, key=lambda life: life.is_uasc) if kind == "supported" else found[0]


class Homes:
    """Finds each child a home, filling foster homes with one to three children."""

    def __init__(self, seed: int, ground: Ground) -> None:
        self._chance = Chance(seed, "homes")
        self._ground = ground
        self.households: list[Household] = []

    def settle(self, life: Life) -> None:
        """Give a child the home before care, the placements of the time in care, the last first."""
        chance = self._chance
        life.home = None if life.is_uasc else self._ground.home(chance, life.council)
        starts = _placement_starts(chance, life)
        ends = [*starts[1:], life.care_ended_on]
        for started_on, ended_on in zip(starts, ends, strict=True):
            last = started_on == starts[-1]
            group = life.group if last else _earlier_group(chance, life, started_on)
            distance = life.distance if last else ("in" if chance.happens(0.7) else "near")
            life.stays.append(
                self._stay(life, group, distance, started_on=started_on, ended_on=ended_on)
            )
        for stay in life.stays[:-1]:
            stay.reason = chance.one_of(MOVE_REASONS)

    def _stay(
        self, life: Life, group: str, distance: str, *, started_on: date, ended_on: date | None
    ) -> Stay:
        chance = self._chance
        place, provider = chance.choice(figures.PLACEMENT_CODES[group])
        if place == "K3" and started_on < date(2023, 10, 28):
            place = "H5"  # the return's word before supported accommodation was registered
        number = None
        if group in HOUSEHOLDS or group == "children's home":
            number = self._household(life, group, distance, place, provider)
            house = self.households[number]
            spot, place, provider = house.spot, house.place, house.provider
        elif group == "parents" and life.home is not None:
            spot = life.home
        else:
            spot = self._ground.place(
                chance, council=life.council, home=life.home, distance=distance
            )
        return Stay(
            id=chance.id(),
            group=group,
            place=place,
            provider=provider,
            started_on=started_on,
            ended_on=ended_on,
            spot=spot,
            household=number,
            miles=miles(life.home, spot) if life.home else None,
        )

    def _household(self, life: Life, group: str, distance: str, place: str, provider: str) -> int:
        chance = self._chance
        if not life.part and chance.happens(SHARES_A_HOME.get(group, 0.65)):
            for number, house in enumerate(self.households):
                full = len(house.children) >= ROOM[group] or house.children[0].part
                if house.group == group and not full and _suits(life, house, distance):
                    house.children.append(life)
                    return number
        spot = self._ground.place(chance, council=life.council, home=life.home, distance=distance)
        urn = f"SC{chance.randrange(900_000, 999_999)}"
        self.households.append(Household(group, spot, urn, place, provider, children=[life]))
        return len(self.households) - 1


def _suits(life: Life, house: Household, distance: str) -> bool:
    """Whether a home lies where the child is to be placed, and the child is not there yet."""
    inside = house.spot.council.id == life.council.id
    if any(other is life for other in house.children) or inside != (distance == "in"):
        return False
    if inside or life.home is None:
        return inside or distance == "near"
    return is_over_20_miles(miles(life.home, house.spot)) == (distance == "far")


def _placement_starts(chance: Chance, life: Life) -> list[date]:
    """The days a placement began: this year's by published shares, earlier ones now and then."""
    starts = {life.care_started_on}
    end = life.care_ended_on or life.as_of
    year_ago = end - timedelta(days=365)
    in_year = life.moves_in_year
    since = max(life.care_started_on + timedelta(days=10), year_ago)
    room = (end - since).days - 12
    if room > 20:
        if life.care_started_on > year_ago and room < 150:
            in_year = min(in_year, 1)
        starts |= {since + timedelta(days=chance.randrange(room)) for _ in range(in_year)}
    day = life.care_started_on + timedelta(days=int(chance.expovariate(1 / 420)) + 20)
    while day < year_ago - timedelta(days=20):
        starts.add(day)
        day += timedelta(days=int(chance.expovariate(1 / 900)) + 60)
    return sorted(starts)


def _earlier_group(chance: Chance, life: Life, day: date) -> str:
    age = (day - life.born_on).days / 365.25
    choices = {"council foster": 48.0, "agency foster": 34.0, "kinship foster": 12.0}
    if age >= 11:
        choices["children's home"] = 12.0
    return chance.one_of(choices)


def give_legal_statuses(chance: Chance, lives: Sequence[Life]) -> None:
    """Orders over time: an interim order or agreement first, a full or placement order later."""
    for life in lives:
        final = _final_status(chance, life)
        start, end = life.care_started_on, life.care_ended_on
        days = ((end or life.as_of) - start).days
        turns: list[tuple[str, date]] = [(final, start)]
        if final in {"C2", "E1"}:
            proceedings = chance.randrange(150, 320)
            if days > proceedings + 20:
                first = "V2" if chance.happens(0.25) else "C1"
                turns = [(first, start), (final, start + timedelta(days=proceedings))]
            else:
                turns = [("C1", start)]
        ends = [*(day for _, day in turns[1:]), end]
        life.legal = [(code, day, until) for (code, day), until in zip(turns, ends, strict=True)]


def _final_status(chance: Chance, life: Life) -> str:
    age = (life.as_of - life.born_on).days / 365.25
    if life.is_uasc:
        return "V2"
    if life.group == "adoption":
        return "E1"
    if life.group == "parents":
        return "C2"
    if age > 14 and chance.happens(0.03):
        return "J1"
    if age < 7 and chance.happens(0.16):
        return "E1"
    return "V2" if chance.happens(0.125) else "C2"
