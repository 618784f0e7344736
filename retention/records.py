"""A child's whole record: what it consists of, when it is due, how it goes (RET-1, 2, 5)."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cache
from graphlib import TopologicalSorter
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import Role
from audit.models import Event
from audit.rules import REMAINS, digest, remains_hash
from children.actions import OPENED
from children.models import Child, Involvement, PeriodOfCare, Restriction
from files.models import StoredFile
from notifications.models import Notice
from placements.codes import ADOPTED, DIED
from retention import mentions, rules
from retention.models import FileToRemove, LegalHold, Proposed, Tombstone

PAGE = "keep or delete"  # reading it is not using the record
RULES_OF = "retention_"  # nor is a hold, which stops deletion by itself


# What it consists of ------------------------------------------------------------------------------


@cache
def tables() -> tuple[type[Model], ...]:
    """Every table with a child's data, each before the tables it points at; the child last.

    Found by the models: a new table about a child is one of them by having a child.
    """
    about = sorted(filter(_is_about_a_child, apps.get_models()), key=lambda m: m._meta.label)
    pointing: dict[type[Model], list[type[Model]]] = {model: [] for model in about}
    for model in about:
        for field in model._meta.concrete_fields:
            if field.related_model in pointing and field.related_model is not model:
                pointing[field.related_model].append(model)
    order = [model for model in TopologicalSorter(pointing).static_order() if model is not Child]
    return (*order, Child)


def _is_about_a_child(model: type[Model]) -> bool:
    """Not the record, which keeps that things were done, nor the typed copies (`forgetting`)."""
    if model is Event or hasattr(model, "pgh_tracked_model") or not model._meta.managed:
        return False
    return model is Child or any(f.column == "child_id" for f in model._meta.concrete_fields)


def rows_of(model: type[Model], child_id: UUID) -> QuerySet[Any]:
    """The rows of one of those tables; found by the child's id alone, nothing is joined [DP-8]."""
    name = "pk" if model is Child else "child_id"
    rows: QuerySet[Any] = model._default_manager.filter(**{name: child_id})
    return rows


# When it is due -----------------------------------------------------------------------------------


def due(
    children: QuerySet[Child], *, other_years: int, on: date, listed_at: datetime | None = None
) -> Iterator[tuple[UUID, rules.Due]]:
    """Those of the children whose record need not be kept on a day, longest due first. One query.

    A record was used when something in it was changed or a page of it opened. `listed_at` is when
    it was proposed: that the head has looked at it since, to decide, is not using it.
    """
    care = PeriodOfCare.objects.filter(child=OuterRef("pk")).order_by("-ended_on")
    seals = Restriction.objects.filter(child=OuterRef("pk"), kind=Restriction.Kind.SEALED)
    used = Event.objects.filter(_is_use(listed_at), child_id=OuterRef("pk")).order_by("-at")
    rows = children.values_list(
        "pk",
        "date_of_birth",
        Exists(care),
        Subquery(care.filter(end_reason=DIED).values("ended_on")[:1]),
        Coalesce(
            Subquery(care.filter(end_reason__in=ADOPTED).values("ended_on")[:1]),
            Subquery(seals.order_by("-started_on").values("started_on")[:1]),
        ),
        Coalesce(Subquery(used.values("at")[:1]), F("created_at")),
    )
    found = []
    for pk, born, was_looked_after, died_on, ordered_on, used_at in rows:
        used_on = timezone.localdate(used_at)
        record = rules.Record(born, was_looked_after, died_on, ordered_on, used_on)
        term = rules.whole_record(record, other_years=other_years)
        if term.on <= on:
            found.append((pk, term))
    yield from sorted(found, key=lambda one: (one[1].on, one[0]))


def _is_use(listed_at: datetime | None) -> Q:
    ours = Q(table__startswith=RULES_OF) | Q(kind=OPENED, after__isnull=False, after__page=PAGE)
    if listed_at:
        looked = Q(kind__startswith="child.", seat__startswith=Role.VIRTUAL_SCHOOL_HEAD)
        ours |= looked & Q(at__gte=listed_at)
    return ~ours


def held(authority_id: int, *, on: date) -> Q:
    """Which children a hold keeps, or what still runs about them (RET-4). Two queries.

    A table about a child says what keeps the record by `stopping_deletion` of its rows: rooms above
    this one have such tables too.
    """
    holds = LegalHold.objects.in_force(on).filter(authority_id=authority_id)
    ids = set(holds.values_list("child_id", flat=True))
    if None in ids:
        return ~Q(pk__in=[])
    for model in tables():
        if stopping := getattr(model._default_manager, "stopping_deletion", None):
            ids |= set(stopping().filter(authority_id=authority_id).values_list("child", flat=True))
    return Q(pk__in=ids)


# How it goes --------------------------------------------------------------------------------------


def delete(child: Child, *, row: Proposed, by: User, at: datetime) -> Tombstone:
    """Delete a child's record, its files and its account; leave a tombstone. About 80 queries.

    Takes what the record of who did what says of the child out of it, and the typed histories,
    with the owner's rights (`retention.forgetting`). The caller holds the child's row.
    """
    subject = child.pk
    counts = _delete_rows(child, row=row, at=at)
    events, remains = _what_remains(subject)
    stone = Tombstone.objects.create(
        authority_id=row.authority_id,
        kind=row.kind,
        subject_id=subject,
        number=row.number,
        rule=row.rule,
        due_on=row.due_on,
        counts={table: number for table, number in counts.items() if number},
        events=events,
        remains=remains,
        deleted_at=at,
        approved_by=by,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT retention_forget(%s)", [stone.pk])
    return stone


def _delete_rows(child: Child, *, row: Proposed, at: datetime) -> dict[str, int]:
    """Delete every row, and what was decided about the record before; answer how many of each."""
    subject, counts = child.pk, {}
    accounts = list(_own_accounts(child))
    files = _files_of(child)
    mentions.leave_out(child)
    for model in tables():
        counts[model._meta.db_table], _ = rows_of(model, subject).delete()
    stored = StoredFile.objects.filter(pk__in=files)
    FileToRemove.objects.bulk_create(
        FileToRemove(authority_id=row.authority_id, path=str(one.content.name), asked_at=at)
        for one in stored
    )
    counts["files_storedfile"], _ = stored.delete()
    Proposed.objects.filter(kind=row.kind, subject_id=subject).exclude(pk=row.pk).delete()
    Notice.objects.filter(recipient__in=accounts).delete()
    counts["accounts_user"] = len([one.delete() for one in accounts])
    return counts


def _own_accounts(child: Child) -> Iterable[User]:
    """Their account as a young person, unless it became one for anything else."""
    mine = Involvement.objects.filter(child=child, role=Role.YOUNG_PERSON)
    other = Involvement.objects.filter(person=OuterRef("pk")).exclude(
        child=child, role=Role.YOUNG_PERSON
    )
    seats = Membership.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(~Exists(other), ~Exists(seats), pk__in=mine.values("person"))


def _files_of(child: Child) -> set[UUID]:
    """The ids of every stored file a table about the child points at."""
    found: set[UUID] = set()
    for model in tables():
        for field in model._meta.concrete_fields:
            if field.related_model is StoredFile:
                kept = rows_of(model, child.pk).filter(**{f"{field.name}__isnull": False})
                found |= set(kept.values_list(field.name, flat=True))
    return found


def _what_remains(child_id: UUID) -> tuple[int, str]:
    """How many events lose their values with the child, and the hash of what stays of them."""
    theirs = Event.objects.filter(pk__in=RawSQL("SELECT retention_events_of(%s)", [child_id]))
    leaves = [(row[0], digest(row)) for row in theirs.values_list(*REMAINS).iterator()]
    return len(leaves), remains_hash(leaves)
