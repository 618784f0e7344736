"""Tells whether the record is as it was sealed; ends with 1 when anything was changed."""

from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from oversight.verifying import Verified, faults

MOST_SHOWN = 20


class Command(BaseCommand):
    help = "Verify the record of who did what against its seals and the anchor file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchors",
            type=Path,
            default=settings.VS_AUDIT_ANCHORS,
            help="The anchor file; name the copy that was kept off this machine",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["anchors"]
        if path != settings.VS_AUDIT_ANCHORS and not path.exists():
            raise CommandError(f"There is no file {path}")
        found = Verified()
        wrong = list(islice(faults(found, anchor_file=path), MOST_SHOWN + 1))
        for sentence in wrong[:MOST_SHOWN]:
            self.stderr.write(sentence)
        if len(wrong) > MOST_SHOWN:
            self.stderr.write("There is more. The oldest stands first")
        if wrong:
            raise CommandError("The record was changed after it was sealed", returncode=1)
        self.stdout.write(
            f"In order: {found.seals:,} seals over {found.sealed:,} events, "
            f"{found.anchors:,} anchors met. {found.unsealed:,} events wait for their seal. "
            f"{found.taken_out:,} events taken out by {found.deletions:,} approved deletions"
        )
