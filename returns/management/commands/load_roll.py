"""`manage.py load_roll DIR --authority CODE [--year YEAR]`: returns and companions of a folder."""

from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from accounts import wall
from files.csv_format import ImportRefused
from files.models import Load
from returns.csv_format import folder
from returns.imports import load_roll
from returns.management.loading import LoadCommand, keep_record
from schools.management.naming import named_authority
from schools.rules import ReturnYear


class Command(LoadCommand):
    help = "Load a folder of SSDA903 files, their companions, or a children.csv."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dir", type=Path, help="the folder; folders within it are read too")
        parser.add_argument("--authority", required=True, help="DfE code, or GSS code")
        parser.add_argument(
            "--year", type=int, help="year of the latest return: 2026 is the year to 31 March 2026"
        )
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        where = Path(options["dir"])
        if not where.is_dir():
            raise CommandError(f"There is no folder {where}.")
        authority = named_authority(options["authority"])
        files = folder.sources(where)
        now = timezone.now()
        try:
            with wall.opened([authority.pk], actor=wall.Actor(seat="command load_roll")):
                outcome = load_roll(
                    files,
                    authority=authority,
                    today=timezone.localdate(now),
                    year=ReturnYear(int(options["year"])) if options["year"] else None,
                )
                counts = outcome.counts()
                if outcome.has_changes:
                    keep_record(
                        authority=authority,
                        kind=Load.Kind.ROLL,
                        names=files,
                        sha256=_digest(files),
                        counts=counts,
                        warnings=outcome.warnings,
                        at=now,
                    )
        except ImportRefused as error:
            self.refuse(error)
            return
        self.tell(counts, warnings=outcome.warnings, as_json=options["json"], files=outcome.files)


def _digest(files: dict[str, Path]) -> str:
    whole = sha256()
    for name, path in files.items():
        whole.update(name.encode())
        whole.update(sha256(path.read_bytes()).digest())
    return whole.hexdigest()
