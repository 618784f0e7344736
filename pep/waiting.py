"""What waits in the plans in hand, over many children at once: one query each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, F, Min, Q

from pep import rules
from pep.models import Doubt, Gap, Note

TO_CHECK = [rules.Status.SENT_TO_CHECK.value, rules.Status.BEING_CHECKED.value]


@dataclass(frozen=True, slots=True)
class Queries:
    """Open queries of one child's plan: how many wait for an answer, how many were answered."""

    plan_id: UUID
    to_answer: int
    answered: int


def queries_by_child(children: Collection[UUID], *, owner: str = "") -> Mapping[UUID, Queries]:
    """The open queries of these children's plans in hand. One query.

    `owner`: only those about sections of this owner.
    """
    rows = Note.objects.open_queries().filter(
        child__in=children, plan__status__in=sorted(rules.TALKED_ABOUT)
    )
    if owner:
        rows = rows.filter(plan__sections__slug=F("section"), plan__sections__owner=owner)
    counted = (
        rows.values("child_id", "plan_id")
        .annotate(
            to_answer=Count("pk", filter=Q(answered_at__isnull=True)),
            answered=Count("pk", filter=Q(answered_at__isnull=False)),
        )
        .order_by("plan__started_at", "plan_id")
    )
    return {
        row["child_id"]: Queries(row["plan_id"], row["to_answer"], row["answered"])
        for row in counted
    }


@dataclass(frozen=True, slots=True)
class Owed:
    """What one person owes to one child's plan: how many parts, the first by when."""

    plan_id: UUID
    parts: int
    due_on: date


def owed_by_child(person_id: UUID, children: Collection[UUID]) -> Mapping[UUID, Owed]:
    """The parts of these children's plans that a person owes. One query."""
    rows = (
        Gap.objects.open()
        .filter(owed_by=person_id, child__in=children)
        .values("child_id", "plan_id")
        .annotate(parts=Count("pk"), due_on=Min("due_on"))
        .order_by("-due_on", "plan_id")
    )
    return {row["child_id"]: Owed(row["plan_id"], row["parts"], row["due_on"]) for row in rows}


@dataclass(frozen=True, slots=True)
class Doubted:
    """Facts of one child called wrong: the first question, and how many."""

    plan_id: UUID
    doubt_id: UUID
    facts: int


def doubts_by_child(children: Collection[UUID], *, keeper: str) -> Mapping[UUID, Doubted]:
    """What was called wrong and waits for this keeper of the record. One query."""
    found: dict[UUID, Doubted] = {}
    rows = Doubt.objects.open().filter(child__in=children, asked_of=keeper)
    for doubt in rows.order_by("-asked_at", "pk"):
        known = found.get(doubt.child_id)
        facts = known.facts + 1 if known else 1
        found[doubt.child_id] = Doubted(doubt.plan_id, doubt.pk, facts)
    return found
