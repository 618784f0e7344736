"""What the pages of one plan show, put together from its rows; views and templates only pass it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from accounts.models import User
from accounts.permissions import Permission
from pep import content, form_content, presence, rights, rules
from pep import facts as record
from pep.form_content import FormContent, SectionContent, named
from pep.forms import SectionForm
from pep.models import (
    AgreedVersion,
    Answer,
    FactWord,
    KeptText,
    Owner,
    PersonalEducationPlan,
    PlanMove,
    PlanSection,
)
from ui.fields import Previous
from ui.parts import SectionRow, Status
from ui.words import short_date, time_of_day

PlanStatus, State = PersonalEducationPlan.Status, PlanSection.State

_STATE_WORDS: dict[str, tuple[Status, str]] = {
    State.NOT_STARTED: ("none", "Not started"),
    State.IN_PROGRESS: ("info", "In progress"),
    State.COMPLETE: ("good", "Complete"),
}
STATUS_KINDS: dict[str, Status] = {
    PlanStatus.NOT_STARTED: "none",
    PlanStatus.WITH_SCHOOL: "info",
    PlanStatus.SENT_TO_CHECK: "warn",
    PlanStatus.BEING_CHECKED: "info",
    PlanStatus.SENT_BACK: "warn",
    PlanStatus.AGREED: "good",
    PlanStatus.FINAL: "good",
    PlanStatus.SUPERSEDED: "none",
}


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the task list and its sections."""

    title: str
    rows: Sequence[SectionRow]


@dataclass(frozen=True, slots=True)
class Left:
    """A section that is not complete: its name and address."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The task list of one plan for one reader."""

    title: str
    status_kind: Status
    status_word: str
    groups: Sequence[Group]
    complete: int
    total: int
    left: Sequence[Left]
    yours: int
    reader: rights.Reader
    here: Sequence[presence.Here]
    reason: str = ""  # for which it was last sent back or reopened
    reason_by: str = ""
    version: AgreedVersion | None = None
    may: Mapping[str, bool] = field(default_factory=dict)


def plan_title(plan: PersonalEducationPlan) -> str:
    """Autumn 2026 PEP."""
    return f"{plan.term.title} PEP"


def status_word(plan: PersonalEducationPlan) -> str:
    return rules.status_label(rules.Status(plan.status), has_school=plan.school_id is not None)


def child_shares(plan: PersonalEducationPlan) -> str:
    """Whom the child lets read the child's own section. One query."""
    owners = form_content.of_version(plan.form_version_id).sections
    slugs = [section.slug for section in owners if section.owner == Owner.CHILD]
    value = (
        Answer.objects.filter(plan=plan, section__in=slugs, key="voice_share")
        .values_list("value", flat=True)
        .first()
    )
    return rights.shares_of({"voice_share": value})


def reader_of(plan: PersonalEducationPlan, user: User) -> rights.Reader:
    """Stand a person before a plan. One query, two for a school."""
    return rights.reader(user, plan, shares=child_shares(plan))


def plan_page(plan: PersonalEducationPlan, user: User) -> PlanPage:
    """Put the task list together. Five or six queries, whatever the number of sections."""
    reader = reader_of(plan, user)
    form = form_content.of_version(plan.form_version_id)
    states = {section.slug: section for section in plan.sections.all()}
    here = presence.others(plan_id=plan.pk, person=user)
    readable = {
        section.slug
        for section in form.sections
        if reader.may_read(owner=section.owner, slug=section.slug)
    }
    rows = {
        section.slug: _row(plan, section, states, reader=reader, here=here)
        for section in form.sections
    }
    shown = [s for s in form.sections if s.slug in readable or reader.who is not None]
    left = [s for s in shown if states[s.slug].state != State.COMPLETE]
    move = (
        PlanMove.objects.filter(plan=plan)
        .exclude(reason="")
        .select_related("made_by")
        .order_by("-made_at", "-pk")
        .first()
    )
    say_why = move is not None and plan.status in rules.BEING_WRITTEN
    version = AgreedVersion.objects.filter(plan=plan).defer("content").order_by("-number").first()
    return PlanPage(
        title=plan_title(plan),
        status_kind=STATUS_KINDS[plan.status],
        status_word=status_word(plan),
        groups=_groups(form, shown, rows, plan.child.called),
        complete=len(shown) - len(left),
        total=len(shown),
        left=[
            Left(
                named(s.title, plan.child.called),
                reverse("pep:section", args=[plan.pk, s.slug]) if s.slug in readable else "",
            )
            for s in left
        ],
        yours=sum(
            reader.may_write(owner=s.owner, slug=s.slug, status=plan.status)
            and _is_for(s.owner, reader)
            for s in left
        ),
        reader=reader,
        here=[someone for someone in here if someone.slug in readable],
        reason=move.reason if move and say_why else "",
        reason_by=f"{move.made_by.name}, {_when(move.made_at)}" if move and say_why else "",
        version=version,
        may=moves_open(plan, user, reader),
    )


def moves_open(plan: PersonalEducationPlan, user: User, reader: rights.Reader) -> dict[str, bool]:
    """Which buttons this person has on this plan in its present state."""

    def open_to(after: str, permission: Permission, *, needs: set[rules.Need]) -> bool:
        if reader.who is None or reader.is_former_school or not user.may(permission):
            return False
        fault = rules.move_fault(
            rules.Status(plan.status),
            rules.Status(after),
            who=reader.who,
            fulfilled=frozenset(needs),
        )
        return fault is None

    all_needs = set(rules.Need)
    begun = plan.status != PlanStatus.NOT_STARTED
    return {
        "send": open_to(PlanStatus.SENT_TO_CHECK, Permission.SEND_PEP, needs=all_needs)
        or (
            not begun
            and user.may(Permission.SEND_PEP)
            and reader.who is not None
            and not reader.is_former_school
        ),
        "take_back": plan.status == PlanStatus.SENT_TO_CHECK
        and open_to(PlanStatus.WITH_SCHOOL, Permission.SEND_PEP, needs=all_needs),
        "start_checking": open_to(PlanStatus.BEING_CHECKED, Permission.CHECK_PEP, needs=all_needs),
        "check": plan.status == PlanStatus.BEING_CHECKED and user.may(Permission.CHECK_PEP),
        "reopen": plan.is_agreed
        and open_to(PlanStatus.WITH_SCHOOL, Permission.AGREE_PEP, needs=all_needs),
        "read_paper": reader.reads_whole_plan,
    }


def _is_for(owner: str, reader: rights.Reader) -> bool:
    """Whether a section waits for this seat, not only lets it write."""
    match reader.who:
        case rules.Who.SCHOOL:
            return owner == Owner.SCHOOL
        case rules.Who.SOCIAL_WORKER:
            return owner == Owner.SOCIAL_WORKER
        case rules.Who.VIRTUAL_SCHOOL:
            return owner == Owner.VIRTUAL_SCHOOL
        case _:
            return True


def _groups(
    form: FormContent, shown: Sequence[SectionContent], rows: Mapping[str, SectionRow], child: str
) -> list[Group]:
    slugs = {section.slug for section in shown}
    groups = [
        Group(named(title, child), [rows[s.slug] for s in sections if s.slug in slugs])
        for title, sections in form.groups()
    ]
    return [group for group in groups if group.rows]


def _row(
    plan: PersonalEducationPlan,
    section: SectionContent,
    states: Mapping[str, PlanSection],
    *,
    reader: rights.Reader,
    here: Sequence[presence.Here],
) -> SectionRow:
    child = plan.child.called
    state = states[section.slug]
    kind, word = _STATE_WORDS[state.state]
    may_read = reader.may_read(owner=section.owner, slug=section.slug)
    someone = next((person for person in here if person.slug == section.slug), None)
    if not may_read:
        hint = f"{child} chose who may read this" if section.owner == Owner.CHILD else ""
    elif someone is not None:
        hint = f"{someone.name} is working on this now"
    elif state.state == State.COMPLETE and state.completed_at:
        hint = ""
    else:
        hint = named(section.hint, child)
    return SectionRow(
        id=f"section-{section.slug}",
        title=named(section.title, child),
        who=content.owner_name(section.owner, child),
        status=kind,
        word=word,
        url=reverse("pep:section", args=[plan.pk, section.slug]) if may_read else "",
        hint=hint,
    )


# -- one section ----------------------------------------------------------------------------------


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
    previous_url: str
    next_url: str
    to_confirm: bool
    saved_detail: str  # when it was last saved, and by whom
    last_words: str  # who wrote here last, if another person


def section_form(
    plan: PersonalEducationPlan,
    section: SectionContent,
    user: User,
    *,
    data: Mapping[str, Any] | None = None,
    extra_row: str = "",
    with_facts: bool = True,
) -> SectionForm:
    """Build the form of a section. Two queries; with facts and last term's words up to seven."""
    answers = dict(
        Answer.objects.filter(plan=plan, section=section.slug).values_list("key", "value")
    )
    words = {
        key: {"is_right": is_right, "note": note}
        for key, is_right, note in FactWord.objects.filter(
            plan=plan, section=section.slug
        ).values_list("key", "is_right", "note")
    }
    facts: dict[str, record.Rows] = {}
    previous: dict[str, Previous] = {}
    if with_facts:
        asked = [q.key for q in section.questions if q.kind == form_content.Kind.FACT]
        facts = record.facts_for(plan, asked, on=timezone.localdate())
        previous = last_answers(plan, section)
    return SectionForm(
        section,
        child=plan.child.called,
        answers=answers,
        words=words,
        facts=facts,
        previous=previous,
        extra_row=extra_row,
        row_seed=f"{plan.pk}:{section.slug}:{user.pk}",
        data=data,
    )


def last_answers(plan: PersonalEducationPlan, section: SectionContent) -> dict[str, Previous]:
    """Last plan's words for the long answers of a section, with who wrote them. One query."""
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
            + (f", by {row.written_by.name}" if row.written_by else ""),
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
    """Put a section's page together, all but its form. Three queries."""
    state = plan.sections.select_related("written_by").get(slug=section.slug)
    places = [
        s.slug
        for s in form_content.of_version(plan.form_version_id).sections
        if reader.may_read(owner=s.owner, slug=s.slug)
    ]
    at = places.index(section.slug)
    may_write = reader.may_write(owner=section.owner, slug=section.slug, status=plan.status)
    kept = (
        KeptText.objects.filter(
            plan=plan, section=section.slug, person=user, settled_at__isnull=True
        ).first()
        if reader.right(owner=section.owner, slug=section.slug) == rights.Right.WRITE
        else None
    )
    other = state.written_by if state.written_by_id not in {None, user.pk} else None
    return SectionPage(
        title=named(section.title, plan.child.called),
        window_title=capfirst(named(section.title, "the child")),
        number=at + 1,
        total=len(places),
        guidance=named(section.guidance, plan.child.called),
        state=state,
        may_write=may_write,
        why_not="" if may_write else why_not(plan, section, reader),
        kept=kept,
        previous_url=_section_url(plan, places, at - 1),
        next_url=_section_url(plan, places, at + 1),
        to_confirm=may_write
        and Answer.objects.filter(plan=plan, section=section.slug, is_to_confirm=True).exists(),
        saved_detail=saved_words(state.written_at, by=other.name if other else "you")
        if state.written_at
        else "",
        last_words=f"{other.name} wrote in this section on {_when(state.written_at)}."
        if other and state.written_at
        else "",
    )


def why_not(plan: PersonalEducationPlan, section: SectionContent, reader: rights.Reader) -> str:
    """Why this reader may not write here, in one line."""
    if reader.right(owner=section.owner, slug=section.slug) != rights.Right.WRITE:
        owner = content.owner_name(section.owner, plan.child.called)
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


def _section_url(plan: PersonalEducationPlan, places: Sequence[str], at: int) -> str:
    if not 0 <= at < len(places):
        return ""
    return reverse("pep:section", args=[plan.pk, places[at]])


def _when(moment: datetime | None) -> str:
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{short_date(local.date())}, {time_of_day(local)}"
