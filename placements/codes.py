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
DIED = "E2"
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


# What people call these homes; the return's own meanings stay in children.codes
HOMES = {
    "U1": "Foster carers who are family or friends, long term",
    "U2": "Foster carers who are family or friends and hope to adopt",
    "U3": "Foster carers who are family or friends",
    "U4": "Foster carers, long term",
    "U5": "Foster carers who hope to adopt",
    "U6": "Foster carers",
    **dict.fromkeys(sorted(FOR_ADOPTION), "People who are adopting"),
    "K1": "Secure children's home",
    "K2": "Children's home",
    "K3": "Supported accommodation",
    "H5": "Semi-independent living",
    "P1": "Parents, or someone with parental responsibility",
    "P2": "Independent living",
    "P3": "Lives where they work",
    "R1": "Residential care home",
    "R2": "Hospital or nursing home",
    "R3": "Family centre, or mother and baby unit",
    "R5": "Young offender institution",
    "S1": "Residential school",
    "T1": "Hospital, for now",
    "T2": "On holiday",
    "T3": "Other carers while theirs are on holiday",
}


def home_in_words(place: str) -> str:
    """What people call the home of a PLACE code; a code without words of its own is "Other"."""
    if place in TEMPORARY:
        return HOMES.get(place, "Somewhere else for a short time")
    return HOMES.get(place, "Another kind of home")
