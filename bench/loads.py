"""Loading attendance: the load of the command against a bare COPY of the same day rows.

The children loaded for are those of a council of their own, so that the demonstration keeps its
marks. The floor copies the same rows in the file's own order, already made into text, into a twin
of the table: same columns, keys and other rows, no wall (COPY FROM refuses a table behind one).
"""

import csv
import io
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts import wall
from attendance.imports import load_marks
from bench.measuring import Line, Timings, Work, interleaved, timed
from children.models import Child, Enrolment
from children.rules import upn_check_letter
from files.csv_format import opened
from schools.models import Authority, School

AUTHORITY, PUPILS, SCHOOLS = 989, 1_500, 40
FIRST_URN = 989_000
FIRST_DAY = date(2024, 9, 2)
ROWS = 100_000
TARGET = 2.5
ROUNDS = 7
TWIN = "bench_day"
FLOOR, FLOOR_BY_DAY = "bare COPY", "bare COPY, rows by day"
# AM and PM of a day: mostly present, some ill, late, absent without leave, at the dentist
MARKS = (*[("/", "\\")] * 17, ("I", "I"), ("L", "O"), ("/", "M"))


def measure(*, children: int) -> list[Line]:
    ensure_pupils()
    folder = settings.VS_DATA
    by_child = write_marks(folder / "marks-by-child.csv", rows=ROWS, by_day=False)
    by_day = write_marks(folder / "marks-by-day.csv", rows=ROWS, by_day=True)
    _make_twin()
    try:
        copied = _as_copy_text(by_child, order='child_id, "on"')
        copied_by_day = _as_copy_text(by_day, order='"on", child_id')
        works = {
            FLOOR: Work(lambda: _copy(copied), after=_empty_twin),
            "first load": Work(_loading(by_child), after=_forget),
            FLOOR_BY_DAY: Work(lambda: _copy(copied_by_day), after=_empty_twin),
            "first load, file by day": Work(_loading(by_day), after=_forget),
        }
        first = interleaved(works, rounds=ROUNDS, second_clock=both_ends)
        _loading(by_child)()
        works = {
            FLOOR: Work(lambda: _copy(copied), after=_empty_twin),
            "the same file again": Work(_loading(by_child)),
        }
        again = interleaved(works, rounds=ROUNDS, second_clock=both_ends)
    finally:
        _forget()
        _as_owner(f"DROP TABLE {TWIN}")
    return [*_lines(first), *_lines(again)]


def _lines(timings: dict[str, Timings]) -> list[Line]:
    return [
        timed(
            f"Attendance, {ROWS:,} rows" + (" sorted by day" if name.endswith("by day") else ""),
            name,
            timings=timings,
            floor_name=FLOOR_BY_DAY if name.endswith("by day") else FLOOR,
            target=TARGET,
        )
        for name in timings
        if name not in {FLOOR, FLOOR_BY_DAY}
    ]


# The children loaded for -------------------------------------------------------------------------


def ensure_pupils() -> None:
    """Make the pupils, their schools and enrolments. Safe to repeat."""
    Authority.objects.get_or_create(
        id=AUTHORITY,
        defaults={"code": str(AUTHORITY), "name": "Loads", "display_name": "Loads",
                  "is_made_up": True},
    )  # fmt: skip
    School.objects.bulk_create(
        (
            School(id=FIRST_URN + n, name=f"School {n}", authority_id=AUTHORITY)
            for n in range(SCHOOLS)
        ),
        ignore_conflicts=True,
    )
    with wall.opened([AUTHORITY]):
        if Child.objects.filter(authority=AUTHORITY).exists():
            return
        made = [
            Child(
                id=UUID(int=(AUTHORITY << 96) + n * 0x9E3779B97F4A7C15 % 2**64, version=4),
                authority_id=AUTHORITY,
                given_name="Pupil",
                family_name=str(n),
                sort_name=f"{n} pupil",
                date_of_birth=date(2012, 1, 1),
                upn=upn(n),
            )
            for n in range(PUPILS)
        ]
        Child.objects.bulk_create(made)
        Enrolment.objects.bulk_create(
            Enrolment(
                authority_id=AUTHORITY,
                child=child,
                school_id=FIRST_URN + n % SCHOOLS,
                started_on=FIRST_DAY,
            )
            for n, child in enumerate(made)
        )


def upn(number: int) -> str:
    body = f"{AUTHORITY}{4000 + number // 1000}24{number % 1000:03d}"
    return upn_check_letter(body) + body


def school_days(count: int) -> list[date]:
    """So many weekdays from the first day on."""
    days, day = [], FIRST_DAY
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day)
        day += timedelta(days=1)
    return days


def write_marks(path: Path, *, rows: int, by_day: bool) -> Path:
    """A file of marks in the real format: two rows a day and child, by child or by day."""
    days = school_days(-(-rows // (2 * PUPILS)))
    pupils = range(PUPILS)
    pairs = (
        ((n, day) for day in days for n in pupils)
        if by_day
        else ((n, day) for n in pupils for day in days)
    )
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("upn", "date", "session", "code", "urn"))
        for _, (n, day) in zip(range(rows // 2), pairs, strict=False):
            am, pm = MARKS[(n * 7 + day.toordinal()) % len(MARKS)]
            urn = FIRST_URN + n % SCHOOLS
            writer.writerow((upn(n), day, "AM", am, urn))
            writer.writerow((upn(n), day, "PM", pm, urn))
    return path


def both_ends() -> float:
    """Processor time of this process and of the server's end of our connection, in seconds.

    Only of this process where the server runs elsewhere.
    """
    server = 0.0
    with suppress(FileNotFoundError, AttributeError):
        pid = connection.connection.info.backend_pid
        facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        server = (int(facts[11]) + int(facts[12])) / os.sysconf("SC_CLK_TCK")  # user, system
    return time.process_time() + server


# What is timed -----------------------------------------------------------------------------------


def _loading(path: Path) -> Callable[[], None]:
    def load() -> None:
        with wall.opened([AUTHORITY]):
            load_marks(
                opened(path), authority_id=AUTHORITY, load_number=0, today=timezone.localdate()
            )

    return load


def _copy(rows: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {TWIN} FROM STDIN", io.StringIO(rows))


def _as_copy_text(path: Path, *, order: str) -> str:
    """The day rows of a file as COPY reads them, in the order the file has them."""
    _loading(path)()
    with wall.opened([AUTHORITY]), connection.cursor() as cursor:
        text = io.StringIO()
        cursor.copy_expert(
            "COPY (SELECT * FROM attendance_day "  # noqa: S608 (our own number)
            f"WHERE authority_id = {AUTHORITY} ORDER BY {order}, school_id) TO STDOUT",
            text,
        )
    _forget()
    return text.getvalue()


# Between the rounds ------------------------------------------------------------------------------


def _make_twin() -> None:
    _as_owner(
        f"DROP TABLE IF EXISTS {TWIN}",
        f"CREATE TABLE {TWIN} (LIKE attendance_day INCLUDING ALL)",
    )
    others = list(Authority.objects.exclude(pk=AUTHORITY).values_list("pk", flat=True))
    with wall.opened(others), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TWIN} SELECT * FROM attendance_day")  # noqa: S608


def _empty_twin() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TWIN} WHERE authority_id = {AUTHORITY}")  # noqa: S608
    _as_owner(f"VACUUM {TWIN}")


def _forget() -> None:
    """Take the loaded marks out again, and the room they took."""
    with wall.opened([AUTHORITY]), connection.cursor() as cursor:
        for table in ("attendance_day", "attendance_termsummary"):
            cursor.execute(f"DELETE FROM {table} WHERE authority_id = {AUTHORITY}")  # noqa: S608
    _as_owner("VACUUM attendance_day", "VACUUM attendance_termsummary")


def _as_owner(*statements: str) -> None:
    with connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
