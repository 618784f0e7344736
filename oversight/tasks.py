"""The clock's work on the record."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from oversight import anchors, sealing


@shared_task
def seal() -> None:
    """Seal what is over. Safe to run twice and by several workers."""
    sealing.seal(at=timezone.now())


@shared_task
def anchor() -> None:
    """Write the last seal of yesterday into the anchor file. Safe to run twice."""
    anchors.drop_anchor(path=settings.VS_AUDIT_ANCHORS, today=timezone.localdate())
