"""Lists who can sign in to the demonstration."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from demo.signins import signins


class Command(BaseCommand):
    help = (
        "List the demonstration's sign-ins: role, e-mail, password, secret of the second step "
        "or a carer's PIN. "
        "Nothing in production."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="As JSON on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        found = signins()
        if options["json"]:
            self.stdout.write(json.dumps([entry.as_json() for entry in found], ensure_ascii=False))
            return
        for entry in found:
            self.stdout.write(
                f"{entry.role_name:28} {entry.email:40} {entry.password} {entry.secret}"
                f"{entry.pin and f'PIN {entry.pin}'}"
            )
