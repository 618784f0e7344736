"""What the pages of "Data in and out" show of loads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.permissions import Permission
from files.models import Load

Kind, State = Load.Kind, Load.State
KIND_NAMES = {
    Kind.ROLL: "Roll and return",
    Kind.ATTENDANCE: "Attendance marks",
    Kind.SCHOOLS: "School register",
}
NEEDED = {
    Kind.ROLL: Permission.LOAD_FILES,
    Kind.ATTENDANCE: Permission.LOAD_FILES,
    Kind.SCHOOLS: Permission.LOAD_SCHOOLS,
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One number of the check page. `tone` is good, warn or bad."""

    number: int
    words: str
    tone: str


def loads_seen_by(user: User) -> QuerySet[Load]:
    """The loads of the seat's authority, of the kinds this person may send."""
    seat = user.seat
    if seat is None or seat.authority_id is None:
        return Load.objects.none()
    kinds = [kind for kind, needed in NEEDED.items() if user.may(needed)]
    return Load.objects.filter(authority=seat.authority_id, kind__in=kinds)


def added_before(load: Load) -> datetime | None:
    """When files with exactly this content were added, if they were. One query."""
    return (
        Load.objects.filter(authority=load.authority_id, sha256=load.sha256, state=State.APPLIED)
        .exclude(pk=load.pk)
        .order_by("-applied_at", "pk")
        .values_list("applied_at", flat=True)
        .first()
    )


def _tallies(counts: dict[str, Any]) -> Iterable[dict[str, int]]:
    return (one for one in counts.values() if isinstance(one, dict))


def _entries(number: int) -> str:
    return "entry" if number == 1 else "entries"


def _rows(number: int) -> str:
    return "row" if number == 1 else "rows"


def entries_to_add(load: Load) -> int:
    """Entries that are new, or change something we have."""
    return sum(
        one.get("added", 0) + one.get("changed", 0) + one.get("removed", 0)
        for one in _tallies(load.counts)
    )


def faulty_rows(load: Load) -> int:
    """Rows at fault, each once however many faults it has."""
    return len({(one["file"], one["line"]) for one in load.faults})


def tiles(load: Load) -> list[Tile]:
    """New and changing entries, of which a row can make several, and unusable rows, as numbers."""
    tallies = list(_tallies(load.counts))
    new = sum(one.get("added", 0) for one in tallies)
    changing = sum(one.get("changed", 0) + one.get("removed", 0) for one in tallies)
    same = sum(one.get("unchanged", 0) for one in tallies)
    done = load.state == State.APPLIED
    found = [
        Tile(new, f"{_entries(new)} {'added' if done else 'ready to add'}", "good"),
        Tile(changing, f"{_entries(changing)} {'changed' if done else 'to change'}", "warn"),
        Tile(same, f"{_entries(same)} already as in the file", ""),
    ]
    if load.state == State.REFUSED:
        faulty = faulty_rows(load)
        found.append(Tile(faulty, f"{_rows(faulty)} cannot be added", "bad"))
    elif load.left_out:
        left = len({(one["file"], one["line"]) for one in load.left_out})
        found.append(Tile(left, f"{_rows(left)} left out", "bad"))
    return found
