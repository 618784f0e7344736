"""What every Celery task of ours stands on: the wall, and sending that never breaks a save.

And the e-mails about people's accounts.
"""

import logging
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import Task, shared_task
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import KombuError, OperationalError
from redis.exceptions import RedisError

from accounts import letters, throttle, wall
from accounts.models import AccountMail
from schools.models import Authority

logger = logging.getLogger(__name__)

SWEEP_AFTER = timedelta(seconds=60)
GIVE_UP_AFTER = timedelta(hours=6)
AT_ONCE = 200  # in one sweep
TRY_AGAIN_AFTER = 10.0  # seconds in which a process does not ask a broker that was away

_broker = {"away_until": 0.0}  # by the monotonic clock


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
    never sent (decisions 37). Whoever tells ten people waits for a broker that hangs once, not
    ten times.
    """
    ready = {key: str(value) if isinstance(value, UUID) else value for key, value in kwargs.items()}

    def send() -> None:
        if time.monotonic() < _broker["away_until"]:
            return
        try:
            task.delay(**ready)
        except (KombuError, OperationalError, RedisError, OSError):
            _broker["away_until"] = time.monotonic() + TRY_AGAIN_AFTER
            logger.warning("not sent, the sweep will: %s", task.name)

    transaction.on_commit(send)


def forget_that_the_broker_was_away() -> None:
    """Ask it again at once: for a process that knows it is back."""
    _broker["away_until"] = 0.0


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


@shared_task
def send_account_mail(*, mail_id: str) -> None:
    """Send one e-mail about an account that is owed. Safe to run twice."""
    with wall.opened([], actor=wall.Actor(seat="task:accounts.send_account_mail")):
        letters.deliver(UUID(mail_id), at=timezone.now())


@shared_task
def sweep() -> None:
    """Send what a dead broker lost; forget tries that no longer count and sessions that are over.

    A session may hold a name that was searched for.
    """
    now = timezone.now()
    Session.objects.filter(expire_date__lte=now).delete()
    with wall.opened([], actor=wall.Actor(seat="task:accounts.sweep")):
        throttle.forget_old(at=now)
        owed = AccountMail.objects.filter(
            done_at=None, asked_at__lt=now - SWEEP_AFTER, asked_at__gt=now - GIVE_UP_AFTER
        )
        for pk in owed.order_by("asked_at", "pk").values_list("pk", flat=True)[:AT_ONCE]:
            send_after_commit(send_account_mail, mail_id=pk)
