import csv
from pathlib import Path

import pytest

from placements.rules import GridReference, distance_miles
from schools.models import Postcode
from schools.postcodes import Located, locate

DISTANCES = Path("schools/data/samples/distances.csv")


def test_our_own_rows_come_first(db):
    Postcode.objects.create(postcode="SO510UZ", easting=1, northing=2, district_code="E10000999")

    assert locate(["so51 0uz"]) == {"SO510UZ": Located(1, 2, "E10000999")}


@pytest.mark.parametrize("postcode", ["", "ZZ99 9ZZ", "QX1 1AA", "1", "é"])
def test_a_postcode_nobody_knows_is_left_out(db, postcode):
    assert locate([postcode]) == {}


def test_the_national_list_gives_the_published_distances(db):
    """All pairs of the sample, from the list alone (PLA-8, cases 21)."""
    with DISTANCES.open(encoding="utf-8") as file:
        pairs = list(csv.DictReader(file))
    places = locate({pair[end] for pair in pairs for end in ("home", "placement")})
    grids = {code: GridReference(place.easting, place.northing) for code, place in places.items()}

    wrong = [
        pair
        for pair in pairs
        if str(
            distance_miles(
                grids[pair["home"].replace(" ", "")], grids[pair["placement"].replace(" ", "")]
            )
        )
        != pair["miles"]
    ]

    assert len(pairs) == 58
    assert wrong == []
