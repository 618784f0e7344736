"""Compares rows with each other where no key of the database can. For every night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import wall
from returns.integrity import faults
from schools.management.naming import named_authority
from schools.models import Authority


class Command(BaseCommand):
    help = "Check authorities, marks and summaries of every authority; ends with 1 on a fault."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--authority", help="DfE or GSS code; every authority without it")

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for authority in self._authorities(options["authority"]):
            actor = wall.Actor(reason="integrity check")
            with wall.opened([authority.pk], actor=actor):
                for fault in faults(authority_id=authority.pk):
                    found += 1
                    self.stdout.write(
                        f"{authority.code}: {fault.table}: {fault.rows} {fault.words}"
                    )
        if found:
            raise CommandError(f"{found} kinds of faults", returncode=1)
        self.stderr.write("No faults")

    def _authorities(self, code: str | None) -> list[Authority]:
        if code is None:
            return list(Authority.objects.order_by("pk"))
        return [named_authority(code)]
