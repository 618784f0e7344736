"""Whole records owed: make each once, and find those a dead broker or worker left."""

from datetime import datetime, timedelta
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from accounts import wall
from accounts.tasks import WalledTask, every_authority, send_after_commit
from disclosure.models import SubjectRequest
from disclosure.rules import State

OWED_AFTER = timedelta(minutes=1)
AT_ONCE = 20  # of one authority in one sweep


@shared_task(base=WalledTask, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def work_off(*, authority_id: int, request_id: str) -> None:
    """Gather and draft, or finish, what a request is owed. Safe to run twice."""
    # Here, not above: WeasyPrint takes long to import (docs/adr/0006)
    from disclosure import documents

    documents.work_off(UUID(request_id), at=timezone.now())


@shared_task
def sweep() -> None:
    """Send for every record owed longer than a minute, one authority after the other."""
    now = timezone.now()
    for authority_id in every_authority():
        with wall.opened([authority_id], actor=wall.Actor(seat="task:disclosure.sweep")):
            for pk in owed(at=now):
                send_after_commit(work_off, authority_id=authority_id, request_id=pk)


def owed(*, at: datetime) -> list[UUID]:
    """List the records owed too long, oldest first. One query."""
    waiting = SubjectRequest.objects.filter(
        state__in=[State.MAKING, State.FINISHING], changed_at__lte=at - OWED_AFTER
    )
    return list(waiting.order_by("changed_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
