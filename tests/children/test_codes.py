import csv
from datetime import datetime
from pathlib import Path

import pytest

from children import codes
from schools.rules import ReturnYear

SAMPLE = Path(__file__).parents[2] / "returns/data/sample-return/current"


@pytest.mark.parametrize(
    ("name", "code", "year", "expected"),
    [
        pytest.param("SEX", "M", 2025, True, id="letters from 2024-25"),
        pytest.param("SEX", "M", 2024, False, id="letters not before"),
        pytest.param("SEX", "1", 2024, True, id="numbers to 2023-24"),
        pytest.param("SEX", "1", 2025, False, id="numbers not after"),
        pytest.param("PLACE", "K3", 2025, True, id="supported accommodation came in"),
        pytest.param("PLACE", "H5", 2025, False, id="semi-independent went out"),
        pytest.param("PLACE", "Z1", 2025, True, id="Z1, last year"),
        pytest.param("PLACE", "Z1", 2026, False, id="Z1 split"),
        pytest.param("PLACE", "Z11", 2026, True, id="its successors"),
        pytest.param("LS", "C2", 2027, True, id="no limit known"),
        pytest.param("LS", "XX", 2027, False, id="no such code"),
    ],
)
def test_codes_by_year(name, code, year, expected):
    assert codes.is_valid(name, code, ReturnYear(year)) is expected


def test_meanings():
    assert codes.meaning("LS", "C2") == "Full care order"
    assert codes.meaning("LS", "XX") is None
    assert codes.is_known("PLACE", "H5")


def test_choices_of_a_year():
    assert codes.choices("SEX", ReturnYear(2027)) == [
        ("M", "Male"),
        ("F", "Female"),
        ("U", "Unknown"),
    ]
    assert len(codes.choices("SEX")) == 5


def test_no_such_set():
    with pytest.raises(codes.UnknownCodeSet):
        codes.is_valid("SHOE_SIZE", "1", ReturnYear(2027))


@pytest.mark.parametrize(("given", "stored"), [("1", "M"), ("2", "F"), ("U", "U")])
def test_sex_as_stored(given, stored):
    assert codes.normalise_sex(given) == stored


def test_every_code_of_the_sample_return_is_valid_in_its_year():
    columns = {
        "episodes": ("RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "REC", "REASON_PLACE_CHANGE"),
        "header": ("SEX", "ETHNIC", "MOTHER"),
        "reviews": ("REVIEW_CODE",),
        "social_worker": ("SW_REASON",),
        "oc3": ("IN_TOUCH", "ACTIV", "ACCOM"),
    }
    wrong = []
    for table, names in columns.items():
        with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                wrong += [
                    (table, name, row[name])
                    for name in names
                    if row[name] and not codes.is_valid(name, row[name], ReturnYear(2026))
                ]

    assert wrong == []


def test_the_sample_return_is_of_the_year_it_says():
    with (SAMPLE / "episodes.csv").open(encoding="utf-8", newline="") as file:
        starts = [datetime.strptime(r["DECOM"], "%d/%m/%Y") for r in csv.DictReader(file)]  # noqa: DTZ007 - a date only

    assert max(starts).date() <= ReturnYear(2026).last_day
