import pytest

from children.codes import code_set
from placements import codes
from placements.codes import PlacementGroup, home_in_words, placement_group


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("U1", PlacementGroup.FOSTER), ("U6", PlacementGroup.FOSTER),
        ("A5", PlacementGroup.ADOPTION), ("K1", PlacementGroup.RESIDENTIAL),
        ("S1", PlacementGroup.RESIDENTIAL), ("K3", PlacementGroup.SUPPORTED),
        ("P1", PlacementGroup.PARENTS), ("R5", PlacementGroup.CUSTODY),
        ("T3", PlacementGroup.TEMPORARY), ("Z11", PlacementGroup.OTHER),
        ("P3", PlacementGroup.OTHER),
    ],
)  # fmt: skip
def test_placement_groups(place, expected):
    assert placement_group(place) is expected


@pytest.mark.parametrize(
    ("name", "used"),
    [
        pytest.param("PLACE", set(codes.GROUPS) | codes.TEMPORARY | codes.CUSTODY, id="PLACE"),
        pytest.param(
            "LS",
            codes.SHORT_BREAKS | codes.CARE_ORDERS | codes.ACCOMMODATED | codes.YOUTH_JUSTICE
            | {codes.REMAND, codes.PLACEMENT_ORDER},
            id="LS",
        ),
        pytest.param(
            "REC",
            codes.ADOPTED | codes.CHILD_ARRANGEMENTS | codes.SPECIAL_GUARDIANSHIP
            | {codes.CONTINUES, codes.TO_ANOTHER_AUTHORITY, codes.NOT_A_CHILD},
            id="REC",
        ),
    ],
)  # fmt: skip
def test_codes_named_here_are_codes_of_the_return(name, used):
    assert used <= set(code_set(name))


def test_every_place_of_the_return_has_words_for_people():
    unnamed = {
        code
        for code in code_set("PLACE")
        if home_in_words(code) == "Another kind of home" and not code.startswith("Z")
    }

    assert unnamed == set()
