"""What waits in the plans in hand, over many children at once: one query each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q

from pep import rules
from pep.models import Note


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
