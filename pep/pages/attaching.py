"""The files of a section, for one reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.utils.text import capfirst

from pep import content, form_content, rights
from pep.form_content import SectionContent
from pep.models import Attachment, PersonalEducationPlan
from pep.pages.words import when


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file of a section."""

    id: UUID
    name: str
    detail: str  # size, whether it was scanned, who added it
    removed: str  # when and by whom, if it was
    is_agreed: bool  # an agreed version lists it: it stays
    withdrawn: str = ""  # when, by whom and why, if it was: then there is no content


@dataclass(frozen=True, slots=True)
class Files:
    """What stands under Files."""

    rows: Sequence[FileRow]
    gone: Sequence[FileRow]  # removed ones
    may_add: bool
    may_withdraw: bool  # those of an agreed version


def files_of(
    plan: PersonalEducationPlan,
    section: SectionContent,
    reader: rights.Reader,
    *,
    may_withdraw: bool = False,
) -> Files | None:
    """The files of a section; None for whoever does not read all of it. One query."""
    whole = form_content.of_version(plan.form_version_id).section(section.slug)
    if whole is None or not rights.reads_files(reader, whole):
        return None
    rows = (
        Attachment.objects.filter(plan=plan, section=section.slug)
        .select_related("file", "added_by", "removed_by", "withdrawn_by")
        .defer("added_by__password", "removed_by__password", "withdrawn_by__password")
        .order_by("added_at", "pk")
    )
    shown = [_row(row, reader) for row in rows]
    return Files(
        rows=[row for row in shown if not row.removed],
        gone=[row for row in shown if row.removed],
        may_add=reader.may_write(owner=section.owner, slug=section.slug, status=plan.status),
        may_withdraw=may_withdraw,
    )


def _row(row: Attachment, reader: rights.Reader) -> FileRow:
    by = capfirst(reader.name_of(row.added_by_id, row.added_by.name))
    remover = row.removed_by
    removed = ""
    if remover is not None:
        who = reader.name_of(remover.pk, remover.name)
        removed = f"Removed by {who}, {when(row.removed_at)}"
    if row.file is None:
        return _withdrawn(row, reader, added=f"{by}, {when(row.added_at)}")
    size = filesizeformat(row.file.size)
    scan = row.file.get_scan_display().lower()
    return FileRow(
        id=row.pk,
        name=row.name,
        detail=f"{size}, {scan}. {by}, {when(row.added_at)}"
        + (". In an agreed version, so it stays" if row.agreed_at else ""),
        removed=removed,
        is_agreed=row.agreed_at is not None,
    )


def _withdrawn(row: Attachment, reader: rights.Reader, *, added: str) -> FileRow:
    who = row.withdrawn_by
    by = reader.name_of(who.pk, who.name) if who else ""
    return FileRow(
        id=row.pk,
        name=content.WITHDRAWN,
        detail=f"Added: {added}",
        removed="",
        is_agreed=True,
        withdrawn=f"Withdrawn by {by}, {when(row.withdrawn_at)}: {row.withdrawn_why}",
    )
