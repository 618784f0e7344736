"""Dated rows of the companions, matched with what is stored, one after the other."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from returns.csv_format.rows import Row
from returns.imports.context import Context
from schools.rules import ONE_DAY


@dataclass(slots=True)
class Range:
    """A dated row as wanted: from the file, or stored and not spoken of."""

    child: UUID
    what: Any  # school, or person and role
    started_on: date
    ended_on: date | None
    values: dict[str, Any]
    stored: Any = None
    file: str = ""
    line: int = 0


def ended(row: Row) -> date | None:
    """The first day it no longer holds: companions give the last one (decisions 16)."""
    last = row.day("end")
    return last + ONE_DAY if last else None


def days_of(context: Context, file: str, row: Row) -> tuple[date, date | None] | None:
    """The days a row holds; None, and it is said, where the last lies before the first."""
    started_on, ended_on = row.must_day("start"), ended(row)
    if ended_on is None or ended_on > started_on:
        return started_on, ended_on
    context.warn(
        file,
        row.line,
        "end",
        "The last day is before the first, so the row was not taken",
        "Correct the dates",
    )
    return None


def rows_of(context: Context, table: str) -> Iterable[tuple[str, Row]]:
    for companion in context.roll.companions:
        if companion.format.name == table:
            for row in companion.rows:
                yield companion.file, row


def matched(said: Range, stored: Iterable[Any], what: Callable[[Any], Any]) -> Any:
    """The stored row a row of the file speaks of: same start, or the one that is still open."""
    alike = [row for row in stored if what(row) == said.what]
    for row in alike:
        if row.started_on == said.started_on:
            return row
    still_open = [row for row in alike if row.ended_on is None and said.ended_on is None]
    return still_open[0] if len(still_open) == 1 else None


def parted(ranges: list[Range], context: Context, column: str) -> list[Range]:
    """One at a time: a range that reaches into the next is ended where the next begins.

    Of two that begin on one day, the one of the file stays; of two of the file, the later line.
    """
    ordered = sorted(ranges, key=lambda one: (one.started_on, one.line > 0, one.line))
    found: list[Range] = []
    for one in ordered:
        before = found[-1] if found else None
        if before and before.started_on == one.started_on:
            if before.line:
                context.warn(
                    before.file,
                    before.line,
                    column,
                    f"Another row begins on the same day: line {one.line} was taken",
                    "Keep the row that is right",
                )
            found[-1] = one
            continue
        if before and (before.ended_on is None or before.ended_on > one.started_on):
            if before.line and before.ended_on is not None:
                context.warn(
                    before.file,
                    before.line,
                    "end",
                    f"Ends after the next one begins (line {one.line}), so it was ended there",
                    "Correct the end",
                )
            before.ended_on = one.started_on
        found.append(one)
    return found
