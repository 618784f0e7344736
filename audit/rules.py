"""How the record is hashed: one digest for each event, one hash for each seal (plain Python)."""

import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

# The columns of each form of digest, in order. A new column makes a new form, never a changed one.
COLUMNS: dict[int, tuple[str, ...]] = {
    1: (
        "id", "at", "kind", "table", "row", "child_id", "authority_id", "before", "after",
        "actor_id", "seat", "acting_for_id", "reason", "request_id", "ip_address", "device",
        "transaction",
    ),
}  # fmt: skip
FORM = max(COLUMNS)
# What goes out of an event when the record it tells of is deleted, and what stays of it for good:
# who did what kind of thing where, and when (docs/adr/0015)
TAKEN_OUT = ("row", "before", "after", "reason", "ip_address")
REMAINS = tuple(name for name in COLUMNS[1] if name not in TAKEN_OUT)
FIRST_PREVIOUS = "0" * 64
LAST, FIRST = 2**63 - 1, -(2**63)  # beyond every id and every transaction
_LEAF = struct.Struct(">q32s")


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a seal says of itself beside its leaves: all of it goes into its hash."""

    number: int
    form: int
    made_at: datetime
    era: int
    after_id: int
    upto_transaction: int
    upto_id: int
    highest_id: int
    count: int
    previous: str


def digest(values: Sequence[Any]) -> bytes:
    """Hash one event: its columns in the order of `COLUMNS`, JSON as the database writes it."""
    return sha256(json.dumps([_plain(value) for value in values]).encode()).digest()


def _plain(value: Any) -> str | int | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value if value is None or isinstance(value, int) else str(value)


def pack(leaves: Iterable[tuple[int, bytes]]) -> bytes:
    return b"".join(_LEAF.pack(number, leaf) for number, leaf in leaves)


def unpack(leaves: bytes) -> Iterator[tuple[int, bytes]]:
    """The id and digest of each event sealed. Raises ValueError for what `pack` never made."""
    if len(leaves) % _LEAF.size:
        raise ValueError
    return _LEAF.iter_unpack(leaves)


def remains_hash(remains: Iterable[tuple[int, bytes]]) -> str:
    """Hash what stays of the events whose values one deletion took out: id and digest of each."""
    return sha256(pack(sorted(remains))).hexdigest()


def seal_hash(stretch: Stretch, leaves: bytes) -> str:
    """Hash a seal: the one before, what it says of itself, and its events' digests."""
    head = json.dumps([_plain(value) for value in astuple(stretch)])
    return sha256(head.encode() + b"\n" + leaves).hexdigest()
