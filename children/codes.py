"""Code sets of the looked-after children return (SSDA903), with the years each code was valid.

Other apps that need a code set of the return read it here. The list is
`data/ssda903-codes.csv`, read once [SSDA903].
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from schools.rules import ReturnYear

DATA = Path(__file__).parent / "data"

OLD_SEX = MappingProxyType({"1": "M", "2": "F"})  # as returned until 2023-24

# Why a child has no UPN. UN4 may not stand longer than the first week.
UPN_UNKNOWN = "UPN_UNKNOWN"


class UnknownCodeSet(LookupError):
    """The return has no code set of this name."""


@dataclass(frozen=True, slots=True)
class ReturnCode:
    """One code of one set, with the first and last year it may be returned in."""

    code: str
    meaning: str
    first: ReturnYear | None
    last: ReturnYear | None

    def is_valid_in(self, year: ReturnYear) -> bool:
        return (self.first is None or self.first <= year) and (
            self.last is None or year <= self.last
        )


@cache
def code_sets() -> Mapping[str, Mapping[str, ReturnCode]]:
    """Every code set of the return, by name and code, of today and of earlier years."""
    sets: dict[str, dict[str, ReturnCode]] = {}
    with (DATA / "ssda903-codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            first, last = row["first_collection"], row["last_collection"]
            sets.setdefault(row["code_set"], {})[row["code"]] = ReturnCode(
                code=row["code"],
                meaning=row["meaning"],
                first=ReturnYear.of_collection(first) if first else None,
                last=ReturnYear.of_collection(last) if last else None,
            )
    return MappingProxyType({name: MappingProxyType(codes) for name, codes in sets.items()})


def code_set(name: str) -> Mapping[str, ReturnCode]:
    """One code set. Raises UnknownCodeSet."""
    try:
        return code_sets()[name]
    except KeyError:
        raise UnknownCodeSet(name) from None


def is_valid(name: str, code: str, year: ReturnYear) -> bool:
    """Whether a code of a set may stand in the return of a year."""
    found = code_set(name).get(code)
    return found is not None and found.is_valid_in(year)


def is_known(name: str, code: str) -> bool:
    """Whether a set ever held a code: what an older record may still carry."""
    return code in code_set(name)


def meaning(name: str, code: str) -> str | None:
    """What a code means, in words; None when the set never held it."""
    found = code_set(name).get(code)
    return found.meaning if found else None


def choices(name: str, year: ReturnYear | None = None) -> list[tuple[str, str]]:
    """Code and meaning in the list's order: those valid in a year, or all ever held."""
    return [
        (entry.code, entry.meaning)
        for entry in code_set(name).values()
        if year is None or entry.is_valid_in(year)
    ]


def normalise_sex(code: str) -> str:
    """M, F or U, also from the numbers returned until 2023-24; other text is left as it is."""
    return OLD_SEX.get(code, code)
