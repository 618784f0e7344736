"""Who is told what about a plan. The words name nobody: the page behind them does."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import Role
from children.models import Involvement
from notifications.actions import notify
from pep import form_content, persons
from pep.form_content import SectionContent, named
from pep.models import (
    Answer,
    Doubt,
    Gap,
    Note,
    NoteReply,
    Owner,
    PersonalEducationPlan,
    PlanMove,
    PlanSection,
)
from ui.words import in_words, long_date

PLACES_SAID = 3  # sections named in one notice


def sent_to_check(plan: PersonalEducationPlan, *, at: datetime) -> None:
    """Tell the adviser that a plan waits to be checked; the virtual school head without one."""
    on = timezone.localtime(at).date()
    checkers = owners(plan, Owner.VIRTUAL_SCHOOL, on=on)
    _tell(
        plan,
        checkers,
        key=f"pep-sent:{plan.pk}:{at.isoformat()}",
        kind="pep_to_check",
        text=f"A PEP is ready for you to check. It is due by {long_date(plan.complete_by)}.",
        at=at,
    )


def sent_back(
    plan: PersonalEducationPlan, *, move: PlanMove, sent_by: User | None, at: datetime
) -> None:
    """Tell the school, and whoever sent it, that the virtual school asks for changes."""
    on = timezone.localtime(at).date()
    asked = _asked_in(plan)
    people = _teachers(plan, on=on) + ([sent_by] if sent_by else [])
    for section in asked:
        people += owners(plan, section.owner, on=on)
    where = in_words([named(section.title, "the child") for section in asked[:PLACES_SAID]])
    more = " and more" if len(asked) > PLACES_SAID else ""
    _tell(
        plan,
        people or _involved(plan, {Role.SOCIAL_WORKER}, on=on),
        key=f"pep-sent-back:{move.pk}",
        kind="pep_sent_back",
        text=f"A PEP was sent back to you with what to change, in {where}{more}. "
        f"It is due by {long_date(plan.complete_by)}.",
        at=at,
    )


def _asked_in(plan: PersonalEducationPlan) -> list[SectionContent]:
    """The sections with an open query, in the form's order. One query."""
    slugs = set(
        Note.objects.open_queries().filter(plan=plan).values_list("section", flat=True).distinct()
    )
    form = form_content.of_plan(plan)
    return [section for section in form.sections if section.slug in slugs]


def asked(
    plan: PersonalEducationPlan, note: Note, *, section: SectionContent, by: User, at: datetime
) -> None:
    """Tell whoever owns a section that something was asked or said about it."""
    on = timezone.localtime(at).date()
    title = named(section.title, "the child")
    text = f"You have a question to answer in a PEP, about “{title}”. {_reply_by(plan, on=on)}"
    if note.kind == Note.Kind.COMMENT:
        text = f"There is a comment on “{title}” in a PEP."
    _tell(
        plan,
        [person for person in owners(plan, section.owner, on=on) if person.pk != by.pk],
        key=f"pep-note:{note.pk}",
        kind=f"pep_{note.kind}",
        text=text,
        path=_note_path(note),
        at=at,
    )


def replied(
    plan: PersonalEducationPlan,
    note: Note,
    said: NoteReply,
    *,
    section: SectionContent,
    by: User,
    at: datetime,
) -> None:
    """Tell the others in a thread, those of them who still belong to the child, of a reply."""
    on = timezone.localtime(at).date()
    speakers = {note.written_by_id, *note.replies.values_list("written_by_id", flat=True)}
    belonging = _involved(plan, set(Role), on=on) + _teachers(plan, on=on) + _heads(plan, on=on)
    people = [person for person in belonging if person.pk in speakers]
    if note.kind == Note.Kind.QUERY:
        asks_on = note.answered_at is None
        people += owners(plan, section.owner if asks_on else Owner.VIRTUAL_SCHOOL, on=on)
    _tell(
        plan,
        [person for person in people if person.pk != by.pk],
        key=f"pep-note-reply:{said.pk}",
        kind="pep_reply",
        text=f"There is a reply about “{named(section.title, 'the child')}” in a PEP.",
        path=_note_path(note),
        at=at,
    )


def _note_path(note: Note) -> str:
    return reverse("pep:note", args=[note.plan_id, note.pk])


def _reply_by(plan: PersonalEducationPlan, *, on: date) -> str:
    if plan.complete_by < on:
        return "The PEP is late: reply as soon as you can."
    return f"Reply by {long_date(plan.complete_by)}."


def owners(plan: PersonalEducationPlan, owner: str, *, on: date) -> list[User]:
    """Whom a section of this owner waits for today. Two queries."""
    return list(persons.waited_for([plan], on=on)[plan.pk][owner])


def asked_more(
    plan: PersonalEducationPlan, sections: Sequence[PlanSection], *, at: datetime
) -> None:
    """Tell the owners of parts that were complete that they are asked for more."""
    on = timezone.localtime(at).date()
    for owner in sorted({section.owner for section in sections}):
        parts = [section for section in sections if section.owner == owner]
        one, number = len(parts) == 1, len(parts)
        what = (
            "A part of a PEP that was complete is"
            if one
            else (f"{number} parts of a PEP that were complete are")
        )
        _tell(
            plan,
            owners(plan, owner, on=on),
            key=f"pep-asked-more:{plan.pk}:{owner}:{at.isoformat()}",
            kind="pep_asked_more",
            text=f"{what} asked for more: something about the child has changed. It is due by "
            f"{long_date(plan.complete_by)}.",
            at=at,
            path=reverse("pep:section", args=[plan.pk, parts[0].slug]) if one else "",
        )


def to_find_out(answer: Answer, *, key: str, is_due: bool, at: datetime) -> None:
    """Tell the person named that an answer waits for what they find out, or that its day is here.

    The answer comes with its plan and that person.
    """
    plan, person = answer.plan, answer.not_known_person
    section = form_content.of_version(plan.form_version_id).section(answer.section)
    if person is None or section is None:
        return
    title = named(section.title, "the child")
    until = answer.not_known_until
    text = f"An answer in a PEP is not known yet, about “{title}”, and you are to find it out."
    if is_due:
        text = f"An answer in a PEP was to be known by now, about “{title}”. Tell us what it is."
    elif until is not None:
        text = f"{text} It is needed by {long_date(until)}."
    _tell(
        plan,
        [person],
        key=key,
        kind="pep_find_out",
        text=text,
        path=reverse("pep:section", args=[plan.pk, answer.section]),
        at=at,
    )


def to_sign(plan: PersonalEducationPlan, *, version_id: UUID, at: datetime) -> None:
    """Ask everyone who signs to read the agreed plan and sign it."""
    on = timezone.localtime(at).date()
    people = _involved(plan, {Role.SOCIAL_WORKER, Role.CARER, Role.YOUNG_PERSON}, on=on)
    _tell(
        plan,
        people + _teachers(plan, on=on),
        key=f"pep-to-sign:{version_id}",
        kind="pep_to_sign",
        text="A PEP has been agreed. Read it, then sign it.",
        at=at,
    )


def remark_added(
    plan: PersonalEducationPlan, *, signature_id: UUID, by: User, at: datetime
) -> None:
    """Tell adviser and social worker that somebody who signed has something to add."""
    on = timezone.localtime(at).date()
    people = _involved(plan, {Role.ADVISER, Role.SOCIAL_WORKER}, on=on)
    _tell(
        plan,
        [person for person in people if person.pk != by.pk],
        key=f"pep-remark:{signature_id}",
        kind="pep_remark",
        text="Somebody who signed an agreed PEP has something to add. Read it.",
        at=at,
    )


def final(plan: PersonalEducationPlan, *, version_id: UUID, at: datetime) -> None:
    """Tell the adviser that everyone who has to has signed."""
    on = timezone.localtime(at).date()
    _tell(
        plan,
        _involved(plan, {Role.ADVISER}, on=on),
        key=f"pep-final:{version_id}",
        kind="pep_final",
        text="Everyone who needs to sign a PEP has signed it. It is final.",
        at=at,
    )


def paper_ready(plan: PersonalEducationPlan, *, version_id: UUID, at: datetime) -> None:
    """Tell social worker, designated teacher and adviser that the PDF of a plan is ready."""
    on = timezone.localtime(at).date()
    people = _involved(plan, {Role.SOCIAL_WORKER, Role.ADVISER}, on=on) + _teachers(plan, on=on)
    _tell(
        plan,
        people,
        key=f"pep-agreed:{version_id}",
        kind="pep_agreed",
        text="A PEP has been agreed. Its PDF is ready to read.",
        at=at,
    )


def keepers(plan: PersonalEducationPlan, keeper: str, *, on: date) -> list[User]:
    """Who keeps a part of the record: the child's own social worker, teachers or virtual school."""
    match keeper:
        case Owner.SOCIAL_WORKER:
            return _involved(plan, {Role.SOCIAL_WORKER}, on=on)
        case Owner.SCHOOL:
            return _teachers(plan, on=on)
        case _:
            return _involved(plan, {Role.ADVISER}, on=on) or _heads(plan, on=on)


def fact_doubted(plan: PersonalEducationPlan, doubt: Doubt, *, by: User, at: datetime) -> None:
    """Tell whoever keeps a fact that somebody called it wrong."""
    people = keepers(plan, doubt.asked_of, on=timezone.localtime(at).date())
    _tell(
        plan,
        [person for person in people if person.pk != by.pk],
        key=f"pep-doubt:{doubt.pk}",
        kind="pep_fact_doubted",
        text="Somebody says that a fact in a PEP is wrong. Look at it.",
        path=reverse("pep:doubt", args=[plan.pk, doubt.pk]),
        at=at,
    )


def doubt_answered(plan: PersonalEducationPlan, doubt: Doubt, *, by: User, at: datetime) -> None:
    """Tell who asked what became of it."""
    people = [] if doubt.asked_by_id == by.pk else [doubt.asked_by]
    _tell(
        plan,
        people,
        key=f"pep-doubt-answered:{doubt.pk}",
        kind="pep_doubt_answered",
        text="What you called wrong in a PEP has been answered.",
        path=reverse("pep:section", args=[plan.pk, doubt.section]),
        at=at,
    )


def part_owed(plan: PersonalEducationPlan, gap: Gap, *, at: datetime) -> None:
    """Tell somebody that a plan may be agreed without what they owe."""
    what = "your signature" if gap.kind == Gap.Kind.SIGNATURE else "a part you owe"
    _tell(
        plan,
        [gap.owed_by],
        key=f"pep-gap:{gap.pk}",
        kind="pep_part_owed",
        text=f"A PEP waits for {what}. It is due by {long_date(gap.due_on)}; the virtual school "
        "may agree the PEP without it.",
        at=at,
    )


def _tell(
    plan: PersonalEducationPlan,
    people: list[User],
    *,
    key: str,
    kind: str,
    text: str,
    at: datetime,
    path: str = "",
) -> None:
    notify(
        recipients=people,
        key=key,
        kind=kind,
        text=text,
        path=path or reverse("pep:plan", args=[plan.pk]),
        authority_id=plan.authority_id,
        child_id=plan.child_id,
        at=at,
    )


def _involved(plan: PersonalEducationPlan, roles: set[Role], *, on: date) -> list[User]:
    rows = Involvement.objects.on(on).filter(child=plan.child_id, role__in=roles)
    return [row.person for row in rows.select_related("person").order_by("pk")]


def _members(which: Q, *, on: date) -> list[User]:
    rows = Membership.objects.current(on=on).filter(which)
    return [row.user for row in rows.select_related("user").order_by("pk")]


def _heads(plan: PersonalEducationPlan, *, on: date) -> list[User]:
    return _members(Q(authority=plan.authority_id, role=Role.VIRTUAL_SCHOOL_HEAD), on=on)


def _teachers(plan: PersonalEducationPlan, *, on: date) -> list[User]:
    if plan.school_id is None:
        return []
    return _members(Q(school=plan.school_id, role=Role.DESIGNATED_TEACHER), on=on)
