"""The log: events and writing steps as one list of plain sentences, read on page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import Membership, User
from accounts.permissions import Permission
from accounts.roles import Role
from audit.models import Event
from children.models import Child
from oversight.looking import day_limits
from oversight.rules import ACTIONS, Place, Source, list_words, sentence
from pep import form_content
from pep.models import WritingStep
from ui.words import possessive

PER_PAGE = 50
_PEOPLE = ("accounts_", "people_")  # whose reasons are about staff and their seats


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What the log is narrowed to; empty: nothing left out."""

    person: UUID | None = None
    child: UUID | None = None
    action: str = ""
    from_on: date | None = None
    to_on: date | None = None
    service: bool = False  # also what no person did: loads, the demonstration, the clock


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    at: datetime
    who: str
    who_url: str
    role: str
    instead_of: str
    words: str
    child_url: str
    reason: str
    where: str
    url: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, and where the next page begins; empty when this is the last."""

    entries: list[Entry]
    next: str


def reads_cases(user: User) -> bool:
    """Whether the log may tell this reader of a child; administrators read no case content."""
    return user.may(Permission.SEE_CHILDREN)


def people_of(user: User) -> QuerySet[User]:
    """Whom this reader may ask about: those with a seat, now or once, in the reader's authority,
    and those who did something there (followed from a line of the log)."""
    authority = user.seat.authority_id if user.seat else None
    seats = Membership.objects.filter(Q(authority=authority) | Q(school__authority=authority))
    acted = Event.objects.filter(authority_id=authority, actor_id=OuterRef("pk"))
    return User.objects.filter(Exists(seats.filter(user=OuterRef("pk"))) | Exists(acted))


def page(user: User, chosen: LogFilter, *, after: Place | None) -> Page:
    """Fifty lines, newest first. At most seven queries, however long the log is."""
    rows: list[Event | WritingStep] = [
        *_events(user, chosen, after=after)[: PER_PAGE + 1],
        *_steps(user, chosen, after=after)[: PER_PAGE + 1],
    ]
    rows.sort(key=_key, reverse=True)
    shown = rows[:PER_PAGE]
    more = _place(shown[-1]).as_text() if len(rows) > PER_PAGE else ""
    return Page(_entries(user, shown), more)


def _events(user: User, chosen: LogFilter, *, after: Place | None) -> QuerySet[Event]:
    authority = user.seat.authority_id if user.seat else None
    filed = Q(authority_id=authority)
    if chosen.person:  # what is filed nowhere, as a sign-in, shows with its person only
        filed |= Q(authority_id=None)
    found = Event.objects.filter(filed, day_limits(chosen.from_on, chosen.to_on))
    if chosen.person:
        found = found.filter(actor_id=chosen.person)
    if not chosen.service:
        found = found.filter(actor_id__isnull=False)
    if chosen.child:
        found = found.filter(child_id=chosen.child)
    if chosen.action:
        found = found.filter(_kinds(ACTIONS[chosen.action][1]))
    if after is not None:
        found = found.filter(_beyond(after, Source.EVENT, "at"))
    return found.order_by("-at", "-pk")


def _kinds(kinds: Sequence[str]) -> Q:
    whole = Q(kind__in=[kind for kind in kinds if not kind.endswith(".")])
    for kind in kinds:
        if kind.endswith("."):
            whole |= Q(kind__startswith=kind)
    return whole


def _steps(user: User, chosen: LogFilter, *, after: Place | None) -> QuerySet[WritingStep]:
    if chosen.action not in {"", "answered"}:
        return WritingStep.objects.none()
    authority = user.seat.authority_id if user.seat else None
    limits = day_limits(chosen.from_on, chosen.to_on)
    found = WritingStep.objects.filter(_renamed(limits), authority=authority)
    if chosen.person:
        found = found.filter(person=chosen.person)
    if chosen.child:
        found = found.filter(child=chosen.child)
    if after is not None:
        found = found.filter(_beyond(after, Source.STEP, "last_at"))
    return found.select_related("plan__term").order_by("-last_at", "-pk")


def _renamed(limits: Q) -> Q:
    return Q(*((name.replace("at__", "last_at__"), value) for name, value in limits.children))  # type: ignore[misc]


def _beyond(after: Place, source: Source, moment: str) -> Q:
    """What stands after a place: earlier, or of the same moment and later in its order."""
    earlier = Q(**{f"{moment}__lt": after.at})
    if source < after.source:
        return earlier | Q(**{moment: after.at})
    if source == after.source:
        return earlier | Q(**{moment: after.at, "pk__lt": after.id})
    return earlier


def _key(row: Event | WritingStep) -> tuple[datetime, str, Any]:
    if isinstance(row, Event):
        return row.at, Source.EVENT.value, row.pk
    return row.last_at, Source.STEP.value, row.pk


def _place(row: Event | WritingStep) -> Place:
    at, source, pk = _key(row)
    return Place(at, Source(source), str(pk))


# In words -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """Names the lines of a page need, as far as this reader may know them."""

    people: dict[Any, User]
    children: dict[Any, Child]
    reads_cases: bool

    def called(self, child_id: UUID | None) -> str:
        child = self.children.get(child_id)
        return possessive(child.called) if child else ""


def _entries(user: User, rows: Sequence[Event | WritingStep]) -> list[Entry]:
    """Those rows in words. Two queries: people, and children this reader sees."""
    ids: set[Any] = set()
    for row in rows:
        ids |= {row.actor_id, row.acting_for_id} if isinstance(row, Event) else {row.person_id}
    about = {row.child_id for row in rows if row.child_id}
    cases = reads_cases(user)
    children = Child.objects.visible_to(user).filter(pk__in=about) if cases and about else None
    known = _Known(
        people=User.objects.in_bulk([pk for pk in ids if pk]),
        children={child.pk: child for child in children} if children is not None else {},
        reads_cases=cases,
    )
    return [
        _of_event(row, known) if isinstance(row, Event) else _of_step(row, known) for row in rows
    ]


def entry_of(user: User, event: Event) -> Entry:
    """One line by itself. Two queries."""
    return _entries(user, [event])[0]


def _person(known: _Known, pk: UUID | None) -> tuple[str, str]:
    person = known.people.get(pk)
    if person is None:
        return "The service", ""
    return person.name, reverse("oversight:person", args=[person.pk])


def _child_url(known: _Known, child_id: UUID | None) -> str:
    if child_id not in known.children:
        return ""
    return f"{reverse('oversight:log')}?child={child_id}"


def _of_event(event: Event, known: _Known) -> Entry:
    who, url = _person(known, event.actor_id)
    is_told = event.child_id is None or event.child_id in known.children
    fields = [*(event.after or event.before or {})] if event.kind == "row.update" else []
    model = model_of(event.table)
    return Entry(
        at=event.at,
        who=who,
        who_url=url,
        role=dict(Role.choices).get(event.seat.split(":")[0], ""),
        instead_of=_person(known, event.acting_for_id)[0] if event.acting_for_id else "",
        words=sentence(
            event.kind,
            child=known.called(event.child_id),
            page=_page(event) if is_told else "",
            thing=str(model._meta.verbose_name) if model else event.table,
            fields=tuple(field_label(model, name) for name in fields) if is_told else (),
        ),
        child_url=_child_url(known, event.child_id),
        reason=event.reason if is_told and _may_read_reason(event, known) else "",
        where=", ".join(part for part in (event.device, event.ip_address) if part),
        url=reverse("oversight:event", args=[event.pk])
        if event.kind.startswith("row.") and is_told
        else "",
    )


def _may_read_reason(event: Event, known: _Known) -> bool:
    """A reason typed about no child in particular may speak of one all the same: whom somebody
    looked for in an emergency, whose record went. Administrators read those about people."""
    return known.reads_cases or event.table.startswith(_PEOPLE)


def _page(event: Event) -> str:
    noted = (event.after or {}).get("page")
    if noted:
        return str(noted)
    room, _, name = event.table.partition(":")
    return list_words(room, name.replace("_", " "))


def _of_step(step: WritingStep, known: _Known) -> Entry:
    who, url = _person(known, step.person_id)
    called = known.called(step.child_id)
    verb = "sent older words, which came late, to" if step.is_late else "changed"
    words, history = f"{verb} an answer in a child’s PEP", ""
    if called:
        content = form_content.of_version(step.plan.form_version_id).section(step.section)
        question = content.question(step.key) if content else None
        child = known.children[step.child_id].called
        label = form_content.named(question.label, child) if question else step.key
        term = step.plan.term.get_name_display().lower()
        words = f"{verb} “{label}” in {called} {term} PEP"
        history = reverse("pep:history", args=[step.plan_id, step.section])
    return Entry(
        at=step.last_at,
        who=who,
        who_url=url,
        role="",
        instead_of="",
        words=words,
        child_url=_child_url(known, step.child_id),
        reason="",
        where="",
        url=history,
    )


def model_of(table: str) -> type[Model] | None:
    return next((model for model in apps.get_models(True) if model._meta.db_table == table), None)


def field_label(model: type[Model] | None, column: str) -> str:
    """What people call a column."""
    fields = model._meta.concrete_fields if model else ()
    found = next((field for field in fields if field.column == column), None)
    return str(found.verbose_name) if found else column.replace("_", " ")
