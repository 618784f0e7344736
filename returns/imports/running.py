"""A received load, checked without being added, then added: what the pages' tasks do."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils import timezone

from attendance.imports import load_marks
from files.csv_format import Fault, Faults, ImportRefused, opened
from files.encodings import Unreadable
from files.models import Load, LoadFile, StoredFile
from returns.imports.register import RegisterFiles, load_register
from returns.imports.roll import load_roll
from schools.csv_format import LINK_COLUMNS
from schools.models import Authority
from schools.rules import ReturnYear

logger = logging.getLogger(__name__)

MOST_PASSES = 4  # leaving out one row can leave another without its child


@dataclass(slots=True)
class _Done:
    """What a run did, or would do."""

    counts: dict[str, Any]
    warnings: Faults


class _OnlyAsking(Exception):
    """Undoes a run that was only asked what it would do."""

    def __init__(self, done: _Done) -> None:
        self.done = done
        super().__init__()


def check(load_id: UUID, *, at: datetime) -> None:
    """Write down what a load would do, or its faults, and add nothing. Safe to repeat."""
    load = Load.objects.select_for_update().get(pk=load_id)
    if load.state != Load.State.RECEIVED:
        return
    left_out: dict[str, set[int]] = {}
    try:
        done = _asked(load, left_out, at=at)
        load.state, load.counts = Load.State.READY, done.counts
        load.warnings = [str(one) for one in done.warnings]
    except ImportRefused as error:
        _note_faults(load, error)
        load.counts = _without_faulty_rows(load, error.faults, at=at)
    except (DatabaseError, ValueError, LookupError, TypeError) as error:
        _fail(load, error)
    load.save()


def apply(load_id: UUID, *, at: datetime) -> None:
    """Add a load. Safe to repeat: only a load that was sent to be added is."""
    load = Load.objects.select_for_update().get(pk=load_id)
    if load.state != Load.State.APPLYING:
        return
    try:
        with transaction.atomic():
            done = _run(load, _lines(load.left_out), at=at)
    except ImportRefused as error:
        _note_faults(load, error)
        load.counts = _without_faulty_rows(load, error.faults, at=at)
    except (DatabaseError, ValueError, LookupError, TypeError) as error:
        _fail(load, error)
    else:
        load.state, load.applied_at = Load.State.APPLIED, at
        load.counts, load.faults, load.fault_count = done.counts, [], 0
        load.warnings = [str(one) for one in done.warnings]
        _let_files_go(load)
    load.save()


def _fail(load: Load, error: Exception) -> None:
    """Something of ours, not of the file. The kind of error is logged, never its words."""
    logger.error("load %s stopped: %s", load.pk, type(error).__name__)
    load.state = Load.State.FAILED


def _note_faults(load: Load, error: ImportRefused) -> None:
    load.state = Load.State.REFUSED
    load.faults = [_plain(fault) for fault in error.faults]
    load.fault_count = error.faults.count
    load.warnings = [str(one) for one in error.warnings]


def _plain(fault: Fault) -> dict[str, Any]:
    # A heading that is missing or doubled cannot be left out with its row
    return asdict(fault) | {"is_whole": fault.message.startswith("The column ")}


def _lines(faults: list[dict[str, Any]]) -> dict[str, set[int]]:
    lines: dict[str, set[int]] = {}
    for one in faults:
        lines.setdefault(one["file"], set()).add(one["line"])
    return lines


def _asked(load: Load, left_out: dict[str, set[int]], *, at: datetime) -> _Done:
    """Run the load, learn what it did, and undo it."""
    try:
        with transaction.atomic():
            raise _OnlyAsking(_run(load, left_out, at=at))
    except _OnlyAsking as asked:
        return asked.done


def _without_faulty_rows(load: Load, faults: Faults, *, at: datetime) -> dict[str, Any]:
    """What would be added if the rows at fault were left out; empty where they cannot be.

    Rows that only fall because another is left out are listed with the rest.
    """
    left_out = _lines(load.left_out)
    for _ in range(MOST_PASSES):
        listed = [_plain(fault) for fault in faults]
        if faults.count > len(listed) or any(one["line"] == 0 or one["is_whole"] for one in listed):
            return {}
        for file, lines in _lines(listed).items():
            left_out.setdefault(file, set()).update(lines)
        try:
            return _asked(load, left_out, at=at).counts
        except ImportRefused as error:
            faults = error.faults
            load.faults = [*load.faults, *(_plain(fault) for fault in faults)]
            load.fault_count += faults.count
    return {}


def _run(load: Load, left_out: dict[str, set[int]], *, at: datetime) -> _Done:
    """Take in the files of a load by its kind. Raises ImportRefused."""
    files = {
        one.name: _source(one.file)
        for one in LoadFile.objects.filter(load=load).select_related("file").order_by("name")
    }
    today = timezone.localdate(at)
    match load.kind:
        case Load.Kind.ROLL:
            year = load.options.get("year")
            outcome = load_roll(
                files,
                authority=Authority.objects.get(pk=load.authority_id),
                today=today,
                year=ReturnYear(int(year)) if year else None,
                left_out=left_out,
            )
            return _Done(outcome.counts(), outcome.warnings)
        case Load.Kind.SCHOOLS:
            outcome = load_register(_register_files(files), today=today, left_out=left_out)
            return _Done(outcome.counts(), outcome.warnings)
    return _run_attendance(load, files, left_out, at=at)


def _run_attendance(
    load: Load, files: dict[str, Any], left_out: dict[str, set[int]], *, at: datetime
) -> _Done:
    ((path, source),) = files.items()
    name = PurePosixPath(path).name
    try:
        table = opened(source, name=name, left_out=left_out.get(name, frozenset()))
    except Unreadable as error:
        faults = Faults(file=name)
        faults.add(0, "", "", error.message, error.fix)
        raise ImportRefused(faults) from None
    marks = load_marks(
        table,
        authority_id=load.authority_id,
        load_number=load.number,
        today=timezone.localdate(at),
    )
    return _Done(marks.counts(), marks.warnings)


def _register_files(files: dict[str, Any]) -> RegisterFiles:
    """Tell the register from its links by their headings; an unreadable file is told as such."""
    found: dict[str, Any] = {}
    faults = Faults()
    for name, source in files.items():
        try:
            columns = opened(source, name=name).columns
        except Unreadable as error:
            one = Faults(file=name)
            one.add(0, "", "", error.message, error.fix)
            faults.extend(one)
            continue
        is_links = {heading.casefold() for heading in LINK_COLUMNS[:2]} <= columns
        found |= (
            {"links": source, "links_name": name}
            if is_links
            else {"register": source, "register_name": name}
        )
    if faults:
        raise ImportRefused(faults)
    return RegisterFiles(**found)


def _source(stored: StoredFile) -> Path | bytes:
    """A file to read from: its path where the storage has one, else its bytes."""
    try:
        return Path(stored.content.path)
    except NotImplementedError:
        with stored.content.open("rb") as content:
            return bytes(content.read())


def _let_files_go(load: Load) -> None:
    """What was added needs its files no longer: rows now, content when the rows are gone."""
    for one in LoadFile.objects.filter(load=load).select_related("file"):
        stored = one.file
        name, storage = str(stored.content.name), stored.content.storage
        one.delete()
        stored.delete()
        transaction.on_commit(partial(storage.delete, name))
