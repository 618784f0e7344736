"""`manage.py load_schools FILE [--links FILE]`: the national school register, and its links."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from accounts import wall
from files.csv_format import Faults, ImportRefused
from returns.imports import load_register
from returns.imports.register import RegisterFiles
from returns.management.loading import LoadCommand
from schools.models import Authority


class Command(LoadCommand):
    help = "Load the national school register (edubasealldata.csv) and its links."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the extract, as the register serves it")
        parser.add_argument("--links", type=Path, help="the file of predecessors and successors")
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        file = Path(options["file"])
        links = Path(options["links"]) if options["links"] else None
        for path in filter(None, (file, links)):
            if not path.is_file():
                raise CommandError(f"There is no file {path}.")
        files = RegisterFiles(file, file.name, links, links.name if links else "")
        # A school that became another takes the children on its roll along, whoever's they are
        authorities = Authority.objects.values_list("pk", flat=True)
        try:
            with wall.opened(authorities, actor=wall.Actor(seat="command load_schools")):
                outcome = load_register(files, today=timezone.localdate())
        except ImportRefused as error:
            self.refuse(error)
            return
        self.tell(outcome.counts(), warnings=Faults(), as_json=options["json"])
