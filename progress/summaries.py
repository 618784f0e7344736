"""A child's agreed targets over the terms, with the one figure there is of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.models import User
from children.models import Child
from progress import rules
from progress.models import Target


@dataclass(frozen=True, slots=True)
class TermTargets:
    """The agreed targets of one plan, and how many of them were met."""

    term: str
    plan_id: UUID
    started_on: date
    targets: Sequence[Target]
    met: rules.TargetsMet


@dataclass(frozen=True, slots=True)
class ChildTargets:
    """Every agreed target of a child that a person may see, newest term first."""

    terms: Sequence[TermTargets]
    met: rules.TargetsMet


def targets_of(child: Child, user: User) -> ChildTargets:
    """A child's agreed targets with what became of them. One query."""
    rows = (
        Target.objects.visible_to(user)
        .agreed()
        .filter(child=child)
        .select_related("term", "intervention")
        .order_by("-term__started_on", "-agreed_at", "plan_id", "place", "pk")
    )
    by_plan: dict[UUID, list[Target]] = {}
    for row in rows:
        by_plan.setdefault(row.plan_id, []).append(row)
    terms = [
        TermTargets(
            term=found[0].term.title,
            plan_id=plan_id,
            started_on=found[0].term.started_on,
            targets=found,
            met=rules.targets_met(row.outcome for row in found),
        )
        for plan_id, found in by_plan.items()
    ]
    return ChildTargets(terms, rules.targets_met(r.outcome for t in terms for r in t.targets))
