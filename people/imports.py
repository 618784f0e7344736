"""A list of people to invite, received: read whole, compared with what is known, or refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from accounts.models import User
from accounts.roles import SCHOOL_ROLES, Role
from files.csv_format import Faults, ImportRefused, opened, tidy
from files.encodings import Unreadable
from people import rights
from people.csv_format import COLUMNS, MOST_ROWS, OPTIONAL, Person, person
from schools.models import School


@dataclass(frozen=True, slots=True)
class Asked:
    """One person of a checked list, and the seat they would be asked to take."""

    email: str
    given_name: str
    family_name: str
    role: str
    school_id: int | None
    started_on: date
    school_name: str = ""

    @property
    def role_name(self) -> str:
        return Role(self.role).label

    @classmethod
    def unpacked(cls, row: list[object]) -> Asked:
        email, given, family, role, school_id, started_on = row
        return cls(
            str(email), str(given), str(family), str(role),
            int(str(school_id)) if school_id is not None else None,
            date.fromisoformat(str(started_on)),
        )  # fmt: skip


def read(source: BinaryIO, *, by: User, today: date) -> list[Asked]:
    """Read the list of a person who may give these roles in these places.

    Raises ImportRefused with every fault by its line. Three queries.
    """
    faults = Faults()
    rows = _rows(source, by=by, faults=faults)
    schools = dict(
        rights.schools_run(by)
        .filter(pk__in=[row.urn for row in rows if row.urn is not None])
        .values_list("pk", "name")
    )
    for row in rows:
        if row.urn is not None and row.urn not in schools:
            _refuse_school(row, faults)
        if row.email == by.email:
            words = "You cannot change your own access"
            faults.add(row.line, "email", "", words, "Leave this line out")
    counted = Counter((row.email, row.role, row.urn) for row in rows)
    for row in rows:
        if counted[row.email, row.role, row.urn] > 1:
            words = "The same person and role stand in the file twice"
            faults.add(row.line, "email", "", words, "Keep one of them")
    if not rows and not faults:
        faults.add(0, "", "", "There is nobody in the file", "Write one person a line")
    if faults:
        raise ImportRefused(faults)
    return [
        Asked(
            row.email, row.given_name, row.family_name, row.role, row.urn,
            row.started_on or today, schools.get(row.urn or 0, ""),
        )
        for row in rows
    ]  # fmt: skip


def _rows(source: BinaryIO, *, by: User, faults: Faults) -> list[Person]:
    try:
        table = opened(source)
    except Unreadable as wrong:
        faults.add(0, "", "", wrong.message, wrong.fix)
        return []
    places = table.locate([*COLUMNS, *OPTIONAL], optional=OPTIONAL, faults=faults)
    if faults:
        return []
    roles = {}
    for role in rights.gives(by):
        roles[role.value.replace("_", " ")] = roles[role.label.casefold()] = role.value
    in_school = {role.value for role in SCHOOL_ROLES}
    found = []
    for number, (line, cells) in enumerate(table.rows(faults), start=1):
        if number > MOST_ROWS:
            words = f"The file has more than {MOST_ROWS} people"
            faults.add(line, "", "", words, "Send it in parts")
            break
        named = {name: tidy(cells[place]) for name, place in places.items()}
        row = person(line, named, roles=roles, school_roles=in_school, faults=faults)
        if row is not None:
            found.append(row)
    return found


def _refuse_school(row: Person, faults: Faults) -> None:
    is_known = School.objects.filter(pk=row.urn or 0).exists()
    words = "This school is not yours" if is_known else "No school of the register has this URN"
    fix = "Ask its own council" if is_known else "Correct the URN"
    faults.add(row.line, "urn", str(row.urn), words, fix)
