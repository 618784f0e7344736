"""Work the seals out again from the record, and say what does not agree.

Nothing here is answered by a function of the database: whoever owns it could have changed that.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from accounts import wall
from audit.models import Seal
from audit.rules import (
    COLUMNS,
    FIRST,
    FIRST_PREVIOUS,
    LAST,
    Stretch,
    digest,
    seal_hash,
    unpack,
)
from oversight.anchors import Anchor, AnchorUnreadable, read
from oversight.sealing import columns, events
from schools.models import Authority

AT_A_TIME = 1_000  # rows in memory


@dataclass(slots=True)
class Verified:
    """What was found. Complete only once `faults` has been read to its end."""

    seals: int = 0
    sealed: int = 0
    unsealed: int = 0
    anchors: int = 0
    met: set[int] = field(default_factory=set)  # seals that an anchor names and that are there


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
    with transaction.atomic(), wall.opened(Authority.objects.values_list("pk", flat=True)):
        yield from _seals(found, anchors)
    found.anchors = len(anchors)
    for number in sorted(set(anchors) - found.met):
        yield (
            f"Seal {number} is gone: the anchor of {anchors[number].on.isoformat()} names it. "
            "The end of the record was cut off, or an older backup was restored"
        )


def _seals(found: Verified, anchors: dict[int, Anchor]) -> Iterator[str]:
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
        yield from _rows(found, seal, previous, upto_id=borders.get(seal.era + 1, LAST))
        previous = seal
    after = (previous.upto_transaction, previous.upto_id) if previous else (FIRST, FIRST)
    after_id = previous.after_id if previous else FIRST
    found.unsealed = events(after=after, after_id=after_id).count()


def _seal_itself(seal: Seal, previous: Seal | None) -> Iterator[str]:
    expected = previous.number + 1 if previous else 1
    if seal.number != expected:
        yield f"Seal {expected} is gone: the next one is seal {seal.number}"
    elif seal.previous != (previous.hash if previous else FIRST_PREVIOUS):
        yield f"Seal {seal.number} does not hold the hash of the seal before it"
    values = {name: getattr(seal, name) for name in Stretch.__slots__}
    if seal_hash(Stretch(**values), bytes(seal.leaves)) != seal.hash:
        yield f"Seal {seal.number} was altered"


def _rows(found: Verified, seal: Seal, previous: Seal | None, *, upto_id: int) -> Iterator[str]:
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
    place = names.index("id")
    rows = columns(
        events(after=after, upto=upto, after_id=seal.after_id, upto_id=upto_id), seal.form
    )
    for row in rows.iterator(chunk_size=AT_A_TIME):
        leaf = leaves.pop(row[place], None)
        if leaf is None:
            yield f"Seal {seal.number}: event {row[place]} was inserted afterwards"
        elif leaf != digest(row):
            yield f"Seal {seal.number}: event {row[place]} was altered"
        else:
            found.sealed += 1
    for number in leaves:
        yield f"Seal {seal.number}: event {number} was removed"
