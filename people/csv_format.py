"""A list of people to invite, as plain values: what each column says, and what is wrong with it."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from files.csv_format import Faults, NotADate, parsed_date

COLUMNS = ("email", "given_name", "family_name", "role")
OPTIONAL = ("urn", "start_date")
MOST_ROWS = 500
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the list."""

    line: int
    email: str
    given_name: str
    family_name: str
    role: str
    urn: int | None
    started_on: date | None


def person(
    line: int,
    cells: dict[str, str],
    *,
    roles: dict[str, str],
    school_roles: Collection[str],
    faults: Faults,
) -> Person | None:
    """Read one line; None when something is wrong with it, which stands in `faults` then.

    `roles` maps what may be written for a role, folded, to the role.
    """
    before = faults.count
    email = cells.get("email", "").lower()
    if not EMAIL.fullmatch(email):
        faults.add(line, "email", "", "Not an email address", "Write one like name@example.org")
    for column in ("given_name", "family_name"):
        text = cells.get(column, "")
        if not text or len(text) > 100:
            faults.add(line, column, "", "The name is missing or too long", "Write the name")
    role = roles.get(cells.get("role", "").replace("_", " ").casefold(), "")
    if not role:
        words = "Not a role you may give"
        faults.add(line, "role", cells.get("role", ""), words, "Use a role of the list")
    urn = _urn(line, cells.get("urn", ""), needed=role in school_roles, faults=faults)
    started_on = None
    if cells.get("start_date"):
        try:
            started_on = parsed_date(cells["start_date"])
        except NotADate as wrong:
            faults.add(line, "start_date", cells["start_date"], wrong.message, wrong.fix)
    if faults.count > before:
        return None
    return Person(line, email, cells["given_name"], cells["family_name"], role, urn, started_on)


def _urn(line: int, text: str, *, needed: bool, faults: Faults) -> int | None:
    if not text:
        if needed:
            faults.add(line, "urn", "", "A role in a school needs its URN", "Write the URN")
        return None
    if not needed:
        faults.add(line, "urn", text, "This role is not in a school", "Leave the URN empty")
        return None
    if not re.fullmatch(r"[0-9]{5,9}", text):
        faults.add(line, "urn", text, "Not a URN", "Write the school’s number, like 100000")
        return None
    return int(text)
