"""`manage.py attendance_figures --authority CODE --from D --to D [--by ...]`: JSON by UPN."""

import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import wall
from attendance.summaries import By, attendance_of, figures
from schools.management.naming import named_authority


class Command(BaseCommand):
    help = "Print each child's attendance between two days, both included, as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--authority", required=True, help="DfE code, or GSS code")
        parser.add_argument("--from", required=True, dest="first_on", type=date.fromisoformat)
        parser.add_argument("--to", required=True, dest="last_on", type=date.fromisoformat)
        parser.add_argument("--by", choices=[by.value for by in By], default=By.CHILD.value)

    def handle(self, *args: Any, **options: Any) -> None:
        authority = named_authority(options["authority"])
        if options["last_on"] < options["first_on"]:
            raise CommandError("--to lies before --from.")
        with wall.opened([authority.pk], actor=wall.Actor(seat="command attendance_figures")):
            found = attendance_of(
                authority_id=authority.pk,
                first_on=options["first_on"],
                last_on=options["last_on"],
                by=By(options["by"]),
            )
        answer = {one.key: asdict(figures(one.sessions)) for one in found}
        self.stdout.write(json.dumps(answer, default=_number, indent=1))


def _number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is not a figure")
