"""The task list of one plan for one reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from accounts.models import User
from accounts.permissions import Permission
from accounts.roles import FAMILY_ROLES
from pep import content, finding_out, fitting, form_content, gaps, presence, rights, rules
from pep.form_content import FormContent, SectionContent, named
from pep.meter import NOTHING_YET, Meter, meters
from pep.models import (
    AgreedVersion,
    Gap,
    Note,
    Owner,
    PersonalEducationPlan,
    PlanMove,
    PlanSection,
)
from pep.pages.asking import Thread, threads, to_answer
from pep.pages.dates import DateRow, dates_of
from pep.pages.gaps import GapRow, gap_rows
from pep.pages.signing import Signatures, signatures
from pep.pages.words import when
from pep.readers import reader_of
from pep.waiting import TO_CHECK
from ui.parts import SectionRow, Status

PlanStatus, State = PersonalEducationPlan.Status, PlanSection.State

_STATE_WORDS: dict[str, tuple[Status, str]] = {
    State.NOT_STARTED: ("none", "Not started"),
    State.IN_PROGRESS: ("info", "In progress"),
    State.COMPLETE: ("good", "Complete"),
}
_ASKED_MORE: tuple[Status, str] = ("warn", "Needs more")
_NOT_ASKED: tuple[Status, str] = ("none", "Not asked any more")
STATUS_KINDS: dict[str, Status] = {
    PlanStatus.NOT_STARTED: "none",
    PlanStatus.WITH_SCHOOL: "info",
    PlanStatus.SENT_TO_CHECK: "info",
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
    agreed_note: str = ""  # what is to be known of how it was agreed
    signatures: Signatures | None = None  # of an agreed plan
    dates: Sequence[DateRow] = ()
    gaps: Sequence[GapRow] = ()  # what it is, or may be, agreed without
    owes: bool = False  # this reader owes a section of an agreed plan
    may: Mapping[str, bool] = field(default_factory=dict)
    queries: Sequence[Thread] = ()  # the open ones
    comments: Sequence[Thread] = ()
    not_known: Sequence[finding_out.NotKnown] = ()
    grade: str = ""
    grade_kind: Status = "none"
    meter: Meter = NOTHING_YET
    is_family: bool = False  # read in plain words, without a count of other people's parts
    is_late: bool = False
    has_last_plan: bool = False
    replaced_by: PersonalEducationPlan | None = None  # of a plan that was replaced
    asked_since: Sequence[str] = ()  # what the facts ask for since it was sent, to who checks it


def plan_title(plan: PersonalEducationPlan) -> str:
    """Autumn 2026 PEP."""
    return f"{plan.term.title} PEP"


def status_word(plan: PersonalEducationPlan, *, has_gap: bool = False) -> str:
    """The state in words; agreed without a part is said so."""
    if plan.is_agreed and has_gap:
        return f"{rules.STATUS_LABELS[rules.Status(plan.status)]} with a gap"
    return rules.status_label(rules.Status(plan.status), has_school=plan.school_id is not None)


def others_here(
    plan: PersonalEducationPlan, user: User, reader: rights.Reader
) -> list[presence.Here]:
    """Who else has a section open, by the names this reader may be told [DP-4]."""
    if not reader.knows_school:
        return []
    others = presence.others(plan_id=plan.pk, person=user)
    return [replace(one, name=reader.name_of(one.person_id, one.name)) for one in others]


def plan_page(plan: PersonalEducationPlan, user: User) -> PlanPage:
    """Put the task list together. Six to eight queries, whatever the number of sections."""
    reader = reader_of(plan, user)
    form = form_content.of_plan(plan)
    states = {section.slug: section for section in plan.sections.all()}
    readable = {
        section.slug
        for section in form.sections
        if reader.may_read(owner=section.owner, slug=section.slug)
    }
    here = [
        replace(one, title=named(section.title, plan.child.called))
        for one in others_here(plan, user, reader)
        if one.slug in readable and (section := form.section(one.slug)) is not None
    ]
    notes = [note for note in threads(plan, user, reader) if not note.is_sorted]
    asked = {note.slug for note in notes if note.waits}
    rows = {
        section.slug: _row(
            plan, section, states, reader=reader, here=here, is_asked=section.slug in asked
        )
        for section in form.sections
    }
    shown = [
        s
        for s in form.sections
        if (s.slug in readable or reader.who is not None)
        and (not s.is_off or (s.slug in states and states[s.slug].version))
    ]
    called_for = [s for s in shown if not s.is_off]
    without = gaps.of_version(plan)
    let_go = {gap.part for gap in without if gap.kind == Gap.Kind.SECTION}
    left = [
        s for s in called_for if states[s.slug].state != State.COMPLETE and s.slug not in let_go
    ]
    move = (
        PlanMove.objects.filter(plan=plan)
        .exclude(reason="")
        .select_related("made_by")
        .order_by("-made_at", "-pk")
        .first()
    )
    say_why = move is not None and plan.status in rules.BEING_WRITTEN
    say_why = say_why and _may_read_reason(plan, move, form, reader)
    version = AgreedVersion.objects.filter(plan=plan).defer("content").order_by("-number").first()
    grade = rights.grade_shown(user, plan, rights.sight(user, plan, on=timezone.localdate()))
    return PlanPage(
        title=plan_title(plan),
        status_kind=STATUS_KINDS[plan.status],
        status_word=status_word(plan, has_gap=bool(without)),
        groups=_groups(form, shown, rows, plan.child.called),
        complete=sum(states[s.slug].state == State.COMPLETE for s in called_for),
        total=len(called_for),
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
        here=here,
        reason=move.reason if move and say_why else "",
        reason_by=f"{move.made_by.name}, {when(move.made_at)}" if move and say_why else "",
        version=version,
        agreed_note=move.reason if move and move.after == plan.status and plan.is_agreed else "",
        signatures=signatures(plan, version, user, reader)
        if version is not None and plan.is_agreed
        else None,
        gaps=_gaps_shown(plan, without, reader),
        owes=plan.is_agreed
        and any(gap.owed_by_id == user.pk for gap in without if gap.part in let_go),
        dates=dates_of(plan, reader, on=timezone.localdate()),
        may=moves_open(plan, user, reader),
        queries=[note for note in notes if note.is_query],
        comments=[note for note in notes if not note.is_query],
        meter=meters([plan])[plan.pk],
        is_family=reader.role in FAMILY_ROLES,
        is_late=plan.complete_by < timezone.localdate(),
        has_last_plan=rules.Fact.HAS_LAST_PLAN in plan.facts,
        replaced_by=_replaced_by(plan, user),
        asked_since=asked_since_sent(plan, reader),
        not_known=finding_out.of_plans([plan], on=timezone.localdate(), reader=reader).get(
            plan.pk, ()
        ),
        grade=rules.grade_label(grade),
        grade_kind=rules.GRADE_MARKS[rules.Grade(grade)] if grade else "none",
    )


def _may_read_reason(
    plan: PersonalEducationPlan, move: PlanMove | None, form: FormContent, reader: rights.Reader
) -> bool:
    """Whether why a plan came back is for this reader: it may speak of any section of it.

    For those who move the plan or read all of it; pinned to an answer, as that answer is. Others
    find what is asked about their own sections among the queries. One query.
    """
    if move is None or (reader.who is None and not reader.reads_whole_plan):
        return False
    pinned = Note.objects.filter(
        plan=plan, words=move.reason, written_by=move.made_by_id, written_at=move.made_at
    ).first()
    section = form.section(pinned.section) if pinned else None
    if pinned is None or section is None:
        return True
    return reader.may_read_note(owner=section.owner, slug=section.slug, key=pinned.key)


def _replaced_by(plan: PersonalEducationPlan, user: User) -> PersonalEducationPlan | None:
    """The plan that counts instead of one that was replaced, for whoever sees it. One query."""
    if plan.status != PlanStatus.SUPERSEDED:
        return None
    others = PersonalEducationPlan.objects.visible_to(user).filter(child=plan.child_id)
    agreed = others.filter(status__in=[PlanStatus.AGREED, PlanStatus.FINAL])
    newest: PersonalEducationPlan | None = (
        agreed.select_related("term").order_by("-agreed_at", "pk").first()
    )
    return newest


def asked_since_sent(plan: PersonalEducationPlan, reader: rights.Reader) -> list[str]:
    """What the child's facts ask for since the plan was sent, for whoever checks it."""
    if plan.status not in TO_CHECK or reader.who is not rules.Who.VIRTUAL_SCHOOL:
        return []
    return fitting.asked_since_sent(plan, on=timezone.localdate(), reads=reader.reads)


def _gaps_shown(
    plan: PersonalEducationPlan, without: Sequence[Gap], reader: rights.Reader
) -> list[GapRow]:
    """Who owes what, to who reads the whole plan; to others what is missing and by when."""
    told = [gap for gap in without if _knows_of(plan, gap, reader)]
    rows = gap_rows(plan, told, on=timezone.localdate())
    if reader.reads_whole_plan:
        return rows
    return [replace(row, who="Somebody", reason="", named_by="") for row in rows]


def _knows_of(plan: PersonalEducationPlan, gap: Gap, reader: rights.Reader) -> bool:
    section = form_content.of_plan(plan).section(gap.part)
    return section is None or reader.knows_of(owner=section.owner, slug=section.slug)


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
        "name_gap": reader.who is rules.Who.VIRTUAL_SCHOOL
        and user.may(Permission.AGREE_PEP)
        and plan.status not in {PlanStatus.SENT_TO_CHECK, PlanStatus.SUPERSEDED, PlanStatus.FINAL},
        "reopen": plan.is_agreed
        and open_to(PlanStatus.WITH_SCHOOL, Permission.AGREE_PEP, needs=all_needs),
        "read_paper": reader.reads_whole_plan,
        "invite": plan.status in rules.BEING_WRITTEN and rights.may_invite(user, plan, reader),
    }


def next_to_write(plan: PersonalEducationPlan, reader: rights.Reader, *, after: str) -> Left | None:
    """The section that waits for this reader next, after one they have done. One query."""
    states = dict(plan.sections.values_list("slug", "state"))
    asked = form_content.of_plan(plan).asked
    at = next((n for n, section in enumerate(asked) if section.slug == after), 0)
    for section in (*asked[at:], *asked[:at]):
        if (
            states.get(section.slug) not in {None, State.COMPLETE}
            and reader.may_write(owner=section.owner, slug=section.slug, status=plan.status)
            and _is_for(section.owner, reader)
        ):
            title = named(section.title, plan.child.called)
            return Left(title, reverse("pep:section", args=[plan.pk, section.slug]))
    return None


def _is_for(owner: str, reader: rights.Reader) -> bool:
    """Whether a section waits for this seat, not only lets it write."""
    match reader.who:
        case rules.Who.SCHOOL:
            return owner == Owner.SCHOOL
        case rules.Who.SOCIAL_WORKER:
            is_schools = owner == Owner.SCHOOL and not reader.has_school  # PEP-13
            return owner == Owner.SOCIAL_WORKER or is_schools
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
    is_asked: bool,
) -> SectionRow:
    child = plan.child.called
    state = states[section.slug]
    needs_more = state.asked_more_at is not None and state.state != State.COMPLETE
    kind, word = _ASKED_MORE if needs_more else _STATE_WORDS[state.state]
    if is_asked:
        kind, word = "warn", to_answer(for_family=reader.role in FAMILY_ROLES)
    if section.is_off:
        kind, word = _NOT_ASKED
    may_read = reader.may_read(owner=section.owner, slug=section.slug)
    someone = next((person for person in here if person.slug == section.slug), None)
    if not may_read:
        hint = f"{child} chose who may read this" if section.owner == Owner.CHILD else ""
    elif someone is not None:
        hint = f"{capfirst(someone.name)} is working on this now"
    elif state.state == State.COMPLETE and state.completed_at:
        hint = ""
    elif needs_more:
        hint = "It was complete; what is known of the child has changed since"
    else:
        hint = named(section.hint, child)
    return SectionRow(
        id=f"section-{section.slug}",
        title=named(section.title, child),
        who=content.owner_name(section.owner, child, has_school=reader.has_school),
        status=kind,
        word=word,
        url=reverse("pep:section", args=[plan.pk, section.slug]) if may_read else "",
        hint=hint,
    )
