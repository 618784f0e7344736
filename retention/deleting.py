"""How each kind of record is deleted: its rows in the caller's transaction, its files after it.

A deletion never loses a file from sight: its path is written down with the deletion, and let go
when the storage has removed it.
"""

from datetime import date, datetime

from accounts.models import User
from files.models import Load, LoadFile, StoredFile
from retention import rules
from retention.models import FileToRemove, LegalHold, Proposed, Tombstone
from schools.models import Policy

AT_ONCE = 200  # files in one sweep


class OnHold(Exception):
    """A legal hold is in force, or the record is asked for: nothing of it may be deleted."""


def policy_of(authority_id: int, *, on: date) -> Policy:
    return Policy.objects.in_force(authority_id=authority_id, on=on)


def due_of_load(load: Load, *, received_on: date, policy: Policy) -> rules.Due | None:
    """From which day a load may be deleted; None of one that was not refused."""
    if load.state != Load.State.REFUSED:
        return None
    return rules.refused_load(received_on, days=policy.refused_load_days)


def stopped_kinds(authority_id: int, *, on: date) -> set[str]:
    """The kinds of load that a hold keeps. One query.

    What is in a refused file is not known by child, so one child's hold keeps every load that
    may name children; a school register names none.
    """
    held = LegalHold.objects.in_force(on).filter(authority_id=authority_id)
    children = list(held.values_list("child_id", flat=True))
    if not children:
        return set()
    if None in children:
        return set(Load.Kind.values)
    return set(Load.Kind.values) - {Load.Kind.SCHOOLS}


def delete_load(load: Load, *, row: Proposed, by: User, at: datetime) -> Tombstone:
    """Delete a refused load with its files, and leave that it was deleted."""
    files = list(LoadFile.objects.filter(load=load).values_list("file_id", flat=True))
    stored = StoredFile.objects.filter(pk__in=files)
    FileToRemove.objects.bulk_create(
        FileToRemove(authority_id=load.authority_id, path=str(one.content.name), asked_at=at)
        for one in stored
    )
    counts = {"files_load": 1, "files_loadfile": len(files), "files_storedfile": len(files)}
    LoadFile.objects.filter(load=load).delete()
    stored.delete()
    subject = load.pk
    load.delete()
    return Tombstone.objects.create(
        authority_id=row.authority_id,
        kind=row.kind,
        subject_id=subject,
        number=row.number,
        rule=row.rule,
        due_on=row.due_on,
        counts=counts,
        deleted_at=at,
        approved_by=by,
    )


def remove_files(*, authority_id: int) -> int:
    """Remove owed files from the storage and answer how many. Safe to run twice.

    A file that is no longer there counts as removed; one that cannot be removed stays owed.
    """
    storage = StoredFile._meta.get_field("content").storage
    owed = FileToRemove.objects.filter(authority_id=authority_id).select_for_update(
        skip_locked=True
    )
    removed = 0
    for one in owed.order_by("asked_at", "pk")[:AT_ONCE]:
        try:
            storage.delete(one.path)
        except OSError:
            continue
        one.delete()
        removed += 1
    return removed
