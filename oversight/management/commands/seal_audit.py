"""Seals the record now, as the clock does every minute."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from oversight import anchors, sealing


class Command(BaseCommand):
    help = "Seal what is over of the record of who did what, and drop yesterday's anchor."

    def handle(self, *args: Any, **options: Any) -> None:
        sealed = sealing.seal(at=timezone.now())
        anchors.drop_anchor(path=settings.VS_AUDIT_ANCHORS, today=timezone.localdate())
        self.stdout.write(f"{sealed:,} events sealed")
