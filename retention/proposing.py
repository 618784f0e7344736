"""The monthly list of what may be deleted, for a person to decide (RET-4)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from files.models import Load
from retention import deleting
from retention.models import Proposal, Proposed

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
    policy = deleting.policy_of(authority_id, on=month)
    stopped = deleting.stopped_kinds(authority_id, on=on)
    waiting = Proposed.objects.waiting().filter(authority_id=authority_id)
    loads = (
        Load.objects.filter(
            authority_id=authority_id,
            state=Load.State.REFUSED,
            received_at__date__lte=month - timedelta(days=policy.refused_load_days),
        )
        .exclude(kind__in=stopped)
        .exclude(pk__in=waiting.values("subject_id"))
    )
    rows = []
    for load in loads.order_by("received_at", "pk")[:AT_MOST]:
        received_on = timezone.localdate(load.received_at)
        due = deleting.due_of_load(load, received_on=received_on, policy=policy)
        if due is not None and due.on <= month:
            rows.append(_row(proposal, load, due.rule, due.on))
    Proposed.objects.bulk_create(rows)
    return proposal


def _row(proposal: Proposal, load: Load, rule: str, due_on: date) -> Proposed:
    return Proposed(
        authority_id=proposal.authority_id,
        proposal=proposal,
        kind=Proposed.Kind.REFUSED_LOAD,
        subject_id=load.pk,
        number=load.number,
        rule=rule,
        due_on=due_on,
    )
