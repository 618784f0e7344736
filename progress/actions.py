"""Write the targets of a plan and what became of those before; called by the plan's own moves."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from children.models import Child
from progress.models import Intervention, Target
from progress.rules import Proposal, Reviewed

OWN_IDS = UUID("9c1c9d5e-6f43-4f0e-9a53-0f3f7a6f6c1b")  # of rows whose id is another plan's target


@transaction.atomic
def record_targets(
    *,
    child: Child,
    plan_id: UUID,
    term_id: UUID,
    school_id: int | None,
    targets: Sequence[Proposal],
    is_agreed: bool,
    at: datetime,
) -> None:
    """Write a plan's targets as they stand: a proposal when sent, what counts when agreed.

    A proposal never touches what was agreed: a plan opened again keeps its targets until it is
    agreed again, when those taken out are marked so. Safe to repeat. Six queries or fewer.
    """
    held = {row.pk: row for row in Target.objects.select_for_update().filter(plan_id=plan_id)}
    wanted = _with_own_ids(plan_id, targets, held)
    lists = _interventions(child.authority_id, targets)
    known = _known(child, targets)
    new, changed = [], []
    for place, (row_id, target) in enumerate(wanted.items(), start=1):
        row = held.get(row_id)
        if row is not None and row.agreed_at is not None and not is_agreed:
            continue
        if row is None:
            row = Target(
                pk=row_id, authority_id=child.authority_id, child=child, plan_id=plan_id,
                proposed_at=at,
            )  # fmt: skip
            new.append(row)
        else:
            changed.append(row)
        row.place, row.term_id, row.school_id = place, term_id, school_id
        for name, value in target.values().items():
            setattr(row, name, value)
        row.intervention_id = lists.get(target.intervention)
        row.predecessor_id = target.predecessor if target.predecessor in known else None
        if is_agreed:
            row.agreed_at, row.dropped_at = at, None
    _store(plan_id, new)
    fields = [f.name for f in Target._meta.concrete_fields if not f.primary_key]
    Target.objects.bulk_update(changed, fields)
    _take_out([row for pk, row in held.items() if pk not in wanted], is_agreed=is_agreed, at=at)


def _take_out(rows: Iterable[Target], *, is_agreed: bool, at: datetime) -> None:
    """Forget proposals that are no longer in the plan; an agreed target stays, marked."""
    rows = list(rows)
    proposals = [row.pk for row in rows if row.agreed_at is None]
    Target.objects.filter(pk__in=proposals).delete()
    if is_agreed:
        gone = [row.pk for row in rows if row.agreed_at is not None and row.dropped_at is None]
        Target.objects.filter(pk__in=gone).update(dropped_at=at)


def _with_own_ids(
    plan_id: UUID, targets: Sequence[Proposal], held: Mapping[UUID, Target]
) -> dict[UUID, Proposal]:
    """The targets by the id they are stored under: their row's, unless that is another plan's.

    A row's id comes from a page: one sent by a meddler must neither stop a plan nor touch a target
    that is not of it.
    """
    ids = [target.id for target in targets]
    taken = set(
        Target.objects.filter(pk__in=ids).exclude(plan_id=plan_id).values_list("pk", flat=True)
    )
    found = {}
    for target in targets:
        own = _own_id(plan_id, target.id)
        found[own if target.id in taken or own in held else target.id] = target
    return found


def _own_id(plan_id: UUID, row_id: UUID) -> UUID:
    return uuid5(OWN_IDS, f"{plan_id}:{row_id}")


def _store(plan_id: UUID, new: Sequence[Target]) -> None:
    """Insert; an id taken by a target the wall hides is one more that was not this plan's."""
    Target.objects.bulk_create(new, ignore_conflicts=True)
    stored = set(Target.objects.filter(plan_id=plan_id).values_list("pk", flat=True))
    left = [row for row in new if row.pk not in stored]
    for row in left:
        row.pk = _own_id(plan_id, row.pk)
    Target.objects.bulk_create(left)


def _interventions(authority_id: int, targets: Sequence[Proposal]) -> dict[str, UUID]:
    """The interventions named by the targets: the authority's own before the shipped one."""
    names = {target.intervention for target in targets} - {""}
    rows = Intervention.objects.for_authority(authority_id).filter(name__in=names)
    shipped_first = sorted(rows, key=lambda row: row.authority_id is not None)
    return {row.name: row.pk for row in shipped_first}


def _known(child: Child, targets: Sequence[Proposal]) -> set[UUID]:
    """Which of the predecessors named are targets of this child."""
    named = {target.predecessor for target in targets if target.predecessor}
    return set(Target.objects.filter(child=child, pk__in=named).values_list("pk", flat=True))


@transaction.atomic
def record_outcomes(
    *, child: Child, plan_id: UUID, reviews: Iterable[Reviewed], at: datetime
) -> int:
    """Write what an agreed plan says became of earlier targets; answer how many. Two queries.

    A review taken out when the plan is agreed again is taken back. Reviews of targets this service
    does not know, of a plan kept elsewhere, stay in the plan alone.
    """
    said = {review.id: review for review in reviews}
    rows = list(
        Target.objects.select_for_update()
        .filter(child=child)
        .exclude(plan_id=plan_id)
        .filter(pk__in=said)
    )
    taken_back = Target.objects.filter(child=child, reviewed_in=plan_id).exclude(pk__in=said)
    taken_back.update(
        outcome="", evidence="", impact="", spent_pence=None, reviewed_in=None, reviewed_at=None
    )
    for row in rows:
        review = said[row.pk]
        row.outcome, row.evidence = review.outcome.value, review.evidence
        row.impact, row.spent_pence = review.impact, review.spent_pence
        row.reviewed_in, row.reviewed_at = plan_id, at
    Target.objects.bulk_update(
        rows, ["outcome", "evidence", "impact", "spent_pence", "reviewed_in", "reviewed_at"]
    )
    return len(rows)
