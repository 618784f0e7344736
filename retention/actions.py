"""What people do about how long things are kept: hold, lift, approve, keep."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

import audit
from accounts.models import User
from accounts.tasks import send_after_commit
from children.models import Child
from files.models import Load
from retention import deleting, records, tasks
from retention.models import LegalHold, Proposed
from schools.models import Authority

DELETED = "retention.deleted"


def _one_at_a_time(authority_id: int) -> None:
    """A hold and a deletion wait for one another, so that none slips in between."""
    Authority.objects.select_for_update(no_key=True).get(pk=authority_id)


@transaction.atomic
def place_hold(
    *,
    authority_id: int,
    child: Child | None,
    reason: str,
    why: str,
    on: date,
    ended_on: date | None,
    by: User,
    at: datetime,
) -> LegalHold:
    """Stop deletion, of one child's records or of everything, from today to a day or for good."""
    _one_at_a_time(authority_id)
    return LegalHold.objects.create(
        authority_id=authority_id,
        child=child,
        reason=reason,
        why=why,
        started_on=on,
        ended_on=ended_on,
        placed_at=at,
        placed_by=by,
    )


@transaction.atomic
def lift_hold(*, hold_id: UUID, why: str, by: User, at: datetime) -> LegalHold:
    """End a hold now. Lifting it twice changes nothing."""
    hold: LegalHold = LegalHold.objects.visible_to(by).select_for_update().get(pk=hold_id)
    if hold.lifted_at is None:
        hold.lifted_at, hold.lifted_by, hold.lifted_why = at, by, why
        hold.save(update_fields=["lifted_at", "lifted_by", "lifted_why"])
    return hold


@transaction.atomic
def approve(*, proposed_id: UUID, reason: str, by: User, at: datetime) -> Proposed:
    """Delete what was proposed, if it is still due, and leave a tombstone. Raises OnHold.

    What was decided before is answered as it is; what is no longer due is noted and stays.
    """
    row = _to_decide(proposed_id, by=by)
    if row.decision:
        return row
    delete = _record_to_delete if row.kind == Proposed.Kind.CHILD_RECORD else _load_to_delete
    subject = delete(row, on=timezone.localdate(at))
    if subject is None:
        return _decide(row, Proposed.Decision.GONE, reason=reason, by=by, at=at)
    _decide(row, Proposed.Decision.APPROVED, reason=reason, by=by, at=at)
    if isinstance(subject, Child):
        stone = records.delete(subject, row=row, by=by, at=at)
    else:
        stone = deleting.delete_load(subject, row=row, by=by, at=at)
    audit.record(
        kind=DELETED,
        at=at,
        table=type(subject)._meta.db_table,
        row=stone.subject_id,
        authority_id=row.authority_id,
        after={"rule": row.rule, "counts": stone.counts, "events": stone.events},
        reason=reason,
    )
    send_after_commit(tasks.remove_files, authority_id=row.authority_id)
    return row


def _load_to_delete(row: Proposed, *, on: date) -> Load | None:
    """The load, locked, if it is still due. Raises OnHold."""
    load = Load.objects.select_for_update().filter(pk=row.subject_id).first()
    if load is not None and load.kind in deleting.stopped_kinds(row.authority_id, on=on):
        raise deleting.OnHold
    if load is None:
        return None
    policy = deleting.policy_of(load.authority_id, on=on)
    received_on = timezone.localdate(load.received_at)
    due = deleting.due_of_load(load, received_on=received_on, policy=policy)
    return load if due is not None and due.on <= on else None


def _record_to_delete(row: Proposed, *, on: date) -> Child | None:
    """The child, locked, if the record is still due. Raises OnHold."""
    here = Child.objects.filter(pk=row.subject_id)
    child = here.select_for_update().first()
    if child is None:
        return None
    if here.filter(records.held(row.authority_id, on=on)).exists():
        raise deleting.OnHold
    policy = deleting.policy_of(row.authority_id, on=on)
    due = records.due(
        here,
        other_years=policy.other_record_years,
        on=on,
        listed_at=row.proposal.made_at,
    )
    return child if any(due) else None


@transaction.atomic
def keep(*, proposed_id: UUID, reason: str, by: User, at: datetime) -> Proposed:
    """Keep what was proposed until the next month's list; decided before, nothing changes."""
    row = _to_decide(proposed_id, by=by)
    if row.decision:
        return row
    return _decide(row, Proposed.Decision.KEPT, reason=reason, by=by, at=at)


def _to_decide(proposed_id: UUID, *, by: User) -> Proposed:
    seen = Proposed.objects.visible_to(by)
    _one_at_a_time(seen.get(pk=proposed_id).authority_id)
    row: Proposed = seen.select_for_update().get(pk=proposed_id)
    return row


def _decide(
    row: Proposed, decision: Proposed.Decision, *, reason: str, by: User, at: datetime
) -> Proposed:
    row.decision, row.reason, row.decided_at, row.decided_by = decision, reason, at, by
    row.save(update_fields=["decision", "reason", "decided_at", "decided_by"])
    return row
