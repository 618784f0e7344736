"""Seal the part of the record that is surely over (decisions 29)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet, TextField
from django.db.models.functions import Cast

from accounts import wall
from audit.models import Event, Seal
from audit.rules import (
    COLUMNS,
    FIRST,
    FIRST_PREVIOUS,
    FORM,
    LAST,
    Stretch,
    digest,
    pack,
    seal_hash,
)
from schools.models import Authority

BATCH = 5_000  # events of one seal: what is held in memory at a time
LOCK = 0x7365616C  # "seal": one at a time, whoever asks
Place = tuple[int, int]  # transaction, id: where an event stands in its era


def seal(*, at: datetime, batch: int = BATCH) -> int:
    """Seal every event whose transaction is surely over; answer how many. Safe to run twice.

    Works in batches of one transaction each. Whoever comes while another seals does nothing.
    """
    sealed = 0
    while count := _seal_one(at=at, batch=batch):
        sealed += count
    return sealed


@transaction.atomic
def _seal_one(*, at: datetime, batch: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        # No transaction below the first is still at work; the second was not given out yet
        cursor.execute(
            "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint "
            "FROM pg_current_snapshot() AS s"
        )
        over, unused = cursor.fetchone()
    last = Seal.objects.defer("leaves").order_by("-number").first()
    # Asked only now which authorities there are: what an event over by then names is among them
    with wall.opened(Authority.objects.values_list("pk", flat=True)):
        era, after_id, rows = _next_rows(last, over=over, unused=unused, batch=batch)
    if not rows:
        return 0
    ids = [row[COLUMNS[FORM].index("id")] for row in rows]
    end = rows[-1][COLUMNS[FORM].index("transaction")], ids[-1]
    if len(rows) < batch:  # nothing that is over can come after these any more
        end = max(end, (over - 1, LAST))
    leaves = pack(zip(ids, map(digest, rows), strict=True))
    stretch = Stretch(
        number=last.number + 1 if last else 1,
        form=FORM,
        made_at=at,
        era=era,
        after_id=after_id,
        upto_transaction=end[0],
        upto_id=end[1],
        highest_id=max(*ids, last.highest_id) if last else max(ids),
        count=len(ids),
        previous=last.hash if last else FIRST_PREVIOUS,
    )
    values = {name: getattr(stretch, name) for name in Stretch.__slots__}
    Seal(**values, leaves=leaves, hash=seal_hash(stretch, leaves)).save(force_insert=True)
    return len(ids)


def _next_rows(
    last: Seal | None, *, over: int, unused: int, batch: int
) -> tuple[int, int, list[tuple[Any, ...]]]:
    """The events to seal next, with their era and the id it begins after. One to three queries."""
    if last is None:
        rows = events(after=(FIRST, FIRST)).filter(transaction__lt=over)
        return 1, FIRST, list(columns(rows, FORM)[:batch])
    end = last.upto_transaction, last.upto_id
    if over > last.upto_transaction:
        rows = events(after=end, after_id=last.after_id).filter(transaction__lt=over)
        return last.era, last.after_id, list(columns(rows, FORM)[:batch])
    # Restored to a server whose transactions count from lower on: first what came with the dump
    restored = Event.objects.filter(transaction__gte=unused).aggregate(highest=Max("pk"))
    border = max(last.highest_id, restored["highest"] or FIRST)
    rest = list(columns(events(after=end, after_id=last.after_id, upto_id=border), FORM)[:batch])
    if rest:
        return last.era, last.after_id, rest
    rows = events(after=(FIRST, FIRST), after_id=border).filter(transaction__lt=over)
    return last.era + 1, border, list(columns(rows, FORM)[:batch])


def events(
    *, after: Place, upto: Place = (LAST, LAST), after_id: int = FIRST, upto_id: int = LAST
) -> QuerySet[Event]:
    """The events of an era between two places, in the order they are sealed in."""
    found = Event.objects.filter(
        Q(transaction__gt=after[0]) | Q(pk__gt=after[1]),
        Q(transaction__lt=upto[0]) | Q(pk__lte=upto[1]),
        transaction__gte=after[0],
        transaction__lte=upto[0],
        pk__gt=after_id,
        pk__lte=upto_id,
    )
    return found.order_by("transaction", "pk")


def columns(rows: QuerySet[Event], form: int, *more: str) -> QuerySet[Event, tuple[Any, ...]]:
    """Those events as the values that are hashed, JSON as the database writes it; then `more`."""
    texts: Sequence[Any] = [
        Cast(name, TextField()) if name in {"before", "after"} else name for name in COLUMNS[form]
    ]
    return rows.values_list(*texts, *more)
