"""Loads the national lists about places that ship in `data/`. Safe to repeat.

What people may correct here afterwards (authorities, bank holidays) is only added to, never written
over; districts and postcodes follow the list.
"""

from dataclasses import dataclass

from django.db import transaction

from schools import codes
from schools.models import Authority, BankHoliday, District, GssCode, Postcode
from schools.rules import normalise_postcode


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows of each list an installation holds after loading."""

    authorities: int
    districts: int
    postcodes: int
    bank_holidays: int


@transaction.atomic
def load() -> Loaded:
    """Add the national lists to the tables. Queries: two or three a table, whatever is there."""
    load_authorities()
    load_districts()
    load_postcodes()
    load_bank_holidays()
    return Loaded(
        authorities=Authority.objects.count(),
        districts=District.objects.count(),
        postcodes=Postcode.objects.count(),
        bank_holidays=BankHoliday.objects.count(),
    )


def load_authorities() -> None:
    """Authorities of today, then those that ended, then every statistical code of both."""
    details = {row["dfe_code"]: row for row in codes.rows("authorities.csv")}
    today = [
        Authority(
            id=int(row.dfe_code),
            code=row.dfe_code,
            name=details[row.dfe_code]["name"],
            display_name=row.name,
            kind=details[row.dfe_code]["la_type"],
            region=row.region,
        )
        for row in codes.authorities()
    ]
    # A code may end while its authority goes on: the number then stays and leads to itself
    gone = [row for row in codes.former_authorities() if row.dfe_code not in details]
    former = [
        Authority(
            id=int(row.dfe_code),
            code=row.dfe_code,
            name=row.name,
            display_name=row.name,
            ended_on=row.ended_on,
            # Two successors: which of them answers for a child only the child's record can say
            successor_id=int(row.successors[0]) if len(row.successors) == 1 else None,
        )
        for row in gone
    ]
    Authority.objects.bulk_create([*today, *former], ignore_conflicts=True)
    statistical = [
        GssCode(code=row.gss_code, authority_id=int(row.dfe_code)) for row in codes.authorities()
    ] + [
        GssCode(code=row.gss_code, authority_id=int(row.dfe_code), ended_on=row.ended_on)
        for row in codes.former_authorities()
    ]
    GssCode.objects.bulk_create(statistical, ignore_conflicts=True)


def load_districts() -> None:
    """Lower-tier districts and the authority above each. One query."""
    District.objects.bulk_create(
        [
            District(code=row.gss_code, name=row.name, upper_code=row.upper_gss_code)
            for row in codes.districts().values()
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "upper_code"],
    )


def load_postcodes() -> None:
    """Postcodes with a grid reference; the few without one cannot place anything."""
    found = {
        packed: Postcode(
            postcode=packed,
            easting=row.easting,
            northing=row.northing,
            district_code=row.district,
        )
        for row in codes.postcode_places()
        if row.easting is not None and row.northing is not None
        for packed in [normalise_postcode(row.postcode).replace(" ", "")]
    }
    Postcode.objects.bulk_create(
        found.values(),
        update_conflicts=True,
        unique_fields=["postcode"],
        update_fields=["easting", "northing", "district_code"],
    )


def load_bank_holidays() -> None:
    """Bank holidays known at release; later ones are entered by hand and stay. One query."""
    BankHoliday.objects.bulk_create(
        [BankHoliday(on=row["date"], name=row["name"]) for row in codes.rows("bank-holidays.csv")],
        ignore_conflicts=True,
    )
