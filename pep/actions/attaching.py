"""Add a file to a section of a plan, take it away again, and undo that."""

from datetime import datetime
from hashlib import sha256
from pathlib import PurePath
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile, File
from django.db import transaction

import audit
from accounts.models import User
from files.detecting import NotAccepted, accepted
from files.models import StoredFile
from pep import form_content, rights
from pep.models import Attachment, PersonalEducationPlan
from pep.readers import reader_of

MOST_FILES = 20
TOO_MANY = f"A section can hold {MOST_FILES} files. Remove one first"


class PartOfAgreed(Exception):
    """The file stands in an agreed version, which never changes."""


@transaction.atomic
def attach(
    *, plan_id: UUID, section: str, upload: "File[bytes]", by: User, at: datetime
) -> Attachment:
    """Keep a file with a section. The same file again changes nothing.

    Raises NotAccepted, with how to put it right; PermissionDenied for a section not theirs to
    write now.
    """
    plan = _lock(plan_id, section, by)
    document = accepted(upload, size=upload.size or 0)
    digest = sha256(document.content).hexdigest()
    here = Attachment.objects.filter(
        plan=plan, section=section, removed_at__isnull=True, withdrawn_at__isnull=True
    )
    same: Attachment | None = here.filter(file__sha256=digest).first()
    if same is not None:
        return same
    if here.count() >= MOST_FILES:
        raise NotAccepted(TOO_MANY)
    pk = uuid4()
    file = StoredFile(
        authority_id=plan.authority_id,
        sha256=digest,
        size=len(document.content),
        content_type=document.content_type,
        download_name=f"pep-file-{pk.hex[:6]}.{document.extension}",
        made_at=at,
        made_by=by,
    )
    file.content.save("attachment", ContentFile(document.content), save=False)
    file.save(force_insert=True)
    added: Attachment = Attachment.objects.create(
        id=pk,
        authority_id=plan.authority_id,
        child_id=plan.child_id,
        plan=plan,
        section=section,
        file=file,
        name=PurePath(upload.name or "").name[-120:] or file.download_name,
        added_at=at,
        added_by=by,
    )
    _record("added", added, by=by, at=at)
    return added


@transaction.atomic
def remove_file(*, attachment_id: UUID, by: User, at: datetime) -> Attachment:
    """Take a file away from its section; it can be put back. Again changes nothing.

    Raises PartOfAgreed for one that an agreed version lists.
    """
    row = _attachment(attachment_id, by)
    if row.agreed_at is not None:
        raise PartOfAgreed
    if row.removed_at is None:
        row.removed_at, row.removed_by = at, by
        row.save(update_fields=["removed_at", "removed_by"])
        _record("removed", row, by=by, at=at)
    return row


@transaction.atomic
def put_file_back(*, attachment_id: UUID, by: User, at: datetime) -> Attachment:
    """Undo that. Again changes nothing."""
    row = _attachment(attachment_id, by)
    if row.removed_at is not None:
        row.removed_at = row.removed_by = None
        row.save(update_fields=["removed_at", "removed_by"])
        _record("put_back", row, by=by, at=at)
    return row


def _attachment(pk: UUID, by: User) -> Attachment:
    plan_id, section = Attachment.objects.values_list("plan_id", "section").get(pk=pk)
    _lock(plan_id, section, by)
    row: Attachment = Attachment.objects.select_for_update().get(pk=pk)
    return row


def _lock(plan_id: UUID, slug: str, by: User) -> PersonalEducationPlan:
    """Lock the plan for somebody who may write the section now, and reads all of it."""
    rows = PersonalEducationPlan.objects.select_for_update(of=("self",))
    plan: PersonalEducationPlan = rows.select_related("child").get(pk=plan_id)
    section = form_content.of_version(plan.form_version_id).section(slug)
    reader = reader_of(plan, by)
    if section is None or not rights.reads_files(reader, section):
        raise PermissionDenied
    if not reader.may_write(owner=section.owner, slug=slug, status=plan.status):
        raise PermissionDenied
    return plan


def _record(what: str, row: Attachment, *, by: User, at: datetime) -> None:
    audit.record_of(row, kind=f"pep.file_{what}", at=at, by=by)
