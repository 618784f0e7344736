"""Makes the demonstration council, Northmere, from the published figures."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from demo import council


class Command(BaseCommand):
    help = "Make a made-up council with children, schools, marks and plans; the same for a seed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--children", type=int, default=600, help="On the roll: 220, 600, 1500")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        if options["children"] < 60:
            raise CommandError(
                "A council needs at least 60 children for its shares to mean anything"
            )
        if council.exists():
            self.stderr.write("The demonstration council is already there: nothing was changed")
            return

        def say(words: str) -> None:
            self.stderr.write(f"  {time.monotonic() - began:5.1f} s  {words}")

        self.stderr.write("Making the demonstration council, Northmere (everyone is made up)")
        try:
            made = council.make(
                children=options["children"],
                seed=options["seed"],
                today=timezone.localdate(),
                say=say,
            )
        except council.NotHere as refusal:
            raise CommandError(str(refusal)) from refusal
        self._compare(made)
        self.stderr.write(f"Done in {time.monotonic() - began:.0f} s")

    def _compare(self, made: council.Demonstration) -> None:
        """Wanted beside achieved, so that nobody has to believe the generator."""
        self.stderr.write(f"  {'':24}{'':22}{'wanted':>8}{'achieved':>10}")
        for share in made.shares:
            mark = "" if share.is_close else "  *"
            self.stderr.write(
                f"  {share.of:24}{share.name:22}{share.wanted:8.1f}{share.achieved:10.1f}{mark}"
            )
