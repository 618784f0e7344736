"""The clock's work on who has which role."""

from celery import shared_task
from django.utils import timezone

from accounts import wall
from accounts.tasks import every_authority
from people import newcomers


@shared_task
def tell_of_newcomers() -> None:
    """Tell the virtual school heads who joined the team. Safe to run twice."""
    now = timezone.now()
    for authority_id in every_authority():
        with wall.opened([authority_id], actor=wall.Actor(seat="task:people.newcomers")):
            newcomers.tell_of_newcomers(authority_id=authority_id, at=now)
