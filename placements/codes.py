"""What the codes of a placement and a legal status amount to: groups the rules work with.

The code sets themselves, with their meanings and years, are in `children.codes` [SSDA903].
"""

from enum import StrEnum

SHORT_BREAKS = frozenset({"V3", "V4"})  # looked after, outside the PEP rules: COH-3
REMAND = "J1"  # to authority or youth detention accommodation: COH-12
CARE_ORDERS = frozenset({"C1", "C2"})
PLACEMENT_ORDER = "E1"
ACCOMMODATED = frozenset({"V2", "V3", "V4"})  # section 20: the authority has no responsibility
YOUTH_JUSTICE = frozenset({"J1", "J2", "J3"})

TEMPORARY = frozenset({"T0", "T1", "T2", "T3", "T4"})
WITH_PARENTS = "P1"
CUSTODY = frozenset({"R5", "K1"})  # youth detention: a young offender institution or secure home
FOR_ADOPTION = frozenset({"A3", "A4", "A5", "A6"})  # confidential from here on: COH-17

CONTINUES = "X1"  # reason an episode ended: another begins the same day
ADOPTED = frozenset({"E11", "E12"})
CHILD_ARRANGEMENTS = frozenset({"E41"})
SPECIAL_GUARDIANSHIP = frozenset({"E43", "E44", "E45", "E46", "E47", "E48"})
TO_ANOTHER_AUTHORITY = "E3"
NOT_A_CHILD = "E15"


class PlacementGroup(StrEnum):
    """Kinds of placement as figures group them."""

    FOSTER = "foster"
    ADOPTION = "adoption"
    RESIDENTIAL = "residential"
    SUPPORTED = "supported"
    PARENTS = "parents"
    CUSTODY = "custody"
    TEMPORARY = "temporary"
    OTHER = "other"


GROUPS = {
    **dict.fromkeys(("U1", "U2", "U3", "U4", "U5", "U6"), PlacementGroup.FOSTER),
    **dict.fromkeys(sorted(FOR_ADOPTION), PlacementGroup.ADOPTION),
    **dict.fromkeys(("K1", "K2", "R1", "R2", "R3", "S1"), PlacementGroup.RESIDENTIAL),
    **dict.fromkeys(("K3", "H5", "P2"), PlacementGroup.SUPPORTED),
    **dict.fromkeys(sorted(TEMPORARY), PlacementGroup.TEMPORARY),
    WITH_PARENTS: PlacementGroup.PARENTS,
    "R5": PlacementGroup.CUSTODY,
}


def placement_group(place: str) -> PlacementGroup:
    """The group of a PLACE code; a code of no other group is "other"."""
    return GROUPS.get(place, PlacementGroup.OTHER)
