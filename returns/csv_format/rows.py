"""Cells of a return or companion file turned into values, with a fault for each that is none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from sys import intern

from children import codes
from children.rules import UPN_REASONS, normalise_upn, upn_fault
from files.csv_format import Faults, NotADate, Table, parsed_date, tidy
from returns.csv_format.tables import (
    ENROLMENT_KINDS,
    INVOLVED_ROLES,
    SEN,
    Column,
    Holds,
    TableFormat,
)
from schools.rules import ReturnYear, normalise_postcode

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
PARTIAL_DATE = re.compile(r"(zz|\d\d)/(zz|\d\d)/(zzzz|\d{4})", re.IGNORECASE)
MOST_REMEMBERED = 50_000  # different cells of a column
_WORDS = {"ENROLMENT_KIND": ENROLMENT_KINDS, "SEN": SEN, "INVOLVED_ROLE": INVOLVED_ROLES}

Value = date | int | str | None


class Row:
    """One row as values, in the order of its table's columns. `line` is where it begins."""

    __slots__ = ("line", "table", "values")

    def __init__(self, line: int, table: TableFormat, values: tuple[Value, ...]) -> None:
        self.line, self.table, self.values = line, table, values

    def __getitem__(self, column: str) -> Value:
        return self.values[self.table.place[column]]

    def text(self, column: str) -> str:
        """A text column; empty when blank."""
        value = self[column]
        return value if isinstance(value, str) else ""

    def number(self, column: str) -> int | None:
        value = self[column]
        return value if isinstance(value, int) else None

    def day(self, column: str) -> date | None:
        value = self[column]
        return value if isinstance(value, date) else None

    def must_day(self, column: str) -> date:
        """A date that the format requires; a row without it was refused."""
        value = self[column]
        if not isinstance(value, date):
            raise TypeError(f"{self.table.name}.{column} holds no date")
        return value

    @property
    def child(self) -> str:
        return self.text("CHILD")

    @property
    def key(self) -> tuple[Value, ...]:
        return tuple(self[column] for column in self.table.key)


@dataclass(slots=True)
class ReadTable:
    """The sound rows of one file."""

    format: TableFormat
    file: str
    rows: list[Row] = field(default_factory=list)
    has: frozenset[str] = frozenset()


class _Bad(ValueError):
    def __init__(self, message: str, fix: str) -> None:
        self.message, self.fix = message, fix


def read(
    table: Table,
    format: TableFormat,
    *,
    year: ReturnYear,
    faults: Faults,
    warnings: Faults,
) -> ReadTable:
    """Every sound row of a file. A cell that is no value, a blank where the form asks for one
    and a second row of the same key are faults; headings nobody knows are a warning.
    """
    found = table.locate(
        [column.name for column in format.columns], optional=format.may_lack, faults=faults
    )
    for heading in table.unknown(column.name for column in format.columns):
        warnings.add(
            table.header_line, heading, "", "This column is not read", "Nothing needs doing"
        )
    result = ReadTable(format, table.name, has=frozenset(found))
    if faults:
        return result
    readers = [_Reader(column, found.get(column.name), year) for column in format.columns]
    key_at = [format.place[name] for name in format.key]
    seen: dict[tuple[Value, ...], int] = {}
    for line, cells in table.rows(faults):
        before = faults.count
        values = tuple([reader.read(line, cells, faults) for reader in readers])
        key = tuple([values[at] for at in key_at])
        if faults.count > before:
            continue
        if key in seen:
            faults.add(
                line,
                ", ".join(format.key),
                "",
                f"This row is a second one for the same {_words(format.key)}: see line {seen[key]}",
                "Keep one of the two rows",
            )
            continue
        seen[key] = line
        result.rows.append(Row(line, format, values))
    return result


def _words(key: Sequence[str]) -> str:
    return key[0] if len(key) == 1 else f"{', '.join(key[:-1])} and {key[-1]}"


class _Reader:
    """Reads the cells of one column, each different text once: most columns repeat themselves."""

    __slots__ = ("at", "column", "seen", "year")

    def __init__(self, column: Column, at: int | None, year: ReturnYear) -> None:
        self.column, self.at, self.year = column, at, year
        self.seen: dict[str, Value] = {}

    def read(self, line: int, cells: list[str], faults: Faults) -> Value:
        cell = "" if self.at is None else cells[self.at]
        try:
            return self.seen[cell]
        except KeyError:
            pass
        text = cell.strip()
        try:
            value = _value(text, self.column, self.year)
        except _Bad as error:
            shown = "" if self.column.holds is Holds.NAME else text
            faults.add(line, self.column.name, shown, error.message, error.fix)
            return None
        if len(self.seen) < MOST_REMEMBERED:
            self.seen[cell] = value
        return value


def _value(cell: str, column: Column, year: ReturnYear) -> Value:
    if not cell:
        if column.must:
            raise _Bad(f"{column.name} is empty", f"Enter the {column.name} of this row")
        return None if column.holds in (Holds.DATE, Holds.NUMBER) else ""
    match column.holds:
        case Holds.DATE:
            try:
                return parsed_date(cell)
            except NotADate as error:
                raise _Bad(error.message, error.fix) from None
        case Holds.CODE:
            return _code(cell, column, year)
        case Holds.NUMBER:
            return _number(cell, column)
        case Holds.UPN:
            return _upn(cell)
        case Holds.POSTCODE:
            return normalise_postcode(cell)[:8]
        case Holds.EMAIL:
            if not EMAIL.fullmatch(cell) or len(cell) > column.longest:
                raise _Bad("This is not an email address", "Write it like name@council.gov.uk")
            return intern(cell.lower())
        case Holds.PARTIAL_DATE:
            if not PARTIAL_DATE.fullmatch(cell):
                raise _Bad("This is not a date", "Write it like 31/03/2026, zz for what is unknown")
            return cell.lower()
    text = tidy(cell)
    if len(text) > column.longest:
        raise _Bad(
            f"{column.name} has {len(text)} characters and may have {column.longest}",
            "Shorten it",
        )
    return intern(text)


def _code(cell: str, column: Column, year: ReturnYear) -> str:
    words = _WORDS.get(column.code_set)
    if words is not None:
        found = words.get(" ".join(cell.casefold().replace("_", " ").split()))
        if found is None:
            raise _Bad(
                f"This is not a {column.name} the service knows",
                f"Use one of: {', '.join(word for word in words if len(word) > 1)}",
            )
        return found
    code = intern(cell.upper())
    if column.code_set == "LA_PERM" and code.isdigit() and len(code) == 3:
        return code  # any authority's number, beside the letters of the list
    if codes.is_valid(column.code_set, code, year):
        return code
    if codes.is_known(column.code_set, code):
        raise _Bad(
            f"{column.name} {code} is not in use in the {year}",
            "Use the code that took its place, or give the year of the return with --year",
        )
    raise _Bad(
        f"This is not a code of {column.name}",
        f"Use one of: {_some(codes.choices(column.code_set, year))}",
    )


def _some(choices: Sequence[tuple[str, str]], most: int = 12) -> str:
    listed = ", ".join(code for code, _ in choices[:most])
    return listed if len(choices) <= most else f"{listed} and others of the code list"


def _number(cell: str, column: Column) -> int:
    text = cell.removesuffix(".0")  # as spreadsheets write whole numbers
    try:
        number = int(text)
    except ValueError:
        raise _Bad("This is not a whole number", "Enter a whole number") from None
    least = -2 if column.name == "nc_year" else 0
    if not least <= number <= column.most:
        raise _Bad(f"{column.name} must be between {least} and {column.most}", "Correct the number")
    return number


def _upn(cell: str) -> str:
    upn = normalise_upn(cell)
    if upn in UPN_REASONS:
        return upn
    fault = upn_fault(upn)
    if fault is None:
        return upn
    if len(upn) != 13:
        raise _Bad(
            f"A UPN has 13 characters. This has {len(upn)}", "Check the UPN in the school system"
        )
    raise _Bad(
        "This is not a UPN: its first letter does not fit the rest"
        if fault == "check_letter"
        else "This is not a UPN",
        "Check the UPN in the school system, or enter UN1 to UN5",
    )
