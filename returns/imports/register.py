"""The national school register and its links: checked whole, then taken in."""

from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from django.db import transaction

from files.csv_format import Faults, ImportRefused, opened
from files.encodings import Unreadable
from returns.csv_format import register
from returns.imports.outcome import Outcome, Tally
from returns.imports.succession import carry_rolls
from schools import imports

Source = Path | bytes | BinaryIO


@dataclass(frozen=True, slots=True)
class RegisterFiles:
    """The extract and, beside it, the file of links; each with the name its sender gave it."""

    register: Source | None = None
    register_name: str = ""
    links: Source | None = None
    links_name: str = ""


@transaction.atomic
def load_register(
    files: RegisterFiles,
    *,
    today: date,
    left_out: Mapping[str, Container[int]] = MappingProxyType({}),
) -> Outcome:
    """Take in the register, then its links, then carry rolls of closed schools to successors.

    Safe to repeat. Raises ImportRefused.

    Rows are written as they are read, in one transaction, which a fault anywhere undoes.
    """
    outcome, faults = Outcome(), Faults()
    if files.register is not None:
        name = files.register_name
        with _told(name, faults) as one:
            table = opened(files.register, name=name, left_out=left_out.get(name, frozenset()))
            done = imports.apply_register(register.schools(table, faults=one))
            outcome.tallies["schools"] = Tally(**asdict(done))
    if files.links is not None:
        name = files.links_name
        with _told(name, faults) as one:
            table = opened(files.links, name=name, left_out=left_out.get(name, frozenset()))
            done = imports.apply_links(register.links(table, faults=one))
            outcome.tallies["links"] = Tally(**asdict(done))
    if faults:
        raise ImportRefused(faults)
    outcome.tallies["enrolments carried to a successor"] = carry_rolls(today=today)
    return outcome


@contextmanager
def _told(name: str, faults: Faults) -> Iterator[Faults]:
    """The faults of one file, added to those of the load; a file that is no table is one."""
    one = Faults(file=name)
    try:
        yield one
    except Unreadable as error:
        one.add(0, "", "", error.message, error.fix)
    faults.extend(one)
