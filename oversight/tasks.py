"""The clock's work on the record."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts import wall
from accounts.tasks import every_authority
from oversight import anchors, finding, sealing


@shared_task
def seal() -> None:
    """Seal what is over. Safe to run twice and by several workers."""
    sealing.seal(at=timezone.now())


@shared_task
def unusual() -> None:
    """Find last week's unusual reading, one authority after the other. Safe to run twice."""
    now, today = timezone.now(), timezone.localdate()
    for authority_id in every_authority():
        with wall.opened([authority_id], actor=wall.Actor(seat="task:oversight.unusual")):
            finding.find_lately(authority_id=authority_id, today=today, at=now)


@shared_task
def anchor() -> None:
    """Write the last seal of yesterday into the anchor file. Safe to run twice."""
    anchors.drop_anchor(path=settings.VS_AUDIT_ANCHORS, today=timezone.localdate())
