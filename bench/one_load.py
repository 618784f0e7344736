"""python -m bench.one_load FILE: load marks once, say the most memory it took, undo it."""

import resource
import sys
from pathlib import Path

import django

django.setup()

from django.db import transaction
from django.utils import timezone

from accounts import wall
from attendance.imports import load_marks
from bench.loads import AUTHORITY
from files.csv_format import opened


def main(path: Path) -> None:
    before = _peak()
    with wall.opened([AUTHORITY]):
        load_marks(opened(path), authority_id=AUTHORITY, load_number=0, today=timezone.localdate())
        transaction.set_rollback(True)
    print(before, _peak())


def _peak() -> int:
    """The most memory this process has held so far, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main(Path(sys.argv[1]))
