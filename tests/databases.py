"""The test database, copied from a template that is migrated once for all processes and runs.

Migrating costs ten seconds of processor time, copying a tenth of one. The template is named by the
hash of what makes it, so that a changed migration makes a new one and drops the old.
"""

import hashlib
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
from django.core.management import call_command
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent
MADE_FROM = (
    "*/migrations/*.py", "*/reach.py", "accounts/wall.py", "audit/triggers.py",
    "notifications/links.py", "pep/freezing.py", "quality/freezing.py", "retention/forgetting.py",
)  # fmt: skip
PREFIX = "vs_template_"
LOCK = 20_261_121  # any number of our own: one process makes the template, the others wait


@contextmanager
def server():
    """A bare connection of the owner's to the server, outside any test database."""
    options = connections["owner"].get_connection_params() | {"dbname": "postgres"}
    options.pop("cursor_factory", None)
    with closing(psycopg2.connect(**options)) as connection:
        connection.autocommit = True
        yield connection.cursor()


def fingerprint():
    """Hash the files that decide what the tables look like."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in MADE_FROM for path in ROOT.glob(pattern)}):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def make(name):
    """Make the database of this process anew from the template."""
    _end_sessions(name)
    template = PREFIX + fingerprint()
    with server() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [PREFIX + "%"])
        there = {row[0] for row in cursor.fetchall()}
        for old in there - {template}:
            cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
        if template not in there:
            _migrate(cursor, template)
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _migrate(cursor, template):
    """Migrate a new database and give it the template's name once that is done."""
    making = f"making_{template}"
    cursor.execute(f'DROP DATABASE IF EXISTS "{making}" WITH (FORCE)')
    cursor.execute(f'CREATE DATABASE "{making}"')
    owner = connections["owner"]
    former = owner.settings_dict["NAME"]
    owner.close()
    owner.settings_dict["NAME"] = making
    try:
        call_command("migrate", database="owner", verbosity=0, skip_checks=True)
    finally:
        owner.close()
        owner.settings_dict["NAME"] = former
    cursor.execute(f'ALTER DATABASE "{making}" RENAME TO "{template}"')


def drop(name):
    _end_sessions(name)
    with server() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _end_sessions(name):
    """End what the application's role still has open there, which only that role may."""
    options = connections["default"].get_connection_params() | {"dbname": "postgres"}
    options.pop("cursor_factory", None)
    with closing(psycopg2.connect(**options)) as connection:
        connection.cursor().execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = %s AND usename = current_user",
            [name],
        )
