"""`manage.py load_attendance FILE --authority CODE`: a CSV of marks, of any length."""

from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from accounts import wall
from attendance.imports import load_marks
from files.csv_format import Faults, ImportRefused, opened
from files.encodings import Unreadable
from files.models import Load
from returns.management.loading import LoadCommand, keep_record, next_number
from schools.management.naming import named_authority


class Command(LoadCommand):
    help = "Load a CSV of attendance marks: upn, date, session, code, urn."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--authority", required=True, help="DfE code, or GSS code")
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        authority = named_authority(options["authority"])
        now = timezone.now()
        number = next_number()
        try:
            with wall.opened([authority.pk], actor=wall.Actor(seat="command load_attendance")):
                outcome = load_marks(
                    opened(path),
                    authority_id=authority.pk,
                    load_number=number,
                    today=timezone.localdate(now),
                )
                if outcome.has_changes:
                    with path.open("rb") as file:
                        digest = file_digest(file, "sha256").hexdigest()
                    keep_record(
                        authority=authority,
                        kind=Load.Kind.ATTENDANCE,
                        names=[path.name],
                        sha256=digest,
                        counts=outcome.counts(),
                        warnings=outcome.warnings,
                        at=now,
                        number=number,
                    )
        except Unreadable as error:
            faults = Faults(file=path.name)
            faults.add(0, "", "", error.message, error.fix)
            self.refuse(ImportRefused(faults))
        except ImportRefused as error:
            self.refuse(error)
        else:
            self.tell(outcome.counts(), warnings=outcome.warnings, as_json=options["json"])
