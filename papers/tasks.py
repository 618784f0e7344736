"""Papers owed: make each once, find those a dead broker or worker left, let old ones go."""

from datetime import datetime, timedelta
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from accounts import wall
from accounts.tasks import WalledTask, every_authority, send_after_commit
from papers import bundling, delivering, keeping
from papers.models import Bundle, ReaderPaper
from papers.rules import LEFT_BEHIND

OWED_AFTER = timedelta(minutes=1)
AT_ONCE = 100  # of one authority in one sweep


@shared_task(base=WalledTask, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def make(*, authority_id: int, paper_id: str) -> None:
    """Make a paper a person asked for, and tell them. Safe to run twice."""
    # Here, not above: WeasyPrint takes long to import (docs/adr/0006)
    from papers import documents

    documents.make(UUID(paper_id), at=timezone.now())


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=3)
def make_bundle(*, authority_id: int, bundle_id: str) -> None:
    """Make the file of a bundle, in transactions of its own. Safe to run twice."""
    bundling.make(UUID(bundle_id), authority_id=authority_id)


@shared_task(base=WalledTask)
def deliver(*, authority_id: int, delivery_id: str) -> None:
    """Hand an agreed plan over to the child's file. Safe to run twice."""
    delivering.deliver(UUID(delivery_id), at=timezone.now())


@shared_task
def sweep() -> None:
    """Send for what is owed too long and let go what was kept long enough."""
    now = timezone.now()
    for authority_id in every_authority():
        with wall.opened([authority_id], actor=wall.Actor(seat="task:papers.sweep")):
            for pk in owed(at=now):
                send_after_commit(make, authority_id=authority_id, paper_id=pk)
            for pk in bundles_owed(at=now):
                send_after_commit(make_bundle, authority_id=authority_id, bundle_id=pk)
            delivering.owe(authority_id=authority_id, at=now)
            for pk in delivering.due(at=now):
                send_after_commit(deliver, authority_id=authority_id, delivery_id=pk)
            keeping.let_old_go(at=now)


def owed(*, at: datetime) -> list[UUID]:
    """List the papers owed too long, oldest first. One query."""
    waiting = ReaderPaper.objects.filter(
        state=ReaderPaper.State.ASKED, asked_at__lte=at - OWED_AFTER
    )
    return list(waiting.order_by("asked_at", "pk").values_list("pk", flat=True)[:AT_ONCE])


def bundles_owed(*, at: datetime) -> list[UUID]:
    """List the bundles no worker is at, oldest first. One query."""
    waiting = Bundle.objects.filter(state=Bundle.State.ASKED, asked_at__lte=at - OWED_AFTER)
    waiting = waiting.exclude(worked_at__gt=at - LEFT_BEHIND)
    return list(waiting.order_by("asked_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
