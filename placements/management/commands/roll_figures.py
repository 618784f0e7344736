"""`manage.py roll_figures --authority CODE --year YEAR`: the roll of a return year, as JSON."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts import wall
from placements.summaries import roll_figures
from schools.management.naming import named_authority
from schools.rules import ReturnYear


class Command(BaseCommand):
    help = "Print the figures of a return year (the year to 31 March) as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--authority", required=True, help="DfE code, or GSS code")
        parser.add_argument(
            "--year", required=True, type=int, help="2026 is the year to 31 March 2026"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        authority = named_authority(options["authority"])
        with wall.opened([authority.pk], actor=wall.Actor(seat="command roll_figures")):
            found = roll_figures(authority_id=authority.pk, year=ReturnYear(int(options["year"])))
        self.stdout.write(json.dumps(asdict(found), indent=1))
