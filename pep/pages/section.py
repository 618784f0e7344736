"""One section for one reader, to write or to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from accounts.models import Membership, User
from accounts.permissions import Permission
from accounts.roles import Role
from children.models import Involvement
from pep import content, form_content, own_views, rights, rules
from pep import facts as record
from pep.fitting import answers_of
from pep.form_content import SectionContent, named
from pep.forms import SectionForm
from pep.models import (
    Answer,
    FactWord,
    KeptText,
    Owner,
    PersonalEducationPlan,
    PlanSection,
)
from pep.pages import targets
from pep.pages.asking import Thread, threads
from pep.pages.attaching import Files, files_of
from pep.pages.doubts import DoubtRow, doubt_rows
from pep.pages.words import when
from pep.written import written_here
from ui.fields import Previous
from ui.words import short_date

PlanStatus = PersonalEducationPlan.Status


@dataclass(frozen=True, slots=True)
class SectionPage:
    """One section for one reader, to write or to read."""

    title: str
    window_title: str  # names nobody: it is read over a shoulder and kept in the browser's history
    number: int
    total: int
    guidance: str
    state: PlanSection
    may_write: bool
    why_not: str
    kept: KeptText | None
    asked_more: Sequence[str]  # what it lacks since the child's facts asked for more, in words
    previous_url: str
    next_url: str
    to_confirm: bool
    saved_detail: str  # when it was last saved, and by whom
    doubts: Sequence[DoubtRow]  # facts of it that somebody called wrong
    last_words: str  # who wrote here last, if another person
    notes: Sequence[Thread]  # queries and comments in hand
    sorted_notes: Sequence[Thread]
    may_note: bool
    asks: bool  # queries, not comments alone
    files: Files | None
    may_invite: bool


def section_form(
    plan: PersonalEducationPlan,
    section: SectionContent,
    user: User,
    *,
    data: Mapping[str, Any] | None = None,
    window: str = "",
    extra_row: str = "",
    reader: rights.Reader | None = None,
) -> SectionForm:
    """Build the form of a section. Two queries; with facts and last term's words up to seven.

    Those two are for a form that is to be shown: say to which reader. `window` is the opened page
    that sent `data`: rows it adds are its own, also beside those of another page of this person.
    """
    held = {a.key: a for a in Answer.objects.filter(plan=plan, section=section.slug)}
    answers = {key: answer.said for key, answer in held.items()}
    words = {
        key: {"is_right": is_right, "note": note}
        for key, is_right, note in FactWord.objects.filter(
            plan=plan, section=section.slug
        ).values_list("key", "is_right", "note")
    }
    facts: dict[str, record.Rows] = {}
    previous: dict[str, Previous] = {}
    if reader is not None:
        asked = [q.key for q in section.questions if q.kind == form_content.Kind.FACT]
        day = rights.day_read(user, plan, on=timezone.localdate())
        facts = record.with_sources(plan, record.facts_for(plan, asked, on=day))
        previous = last_answers(plan, section, reader)
    return SectionForm(
        own_views.as_asked(section, user),
        child=plan.child.called,
        answers=answers,
        words=words,
        facts=facts,
        previous=previous,
        extra_row=extra_row,
        beside=targets.beside(plan, section) if reader is not None else None,
        row_seed=f"{plan.pk}:{section.slug}:{user.pk}:{window}",
        written_here=written_here(held, user, window),
        people=lambda: people_to_ask(plan, reader or rights.reader(user, plan)),
        data=data,
    )


def people_to_ask(plan: PersonalEducationPlan, reader: rights.Reader) -> list[tuple[UUID, str]]:
    """The people of a child's plan who can find something out, by the names a reader is told.

    Carers by their part alone. None of those whose names lead to a hidden home (DP-4). Two queries.
    """
    if not reader.knows_school:
        return []
    today = timezone.localdate()
    involved = Involvement.objects.on(today).filter(
        child=plan.child_id, role__in=[*record.PEOPLE, Role.CARER]
    )
    rows = involved.select_related("person").order_by("role", "is_cover", "started_on", "pk")
    found = {
        row.person_id: "The carer"
        if row.role == Role.CARER
        else f"{row.person.name}, {Role(row.role).label.lower()}"
        for row in rows
    }
    teachers = Membership.objects.current(on=today).filter(
        role=Role.DESIGNATED_TEACHER, school=plan.school_id, school__isnull=False
    )
    for row in teachers.select_related("user").order_by("started_on", "pk"):
        found[row.user_id] = f"{row.user.name}, {Role.DESIGNATED_TEACHER.label.lower()}"
    hidden = reader.not_named if reader.is_home_hidden else frozenset()
    return [(pk, label) for pk, label in found.items() if pk not in hidden]


def last_answers(
    plan: PersonalEducationPlan, section: SectionContent, reader: rights.Reader
) -> dict[str, Previous]:
    """Last plan's words for the long answers of a section, with who wrote them. One query.

    None for the child's own section: whom its words were shared with was settled for that plan.
    """
    if section.owner == Owner.CHILD:
        return {}
    keys = [q.key for q in section.questions if q.kind == form_content.Kind.TEXT]
    last = (
        PersonalEducationPlan.objects.filter(
            child=plan.child_id, term__started_on__lt=plan.term.started_on
        )
        .order_by("-term__started_on", "-started_at")
        .values("pk")[:1]
    )
    rows = (
        Answer.objects.filter(plan__in=last, section=section.slug, key__in=keys)
        .exclude(Q(value=None) | Q(value=""))
        .select_related("written_by", "plan__term")
    )
    return {
        row.key: Previous(
            words=str(row.value),
            source=f"{row.plan.term.title}"
            + (
                f", by {reader.name_of(row.written_by.pk, row.written_by.name)}"
                if row.written_by
                else ""
            ),
        )
        for row in rows
    }


def section_page(
    plan: PersonalEducationPlan,
    section: SectionContent,
    user: User,
    *,
    reader: rights.Reader,
) -> SectionPage:
    """Put a section's page together, all but its form. Four or five queries."""
    state = plan.sections.select_related("written_by").get(slug=section.slug)
    places = _places(plan, section.slug, reader)
    before, after = sections_beside(plan, section.slug, reader)
    may_write = reader.may_write(owner=section.owner, slug=section.slug, status=plan.status)
    kept = (
        KeptText.objects.filter(
            plan=plan, section=section.slug, person=user, settled_at__isnull=True
        ).first()
        if reader.right(owner=section.owner, slug=section.slug) == rights.Right.WRITE
        else None
    )
    notes = threads(plan, user, reader, slug=section.slug)
    other = state.written_by if state.written_by_id not in {None, user.pk} else None
    by = "you" if other is None else reader.name_of(other.pk, other.name)
    return SectionPage(
        title=named(section.title, plan.child.called),
        window_title=capfirst(named(section.title, "the child")),
        number=places.index(section.slug) + 1,
        total=len(places),
        guidance=named(section.guidance, plan.child.called),
        state=state,
        may_write=may_write,
        why_not="" if may_write else why_not(plan, section, reader),
        kept=kept,
        asked_more=_asked_more(plan, section, state),
        previous_url=before,
        next_url=after,
        to_confirm=may_write
        and Answer.objects.filter(plan=plan, section=section.slug, is_to_confirm=True).exists(),
        saved_detail=saved_words(state.written_at, by=by) if state.written_at else "",
        doubts=doubt_rows(plan, reader, section=section.slug)
        if any(q.kind == form_content.Kind.FACT for q in section.questions)
        else [],
        last_words=f"{capfirst(by)} wrote in this section on {when(state.written_at)}."
        if other and state.written_at
        else "",
        notes=[thread for thread in notes if not thread.is_sorted],
        sorted_notes=[thread for thread in notes if thread.is_sorted],
        files=files_of(plan, section, reader, may_withdraw=user.may(Permission.WITHDRAW_FILES)),
        may_invite=section.owner == Owner.SCHOOL
        and may_write
        and rights.may_invite(user, plan, reader),
        asks=reader.who is rules.Who.VIRTUAL_SCHOOL,
        may_note=reader.may_note(
            owner=section.owner, slug=section.slug, key="", status=plan.status
        ),
    )


def _asked_more(
    plan: PersonalEducationPlan, section: SectionContent, state: PlanSection
) -> list[str]:
    """What a section that was complete lacks now; nothing for others. Two queries, if so."""
    if state.asked_more_at is None or state.state == PlanSection.State.COMPLETE:
        return []
    lacking = section.lacking(answers_of([state]).get((plan.pk, section.slug), {}))
    return [named(question.label, plan.child.called) for question in lacking]


def why_not(plan: PersonalEducationPlan, section: SectionContent, reader: rights.Reader) -> str:
    """Why this reader may not write here, in one line."""
    if reader.right(owner=section.owner, slug=section.slug) != rights.Right.WRITE:
        owner = content.owner_name(section.owner, plan.child.called, has_school=reader.has_school)
        return f"You can read this section. It is written by: {owner}."
    match plan.status:
        case PlanStatus.SENT_TO_CHECK:
            return "This PEP has been sent to the virtual school. Take it back to change it."
        case PlanStatus.BEING_CHECKED:
            return "The virtual school is checking this PEP."
        case PlanStatus.AGREED | PlanStatus.FINAL:
            return "This PEP has been agreed. It does not change any more."
        case _:
            return "This PEP has been replaced by a later one."


def saved_words(at: datetime, *, by: str = "you", first: str = "") -> str:
    """14:32, by you. Saves as you type. With the day when it was another one."""
    moment = timezone.localtime(at)
    day = "" if moment.date() == timezone.localdate() else f"{short_date(moment.date())}, "
    return f"{first}{day}{moment:%H:%M}, by {by}. Saves as you type."


def sections_beside(
    plan: PersonalEducationPlan, slug: str, reader: rights.Reader
) -> tuple[str, str]:
    """Where the sections before and after one are, of those this reader reads; empty for none."""
    places = _places(plan, slug, reader)
    at = places.index(slug)
    return _section_url(plan, places, at - 1), _section_url(plan, places, at + 1)


def _places(plan: PersonalEducationPlan, slug: str, reader: rights.Reader) -> list[str]:
    return [
        one.slug
        for one in form_content.of_plan(plan).sections
        if one.slug == slug or (not one.is_off and reader.may_read(owner=one.owner, slug=one.slug))
    ]


def _section_url(plan: PersonalEducationPlan, places: Sequence[str], at: int) -> str:
    if not 0 <= at < len(places):
        return ""
    return reverse("pep:section", args=[plan.pk, places[at]])
