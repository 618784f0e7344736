"""The one way to write down a meaning: an opening, a refusal, a sign-in, an agreement."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.utils.crypto import salted_hmac


def record(
    *,
    kind: str,
    at: datetime,
    table: str = "",
    row: object = "",
    child_id: UUID | None = None,
    authority_id: int | None = None,
    actor_id: UUID | None = None,
    acting_for_id: UUID | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Append one event in the present transaction. One query.

    Who, in which seat, from where and in which request are taken from the transaction's settings
    (`accounts.wall`); `actor_id` is for where no wall is open: a sign-in, a refusal.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO audit_event (at, kind, "table", row, child_id, authority_id, before, after,
                                     actor_id, seat, acting_for_id, reason, request_id, ip_address,
                                     device, transaction)
            VALUES (%s, %s, %s, %s, %s, %s, NULL, %s,
                    coalesce(%s, nullif(current_setting('app.actor', true), '')::uuid),
                    coalesce(current_setting('app.seat', true), ''),
                    coalesce(%s, nullif(current_setting('app.acting_for', true), '')::uuid),
                    coalesce(nullif(%s, ''), current_setting('app.reason', true), ''),
                    coalesce(current_setting('app.request', true), ''),
                    nullif(current_setting('app.ip_address', true), '')::inet,
                    coalesce(current_setting('app.device', true), ''),
                    pg_current_xact_id()::text::bigint)
            """,
            [
                at,
                kind,
                table,
                str(row),
                child_id,
                authority_id,
                json.dumps(after) if after is not None else None,
                actor_id,
                acting_for_id,
                reason,
            ],
        )


class RowOfChild(Protocol):
    """A row of a child's data, as far as an event about it is filed by it."""

    _meta: ClassVar[Any]

    @property
    def pk(self) -> Any: ...

    @property
    def child_id(self) -> UUID | None: ...

    @property
    def authority_id(self) -> int | None: ...


def record_of(
    row: RowOfChild,
    *,
    kind: str,
    at: datetime,
    by: Model | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Append one event about a row of a child's data, filed under that child. One query."""
    record(
        kind=kind,
        at=at,
        table=row._meta.db_table,
        row=row.pk,
        child_id=row.child_id,
        authority_id=row.authority_id,
        actor_id=by.pk if by else None,
        after=after,
        reason=reason,
    )


def record_of_each(
    *,
    kind: str,
    at: datetime,
    table: str,
    authority_id: int,
    rows: Iterable[tuple[object, UUID]],
) -> None:
    """Append the same event for many rows of one authority, each with its child. One query."""
    pairs = list(rows)
    if not pairs:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO audit_event (at, kind, "table", row, child_id, authority_id, before, after,
                                     actor_id, seat, acting_for_id, reason, request_id, ip_address,
                                     device, transaction)
            SELECT %s, %s, %s, about.row, about.child_id, %s, NULL, NULL,
                   nullif(current_setting('app.actor', true), '')::uuid,
                   coalesce(current_setting('app.seat', true), ''), NULL,
                   coalesce(current_setting('app.reason', true), ''),
                   coalesce(current_setting('app.request', true), ''),
                   nullif(current_setting('app.ip_address', true), '')::inet,
                   coalesce(current_setting('app.device', true), ''),
                   pg_current_xact_id()::text::bigint
            FROM unnest(%s::text[], %s::uuid[]) AS about (row, child_id)
            """,
            [
                at,
                kind,
                table,
                authority_id,
                [str(row) for row, _ in pairs],
                [child_id for _, child_id in pairs],
            ],
        )


def keyed(words: str) -> str:
    """Answer what stands in the record for words that are somebody's name.

    The same words always answer the same, so that "who searched for this name?" can be asked; the
    words cannot be read out of it without the service's key. Takes words already folded.
    """
    return salted_hmac("audit.words", words, algorithm="sha256").hexdigest()[:24]
