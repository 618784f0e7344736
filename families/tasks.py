"""Links that carers asked for, sent after the page was answered."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from accounts import wall
from accounts.tasks import send_after_commit
from families import letters
from families.models import CarerLink

SWEEP_AFTER = timedelta(seconds=60)
GIVE_UP_AFTER = timedelta(minutes=30)
AT_ONCE = 200  # in one sweep


@shared_task
def send_link(*, link_id: str) -> None:
    """Send one link that is owed. Safe to run twice."""
    with wall.opened([], actor=wall.Actor(seat="task:families.send_link")):
        letters.deliver(UUID(link_id), at=timezone.now())


@shared_task
def sweep() -> None:
    """Send what a dead broker lost, while somebody may still wait for it."""
    now = timezone.now()
    with wall.opened([], actor=wall.Actor(seat="task:families.sweep")):
        owed = CarerLink.objects.filter(
            done_at=None, asked_at__lt=now - SWEEP_AFTER, asked_at__gt=now - GIVE_UP_AFTER
        )
        for pk in owed.order_by("asked_at", "pk").values_list("pk", flat=True)[:AT_ONCE]:
            send_after_commit(send_link, link_id=pk)
