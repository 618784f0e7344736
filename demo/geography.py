"""A made-up piece of country: councils, postcodes and schools with grid references of their own.

It lies in the sea off the east coast, so that no reference can be taken for a real address; its
postcode areas are well formed and belong to no town.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from demo.chance import Chance

CENTRE = (590_000, 560_000)  # metres on the national grid: open sea
INWARD = "ABDEFGHJLNPQRSTUWXYZ"  # letters a postcode's last two places may have


@dataclass(frozen=True, slots=True)
class Council:
    """A made-up council: its number, name, postcode area, and where its middle lies."""

    id: int
    name: str
    area: str
    middle: tuple[int, int]
    radius: int
    adjoins: bool
    towns: tuple[str, ...]

    @property
    def gss_code(self) -> str:
        return f"E10000{self.id}"


def _at(miles: float, degrees: float) -> tuple[int, int]:
    turn = math.radians(degrees)
    metres = miles * 1609.3
    return (round(CENTRE[0] + metres * math.sin(turn)), round(CENTRE[1] + metres * math.cos(turn)))


NORTHMERE = Council(
    999,
    "Northmere",
    "NM",
    CENTRE,
    14_500,
    adjoins=False,
    towns=("Northmere", "Kingsmoor", "Hollinsgate", "Beacon Hill", "Mill Lane", "St Cuthwin"),
)
CALDERBECK = Council(
    998,
    "Calderbeck",
    "CK",
    _at(15, 20),
    6_000,
    adjoins=True,
    towns=("Calderbeck", "Fell End", "Upper Calder"),
)
NEIGHBOURS = (
    CALDERBECK,
    Council(
        997,
        "Easthaven",
        "EV",
        _at(15, 95),
        6_000,
        adjoins=True,
        towns=("Easthaven", "Saltby", "Quay Side"),
    ),
    Council(
        996,
        "Thornley",
        "TY",
        _at(15, 190),
        6_000,
        adjoins=True,
        towns=("Thornley Grange", "Underwold", "Priors Thorn"),
    ),
    Council(
        995,
        "Wexborough",
        "WX",
        _at(15, 280),
        6_000,
        adjoins=True,
        towns=("Wexborough", "Wex Green", "Lindal"),
    ),
)
FAR_AWAY = (
    Council(
        994, "Saltmarsh", "SX", _at(38, 60), 8_000, adjoins=False, towns=("Saltmarsh", "Marram")
    ),
    Council(
        993, "Ashenmoor", "AM", _at(46, 150), 8_000, adjoins=False, towns=("Ashenmoor", "Peat Row")
    ),
    Council(
        992, "Kelderwick", "KK", _at(62, 220), 9_000, adjoins=False, towns=("Kelderwick", "Wicken")
    ),
    Council(
        991, "Lowmarch", "LW", _at(80, 320), 9_000, adjoins=False, towns=("Lowmarch", "Drove End")
    ),
    Council(
        990, "Dunmarrow", "DW", _at(105, 10), 9_000, adjoins=False, towns=("Dunmarrow", "Hythe Row")
    ),
)
COUNCILS = (NORTHMERE, *NEIGHBOURS, *FAR_AWAY)


@dataclass(frozen=True, slots=True)
class Spot:
    """A postcode that does not exist, with its grid reference and the council it lies in."""

    postcode: str
    easting: int
    northing: int
    council: Council


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of school as the register words it, and whom it takes."""

    key: str
    code: str
    name: str
    group: str
    phase_code: str
    phase: str
    ages: tuple[int, int]
    endings: tuple[str, ...]


KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "nursery",
            "15",
            "Local authority nursery school",
            "4",
            "1",
            "Nursery",
            (2, 5),
            ("Nursery School", "Early Years Centre"),
        ),
        Kind(
            "primary",
            "01",
            "Community school",
            "4",
            "2",
            "Primary",
            (3, 11),
            ("Primary School", "Community Primary School"),
        ),
        Kind(
            "primary academy",
            "34",
            "Academy converter",
            "10",
            "2",
            "Primary",
            (4, 11),
            ("Primary Academy", "C of E Primary School"),
        ),
        Kind(
            "secondary",
            "34",
            "Academy converter",
            "10",
            "4",
            "Secondary",
            (11, 18),
            ("Academy", "High School", "School"),
        ),
        Kind(
            "secondary maintained",
            "02",
            "Voluntary aided school",
            "4",
            "4",
            "Secondary",
            (11, 16),
            ("RC High School", "School"),
        ),
        Kind(
            "special",
            "07",
            "Community special school",
            "5",
            "0",
            "Not applicable",
            (4, 19),
            ("School", "Park School"),
        ),
        Kind(
            "independent special",
            "10",
            "Other independent special school",
            "3",
            "0",
            "Not applicable",
            (7, 18),
            ("Hall School", "Lodge School"),
        ),
        Kind(
            "alternative",
            "14",
            "Pupil referral unit",
            "4",
            "0",
            "Not applicable",
            (11, 16),
            ("Pupil Referral Unit", "Learning Centre"),
        ),
        Kind(
            "college",
            "18",
            "Further education",
            "1",
            "6",
            "16 plus",
            (16, 99),
            ("College",),
        ),
        Kind(
            "training",
            "27",
            "Miscellaneous",
            "9",
            "6",
            "16 plus",
            (16, 19),
            ("Skills Centre", "Training"),
        ),
    )
}
_FIRST = (
    "Hollins Kingsmoor Beacon Thornley Alder Ash Aspen Barley Birch Bramble Briar Brook Cedar "
    "Cherry Clover Copper Crane Dale Dawn Elder Elm Falcon Fell Fern Fox Furze Glade Gorse "
    "Grange Harbour Hawthorn Hazel Heath Heron Holm Hornbeam Ings Ivy Juniper Kestrel Kite "
    "Larch Laurel Linden Lime Mallard Maple Marsh Meadow Mere Merlin Moor Moss Oak Old "
    "Orchard Otter Park Pear Pine Plover Poplar Quarry Raven Reed Ridge River Robin Rook "
    "Rowan Rush Saffron Sand Sedge Shore Sorrel Spring Starling Stone Swallow Swan Sycamore "
    "Tarn Teal Thistle Thrush Tide Vale Wharf Wheat Whin Willow Wold Wren Yarrow Yew"
)
FIRST_WORDS = tuple(_FIRST.split())
_SECOND = (
    "Bank Bridge Court Croft Cross End Field Fold Ford Gate Green Grove Hey Hill Lane Lea "
    "Mount Road Row Side View Walk Way Wood"
)
SECOND_WORDS = tuple(_SECOND.split())


@dataclass(frozen=True, slots=True)
class Place:
    """A made-up school: number, name, kind and where it stands."""

    id: int
    number: str
    name: str
    kind: Kind
    spot: Spot
    closes: bool = False
    follows: int | None = None


def spots(chance: Chance, council: Council, count: int) -> list[Spot]:
    """Postcodes of a council, scattered over its ground."""
    made: dict[str, Spot] = {}
    while len(made) < count:
        number = len(made)
        text = (
            f"{council.area}{1 + number % 9} "
            f"{chance.randrange(1, 10)}{chance.choice(INWARD)}{chance.choice(INWARD)}"
        )
        far = council.radius * math.sqrt(chance.random())
        turn = chance.random() * 2 * math.pi
        east = round(council.middle[0] + far * math.sin(turn))
        north = round(council.middle[1] + far * math.cos(turn))
        made.setdefault(text, Spot(text, east, north, council))
    return list(made.values())
