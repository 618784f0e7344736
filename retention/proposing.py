"""The monthly list of what may be deleted, for a person to decide (RET-4)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from children.models import Child
from files.models import Load
from retention import deleting, records
from retention.models import Proposal, Proposed
from retention.rules import Due

AT_MOST = 500  # in one month's list; the rest come in the next


@transaction.atomic
def propose(*, authority_id: int, on: date, at: datetime) -> Proposal | None:
    """List what is due on the first day of a month, once; None when it was listed before.

    What is on hold is not listed. What nobody decided stays on the list it came on; what was kept
    is listed anew.
    """
    month = on.replace(day=1)
    proposal, is_new = Proposal.objects.get_or_create(
        authority_id=authority_id, on=month, defaults={"made_at": at}
    )
    if not is_new:
        return None
    rows = [*_loads(proposal, on=on), *_records(proposal, on=on)]
    Proposed.objects.bulk_create(rows)
    return proposal


def _waiting(proposal: Proposal, kind: Proposed.Kind) -> QuerySet[Proposed, UUID]:
    """What stands on a list already and was not decided about."""
    waiting = Proposed.objects.waiting().filter(authority_id=proposal.authority_id, kind=kind)
    return waiting.values_list("subject_id", flat=True)


def _loads(proposal: Proposal, *, on: date) -> Iterator[Proposed]:
    """Refused loads that are due and not on hold."""
    authority_id, month = proposal.authority_id, proposal.on
    policy = deleting.policy_of(authority_id, on=month)
    loads = (
        Load.objects.filter(
            authority_id=authority_id,
            state=Load.State.REFUSED,
            received_at__date__lte=month - timedelta(days=policy.refused_load_days),
        )
        .exclude(kind__in=deleting.stopped_kinds(authority_id, on=on))
        .exclude(pk__in=_waiting(proposal, Proposed.Kind.REFUSED_LOAD))
    )
    for load in loads.order_by("received_at", "pk")[:AT_MOST]:
        received_on = timezone.localdate(load.received_at)
        due = deleting.due_of_load(load, received_on=received_on, policy=policy)
        if due is not None and due.on <= month:
            yield _row(proposal, Proposed.Kind.REFUSED_LOAD, load.pk, load.number, due)


def _records(proposal: Proposal, *, on: date) -> Iterator[Proposed]:
    """Children's records that are due and not on hold, numbered: a list names nobody."""
    authority_id, kind = proposal.authority_id, Proposed.Kind.CHILD_RECORD
    policy = deleting.policy_of(authority_id, on=proposal.on)
    children = (
        Child.objects.filter(authority_id=authority_id)
        .exclude(records.held(authority_id, on=on))
        .exclude(pk__in=_waiting(proposal, kind))
    )
    found = records.due(children, other_years=policy.other_record_years, on=proposal.on)
    former = Proposed.objects.filter(authority_id=authority_id, kind=kind)
    last = former.aggregate(last=Max("number"))["last"] or 0
    for number, (child_id, due) in enumerate(islice(found, AT_MOST), start=last + 1):
        yield _row(proposal, kind, child_id, number, due)


def _row(
    proposal: Proposal, kind: Proposed.Kind, subject_id: UUID, number: int, due: Due
) -> Proposed:
    return Proposed(
        authority_id=proposal.authority_id,
        proposal=proposal,
        kind=kind,
        subject_id=subject_id,
        number=number,
        rule=due.rule,
        due_on=due.on,
    )
