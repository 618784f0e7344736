"""Plain values the components show. Views fill them in; templates print them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["good", "warn", "bad", "info", "none"]


@dataclass(frozen=True, slots=True)
class Kpi:
    """One key measure. Value is text without its unit ("91.3"); empty means no data yet."""

    label: str
    value: str
    unit: str = ""
    change: str = ""
    meta: str = ""
    status: Status = "none"
    word: str = ""
    url: str = ""
    url_text: str = ""
    trend: Sequence[float | None] = ()


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One thing only this person can move forward: why now (word), what, the dated reason."""

    status: Status
    word: str
    title: str
    reason: str = ""
    url: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section of a plan on its task list. The id is unique on the page."""

    id: str
    title: str
    who: str
    status: Status
    word: str
    url: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a timeline: "at" as people read it, "iso" for machines."""

    words: str
    at: str
    iso: str
    url: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class ChosenFilter:
    """A filter in use and the address that removes it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of a summary list with a link that changes it."""

    label: str
    value: object
    url: str = ""
    url_text: str = "Change"


CellKind = Literal["present", "late", "authorised", "unauthorised", "suspended", "closed", ""]

_CELL_CLASSES: dict[str, str] = {
    "present": "c-p",
    "late": "c-l",
    "authorised": "c-a",
    "unauthorised": "c-u",
    "suspended": "c-s",
    "closed": "c-h",
}


@dataclass(frozen=True, slots=True)
class AttendanceCell:
    """One day, or half day, of the calendar: code, kind, and the code's meaning in words."""

    code: str
    kind: CellKind = ""
    meaning: str = ""

    @property
    def css(self) -> str:
        return _CELL_CLASSES.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """One weekday, or one half of it."""

    label: str
    cells: Sequence[AttendanceCell]


@dataclass(frozen=True, slots=True)
class AttendanceCalendar:
    """A term: weekdays down, weeks across."""

    caption: str
    weeks: Sequence[str]
    rows: Sequence[AttendanceRow]

    @property
    def key(self) -> list[AttendanceCell]:
        """Each code that occurs, once, in order of first use."""
        seen: dict[str, AttendanceCell] = {}
        for row in self.rows:
            for cell in row.cells:
                if cell.code and cell.meaning:
                    seen.setdefault(cell.code, cell)
        return list(seen.values())


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """One line of the error summary; no target when the fault belongs to the whole form."""

    words: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class PageNumber:
    """One entry of the pagination; without an address it is a gap."""

    label: str
    url: str = ""
    is_current: bool = field(default=False)


LONGEST_CELL = 40  # characters that a table's cell takes beside five others
MOST_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class ShortRows:
    """Repeated rows as a table: its columns, and each line as a first cell and the others."""

    labels: Sequence[str]
    lines: Sequence[tuple[str, Sequence[tuple[str, str]]]]


def short_rows(rows: Sequence[Sequence[Sequence[str]]]) -> ShortRows | None:
    """Put rows of (label, value) cells into one table, an empty cell where a row has none.

    None for a single row, for many columns, and for cells that hold sentences. A row of no cells
    says nothing and is left out.
    """
    rows = [row for row in rows if row]
    labels = tuple(dict.fromkeys(label for row in rows for label, _ in row))
    cells = [{cell[0]: cell[1] for cell in row} for row in rows]
    longest = max((len(value) for row in cells for value in row.values()), default=0)
    is_short = longest <= LONGEST_CELL and not any("\n" in v for row in cells for v in row.values())
    if len(rows) < 2 or not 2 <= len(labels) <= MOST_COLUMNS or not is_short:
        return None
    return ShortRows(
        labels=labels,
        lines=[
            (row.get(labels[0], ""), [(label, row.get(label, "")) for label in labels[1:]])
            for row in cells
        ],
    )
