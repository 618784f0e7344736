"""Who has looked at one child's record: for the virtual school, and for the child."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from children.models import Child
from oversight.rules import LOOKS, TOLD, WITH_REASON, days_words, page_words

MONTHS_TOLD = 12


@dataclass(frozen=True, slots=True)
class LookFilter:
    """What the list of openings is narrowed to; empty: nothing left out. Days are London days."""

    person: UUID | None = None
    role: str = ""
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One opening of a child's record."""

    at: datetime
    name: str
    role: str
    instead_of: str
    what: str
    reason: str
    where: str


def day_limits(from_on: date | None, to_on: date | None) -> Q:
    """Limit `at` to whole London days, both included."""
    limits = Q()
    if from_on:
        limits &= Q(at__gte=timezone.make_aware(datetime.combine(from_on, time())))
    if to_on:
        after = timezone.make_aware(datetime.combine(to_on + timedelta(days=1), time()))
        limits &= Q(at__lt=after)
    return limits


def looks(child: Child, chosen: LookFilter, *, upto: int | None = None) -> QuerySet[Event]:
    """Openings of the record, newest first; with `upto` those written by then. One query when read.

    Reading the list adds to its top: its further pages are of the list as the first one showed it.
    """
    found = Event.objects.filter(
        day_limits(chosen.from_on, chosen.to_on),
        child_id=child.pk,
        authority_id=child.authority_id,
        kind__in=[*LOOKS, *WITH_REASON],
    )
    if upto is not None:
        found = found.filter(pk__lte=upto)
    if chosen.person:
        found = found.filter(actor_id=chosen.person)
    if chosen.role:
        found = found.filter(seat__startswith=f"{chosen.role}:")
    return found.order_by("-at", "-pk")


def lookers(child: Child) -> list[tuple[str, str]]:
    """Everybody who ever looked, to choose from: id and name. Two queries."""
    ids = (
        Event.objects.filter(
            child_id=child.pk, authority_id=child.authority_id, kind__in=[*LOOKS, *WITH_REASON]
        )
        .order_by()
        .values_list("actor_id", flat=True)
        .distinct()
    )
    people = User.objects.filter(pk__in=[pk for pk in ids if pk])
    return [
        (str(person.pk), person.name)
        for person in people.order_by("family_name", "given_name", "pk")
    ]


def with_names(events: Iterable[Event]) -> list[Look]:
    """Those openings with the names of who looked. One query."""
    events = list(events)
    ids = {pk for event in events for pk in (event.actor_id, event.acting_for_id) if pk}
    people = User.objects.in_bulk(ids)
    return [_look(event, people) for event in events]


def _look(event: Event, people: dict[Any, User]) -> Look:
    for_whom = people.get(event.acting_for_id) if event.acting_for_id else None
    who = people.get(event.actor_id) if event.actor_id else None
    return Look(
        at=event.at,
        name=who.name if who else "Not known",
        role=dict(Role.choices).get(event.seat.split(":")[0], ""),
        instead_of=for_whom.name if for_whom else "",
        what=_what(event),
        reason=event.reason,
        where=", ".join(part for part in (event.device, event.ip_address) if part),
    )


_KINDS = {
    "child.address_shown": "Home address",
    "child.note_shown": "Note not to be shared",
    "child.looks_exported": "List of who has looked, as a file",
    "child.opened_interrupted": "Opened a restricted record",
    "child.opened_sealed": "Opened a sealed record",
    "child.opened_emergency": "Opened in an emergency",
}


def _what(event: Event) -> str:
    if event.kind in _KINDS:
        return _KINDS[event.kind]
    page = page_words(str((event.after or {}).get("page", "")))
    if event.kind == "child.printed":
        return f"Printed: {page}"
    return f"{page[:1].upper()}{page[1:]}"


# For the child ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Month:
    """Who looked in one month: whose people, and on how many days."""

    began_on: date
    who: list[tuple[str, str]]


def months_for_the_child(child: Child, *, on: date) -> list[Month]:
    """Who has looked, month by month, as a young person is told: no names, no family. One query.

    Openings by the child and by carers are left out; so are reasons and what was opened.
    """
    first = date(on.year - 1, on.month, 1)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT (at AT TIME ZONE 'Europe/London')::date AS day, split_part(seat, ':', 1)
            FROM audit_event
            WHERE child_id = %s AND authority_id = %s AND kind = ANY (%s) AND at >= %s
              AND split_part(seat, ':', 1) = ANY (%s)
            ORDER BY day DESC
            """,
            [
                child.pk,
                child.authority_id,
                [*LOOKS, *WITH_REASON],
                timezone.make_aware(datetime.combine(first, time())),
                sorted(TOLD),
            ],
        )
        rows = cursor.fetchall()
    months: dict[date, dict[str, set[date]]] = {}
    for day, role in rows:
        months.setdefault(day.replace(day=1), {}).setdefault(TOLD[role], set()).add(day)
    return [
        Month(began_on, [(who, days_words(len(days))) for who, days in sorted(told.items())])
        for began_on, told in months.items()
    ][:MONTHS_TOLD]
