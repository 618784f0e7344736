"""The council everything is measured on, in a database of its own beside the developer's."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

CHECKOUT = Path(__file__).resolve().parent.parent
SEED = 1
ADDRESSES = ("DATABASE_URL", "MIGRATE_DATABASE_URL")


def database(children: int) -> str:
    return f"virtual_school_bench_{children}"


def use(children: int) -> None:
    """Point this process at the council's database. Comes before Django is set up."""
    for name in ADDRESSES:
        parts = urlsplit(os.environ[name])
        os.environ[name] = parts._replace(path=f"/{database(children)}").geturl()
    data = Path(os.environ["VS_DATA"]) / "bench"  # files and mails, apart from the developer's
    data.mkdir(exist_ok=True)
    os.environ["VS_DATA"] = str(data)


def ensure(children: int, *, fresh: bool) -> None:
    """Make the council where it is not there whole. Some minutes the first time, then moments.

    The database carries as its comment what it was made from; it gets that last, so one that was
    broken off is made anew.
    """
    _collect_static()
    address = os.environ["MIGRATE_DATABASE_URL"]
    name, wanted = database(children), fingerprint()
    with _connected(address) as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        )
        found = cursor.fetchone()
        made_from = found[0] if found else None
        if made_from and not fresh:
            if made_from != wanted:
                say("  (tables or demonstration changed since the council was made: --fresh)")
            return
        if found:
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    say(f"- making a council with {children} looked-after children, once")
    environ = dict(os.environ)
    for variable in ADDRESSES:
        environ[variable] = urlsplit(environ[variable])._replace(path=f"/{name}").geturl()
    _manage(environ, "migrate", "--database", "owner", "--noinput", "-v", "0")
    _manage(environ, "load_reference")
    if children:
        _manage(environ, "demo", "--children", str(children), "--seed", str(SEED))
    with _connected(environ["MIGRATE_DATABASE_URL"]) as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(
            sql.SQL("COMMENT ON DATABASE {} IS %s").format(sql.Identifier(name)), [wanted]
        )


def _collect_static() -> None:
    """Have the hashed names that pages link to, made after the files were."""
    manifest = CHECKOUT / "staticfiles" / "staticfiles.json"
    newest = max(path.stat().st_mtime for path in (CHECKOUT / "static").rglob("*"))
    if not manifest.exists() or manifest.stat().st_mtime < newest:
        _manage(dict(os.environ), "collectstatic", "--noinput", "-v", "0")


def fingerprint() -> str:
    """A text that changes when the tables or the demonstration do."""
    digest = hashlib.sha256()
    for pattern in ("demo/**/*.py", "*/migrations/*.py"):
        for path in sorted(CHECKOUT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    with closing(psycopg2.connect(address)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


def _manage(environ: dict[str, str], *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, CHECKOUT / "manage.py", *arguments],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        check=False,
    )
    if done.returncode:
        sys.exit(f"manage.py {arguments[0]} failed; what it said is above.")


def say(message: str) -> None:
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()
