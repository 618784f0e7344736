import csv
from collections import Counter
from datetime import date, timedelta

import pytest

from schools import codes
from schools.rules import easter_sunday, is_postcode, normalise_postcode


def test_there_are_153_authorities_with_unique_codes():
    rows = codes.authorities()

    assert len(rows) == 153
    assert len({row.dfe_code for row in rows}) == 153
    assert len({row.gss_code for row in rows}) == 153


def test_authorities_by_region():
    regions = Counter(row.region for row in codes.authorities())

    assert regions == {
        "East Midlands": 10,
        "East of England": 11,
        "London": 33,
        "North East": 12,
        "North West": 24,
        "South East": 19,
        "South West": 15,
        "West Midlands": 14,
        "Yorkshire and The Humber": 15,
    }


def test_only_councils_with_childrens_services_are_listed():
    assert all(row.gss_code.startswith(codes.CHILDRENS_SERVICES_GSS) for row in codes.authorities())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("850", "850", id="DfE code"),
        pytest.param("E10000014", "850", id="GSS code"),
        pytest.param(" e10000014 ", "850", id="as typed"),
        pytest.param("E08000019", "373", id="ended code, same authority"),
        pytest.param("E06000029", "839", id="ended code, one successor"),
        pytest.param("E10000009", "838", id="ended county"),
        pytest.param("E10000021", None, id="two successors: nobody can tell"),
        pytest.param("E10000099", None, id="no such code"),
    ],
)
def test_authority_code(typed, expected):
    assert codes.authority_code(typed) == expected


def test_successors_of_former_authorities_exist():
    known = {row.dfe_code for row in codes.authorities()}

    for former in codes.former_authorities():
        assert set(former.successors) <= known


def test_a_county_is_found_from_its_district():
    assert codes.upper_tier("E07000089") == "E10000014"


def test_an_area_without_tiers_is_its_own_authority():
    assert codes.upper_tier("W06000015") == "W06000015"
    assert codes.upper_tier("E06000055") == "E06000055"


@pytest.mark.parametrize(
    ("field", "code", "expected"),
    [
        pytest.param("TypeOfEstablishment", "2", "Voluntary aided school", id="no leading zero"),
        pytest.param("TypeOfEstablishment", "02", "Voluntary aided school", id="leading zero"),
        pytest.param("GOR", "H", "London", id="letters"),
        pytest.param("PhaseOfEducation", "99", None, id="not in the list"),
    ],
)
def test_register_meaning(field, code, expected):
    assert codes.register_meaning(field, code) == expected


def test_an_unknown_register_column_is_refused():
    with pytest.raises(LookupError):
        codes.register_codes("Headteacher")


@pytest.mark.parametrize(
    ("status", "expected"), [(1, True), (2, False), (3, True), (4, False)], ids=str
)
def test_only_open_schools_can_be_joined(status, expected):
    assert codes.is_open(status) is expected


@pytest.mark.parametrize("year", range(2024, 2029))
def test_eight_bank_holidays_a_year_on_plausible_days(year):
    found = {day for day in codes.bank_holidays() if day.year == year}
    easter = easter_sunday(year)

    assert len(found) == 8
    assert all(day.weekday() < 5 for day in found)
    assert {easter - timedelta(days=2), easter + timedelta(days=1)} <= found
    for month, first, last in ((5, 1, 7), (5, 25, 31), (8, 25, 31)):
        monday = next(
            day
            for day in (date(year, month, n) for n in range(first, last + 1))
            if not day.weekday()
        )
        assert monday in found


def test_shipped_postcodes_are_well_formed():
    places = list(codes.postcode_places())

    assert len(places) == 3700
    malformed = [p.postcode for p in places if not is_postcode(normalise_postcode(p.postcode))]
    assert malformed == ["NPT 6SL", "W1N 1DL", "W1R 2LD", "W1X 7FB"]  # withdrawn long ago


def test_codes_of_the_sample_register_are_known():
    with (codes.SAMPLES / "gias_sample.csv").open(encoding="cp1252", newline="") as file:
        rows = list(csv.DictReader(file))

    for field in ("EstablishmentStatus", "PhaseOfEducation", "TypeOfEstablishment"):
        unknown = {
            row[f"{field} (code)"]
            for row in rows
            if codes.register_meaning(field, row[f"{field} (code)"]) is None
        }
        assert unknown <= {""}
