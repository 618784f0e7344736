"""The clock's work on how long things are kept."""

from celery import shared_task
from django.utils import timezone

from accounts import wall
from accounts.tasks import WalledTask, every_authority
from retention import deleting, proposing


@shared_task
def propose() -> None:
    """List what is due this month, one authority after the other. Safe to run twice."""
    now, today = timezone.now(), timezone.localdate()
    for authority_id in every_authority():
        with wall.opened([authority_id], actor=wall.Actor(seat="task:retention.propose")):
            proposing.propose(authority_id=authority_id, on=today, at=now)


@shared_task(base=WalledTask)
def remove_files(*, authority_id: int) -> None:
    """Remove the files of what was deleted. Safe to run twice."""
    deleting.remove_files(authority_id=authority_id)


@shared_task
def sweep() -> None:
    """Remove files that a dead broker or a storage that was away left behind."""
    for authority_id in every_authority():
        with wall.opened([authority_id], actor=wall.Actor(seat="task:retention.sweep")):
            deleting.remove_files(authority_id=authority_id)
