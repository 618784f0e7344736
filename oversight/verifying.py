"""Work the seals out again from the record, and say what does not agree.

Nothing here is answered by a function of the database: whoever owns it could have changed that.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts import wall
from audit.models import Seal
from audit.rules import (
    COLUMNS,
    FIRST,
    FIRST_PREVIOUS,
    FORM,
    LAST,
    REMAINS,
    TAKEN_OUT,
    Stretch,
    digest,
    remains_hash,
    seal_hash,
    unpack,
)
from oversight.anchors import Anchor, AnchorUnreadable, read
from oversight.sealing import columns, events
from schools.models import Authority

AT_A_TIME = 1_000  # rows in memory
TOLD = {"kind": "row.insert", "table": "retention_tombstone"}  # where a deletion says what it took


@dataclass(slots=True)
class Verified:
    """What was found. Complete only once `faults` has been read to its end."""

    seals: int = 0
    sealed: int = 0
    unsealed: int = 0
    taken_out: int = 0  # events that said something of a child whose record was deleted
    deletions: int = 0
    anchors: int = 0
    met: set[int] = field(default_factory=set)  # seals that an anchor names and that are there


class Deletions:
    """Events whose values went with a child's record, beside what each deletion says of them.

    A deletion says it in the event that recorded its tombstone, which is sealed like any other: how
    many events it took from, and a hash of what stays of them. An event that names a deletion and
    is not among those, or of which more than that was changed, was altered. Forty bytes an event.
    """

    def __init__(self) -> None:
        self._said: dict[str, tuple[int, str]] = {}
        self._left: dict[str, list[tuple[int, bytes]]] = {}

    def hear(self, event: dict[str, Any]) -> None:
        """Note what a tombstone said, if this event recorded one that took anything out."""
        if any(event[name] != value for name, value in TOLD.items()):
            return
        stone = json.loads(event["after"])
        if stone.get("remains"):
            self._said[event["row"]] = stone["events"], stone["remains"]

    def took(self, event: dict[str, Any], deletion: UUID) -> bool:
        """Note an event that names a deletion; False if it still says anything."""
        if any(event[name] for name in TAKEN_OUT):
            return False
        left = digest([event[name] for name in REMAINS])
        self._left.setdefault(str(deletion), []).append((event["id"], left))
        return True

    def faults(self, found: Verified) -> Iterator[str]:
        """Compare, once every event was seen."""
        found.taken_out = sum(map(len, self._left.values()))
        found.deletions = len(self._said)
        for deletion in sorted(self._said.keys() | self._left.keys()):
            left = self._left.get(deletion, [])
            if deletion not in self._said:
                yield f"Deletion {deletion} is not in the record, and {len(left)} events name it"
            elif self._said[deletion] != (len(left), remains_hash(left)):
                yield f"Deletion {deletion}: an event it took from was altered, added or removed"


def faults(found: Verified, *, anchor_file: Path) -> Iterator[str]:
    """Compare every seal, event and anchor; yield a sentence for each that does not agree.

    In the order of the seals, so that the first sentence is about the oldest. Memory stays flat.
    """
    try:
        anchors = {anchor.number: anchor for anchor in read(anchor_file)}
    except AnchorUnreadable as error:
        yield f"Anchor file: {error}"
        anchors = {}
    # One transaction and one wall, for all: who needs all passes the list (decisions 12)
    deletions = Deletions()
    with transaction.atomic(), wall.opened(Authority.objects.values_list("pk", flat=True)):
        yield from _seals(found, anchors, deletions)
    yield from deletions.faults(found)
    found.anchors = len(anchors)
    for number in sorted(set(anchors) - found.met):
        yield (
            f"Seal {number} is gone: the anchor of {anchors[number].on.isoformat()} names it. "
            "The end of the record was cut off, or an older backup was restored"
        )


def _seals(found: Verified, anchors: dict[int, Anchor], deletions: Deletions) -> Iterator[str]:
    borders = dict(Seal.objects.order_by("era").values_list("era", "after_id").distinct())
    previous: Seal | None = None
    for seal in Seal.objects.order_by("number").iterator(chunk_size=10):
        found.seals += 1
        yield from _seal_itself(seal, previous)
        anchor = anchors.get(seal.number)
        if anchor is not None:
            found.met.add(seal.number)
            if anchor.hash != seal.hash:
                yield f"Seal {seal.number} is not the one of the anchor of {anchor.on.isoformat()}"
        yield from _rows(found, seal, previous, deletions, borders.get(seal.era + 1, LAST))
        previous = seal
    after = (previous.upto_transaction, previous.upto_id) if previous else (FIRST, FIRST)
    after_id = previous.after_id if previous else FIRST
    rest = events(after=after, after_id=after_id)
    found.unsealed = rest.count()
    # What a deletion says, and what stays of the events it took from, may wait for its seal
    told = rest.filter(Q(taken_out__isnull=False) | Q(**TOLD))
    for *row, taken_out in columns(told, FORM, "taken_out").iterator(chunk_size=AT_A_TIME):
        event = dict(zip(COLUMNS[FORM], row, strict=True))
        if taken_out is None:
            deletions.hear(event)
        elif not deletions.took(event, taken_out):
            yield f"Event {event['id']}, not yet sealed, was altered"


def _seal_itself(seal: Seal, previous: Seal | None) -> Iterator[str]:
    expected = previous.number + 1 if previous else 1
    if seal.number != expected:
        yield f"Seal {expected} is gone: the next one is seal {seal.number}"
    elif seal.previous != (previous.hash if previous else FIRST_PREVIOUS):
        yield f"Seal {seal.number} does not hold the hash of the seal before it"
    values = {name: getattr(seal, name) for name in Stretch.__slots__}
    if seal_hash(Stretch(**values), bytes(seal.leaves)) != seal.hash:
        yield f"Seal {seal.number} was altered"


def _rows(
    found: Verified, seal: Seal, previous: Seal | None, deletions: Deletions, upto_id: int
) -> Iterator[str]:
    """Compare the events of one seal with its leaves."""
    try:
        leaves = dict(unpack(bytes(seal.leaves)))
    except ValueError:
        leaves = {}  # the seal was altered, which was said
    begins = previous is None or previous.era != seal.era
    after = (FIRST, FIRST) if begins else (previous.upto_transaction, previous.upto_id)  # type: ignore[union-attr]
    upto = (seal.upto_transaction, seal.upto_id)
    names = COLUMNS.get(seal.form)
    if names is None:
        yield f"Seal {seal.number} has a form that is not known here: {seal.form}"
        return
    found_rows = events(after=after, upto=upto, after_id=seal.after_id, upto_id=upto_id)
    rows = columns(found_rows, seal.form, "taken_out")
    for *row, taken_out in rows.iterator(chunk_size=AT_A_TIME):
        event = dict(zip(names, row, strict=True))
        leaf = leaves.pop(event["id"], None)
        if leaf is None:
            yield f"Seal {seal.number}: event {event['id']} was inserted afterwards"
        elif taken_out is not None and deletions.took(event, taken_out):
            found.sealed += 1  # whether it was sealed with its values or without
        elif taken_out is not None or leaf != digest(row):
            yield f"Seal {seal.number}: event {event['id']} was altered"
        else:
            found.sealed += 1
            deletions.hear(event)
    for number in leaves:
        yield f"Seal {seal.number}: event {number} was removed"
