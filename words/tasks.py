"""Words held longer than a day are deleted."""

from celery import shared_task
from django.utils import timezone

from accounts import wall
from words.models import HeldWords

SWEEPER = "task:words.sweep"  # the wall lets this name, and no person, see what is over


@shared_task
def sweep() -> None:
    """Delete what was held for a day. Safe to repeat."""
    with wall.opened([], actor=wall.Actor(seat=SWEEPER)):
        HeldWords.objects.over(at=timezone.now()).delete()
