"""Papers owed: make each once, and find those a dead broker or worker left.

What is to be found out, told each day.
"""

from datetime import datetime, timedelta
from uuid import UUID

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from accounts import wall
from accounts.tasks import WalledTask, every_authority, send_after_commit
from pep import finding_out
from pep.fitting import fit_sections
from pep.models import Paper, PersonalEducationPlan
from pep.rules import BEING_WRITTEN

OWED_AFTER = timedelta(minutes=1)
AT_ONCE = 100  # of one authority in one sweep


@shared_task(base=WalledTask, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def produce_pdf(*, authority_id: int, paper_id: str) -> None:
    """Make the PDF of an agreed plan and tell its people. Safe to run twice."""
    # Here, not above: WeasyPrint takes longer to import than all the rest together, and neither
    # the web server nor beat prints (docs/adr/0006).
    from pep import documents

    documents.produce_pdf(UUID(paper_id), at=timezone.now())


@shared_task
def sweep() -> None:
    """Send for every paper owed longer than a minute, one authority after the other."""
    now = timezone.now()
    for authority_id in every_authority():
        with wall.opened([authority_id], actor=wall.Actor(seat="task:pep.sweep")):
            for pk in owed(at=now):
                send_after_commit(produce_pdf, authority_id=authority_id, paper_id=pk)


@shared_task
def fit() -> None:
    """Ask for the sections the facts of each child call for, in every plan being written."""
    today = timezone.localdate()
    for authority_id in every_authority():
        with wall.opened([authority_id], actor=wall.Actor(seat="task:pep.fit")):
            plans = PersonalEducationPlan.objects.filter(status__in=BEING_WRITTEN)
            fit_sections(list(plans.values_list("pk", flat=True)), on=today, at=timezone.now())


def owed(*, at: datetime) -> list[UUID]:
    """List the papers owed too long, oldest first. One query."""
    return list(
        Paper.objects.filter(made_at__isnull=True, asked_at__lte=at - OWED_AFTER)
        .order_by("asked_at", "pk")
        .values_list("pk", flat=True)[:AT_ONCE]
    )


@shared_task(base=WalledTask)
def tell_what_to_find_out(*, authority_id: int) -> None:
    """Tell who finds out an answer not known yet, and remind them on its day. Safe to run twice."""
    finding_out.tell(authority_id=authority_id, at=timezone.now())


@shared_task
def tell_all_what_to_find_out() -> None:
    """Send for every authority, each morning."""
    with transaction.atomic():
        for authority_id in every_authority():
            send_after_commit(tell_what_to_find_out, authority_id=authority_id)
