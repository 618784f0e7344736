"""Bytes that somebody sent, turned into rows with the line each came from.

Shared by every import: it knows about encodings, delimiters, headers and quoting, and nothing of
what a column means. Read twice, never held: memory does not grow with the length of the file.
"""

import csv
import re
import unicodedata
from calendar import monthrange
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from io import BytesIO, TextIOWrapper
from itertools import chain
from pathlib import Path, PurePath
from typing import BinaryIO

from files.encodings import Unreadable, settled_encoding

MOST_LISTED = 10_000  # faults kept to be shown; all are counted
LONGEST_CELL = 20_000  # characters; more means that a quotation mark was never closed
LAST_YEAR = 2100  # of a date in a file
LONGEST_SHOWN = 60  # characters of a value shown beside its fault


class NotADate(ValueError):
    """A text that is no day of the calendar. Carries what is wrong and how to fix it."""

    def __init__(self, message: str, fix: str = "Correct the date") -> None:
        self.message, self.fix = message, fix
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one place. `line` counts the lines of the file from 1; 0 is all of it.

    The message never names a child, and `value` is empty for a column that holds a name.
    """

    line: int
    column: str
    value: str
    message: str
    fix: str
    file: str = ""

    def __str__(self) -> str:
        place = f"{self.file or 'the file'}, line {self.line}" if self.line else self.file
        column = f", {self.column}" if self.column else ""
        shown = f" (the file has “{self.value}”)" if self.value else ""
        return f"{place}{column}: {self.message}{shown}. {self.fix}."


@dataclass(slots=True)
class Faults:
    """Every fault counted, the first ones kept."""

    file: str = ""
    count: int = 0
    listed: list[Fault] = field(default_factory=list)

    def add(self, line: int, column: str, value: str, message: str, fix: str) -> None:
        self.count += 1
        if len(self.listed) < MOST_LISTED:
            shown = " ".join(value.replace("\0", "").split())
            if len(shown) > LONGEST_SHOWN:
                shown = shown[: LONGEST_SHOWN - 1] + "…"
            self.listed.append(
                Fault(line, column, shown, message.rstrip("."), fix.rstrip("."), self.file)
            )

    def extend(self, others: "Faults") -> None:
        """Take over the faults of one file of several."""
        self.count += others.count
        room = MOST_LISTED - len(self.listed)
        self.listed += [replace(one, file=one.file or others.file) for one in others.listed[:room]]

    def __bool__(self) -> bool:
        return self.count > 0

    def __iter__(self) -> Iterator[Fault]:
        return iter(self.listed)


class ImportRefused(Exception):
    """Faults of form: nothing was written. Carries them, and the warnings beside them."""

    def __init__(self, faults: Faults, warnings: Faults | None = None) -> None:
        self.faults = faults
        self.warnings = warnings or Faults()
        super().__init__(f"{faults.count} faults")


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose bytes are known to be text and whose header was read.

    Rows that begin on a line of `left_out` are passed over as if they were not there.
    """

    name: str
    source: Path | BinaryIO
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    header_line: int
    nul_lines: tuple[int, ...] = ()
    left_out: Container[int] = frozenset()

    @property
    def columns(self) -> frozenset[str]:
        """The header as it is compared: trimmed, in lower case, single spaces."""
        return frozenset(normalised(one) for one in self.header if one.strip())

    def locate(
        self, wanted: Sequence[str], *, optional: Iterable[str] = (), faults: Faults
    ) -> Mapping[str, int]:
        """Where each wanted column stands; a missing or doubled one is a fault of the header."""
        places: dict[str, list[int]] = {}
        for place, name in enumerate(self.header):
            places.setdefault(normalised(name), []).append(place)
        found: dict[str, int] = {}
        optional = set(optional)
        for name in wanted:
            here = places.get(normalised(name), [])
            if len(here) > 1:
                faults.add(
                    self.header_line,
                    name,
                    "",
                    f"The column {name} is there {len(here)} times",
                    "Keep one of them and send the file again",
                )
            elif not here and name not in optional:
                faults.add(
                    self.header_line,
                    name,
                    "",
                    f"The column {name} is missing",
                    f"Add a column headed {name}, with the other headings as they are",
                )
            if here:
                found[name] = here[0]
        return found

    def unknown(self, wanted: Iterable[str]) -> list[str]:
        """The headings nobody asked for, as the file writes them."""
        known = {normalised(name) for name in wanted}
        return [one.strip() for one in self.header if one.strip() and normalised(one) not in known]

    def rows(self, faults: Faults) -> Iterator[tuple[int, list[str]]]:
        """Each row with the line it begins on. Ragged and unreadable rows become faults.

        Rows without any value are passed over: spreadsheets leave them at the end.
        """
        with self._below_header(faults) as lines:
            yield from self._cut(lines, self.header_line, faults)

    def texts(self, faults: Faults) -> Iterator[tuple[int, str, list[str] | None]]:
        """Each row with its line and its text: the values with the delimiter between them.

        Quicker than `rows` where most of a row was met before: the values are there only where
        the text could not be had without them, and `cells` finds them where they are wanted.
        """
        bad = frozenset(self.nul_lines)
        with self._below_header(faults) as lines:
            for line, text in enumerate(lines, self.header_line + 1):
                if '"' in text or len(text) > LONGEST_CELL:  # a row need not end with its line
                    rest = self._cut(chain((text,), lines), line - 1, faults)
                    yield from ((n, self.delimiter.join(cells), cells) for n, cells in rest)
                    return
                if line not in bad and line not in self.left_out:
                    yield line, text, None

    def cells(self, line: int, text: str, faults: Faults) -> list[str] | None:
        """The values of a text that came without them; None where `rows` would not give it."""
        for _, cells in self._cut(iter((text,)), line - 1, faults):
            return cells
        return None

    @contextmanager
    def _below_header(self, faults: Faults) -> Iterator[Iterator[str]]:
        """The lines after the header. Those with NUL characters are told once, here."""
        for line in self.nul_lines:
            if line not in self.left_out:
                faults.add(
                    line,
                    "",
                    "",
                    "This line holds characters that are not text (NUL)",
                    "Export the file again from the system it came from",
                )
        with _text(self.source, self.encoding) as text:
            lines = iter(text)
            for _ in range(self.header_line):  # a header never holds a line break
                next(lines)
            yield lines

    def _cut(
        self, lines: Iterator[str], before: int, faults: Faults
    ) -> Iterator[tuple[int, list[str]]]:
        """Rows cut into values; `before` lines of the file lie before the first."""
        bad = frozenset(self.nul_lines)
        width = len(self.header)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        skipped = bool(bad) or self.left_out != frozenset()
        began = before
        while True:
            try:
                for cells in reader:
                    begins, began = began + 1, before + reader.line_num
                    if skipped and (begins in bad or begins in self.left_out):
                        continue
                    if len(cells) == width:
                        if cells[0] or any(cells):
                            yield begins, cells
                        continue
                    squared = _squared(cells, width)
                    if squared is not None and len(squared) == width:
                        yield begins, squared
                    elif squared is not None:
                        _ragged(faults, begins, len(squared), width)
                return
            except csv.Error as error:
                begins, began = began + 1, before + reader.line_num
                if _is_unclosed(error):
                    faults.add(begins, "", "", *_UNCLOSED)
                    return
                if begins not in self.left_out:
                    faults.add(begins, "", "", *_STRAY_QUOTE)


_UNCLOSED = (
    "A quotation mark opens in this row and never closes, so nothing after it could be checked",
    "Close or remove the quotation mark",
)
_STRAY_QUOTE = (
    "A quotation mark stands in the middle of a value",
    "Write it twice inside a quoted value, or remove it",
)


def _is_unclosed(error: csv.Error) -> bool:
    return "field larger" in str(error) or "unexpected end" in str(error)


def _squared(cells: list[str], width: int) -> list[str] | None:
    """Without the empty cells past the header; None for a row without any value."""
    if not any(cell.strip() for cell in cells):
        return None
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    return cells


def _ragged(faults: Faults, line: int, has: int, width: int) -> None:
    fix = (
        "Put a value that holds a comma into quotation marks"
        if has > width
        else "Add the missing commas, or export the file again"
    )
    faults.add(line, "", "", f"This row has {has} values and the header has {width}", fix)


def opened(
    source: Path | bytes | BinaryIO, *, name: str = "", left_out: Container[int] = frozenset()
) -> Table:
    """Read the header of a file and settle its encoding. Raises Unreadable.

    Understood: UTF-8 with or without a byte order mark, UTF-16 either way round, Windows-1252;
    commas, semicolons, tabs or bars between the values.
    """
    csv.field_size_limit(LONGEST_CELL)
    if isinstance(source, Path):
        name = name or source.name
    elif isinstance(source, bytes):
        source = BytesIO(source)
    with _bytes(source) as stream:
        encoding, nul_lines = settled_encoding(stream)
    with _text(source, encoding) as text:
        header_line, first, delimiter = _header(text)
    try:
        header = next(csv.reader([first], delimiter=delimiter, strict=True))
    except csv.Error:
        raise Unreadable(
            "The heading row cannot be read: a quotation mark in it never closes.",
            "Correct the first row so that it holds only the headings.",
        ) from None
    return Table(
        name=PurePath(name).name,
        source=source,
        encoding=encoding,
        delimiter=delimiter,
        header=tuple(header),
        header_line=header_line,
        nul_lines=nul_lines,
        left_out=left_out,
    )


@contextmanager
def _bytes(source: Path | BinaryIO) -> Iterator[BinaryIO]:
    """The bytes from their beginning; a file we opened is closed, one we were handed is not."""
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield stream
    else:
        source.seek(0)
        yield source


@contextmanager
def _text(source: Path | BinaryIO, encoding: str) -> Iterator[TextIOWrapper]:
    with _bytes(source) as stream:
        text = TextIOWrapper(stream, encoding=encoding, newline="")
        try:
            yield text
        finally:
            with suppress(ValueError):
                text.detach()


def _header(text: TextIOWrapper) -> tuple[int, str, str]:
    """The line number and text of the headings, and what stands between the values."""
    said = ""
    for number, line in enumerate(text, start=1):
        stripped = line.strip("\r\n")
        if stripped.casefold().startswith("sep=") and len(stripped) == len("sep=") + 1:
            said = stripped[-1]  # a line that only Excel writes and reads
            continue
        if stripped.strip(" ,;\t|"):
            if len(stripped) > LONGEST_CELL:
                break
            counts = {one: stripped.count(one) for one in ",;\t|"}
            return number, stripped, said or max(counts, key=lambda one: counts[one])
    raise Unreadable("This file has no heading row.", "Send a file whose first row has headings.")


def normalised(heading: str) -> str:
    """A heading as it is compared: the case and the spaces round it do not matter."""
    return " ".join(heading.replace("\ufeff", "").replace("_", " ").split()).casefold()


def tidy(value: str) -> str:
    """A text as it is stored: one line, single spaces, composed characters."""
    return unicodedata.normalize("NFC", " ".join(value.split()))


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)  # our own: the standard library's follow the locale of the machine
_BRITISH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: 00:00(?::00)?)?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?")


@lru_cache(maxsize=8192)
def parsed_date(text: str) -> date:
    """A day written 31/03/2026 or 2026-03-31. Raises NotADate, saying what is wrong.

    Years that other systems write for "no end" (9999) are no dates: nothing can follow them.
    """
    text = text.strip()
    if found := _BRITISH.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    elif found := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    else:
        raise NotADate("This is not a date", "Write it as day/month/year, like 31/03/2026")
    if not 1 <= month <= 12:
        raise NotADate(f"There is no month {month}", "Write the day first, then the month")
    if year > LAST_YEAR:
        raise NotADate(f"The year {year} is too far away", "If there is no date, leave it empty")
    try:
        return date(year, month, day)
    except ValueError:
        if year < 1:
            raise NotADate(f"There is no year {year}") from None
    raise NotADate(f"{_MONTHS[month - 1]} {year} has {monthrange(year, month)[1]} days")


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> str:
    """A value for a CSV that a spreadsheet will open: nothing in it runs as a formula.

    A quotation mark in front is what spreadsheets read as "this is text".
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
