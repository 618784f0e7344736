"""The sign of life that beat sends and a worker leaves."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

HEARTBEAT_KEY = "vschool:heartbeat"
HEARTBEAT_SECONDS = 90


@shared_task
def heartbeat() -> None:
    """Note that beat sent this and a worker ran it. Safe to run twice."""
    cache.set(HEARTBEAT_KEY, timezone.now().isoformat(), timeout=HEARTBEAT_SECONDS)
