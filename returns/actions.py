"""What a person does with files of data: send them, add them, leave rows out."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction

import audit
from accounts.models import User
from accounts.tasks import send_after_commit
from files.models import Load, LoadFile, StoredFile
from returns import tasks

MOST_FILES = 60  # in one sending; a return of two years with companions has about 30
ENDINGS = (".csv", ".txt")


class NotAccepted(Exception):
    """What was sent cannot be taken in at all. Carries the sentence for the page."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


class NotNow(Exception):
    """The load is not in a state in which this can be done: somebody was quicker."""


@dataclass(frozen=True, slots=True)
class Received:
    """One file as it will be kept, with its sender's name for it."""

    name: str
    content: File  # type: ignore[type-arg]
    size: int


@transaction.atomic
def receive(
    *,
    kind: Load.Kind,
    uploads: Iterable[Any],
    authority_id: int,
    options: dict[str, Any],
    by: User,
    at: datetime,
) -> Load:
    """Keep the files and send them to be checked; nothing of them is added yet.

    Raises NotAccepted for a zip file that cannot be opened, holds too much or no CSV file, and for
    files of which one would hide another.
    """
    files = [one for upload in uploads for one in _unpacked(upload)]
    if len(files) > MOST_FILES:
        raise NotAccepted(f"Send {MOST_FILES} files or fewer at a time")
    if kind == Load.Kind.ATTENDANCE and len(files) > 1:
        raise NotAccepted("Send one file of marks at a time")
    if len({one.name for one in files}) < len(files):
        raise NotAccepted("Two files have the same name. Rename one of them")
    load = Load.objects.create(
        authority_id=authority_id,
        kind=kind,
        file_names=[one.name for one in files],
        options=options,
        received_at=at,
        received_by=by,
    )
    whole = sha256()
    for one in sorted(files, key=lambda one: one.name):
        digest = _digest(one.content)
        whole.update(one.name.encode() + digest)
        stored = StoredFile(
            authority_id=authority_id,
            sha256=digest.hex(),
            size=one.size,
            content_type="text/csv",
            download_name=f"{kind}-{load.pk.hex[:6]}.csv",
            made_at=at,
            made_by=by,
        )
        one.content.seek(0)
        stored.content.save("", one.content, save=False)
        stored.save()
        LoadFile.objects.create(authority_id=authority_id, load=load, file=stored, name=one.name)
    load.sha256 = whole.hexdigest()
    load.save(update_fields=["sha256"])
    send_after_commit(tasks.check, authority_id=authority_id, load_id=load.pk)
    return load


def _digest(content: Any) -> bytes:
    content.seek(0)
    digest = sha256()
    while block := content.read(1 << 20):
        digest.update(block)
    return digest.digest()


def _unpacked(upload: Any) -> Iterator[Received]:
    """The files of an upload: itself, or the CSV files of a zip."""
    upload.seek(0)
    is_zip = upload.read(4) == b"PK\x03\x04"
    upload.seek(0)
    if not is_zip or PurePosixPath(upload.name).suffix.lower() in {".xlsx", ".xlsm"}:
        yield Received(PurePosixPath(upload.name).name[:255], File(upload), upload.size)
        return
    try:
        with ZipFile(upload) as archive:
            members = [
                one
                for one in archive.infolist()
                if not one.is_dir()
                and PurePosixPath(one.filename).suffix.lower() in ENDINGS
                and not one.filename.startswith("__MACOSX/")  # a Mac's notes on its files
            ]
            if sum(one.file_size for one in members) > settings.UPLOAD_LIMIT_BYTES:
                raise NotAccepted("The files in the zip are too large. Send fewer at a time")
            if not members:
                raise NotAccepted("There is no CSV file in the zip")
            for one in members[: MOST_FILES + 1]:
                content = archive.read(one)
                parts = [part for part in PurePosixPath(one.filename).parts if part != ".."]
                name = PurePosixPath(*parts).as_posix().lstrip("/")[-255:]
                yield Received(name, ContentFile(content), len(content))
    except (BadZipFile, RuntimeError, EOFError, zlib.error):  # also locked ones
        raise NotAccepted("The zip file cannot be opened. Send it without a password") from None


@transaction.atomic
def add(*, load_id: UUID, by: User, at: datetime) -> Load:
    """Add what a checked load holds. Adding twice changes nothing. Raises NotNow."""
    load = Load.objects.select_for_update().get(pk=load_id)
    if load.state in {Load.State.APPLYING, Load.State.APPLIED}:
        return load
    if load.state != Load.State.READY:
        raise NotNow
    return _send_to_be_added(load, by=by, at=at)


@transaction.atomic
def add_without_faulty_rows(*, load_id: UUID, reason: str, by: User, at: datetime) -> Load:
    """Add a load and leave out the rows at fault, keeping who chose it, which rows and why.

    Raises NotNow where a fault concerns a whole file, or not every faulty row could be listed.
    """
    load = Load.objects.select_for_update().get(pk=load_id)
    if load.state != Load.State.REFUSED or not may_leave_out(load):
        raise NotNow
    load.left_out = [*load.left_out, *load.faults]
    load.left_out_reason = reason
    load.options = {**load.options, "left_out_by": str(by.pk), "left_out_at": at.isoformat()}
    load.save(update_fields=["left_out", "left_out_reason", "options"])
    audit.record(
        kind="load.rows_left_out",
        at=at,
        table="files_load",
        row=load.pk,
        authority_id=load.authority_id,
        after={"rows": [[one["file"], one["line"]] for one in load.faults]},
        reason=reason,
    )
    return _send_to_be_added(load, by=by, at=at)


def may_leave_out(load: Load) -> bool:
    """Whether every fault stands in a row of its own that could be left out."""
    return (
        load.state == Load.State.REFUSED
        and load.fault_count == len(load.faults)
        and all(one["line"] > 0 and not one.get("is_whole") for one in load.faults)
        and bool(load.counts)
    )


def _send_to_be_added(load: Load, *, by: User, at: datetime) -> Load:
    load.state = Load.State.APPLYING
    load.save(update_fields=["state"])
    audit.record(
        kind="load.added",
        at=at,
        table="files_load",
        row=load.pk,
        authority_id=load.authority_id,
        actor_id=by.pk,
    )
    send_after_commit(tasks.apply, authority_id=load.authority_id, load_id=load.pk)
    return load
