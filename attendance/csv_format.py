"""A file of register marks, one row a session, turned into days with an AM and a PM code.

Streamed: what is held is the day in hand and what was already looked up, so memory does not grow
with the length of the file. A session is half a school day.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter

from attendance import codes
from attendance.codes import Session
from children.rules import normalise_upn, upn_fault
from files.csv_format import Faults, NotADate, Table, parsed_date

COLUMNS = ("upn", "date", "session", "code", "urn")
SESSIONS = {
    **dict.fromkeys(("AM", "A", "A.M.", "MORNING", "1"), Session.AM),
    **dict.fromkeys(("PM", "P", "P.M.", "AFTERNOON", "2"), Session.PM),
}
NOT_YET_A_PUPIL = "Z"  # a prospective pupil: passed over, as the national list says
MOST_REMEMBERED = 100_000  # looked-up combinations of date, session and code kept at a time

AM, PM = 0, 1


# Child's id, day (ISO), URN, codes of AM and PM, line. An empty code means no row for that half. A
# plain tuple, not a class: made half a million times in a million rows.
DayMarks = tuple[str, str, int, str, str, int]
Mark = tuple[str, int, str]  # day (ISO), half, code


@dataclass(slots=True)
class Marks:
    """The days of a file, read once. Every row that cannot be used becomes a fault.

    `children` maps a UPN to the child's id, `schools` holds the URNs of the register. After the
    reading, `has_no_repeats` says that no two days can have the same child, date and school:
    nobody need look for them.
    """

    table: Table
    children: Mapping[str, str]
    schools: Container[int]
    today: date
    faults: Faults
    rows: int = 0
    passed_over: int = 0
    first_on: str = ""
    last_on: str = ""
    has_no_repeats: bool = True
    _met: set[str] = field(default_factory=set)
    # What was found right, by the pieces of a row's text: the UPN; date, session and code; the URN
    _children: dict[str, str] = field(default_factory=dict)
    _marks: dict[str, Mark] = field(default_factory=dict)
    _schools: dict[str, int] = field(default_factory=dict)

    @property
    def children_met(self) -> list[str]:
        """The ids of the children whose marks were read."""
        return sorted(self._met)

    def __iter__(self) -> Iterator[DayMarks]:
        delimiter = self.table.delimiter
        children, marks, schools = self._children, self._marks, self._schools
        order = _Order()
        # The day in hand: its marks may lie on two lines that follow each other
        held_child = held_on = am = pm = ""
        held_school = am_line = pm_line = rows = 0
        for line, text, cells in self._texts():
            upn, _, others = text.partition(delimiter)
            day_session_code, _, urn = others.rpartition(delimiter)
            try:
                child, school = children[upn], schools[urn]
                on, half, mark = marks[day_session_code]
            except KeyError:
                cells = cells or self.table.cells(line, text, self.faults)
                found = cells and self._looked_up(line, cells)
                if not found:
                    continue
                child, (on, half, mark), school = found
                if text.count(delimiter) == len(COLUMNS) - 1:  # none stands inside a value
                    if len(marks) >= MOST_REMEMBERED:
                        marks.clear()
                    children[upn], marks[day_session_code], schools[urn] = found
            rows += 1
            if mark == NOT_YET_A_PUPIL:
                self.passed_over += 1
                continue
            if on != held_on or child != held_child or school != held_school:
                if held_on:
                    yield held_child, held_on, held_school, am, pm, am_line or pm_line
                order.note(child, on, school)
                held_child, held_on, held_school = child, on, school
                am = pm = ""
                am_line = pm_line = 0
            if earlier := pm_line if half else am_line:
                same = mark == (pm if half else am)
                repeated(self.faults, line=line, earlier=earlier, same=same, code=mark)
            elif half:
                pm, pm_line = mark, line
            else:
                am, am_line = mark, line
        if held_on:
            yield held_child, held_on, held_school, am, pm, am_line or pm_line
        self.rows, self.has_no_repeats = rows, order.is_kept

    def _texts(self) -> Iterator[tuple[int, str, Sequence[str] | None]]:
        """Each row with its line and its text in the order of our columns, and cut if it was."""
        places = self.table.locate(COLUMNS, faults=self.faults)
        if len(places) < len(COLUMNS):
            return
        order = [places[name] for name in COLUMNS]
        if order == list(range(len(self.table.header))):
            yield from self.table.texts(self.faults)
            return
        pick, delimiter = itemgetter(*order), self.table.delimiter
        for line, row in self.table.rows(self.faults):
            cells = pick(row)
            yield line, delimiter.join(cells), cells

    def _looked_up(self, line: int, cells: Sequence[str]) -> tuple[str, Mark, int] | None:
        """Look at values not seen before; what is wrong with them is a fault."""
        upn, day, session, code, urn = cells
        child = self._child(line, upn)
        mark = self._mark(line, day, session, code)
        school = self._school(line, urn)
        if child is None or mark is None or school is None:
            return None
        return child, mark, school

    def _child(self, line: int, cell: str) -> str | None:
        upn = normalise_upn(cell)
        child = self.children.get(upn)
        if child is not None:
            self._met.add(child)
            return child
        if not upn:
            message, fix = "The UPN is empty", "Enter the UPN, or remove the row"
        elif len(upn) != 13:
            message = f"A UPN has 13 characters. This has {len(upn)}"
            fix = "Check the UPN in your school system"
        elif (fault := upn_fault(upn)) and fault.is_hard:
            message = "This is not a UPN: its first letter does not fit the rest"
            fix = "Check the UPN in your school system"
        else:
            message = "No child of this authority has this UPN"
            fix = "Remove the row, or load the roll first if the child is new"
        self.faults.add(line, "upn", cell, message, fix)
        return None

    def _school(self, line: int, cell: str) -> int | None:
        text = cell.strip()
        if text.isascii() and text.isdigit() and len(text) <= 9 and int(text) in self.schools:
            return int(text)
        if not text:
            message, fix = "The URN of the school is empty", "Enter the six-digit URN"
        elif not text.isdigit():
            message, fix = "This is not a URN", "Enter the six-digit URN of the school"
        else:
            message = "No school of the register has this URN"
            fix = "Correct the URN, or load the school register first"
        self.faults.add(line, "urn", cell, message, fix)
        return None

    def _mark(self, line: int, day_text: str, session: str, code_text: str) -> Mark | None:
        before = self.faults.count
        day = self._day(line, day_text)
        half = SESSIONS.get(session.strip().upper())
        if half is None:
            self.faults.add(
                line, "session", session, "The session must be AM or PM", "Enter AM or PM"
            )
        code = codes.normalise(code_text)
        self._check_code(line, code, code_text, day, half)
        if self.faults.count > before or day is None or half is None:
            return None
        on = day.isoformat()
        if code != NOT_YET_A_PUPIL:
            self.first_on = min(self.first_on or on, on)
            self.last_on = max(self.last_on, on)
        return on, AM if half is Session.AM else PM, code

    def _day(self, line: int, text: str) -> date | None:
        try:
            day = parsed_date(text)
        except NotADate as error:
            self.faults.add(line, "date", text, error.message, error.fix)
            return None
        if day > self.today:
            self.faults.add(
                line, "date", text, "This day is in the future", "Correct the date or remove it"
            )
            return None
        return day

    def _check_code(
        self, line: int, code: str, text: str, day: date | None, half: Session | None
    ) -> None:
        found = codes.codes().get(code)
        if not code:
            message = "The attendance code is empty"
            fix = "Each morning and each afternoon needs a code"
        elif found is None:
            message = "This is not an attendance code"
            fix = "Use a code of the national list"
        elif day is not None and not found.is_valid_on(day):
            message = f"{code} was not a code in use on that day"
            fix = "Use a code of the list in force on the day"
        elif half is not None and not found.fits(half):
            other = "mornings" if found.session is Session.AM else "afternoons"
            message = f"{code} is the code for {other}"
            fix = "Use / in the morning and \\ in the afternoon"
        else:
            return
        self.faults.add(line, "code", text, message, fix)


class _Order:
    """Whether the days seen lie child by child, or day by day, so that none can come twice.

    What is held grows with the children, not with the days.
    """

    def __init__(self) -> None:
        self.is_by_child = self.is_by_day = True
        self._child = self._on = ""
        self._finished: set[str] = set()  # children whose rows came to an end
        self._today: set[tuple[str, int]] = set()  # who had marks on the day in hand

    @property
    def is_kept(self) -> bool:
        return self.is_by_child or self.is_by_day

    def note(self, child: str, on: str, school: int) -> None:
        if self.is_by_child:
            if child != self._child:
                self._finished.add(self._child)
                self.is_by_child = child not in self._finished
            elif on <= self._on:
                self.is_by_child = False
        if self.is_by_day:
            if on != self._on:
                self.is_by_day = on > self._on
                self._today.clear()
            elif (child, school) in self._today:
                self.is_by_day = False
            self._today.add((child, school))
        self._child, self._on = child, on


def repeated(faults: Faults, *, line: int, earlier: int, same: bool, code: str) -> None:
    """Say that a session of a child at a school is in the file a second time."""
    faults.add(
        line,
        "session",
        code,
        f"This session is already on line {earlier}, with "
        + ("the same code" if same else "another code"),
        "Remove this row" if same else "Keep the row with the right code",
    )
