"""Each day, and after a load: start the plans that are due to start.

The names are those the tasks had in `pep.tasks`: what waits in a queue and the record of the
service's own writing know them by these.
"""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from accounts.tasks import WalledTask, every_authority, send_after_commit
from starting import sweeping


@shared_task(base=WalledTask, name="pep.tasks.start_due")
def start_due(*, authority_id: int) -> None:
    """Start the plans of an authority that start by themselves. Safe to run twice.

    So many at a time that nobody waits long; it sends itself again for the rest.
    """
    if sweeping.start_due(authority_id=authority_id, at=timezone.now()):
        send_after_commit(start_due, authority_id=authority_id)


@shared_task(name="pep.tasks.start_all")
def start_all() -> None:
    """Send for every authority, each day: a load, a new term or a new school may have come."""
    with transaction.atomic():
        for authority_id in every_authority():
            send_after_commit(start_due, authority_id=authority_id)
