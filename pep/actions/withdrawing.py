"""Withdraw a file from an agreed plan: its content goes, that it was there stays."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

import audit
from accounts.models import User
from accounts.permissions import Permission
from accounts.tasks import send_after_commit
from pep import content, form_content, rights, tasks
from pep.models import AgreedVersion, Attachment, Paper, PersonalEducationPlan
from pep.readers import reader_of


class NotOfAgreed(Exception):
    """The file is part of no agreed version: whoever writes the section removes it."""


@transaction.atomic
def withdraw_file(*, attachment_id: UUID, reason: str, by: User, at: datetime) -> Attachment:
    """Delete the content and the name of a file that agreed versions list. Again changes nothing.

    The versions stay as they were agreed, with its hash; when, by whom and why stands beside them,
    and each PDF that lists it is made anew. Raises NotOfAgreed; PermissionDenied for who may not.
    """
    plan_id, slug = Attachment.objects.values_list("plan_id", "section").get(pk=attachment_id)
    plan = _lock(plan_id, slug, by)
    row: Attachment = Attachment.objects.select_for_update().get(pk=attachment_id)
    if row.withdrawn_at is not None:
        return row
    file = row.file
    if row.agreed_at is None or file is None:
        raise NotOfAgreed
    row.file, row.name = None, ""
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = at, by, reason
    row.save(update_fields=["file", "name", "withdrawn_at", "withdrawn_by", "withdrawn_why"])
    audit.record(
        kind="pep.file_withdrawn",
        at=at,
        table=Attachment._meta.db_table,
        row=row.pk,
        child_id=row.child_id,
        authority_id=row.authority_id,
        actor_id=by.pk,
        after={"sha256": file.sha256},
    )
    _print_anew(plan, row, at=at)
    stored, storage = str(file.content.name), file.content.storage
    file.delete()
    storage.delete(stored)  # now, not after: where it cannot go, nothing says that it is gone
    return row


def _print_anew(plan: PersonalEducationPlan, row: Attachment, *, at: datetime) -> None:
    """Let go of each PDF of the plan that names the file, and owe it again."""
    for version in AgreedVersion.objects.filter(plan=plan):
        if str(row.pk) not in {file["id"] for file in content.files_in(content.agreed(version))}:
            continue
        for paper in Paper.objects.select_for_update(of=("self",)).filter(version=version):
            old = paper.file
            paper.file, paper.made_at, paper.asked_at = None, None, at
            paper.save(update_fields=["file", "made_at", "asked_at"])
            if old is not None:
                stored, storage = str(old.content.name), old.content.storage
                old.delete()
                transaction.on_commit(partial(storage.delete, stored))
            send_after_commit(tasks.produce_pdf, authority_id=paper.authority_id, paper_id=paper.pk)


def _lock(plan_id: UUID, slug: str, by: User) -> PersonalEducationPlan:
    """Lock the plan for who may withdraw its files, and reads all of the section."""
    rows = PersonalEducationPlan.objects.select_for_update(of=("self",))
    plan: PersonalEducationPlan = rows.select_related("child").get(pk=plan_id)
    section = form_content.of_version(plan.form_version_id).section(slug)
    if section is None or not rights.reads_files(reader_of(plan, by), section):
        raise PermissionDenied
    if not by.may(Permission.WITHDRAW_FILES):
        raise PermissionDenied
    return plan
