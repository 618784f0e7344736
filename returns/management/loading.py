"""What the load commands share: the authority named, the words at the end, the record of a load."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from files.csv_format import Faults, ImportRefused
from files.models import Load
from schools.models import Authority

SHOWN_WARNINGS = 50  # on the terminal; all are counted, and all are kept with the load


class LoadCommand(BaseCommand):
    """A load from a file or folder. Exit code 1 and nothing written where a fault was found."""

    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def refuse(self, error: ImportRefused) -> None:
        """List every fault on standard error. Raises CommandError."""
        for fault in error.faults:
            self.stderr.write(str(fault), self.style.ERROR)
        faults = error.faults
        if faults.count > len(faults.listed):
            self.stderr.write(f"{faults.count - len(faults.listed)} further faults are not listed.")
        noun = "fault" if faults.count == 1 else "faults"
        raise CommandError(f"Nothing was added: {faults.count} {noun}. Correct and send again.")

    def tell(self, counts: dict[str, Any], *, warnings: Faults, as_json: bool, **more: Any) -> None:
        """Say what was added, changed and left as it was."""
        if as_json:
            listed = [str(one) for one in warnings]
            answer = {**more, "counts": counts, "warnings": listed, "warning_count": warnings.count}
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))
            return
        for kind, tally in counts.items():
            if isinstance(tally, dict):
                words = ", ".join(f"{number} {word}" for word, number in tally.items() if number)
                self.stdout.write(f"{kind}: {words or 'none'}")
            else:
                self.stdout.write(f"{kind}: {tally}")
        for one in list(warnings)[:SHOWN_WARNINGS]:
            self.stdout.write(f"Warning: {one}")
        if warnings.count > SHOWN_WARNINGS:
            self.stdout.write(f"{warnings.count - SHOWN_WARNINGS} further warnings.")


def next_number() -> int:
    """Take the number of a load before its row is written. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('files_load_number')")
        return int(cursor.fetchone()[0])


def keep_record(
    *,
    authority: Authority,
    kind: Load.Kind,
    names: Iterable[str],
    sha256: str,
    counts: dict[str, Any],
    warnings: Faults,
    at: datetime,
    number: int | None = None,
) -> Load:
    """Keep what a command loaded, so that pages can name the load behind a row."""
    return Load.objects.create(
        **({} if number is None else {"number": number}),
        authority=authority,
        kind=kind,
        state=Load.State.APPLIED,
        sha256=sha256,
        file_names=list(names),
        counts=counts,
        warnings=[str(one) for one in warnings],
        received_at=at,
        applied_at=at,
    )
