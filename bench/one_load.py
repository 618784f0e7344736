"""python -m bench.one_load FILE: load marks once, say the memory before and at most, undo it."""

import re
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

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def main(path: Path) -> None:
    CLEAR.write_text("5")  # forget the peak of starting up
    before = _peak()
    with wall.opened([AUTHORITY]):
        load_marks(opened(path), authority_id=AUTHORITY, load_number=0, today=timezone.localdate())
        transaction.set_rollback(True)
    print(before, _peak())


def _peak() -> str:
    """The most memory this process has held since it last forgot, in kilobytes."""
    return re.findall(r"VmHWM:\s+(\d+)", STATUS.read_text())[0]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
