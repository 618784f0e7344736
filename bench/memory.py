"""The memory of a load: the same for a file ten times as long.

Each load has a process of its own, so that one does not hide what the other took.
"""

import subprocess
import sys
from pathlib import Path

from django.conf import settings

from bench.loads import ensure_pupils, write_marks
from bench.measuring import Line

SHORT, LONG = 100_000, 1_000_000
TARGET = 1.1


def measure(*, children: int) -> list[Line]:
    ensure_pupils()
    taken = {}
    for rows in (SHORT, LONG):
        path = write_marks(settings.VS_DATA / "marks.csv", rows=rows, by_day=False)
        taken[rows] = _peak_mb(path)
        path.unlink()
    before, short = taken[SHORT]
    _, long = taken[LONG]
    return [
        Line(
            group="Memory of a load, the whole process",
            name=f"{LONG:,} rows",
            value=long,
            floor=short,
            floor_name=f"{SHORT:,} rows",
            unit="MB",
            target=TARGET,
            note=f"{before:.0f} MB before the load",
        )
    ]


def _peak_mb(path: Path) -> tuple[float, float]:
    """The most memory before the load and in all."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.one_load", path], capture_output=True, text=True, check=True
    )
    before, after = done.stdout.split()
    return int(before) / 1024, int(after) / 1024
