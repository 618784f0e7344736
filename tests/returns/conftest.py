import csv
from pathlib import Path

import pytest

import returns
import schools
from accounts import wall
from returns.csv_format import folder
from schools import codes
from schools.models import Authority, District, GssCode, Postcode, School

SAMPLE = Path(returns.__file__).parent / "data" / "sample-return"
REGISTER = Path(schools.__file__).parent / "data" / "samples"
POSTCODES = {"SP62JJ", "GU139NE", "RG253NW", "MK403TN"}


@pytest.fixture
def council(db):
    """Authority 850 with the schools of the sample and four postcodes, as the lists have them."""
    authority = Authority.objects.create(
        pk=850, code="850", name="Hampshire", display_name="Hampshire"
    )
    GssCode.objects.create(code="E10000014", authority=authority)
    with (SAMPLE / "companions" / "enrolments.csv").open(encoding="utf-8") as file:
        urns = {int(row["URN"]) for row in csv.DictReader(file)}
    School.objects.bulk_create(
        School(pk=urn, name=f"School {urn}", authority=authority) for urn in urns | {116633, 116445}
    )
    for place in codes.postcode_places():
        packed = place.postcode.replace(" ", "")
        if packed in POSTCODES:
            Postcode.objects.create(
                postcode=packed,
                easting=place.easting,
                northing=place.northing,
                district_code=place.district,
            )
            District.objects.get_or_create(
                code=place.district,
                defaults={"name": "District", "upper_code": codes.upper_tier(place.district)},
            )
    return authority


@pytest.fixture
def hampshire(council):
    """The same council with its wall open."""
    with wall.opened([850]):
        yield council


@pytest.fixture
def sample_files():
    """The sample return of two years with its companions."""

    def some(*folders):
        return {
            name: path
            for name, path in folder.sources(SAMPLE).items()
            if name.split("/")[0] in folders
        }

    return some
