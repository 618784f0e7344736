"""What a test needs to seal a record really committed, and to change it as its owner."""

import time
from contextlib import closing
from uuid import uuid4

import psycopg2
from django.db import connection, connections
from django.utils import timezone

import audit
from oversight import sealing


def write(count=1, **what):
    """Append events, each in a transaction of its own."""
    for _ in range(count):
        audit.record(**{"kind": "test.happened", "at": timezone.now(), "row": uuid4()} | what)


def own_connection():
    """A second connection of the application's, as another worker has it."""
    return closing(psycopg2.connect(**connections["default"].get_connection_params()))


def seal(**options):
    """Seal once all that is committed is surely over.

    Other tests on this server hold the oldest unfinished transaction back for a moment.
    """
    wait_until_over()
    return sealing.seal(at=timezone.now(), **options)


def wait_until_over():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        (unused,) = cursor.fetchone()
        for _ in range(600):
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            if cursor.fetchone()[0] >= unused:
                return
            time.sleep(0.1)
    raise AssertionError("a transaction of another test did not end")


def as_owner(*statements):
    """What only the owner of the tables can do, past the wall that binds even the owner."""
    with closing(psycopg2.connect(**connections["owner"].get_connection_params())) as owner:
        cursor = owner.cursor()
        cursor.execute("ALTER TABLE audit_event NO FORCE ROW LEVEL SECURITY")
        for sql, values in statements:
            cursor.execute(sql, values)
            assert cursor.rowcount != 0
        cursor.execute("ALTER TABLE audit_event FORCE ROW LEVEL SECURITY")
        owner.commit()
