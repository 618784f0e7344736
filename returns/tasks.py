"""Checking and adding of received files, and what a dead broker or worker left behind."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from accounts import wall
from accounts.tasks import WalledTask, every_authority, send_after_commit
from files.models import Load
from returns.imports import running, succession
from starting import tasks as starting_tasks

WAITING_TOO_LONG = timedelta(minutes=2)
AT_ONCE = 20  # of one authority in one sweep


@shared_task(base=WalledTask, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def check(*, authority_id: int, load_id: str) -> None:
    """Find out what a load would do and what is wrong with it. Safe to run twice."""
    running.check(UUID(load_id), at=timezone.now())


@shared_task(base=WalledTask, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def apply(*, authority_id: int, load_id: str) -> None:
    """Add a load that a person chose to add. Safe to run twice.

    Whoever is new to care or to a school by it has a plan started after it. A school of the
    register that became another takes the roll of every authority along; each has a task of its
    own, since whoever sent the file reaches only their own children.
    """
    running.apply(UUID(load_id), at=timezone.now())
    applied = Load.objects.filter(pk=load_id, state=Load.State.APPLIED)
    if applied.filter(kind=Load.Kind.SCHOOLS).exists():
        _carry_rolls_of_all(but=authority_id)
    if applied.filter(kind=Load.Kind.ROLL).exists():
        send_after_commit(starting_tasks.start_due, authority_id=authority_id)


@shared_task(base=WalledTask)
def carry_rolls(*, authority_id: int) -> None:
    """Let the roll of closed schools go on where one school followed. Safe to run twice."""
    succession.carry_rolls(today=timezone.localdate())


@shared_task
def carry_all_rolls() -> None:
    """Send for every authority: what a dead broker lost, and schools that follow from today."""
    with transaction.atomic():
        _carry_rolls_of_all()


def _carry_rolls_of_all(*, but: int | None = None) -> None:
    for authority_id in every_authority():
        if authority_id != but:
            send_after_commit(carry_rolls, authority_id=authority_id)


@shared_task
def sweep() -> None:
    """Send again for loads that wait longer than two minutes, one authority after the other."""
    before = timezone.now() - WAITING_TOO_LONG
    waiting = {Load.State.RECEIVED: check, Load.State.APPLYING: apply}
    for authority_id in every_authority():
        with wall.opened([authority_id], actor=wall.Actor(seat="task:returns.sweep")):
            loads = Load.objects.filter(state__in=waiting, received_at__lte=before)
            for load in loads.order_by("received_at", "pk")[:AT_ONCE]:
                task = waiting[Load.State(load.state)]
                send_after_commit(task, authority_id=authority_id, load_id=load.pk)
