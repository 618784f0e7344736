"""What every Celery task of ours stands on: the wall, and sending that never breaks a save."""

import logging
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from celery import Task
from django.db import transaction
from kombu.exceptions import KombuError, OperationalError
from redis.exceptions import RedisError

from accounts import wall
from schools.models import Authority

logger = logging.getLogger(__name__)


class WalledTask(Task):  # type: ignore[type-arg]
    """A task that runs inside the wall of the authority named in its `authority_id`.

    One transaction a run. Arguments are ids and given by keyword.
    """

    def __call__(self, *args: Any, authority_id: int, **kwargs: Any) -> Any:
        actor = wall.Actor(seat=f"task:{self.name}", request_id=str(self.request.id or "")[:36])
        with wall.opened([authority_id], actor=actor):
            return super().__call__(*args, authority_id=authority_id, **kwargs)


def send_after_commit(task: Task, **kwargs: Any) -> None:  # type: ignore[type-arg]
    """Send a task when the transaction has been kept. A dead broker loses nothing.

    What the task works on is a row written in the same transaction; the sweeps find what was
    never sent (decisions 37).
    """
    ready = {key: str(value) if isinstance(value, UUID) else value for key, value in kwargs.items()}

    def send() -> None:
        try:
            task.delay(**ready)
        except (KombuError, OperationalError, RedisError, OSError):
            logger.warning("not sent, the sweep will: %s", task.name)

    transaction.on_commit(send)


def every_authority() -> Iterable[int]:
    """The authorities a sweep goes through, one wall after the other: those with people here.

    One query.
    """
    return list(
        Authority.objects.filter(memberships__isnull=False)
        .order_by("pk")
        .values_list("pk", flat=True)
        .distinct()
    )
