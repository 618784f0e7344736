"""What was asked and said about a plan's answers, for one reader.

Never in the family copy, in the frozen content or in what is compared. `for_checking_copy` is what
the checking copy prints.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.text import capfirst

from accounts.models import User
from accounts.roles import FAMILY_ROLES
from pep import form_content, rights, rules
from pep.form_content import Kind, SectionContent, named
from pep.models import Note, NoteReply, PersonalEducationPlan
from pep.pages.words import when
from pep.readers import reader_of

WHOLE_SECTION = "The whole section"


@dataclass(frozen=True, slots=True)
class Said:
    """One thing somebody said."""

    words: str
    by: str
    when: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A query or comment with its replies, for one reader."""

    id: UUID
    slug: str
    key: str
    section: str
    label: str  # of the answer it is about
    is_query: bool
    is_sorted: bool
    waits: bool  # for an answer of the section's owner
    first: Said
    replies: Sequence[Said]
    sorted_by: str
    url: str
    answer_url: str
    may_reply: bool
    may_sort: bool
    for_family: bool  # told in plainer words

    @property
    def title(self) -> str:
        if not self.is_query:
            return "Comment"
        return f"{'Question' if self.for_family else 'Query'} from the virtual school"

    @property
    def state(self) -> str:
        if self.is_sorted:
            return "Sorted"
        if not self.is_query:
            return ""
        return to_answer(for_family=self.for_family) if self.waits else "Answered"


def to_answer(*, for_family: bool) -> str:
    """A query that waits, in the words of who answers it."""
    return "Question to answer" if for_family else "Query to answer"


def threads(
    plan: PersonalEducationPlan,
    user: User,
    reader: rights.Reader,
    *,
    slug: str = "",
    note_id: UUID | None = None,
) -> list[Thread]:
    """The queries and comments this person may read: of the plan, a section, or one. Two queries.

    Open ones first, then oldest first.
    """
    notes = Note.objects.filter(plan=plan)
    if slug:
        notes = notes.filter(section=slug)
    if note_id:
        notes = notes.filter(pk=note_id)
    rows = list(notes.select_related("written_by", "sorted_by").order_by("written_at", "pk"))
    replies: dict[UUID, list[NoteReply]] = {}
    if rows:
        said = NoteReply.objects.filter(note__in=[row.pk for row in rows])
        for reply in said.select_related("written_by").order_by("written_at", "pk"):
            replies.setdefault(reply.note_id, []).append(reply)
    form = form_content.of_plan(plan)
    found = [
        _thread(row, replies.get(row.pk, ()), plan, section, user, reader)
        for row in rows
        if (section := form.section(row.section)) is not None
        and reader.may_read_note(owner=section.owner, slug=section.slug, key=row.key)
    ]
    return sorted(found, key=lambda thread: thread.is_sorted)


def _thread(
    note: Note,
    replies: Iterable[NoteReply],
    plan: PersonalEducationPlan,
    section: SectionContent,
    user: User,
    reader: rights.Reader,
) -> Thread:
    child, is_query = plan.child.called, note.kind == Note.Kind.QUERY
    may_reply = reader.may_note(
        owner=section.owner, slug=section.slug, key=note.key, status=plan.status
    )
    sorter = note.sorted_by
    return Thread(
        id=note.pk,
        slug=section.slug,
        key=note.key,
        section=named(section.title, child),
        label=label_of(section, note.key, child),
        is_query=is_query,
        is_sorted=note.sorted_at is not None,
        waits=rules.waits_for_answer(
            is_query=is_query,
            is_sorted=note.sorted_at is not None,
            is_answered=note.answered_at is not None,
        ),
        first=_said(note, reader),
        replies=[_said(reply, reader) for reply in replies],
        sorted_by=capfirst(reader.name_of(sorter.pk, sorter.name)) if sorter else "",
        url=reverse("pep:note", args=[plan.pk, note.pk]),
        answer_url=reverse("pep:section", args=[plan.pk, section.slug]) + _anchor(section, note),
        may_reply=may_reply,
        may_sort=may_reply
        and rules.may_sort(
            is_query=is_query,
            is_virtual_school=reader.who is rules.Who.VIRTUAL_SCHOOL,
            is_author=note.written_by_id == user.pk,
        ),
        for_family=reader.role in FAMILY_ROLES,
    )


def _said(row: Note | NoteReply, reader: rights.Reader) -> Said:
    name = capfirst(reader.name_of(row.written_by_id, row.written_by.name))
    return Said(row.words, name, when(row.written_at))


def _anchor(section: SectionContent, note: Note) -> str:
    question = section.question(note.key)
    if question is None:
        return ""
    return f"#{note.key}-rows" if question.kind == Kind.ROWS else f"#id_{note.key}"


def label_of(section: SectionContent, key: str, child: str) -> str:
    """What an answer is called: its question, or the whole section."""
    question = section.question(key) if key else None
    return named(question.label, child) if question else WHOLE_SECTION


def answers_to_ask_about(section: SectionContent, child: str) -> list[tuple[str, str]]:
    """The answers of a section a note can be pinned to, as (key, label); all of it first."""
    return [
        ("", WHOLE_SECTION),
        *((question.key, named(question.label, child)) for question in section.questions),
    ]


def open_queries(plan: PersonalEducationPlan, user: User) -> list[Thread]:
    """The queries of a plan that are not sorted, for one reader. Up to five queries."""
    found = threads(plan, user, reader_of(plan, user))
    return [thread for thread in found if thread.is_query and not thread.is_sorted]


def places_to_change(plan: PersonalEducationPlan, user: User) -> list[tuple[str, str]]:
    """The sections a plan can be sent back for; none where an open query says it already."""
    if Note.objects.open_queries().filter(plan=plan).exists():
        return []
    reader = reader_of(plan, user)
    return [
        (section.slug, named(section.title, plan.child.called))
        for section in form_content.of_plan(plan).sections
        if reader.may_read(owner=section.owner, slug=section.slug)
    ]


def for_checking_copy(
    plan: PersonalEducationPlan, user: User, reader: rights.Reader
) -> dict[str, list[Thread]]:
    """The open notes of a plan by section slug, for the copy a checker prints. Two queries."""
    found: dict[str, list[Thread]] = {}
    for thread in threads(plan, user, reader):
        if not thread.is_sorted:
            found.setdefault(thread.slug, []).append(thread)
    return found
