"""The second lock: which authorities a transaction may touch.

PostgreSQL's row-level security shows a row only when its authority is in the list that the
transaction set (`app.authorities`). Not set: no rows. The list and the names for the audit live and
die with the transaction, so a pooled connection carries nothing over (decisions 12 to 15).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.special import RunSQL

_NAMES = (
    "app.authorities", "app.actor", "app.seat", "app.request", "app.reason", "app.acting_for",
    "app.ip_address", "app.device",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for the record: a person in a seat, or a named piece of work without a person."""

    user_id: UUID | None = None
    seat: str = ""
    request_id: str = ""
    reason: str = ""
    acting_for_id: UUID | None = None
    ip_address: str = ""
    device: str = ""


@contextmanager
def opened(authorities: Iterable[int], *, actor: Actor | None = None) -> Iterator[None]:
    """Run a transaction that sees the rows of these authorities and no others.

    Inside an outer transaction the former values come back on leaving. One query on entering, one
    on leaving a nested one. An empty list opens nothing.
    """
    actor = actor or Actor()
    values = [
        ",".join(str(int(authority)) for authority in authorities),
        str(actor.user_id or ""),
        actor.seat,
        actor.request_id,
        actor.reason,
        str(actor.acting_for_id or ""),
        actor.ip_address,
        actor.device,
    ]
    with transaction.atomic():
        nested = bool(connection.savepoint_ids)
        before = _swap(values)
        try:
            yield
        finally:
            if nested and not connection.needs_rollback:
                _restore(before)


def _swap(values: list[str]) -> list[str]:
    """Set the transaction's values and answer what they were. One query."""
    reads = ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in _NAMES)
    writes = ", ".join(f"set_config('{name}', new.v{i}, true)" for i, name in enumerate(_NAMES))
    columns = ", ".join(f"v{i}" for i in range(len(_NAMES)))
    marks = ", ".join(["%s"] * len(_NAMES))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH old AS MATERIALIZED (SELECT {reads}) "  # noqa: S608 (our own names only)
            f"SELECT old.*, {writes} FROM old, (VALUES ({marks})) AS new({columns})",
            values,
        )
        row = cursor.fetchone()
    return list(row[: len(_NAMES)])


def _restore(values: list[str]) -> None:
    calls = ", ".join(f"set_config('{name}', %s, true)" for name in _NAMES)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", values)


def authorities_open() -> list[int]:
    """Answer the authorities this transaction may touch. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.authorities', true), '')")
        (text,) = cursor.fetchone()
    return [int(part) for part in text.split(",") if part]


# Read once a statement, not once a row: the sub-select makes a bulk load a fifth quicker
VISIBLE = (
    "{column} = ANY ((SELECT string_to_array("
    "nullif(current_setting('app.authorities', true), ''), ',')::int[])::int[])"
)


def wall(*tables: str, column: str = "authority_id") -> list[Operation]:
    """Make the operations that put these tables behind the wall, in the migration that makes them.

    Forced: the owner, too, sees nothing until a wall is opened.
    """
    rule = VISIBLE.format(column=column)
    return [
        RunSQL(
            [
                statement
                for table in tables
                for statement in (
                    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
                    f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
                    f"CREATE POLICY wall ON {table} USING ({rule}) WITH CHECK ({rule})",
                )
            ],
            [
                statement
                for table in tables
                for statement in (
                    f"DROP POLICY wall ON {table}",
                    f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
                    f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
                )
            ],
        )
    ]


def same_authority(*tables: str, parent: str, column: str) -> Operation:
    """Refuse a row whose authority is not its parent's (decisions 4).

    The wall alone would let a transaction that may touch two authorities file a row of one under a
    parent of the other. One small trigger per table, fired when the row is written.
    """
    return RunSQL(
        [sql for table in tables for sql in _guard(table, parent, column)],
        [
            sql
            for table in tables
            for sql in (
                f"DROP TRIGGER same_authority_{column} ON {table}",
                f"DROP FUNCTION {table}_{column}_authority()",
            )
        ],
    )


def _guard(table: str, parent: str, column: str) -> tuple[str, str]:
    name = f"{table}_{column}_authority"
    return (
        f"""
        CREATE FUNCTION {name}() RETURNS trigger
        LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        BEGIN
            IF NEW.{column} IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM {parent} AS parent
                WHERE parent.id = NEW.{column} AND parent.authority_id = NEW.authority_id
            ) THEN
                RAISE EXCEPTION 'row of {table} and its {parent} differ in authority'
                    USING ERRCODE = 'foreign_key_violation';
            END IF;
            RETURN NEW;
        END $$
        """,  # noqa: S608 (names of our own tables)
        f"CREATE TRIGGER same_authority_{column} BEFORE INSERT OR UPDATE OF {column}, "
        f"authority_id ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )
