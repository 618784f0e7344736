"""Where a placement lies: in or out of area, at a distance, how far, and who must approve it."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

METRES_IN_MILE = Decimal("1609.3")  # as the return's formula has it, PLA-8 [SSDA903]
ONE_DECIMAL = Decimal("0.1")
FAR_FROM_HOME = 20  # miles; "over 20" is judged on the rounded figure [SSDA903]

ENGLAND, WALES = "E", "W"


class Approver(StrEnum):
    """Who approves a placement before it is made, PLA-4 [CPR10 reg 11]."""

    NOBODY = "nobody"  # no approval beyond the usual one
    NOMINATED_OFFICER = "nominated_officer"
    DIRECTOR = "director"  # Director of Children's Services; area authority consulted
    ASK = "ask"  # adjoining or not is not known, or other law applies


@dataclass(frozen=True, slots=True)
class GridReference:
    """A place on the national grid, in metres."""

    easting: int
    northing: int


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """Where a placement lies, seen from the authority that looks after the child, PLA-4, PLA-8."""

    is_out_of_area: bool
    is_outside_england: bool
    is_at_a_distance: bool | None  # None: nobody has said which authorities adjoin
    country: str


def distance_miles(home: GridReference, placement: GridReference) -> Decimal:
    """Straight line between two places in miles, one decimal, PLA-8 [SSDA903]."""
    east = home.easting - placement.easting
    north = home.northing - placement.northing
    metres = Decimal(east * east + north * north).sqrt()
    return (metres / METRES_IN_MILE).quantize(ONE_DECIMAL, ROUND_HALF_UP)


def is_over_20_miles(miles: Decimal) -> bool:
    """Whether a rounded distance counts as over twenty miles: twenty itself does not."""
    return miles > FAR_FROM_HOME


def country_of(area_code: str) -> str:
    """E, W, S or N: the country of an ONS area code."""
    return area_code[:1].upper()


def area_facts(
    *, responsible: str, placed_in: str, adjoining: Collection[str] | None = None
) -> AreaFacts:
    """Where a placement lies, from ONS codes of authorities with children's services.

    `adjoining` are the codes an administrator entered as bordering on the responsible authority,
    Welsh ones too. Without them nobody can tell whether a placement outside is at a distance.
    """
    out = placed_in != responsible
    if not out:
        at_a_distance: bool | None = False
    elif adjoining is None:
        at_a_distance = None
    else:
        at_a_distance = placed_in not in adjoining
    country = country_of(placed_in)
    return AreaFacts(
        is_out_of_area=out,
        is_outside_england=country != ENGLAND,
        is_at_a_distance=at_a_distance,
        country=country,
    )


def approver(facts: AreaFacts, *, is_own_carer: bool = False) -> Approver:
    """Who must approve a placement for its area, PLA-4 [CPR10 reg 11].

    `is_own_carer`: the carer is a connected person, or a foster carer this authority approved.
    Such a placement needs no such approval wherever it lies; notices are due all the same.
    Scotland, Northern Ireland and abroad have law of their own: ask.
    """
    if not facts.is_out_of_area:
        return Approver.NOBODY
    if facts.country not in {ENGLAND, WALES}:
        return Approver.ASK
    if is_own_carer:
        return Approver.NOBODY
    if facts.is_at_a_distance is None:
        return Approver.ASK
    return Approver.DIRECTOR if facts.is_at_a_distance else Approver.NOMINATED_OFFICER


def is_educated_out_of_area(*, responsible: str, school_authority: str) -> bool:
    """Whether a child's school lies elsewhere: another flag than where they live, PLA-8."""
    return school_authority != responsible
