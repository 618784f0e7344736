"""The sign of life that beat sends and a worker leaves."""

from celery import shared_task
from django.core.cache import cache

HEARTBEAT_KEY = "vschool:heartbeat"
HEARTBEAT_SECONDS = 90


@shared_task
def heartbeat(*, sent_at: str) -> None:
    """Note when beat sent this, which a worker has now run. Safe to run twice."""
    cache.set(HEARTBEAT_KEY, sent_at, timeout=HEARTBEAT_SECONDS)
