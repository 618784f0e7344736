"""National code lists about places: the school register's codes, authorities, bank holidays.

The lists are files in `data/`, read once. The authorities and bank holidays here are what an
installation starts from; afterwards its own tables are the authority.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType

DATA = Path(__file__).parent / "data"
SAMPLES = DATA / "samples"

OPEN_STATUSES = frozenset({1, 3})  # open, or open but proposed to close [GIAS]
CHILDRENS_SERVICES_GSS = ("E06", "E08", "E09", "E10")  # councils that run them [ONS]
WALES, SCOTLAND, NORTHERN_IRELAND = "W", "S", "N"


@dataclass(frozen=True, slots=True)
class AuthorityRow:
    """One English authority that runs children's services, as the department lists it."""

    dfe_code: str
    gss_code: str
    name: str
    region: str
    in_use_from: date


@dataclass(frozen=True, slots=True)
class FormerAuthority:
    """A code no longer in use and the DfE codes of those that followed."""

    dfe_code: str
    gss_code: str
    name: str
    ended_on: date
    successors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class District:
    """A lower-tier district and the upper-tier authority it lies in (ONS codes)."""

    gss_code: str
    name: str
    upper_gss_code: str
    upper_name: str


@dataclass(frozen=True, slots=True)
class PostcodePlace:
    """A postcode's grid reference in metres and its ONS lower-tier district."""

    postcode: str
    easting: int | None
    northing: int | None
    district: str


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one file in `data/`."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def number(code: str) -> int | None:
    """A register code as a number, so that "2" and "02" are one; None when it is not one."""
    return int(code) if code.strip().isdigit() else None


@cache
def register_codes(field: str) -> Mapping[str, str]:
    """Code to name for one column of the school register, e.g. "TypeOfEstablishment".

    Codes that are numbers are without leading zeros: files differ in how they write them.
    """
    found = {
        str(number(row["code"])) if row["code"].isdigit() else row["code"]: row["name"]
        for row in rows("gias-codes.csv")
        if row["field"] == field
    }
    if not found:
        raise LookupError(f"No codes are held for the register column {field}")
    return MappingProxyType(found)


def register_meaning(field: str, code: str) -> str | None:
    """What a code of a register column means; None when the list does not hold it."""
    plain = number(code)
    return register_codes(field).get(code if plain is None else str(plain))


def is_open(status: int) -> bool:
    """Whether a school of this status can be joined [GIAS]."""
    return status in OPEN_STATUSES


@cache
def authorities() -> tuple[AuthorityRow, ...]:
    """The authorities of England with children's services."""
    return tuple(
        AuthorityRow(
            dfe_code=row["dfe_code"],
            gss_code=row["gss_code"],
            name=row["display_name"],
            region=row["region_name"],
            in_use_from=date.fromisoformat(row["gss_code_in_use_from"]),
        )
        for row in rows("authorities.csv")
    )


@cache
def former_authorities() -> tuple[FormerAuthority, ...]:
    """Codes that ended, which old identifiers and histories still carry."""
    return tuple(
        FormerAuthority(
            dfe_code=row["dfe_code"],
            gss_code=row["gss_code"],
            name=row["name"],
            # The list gives the last day; our ranges give the day after it.
            ended_on=date.fromisoformat(row["gss_code_ended"]) + timedelta(days=1),
            successors=tuple(row["successor_dfe_codes"].split(";")),
        )
        for row in rows("authorities-former.csv")
    )


def authority_code(text: str) -> str | None:
    """The DfE code for what someone typed: a DfE code or a GSS code, of today or an ended one.

    An ended GSS code answers only where one authority follows, and then with that one.
    """
    code = text.strip().upper()
    for row in authorities():
        if code in {row.dfe_code, row.gss_code}:
            return row.dfe_code
    for former in former_authorities():
        if code == former.gss_code and len(former.successors) == 1:
            return former.successors[0]
    return None


@cache
def districts() -> Mapping[str, District]:
    """Lower-tier districts of April 2021 by ONS code; counties' districts point upwards."""
    return MappingProxyType(
        {
            row["LTLA21CD"]: District(
                gss_code=row["LTLA21CD"],
                name=row["LTLA21NM"],
                upper_gss_code=row["UTLA21CD"],
                upper_name=row["UTLA21NM"],
            )
            for row in rows("local_authorities.csv")
        }
    )


def upper_tier(district: str) -> str:
    """The GSS code of the authority with children's services for a district's.

    An area the list does not hold (Wales, Scotland, authorities made since 2021) answers itself.
    """
    found = districts().get(district)
    return found.upper_gss_code if found else district


def postcode_places() -> Iterator[PostcodePlace]:
    """The sample of postcodes that ships with the project, as the source writes them."""
    for row in rows("postcodes.csv"):
        yield PostcodePlace(
            postcode=row["pcd"],
            easting=number(row["oseast1m"]),
            northing=number(row["osnrth1m"]),
            district=row["laua"],
        )


@cache
def bank_holidays() -> frozenset[date]:
    """Bank holidays in England known when this was released; one-off days come at short notice."""
    return frozenset(date.fromisoformat(row["date"]) for row in rows("bank-holidays.csv"))
