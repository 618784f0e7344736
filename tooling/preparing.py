"""What a start brings up to date first: database, reference data, a council, static files."""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tooling import services, state
from tooling.console import Refused, say, step
from tooling.paths import CHECKOUT, PYTHON

CHILDREN = (220, 600, 1500)
SEED = 1
OWN_DATABASE = "own"


def prepare(asked: argparse.Namespace) -> None:
    """Bring database, reference data, demonstration and static files up to the code's state."""
    stamps = own_stamps()
    migrations = fingerprint(CHECKOUT.glob("*/migrations/*.py"))
    if stamps.get("migrations") != migrations:
        step("bringing the database up to date")
        _command("migrate", "--database", "owner", "--noinput", "-v", "0")
        stamps.set("migrations", migrations)
    reference = fingerprint(_reference_files())
    if stamps.get("reference") != reference:
        step("loading reference data")
        _command("load_reference")
        stamps.set("reference", reference)
    _people(asked, stamps)
    static = fingerprint(path for path in (CHECKOUT / "static").rglob("*") if path.is_file())
    if stamps.get("static") != static or not (CHECKOUT / "staticfiles").exists():
        step("collecting static files")
        _command("collectstatic", "--noinput", "--clear", "-v", "0")
        stamps.set("static", static)


def own_stamps() -> "Stamps":
    file = state.data_folder() / "prepared.json"
    return Stamps(file, os.environ.get("DATABASE_URL", OWN_DATABASE))


def _people(asked: argparse.Namespace, stamps: "Stamps") -> None:
    """Make the demonstration or the first administrator, once for a database."""
    content = stamps.get("content")
    if content is None:
        if asked.empty:
            _command("first_administrator", *administrator(asked.email), asks=True)
            content = "empty"
        else:
            size = str(asked.children or CHILDREN[1])
            step(f"making up a council with {size} looked-after children, some minutes at most")
            _command("demo", "--children", size, "--seed", str(SEED))
            content = size
        stamps.set("content", content)
    elif (asked.empty and content != "empty") or (
        asked.children and content != str(asked.children)
    ):
        held = "no made-up council" if content == "empty" else f"a council of {content} children"
        say(f"  (this database holds {held}; use --reset to begin anew)")


def administrator(email: str | None) -> list[str]:
    """Say what the first administrator is made of; what is left out is asked at the terminal."""
    given = ["--email", email] if email else []
    if sys.stdin.isatty():
        return given
    if not email:
        raise Refused("--empty asks who the administrator is; without a terminal give --email too.")
    return [*given, "--given-name", "Administrator", "--generate"]


class Stamps:
    """What was done to which database, so that it is not done again."""

    def __init__(self, file: Path, database: str) -> None:
        self.file = file
        self.key = hashlib.sha256(database.rpartition("@")[2].encode()).hexdigest()[:12]

    def _all(self) -> dict[str, dict[str, str]]:
        try:
            found: dict[str, dict[str, str]] = json.loads(self.file.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return found

    def get(self, name: str) -> str | None:
        return self._all().get(self.key, {}).get(name)

    def set(self, name: str, value: str) -> None:
        everything = self._all()
        everything.setdefault(self.key, {})[name] = value
        self.file.write_text(json.dumps(everything, indent=1))


def fingerprint(paths: Any) -> str:
    """Return a text that changes when one of these files does, without reading them."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        facts = path.stat()
        digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _reference_files() -> Iterator[Path]:
    """Find what `load_reference` may read: data files of the apps and the commands themselves."""
    kinds = {".csv", ".json", ".toml", ".gz", ".txt"}
    left_out = {"frontend", "static", "staticfiles", "tests", "node_modules", "bench", "docs"}
    for folder in CHECKOUT.iterdir():
        if folder.is_dir() and folder.name not in left_out and not folder.name.startswith("."):
            yield from (path for path in folder.rglob("*") if path.suffix in kinds)
            yield from folder.glob("management/commands/load_reference.py")


def _command(*arguments: str, asks: bool = False) -> None:
    """Run a management command of the preparation, what it says going to standard error."""
    done = subprocess.run(
        # Django prints everything on standard error in red.
        [PYTHON, CHECKOUT / "manage.py", *arguments, "--no-color"],
        env=services.program_environment(),
        stdin=None if asks else subprocess.DEVNULL,
        stdout=sys.stderr,
        check=False,
    )
    if done.returncode:
        raise Refused(f"manage.py {arguments[0]} failed; what it said is above.")
