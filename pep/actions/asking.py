"""Ask and say something about an answer, reply to it, and call it sorted."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

import audit
from accounts.models import User
from pep import form_content, notices, rights, rules
from pep.form_content import SectionContent
from pep.models import Note, NoteReply, PersonalEducationPlan
from pep.readers import reader_of

TWICE = timedelta(minutes=10)  # the same words again so soon are the same button pressed twice


@transaction.atomic
def ask(
    *,
    plan_id: UUID,
    section: str,
    key: str,
    words: str,
    is_query: bool,
    by: User,
    at: datetime,
    tell: bool = True,
) -> Note:
    """Pin a query or a comment to an answer, or with an empty key to a section. Tells its owner.

    Only the virtual school asks queries. The same again soon after changes nothing. Raises
    PermissionDenied for an answer that is not this person's to read or speak of.
    """
    plan = _lock(plan_id)
    reader = reader_of(plan, by)
    content = _section(plan, section)
    if key and content.question(key) is None:
        raise PermissionDenied
    _stop_unless_theirs(reader, content, key, plan)
    if is_query and reader.who is not rules.Who.VIRTUAL_SCHOOL:
        raise PermissionDenied
    kind = Note.Kind.QUERY if is_query else Note.Kind.COMMENT
    same: Note | None = Note.objects.filter(
        plan=plan,
        section=section,
        key=key,
        kind=kind,
        words=words,
        written_by=by,
        written_at__gt=at - TWICE,
    ).first()
    if same is not None:
        return same
    note: Note = Note.objects.create(
        authority_id=plan.authority_id,
        child_id=plan.child_id,
        plan=plan,
        section=section,
        key=key,
        kind=kind,
        words=words,
        written_at=at,
        written_by=by,
    )
    if tell:
        notices.asked(plan, note, section=content, by=by, at=at)
    return note


@transaction.atomic
def reply(*, note_id: UUID, words: str, by: User, at: datetime) -> NoteReply:
    """Reply to a query or comment. Tells the others in it. The same again soon changes nothing.

    A query then waits for the virtual school, or for the section's owner when they asked on.
    """
    note, plan, reader, content = _note(note_id, by)
    same: NoteReply | None = NoteReply.objects.filter(
        note=note, words=words, written_by=by, written_at__gt=at - TWICE
    ).first()
    if same is not None:
        return same
    said: NoteReply = NoteReply.objects.create(
        authority_id=note.authority_id,
        child_id=note.child_id,
        note=note,
        words=words,
        written_at=at,
        written_by=by,
    )
    note.answered_at = None if reader.who is rules.Who.VIRTUAL_SCHOOL else at
    note.sorted_at = note.sorted_by = None  # there is something new to say
    note.save(update_fields=["answered_at", "sorted_at", "sorted_by"])
    notices.replied(plan, note, said, section=content, by=by, at=at)
    return said


@transaction.atomic
def mark_sorted(*, note_id: UUID, by: User, at: datetime) -> Note:
    """Call a note sorted: it waits for nobody any more. Again changes nothing."""
    note = _to_sort(note_id, by)
    if note.sorted_at is None:
        note.sorted_at, note.sorted_by = at, by
        note.save(update_fields=["sorted_at", "sorted_by"])
        _record("sorted", note, by=by, at=at)
    return note


@transaction.atomic
def open_again(*, note_id: UUID, by: User, at: datetime) -> Note:
    """Undo that: the note is open as it was before. Again changes nothing."""
    note = _to_sort(note_id, by)
    if note.sorted_at is not None:
        note.sorted_at = note.sorted_by = None
        note.save(update_fields=["sorted_at", "sorted_by"])
        _record("opened_again", note, by=by, at=at)
    return note


def _to_sort(note_id: UUID, by: User) -> Note:
    note, _plan, reader, _content = _note(note_id, by)
    if not rules.may_sort(
        is_query=note.kind == Note.Kind.QUERY,
        is_virtual_school=reader.who is rules.Who.VIRTUAL_SCHOOL,
        is_author=note.written_by_id == by.pk,
    ):
        raise PermissionDenied
    return note


def _note(
    note_id: UUID, by: User
) -> tuple[Note, PersonalEducationPlan, rights.Reader, SectionContent]:
    """Lock the plan, then the note, for somebody who may speak of what it is about."""
    plan = _lock(Note.objects.values_list("plan_id", flat=True).get(pk=note_id))
    note = Note.objects.select_for_update().get(pk=note_id)
    reader, content = reader_of(plan, by), _section(plan, note.section)
    _stop_unless_theirs(reader, content, note.key, plan)
    return note, plan, reader, content


def _lock(plan_id: UUID) -> PersonalEducationPlan:
    rows = PersonalEducationPlan.objects.select_for_update(of=("self",))
    plan: PersonalEducationPlan = rows.select_related("child", "term", "school", "authority").get(
        pk=plan_id
    )
    return plan


def _section(plan: PersonalEducationPlan, slug: str) -> SectionContent:
    section = form_content.of_plan(plan).section(slug)
    if section is None:
        raise PermissionDenied
    return section


def _stop_unless_theirs(
    reader: rights.Reader, section: SectionContent, key: str, plan: PersonalEducationPlan
) -> None:
    if not reader.may_note(owner=section.owner, slug=section.slug, key=key, status=plan.status):
        raise PermissionDenied


def _record(what: str, note: Note, *, by: User, at: datetime) -> None:
    audit.record_of(note, kind=f"pep.note_{what}", at=at, by=by)
