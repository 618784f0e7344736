"""A folder of files, each recognised by its headings: returns of one or more years, companions."""

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import BinaryIO

from files.csv_format import Faults, Table, normalised, opened, parsed_date
from files.encodings import Unreadable
from returns.csv_format.rows import ReadTable, Row, read
from returns.csv_format.tables import TABLES, TableFormat, recognised
from schools.rules import ReturnYear

ENDINGS = (".csv", ".txt")
MARKS = frozenset({"upn", "date", "session", "code"})  # a register, which is loaded by itself
# Where a return says which year it is of: the latest year with a fair share of these dates
_EVENTS = {
    "episodes": ("decom", "dec"),
    "reviews": ("review",),
    "missing": ("mis_start",),
    "swepisodes": ("sw_decom",),
}
_FAIR_SHARE = 0.01


@dataclass(slots=True)
class Return:
    """The tables of one year's return, as one folder held them."""

    folder: str
    year: ReturnYear
    tables: dict[str, ReadTable] = field(default_factory=dict)

    def rows(self, table: str) -> list[Row]:
        found = self.tables.get(table)
        return found.rows if found else []


@dataclass(slots=True)
class Roll:
    """Everything a folder held: returns in order of their years, and the companions."""

    returns: list[Return] = field(default_factory=list)
    companions: list[ReadTable] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    warnings: Faults = field(default_factory=Faults)
    files: dict[str, int] = field(default_factory=dict)  # file name -> rows

    def companion_rows(self, table: str) -> Iterator[Row]:
        for companion in self.companions:
            if companion.format.name == table:
                yield from companion.rows


@dataclass(frozen=True, slots=True)
class _Recognised:
    path: PurePosixPath
    table: Table
    format: TableFormat


def sources(folder: Path) -> dict[str, Path]:
    """The files of a folder and of the folders in it, by path within it, in a stable order."""
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix.casefold() in ENDINGS
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def parse(
    files: Mapping[str, Path | bytes | BinaryIO],
    *,
    year: ReturnYear | None,
    known: Collection[str] = frozenset(),
    left_out: Mapping[str, Container[int]] = MappingProxyType({}),
) -> Roll:
    """Read a folder's files. `known` are the CHILD numbers the authority already has.

    The year of a return is worked out from its dates unless given; given one, the latest return
    of the folder is of that year. Lines `left_out`, by file, are as if they were not there.
    """
    roll = Roll()
    found = list(_recognise(files, left_out, roll))
    if not found and not roll.faults:
        roll.faults.add(
            0,
            "",
            "",
            "No CSV file was found",
            "Send the files of the return, its companions, or a children.csv",
        )
    groups: dict[str, list[_Recognised]] = {}
    for one in found:
        if one.format.is_companion:
            _companion(one, year, roll)
        else:
            groups.setdefault(one.path.parent.as_posix(), []).append(one)
    roll.returns = _returns(groups, year, roll)
    _check_children(roll, frozenset(known))
    return roll


def _recognise(
    files: Mapping[str, Path | bytes | BinaryIO],
    left_out: Mapping[str, Container[int]],
    roll: Roll,
) -> Iterator[_Recognised]:
    faults, warnings = roll.faults, roll.warnings
    for name, source in files.items():
        path = PurePosixPath(name)
        try:
            table = opened(source, name=path.name, left_out=left_out.get(name, frozenset()))
        except Unreadable as error:
            one = Faults(file=name)
            one.add(0, "", "", error.message, error.fix)
            faults.extend(one)
            continue
        if table.columns >= MARKS:
            one = Faults(file=name)
            one.add(
                table.header_line,
                "",
                "",
                "This file holds attendance marks and was not read",
                "Load it by itself, as attendance",
            )
            warnings.extend(one)
            continue
        format = recognised(table.columns, name=path.name)
        if format is None:
            one = Faults(file=name)
            one.add(
                table.header_line,
                "",
                "",
                "These headings fit no table of the return and none of its companions",
                "Correct the headings, or take the file out of the folder",
            )
            faults.extend(one)
            continue
        yield _Recognised(path, table, format)


def _companion(one: _Recognised, year: ReturnYear | None, roll: Roll) -> None:
    # Codes of a companion are those of today's lists: it is no return
    table = _read(one, year or ReturnYear(9999), roll)
    roll.companions.append(table)


def _read(one: _Recognised, year: ReturnYear, roll: Roll) -> ReadTable:
    faults, warnings = Faults(file=str(one.path)), Faults(file=str(one.path))
    table = read(one.table, one.format, year=year, faults=faults, warnings=warnings)
    table.file = str(one.path)
    roll.files[str(one.path)] = len(table.rows)
    roll.faults.extend(faults)
    roll.warnings.extend(warnings)
    return table


def _returns(
    groups: Mapping[str, list[_Recognised]], year: ReturnYear | None, roll: Roll
) -> list[Return]:
    years = {folder: _year_of(files) for folder, files in groups.items()}
    latest = max((one for one in years.values() if one), default=None)
    made = []
    for folder, files in groups.items():
        own = years[folder]
        if year and (own is None or own == latest):
            own = year
        one = Return(folder, own or ReturnYear(9999))
        for file in files:
            _refuse_twice(one, file, roll.faults)
            one.tables[file.format.name] = _read(file, one.year, roll)
        if "Header" not in one.tables:
            missing = Faults(file=folder if folder != "." else "the folder")
            missing.add(
                0,
                "",
                "",
                "The return has no Header file",
                "Add the file headed CHILD, SEX, DOB, ETHNIC, UPN, MOTHER, MC_DOB",
            )
            roll.faults.extend(missing)
        made.append(one)
    return sorted(made, key=lambda one: (one.year, one.folder))


def _refuse_twice(made: Return, file: _Recognised, faults: Faults) -> None:
    earlier = made.tables.get(file.format.name)
    if earlier:
        one = Faults(file=str(file.path))
        one.add(
            0,
            "",
            "",
            f"This is a second {file.format.name} table: {earlier.file} is one already",
            "Keep one file for each table, or put each year into a folder of its own",
        )
        faults.extend(one)


def _year_of(files: Iterable[_Recognised]) -> ReturnYear | None:
    """The latest year that a fair share of the return's events lie in: one typing error in a
    date must not change which codes are right.
    """
    years: Counter[ReturnYear] = Counter()
    for file in files:
        columns = [normalised(one) for one in _EVENTS.get(file.format.name.casefold(), ())]
        headings = [normalised(heading) for heading in file.table.header]
        places = [headings.index(column) for column in columns if column in headings]
        if places:
            for _, cells in file.table.rows(Faults()):
                for place in places:
                    if day := _day(cells[place]):
                        years[ReturnYear.of(day)] += 1
    least = max(1.0, years.total() * _FAIR_SHARE)
    return max((one for one, count in years.items() if count >= least), default=None)


def _day(cell: str) -> date | None:
    try:
        return parsed_date(cell.strip()) if cell.strip() else None
    except ValueError:
        return None


def _check_children(roll: Roll, known: frozenset[str]) -> None:
    """A row of a child nobody introduced is a fault of form."""
    everybody = set(known)
    for one in roll.returns:
        here = {row.child for row in one.rows("Header")}
        everybody |= here
        if "Header" not in one.tables or _is_unreadable(one.tables["Header"], roll.faults):
            continue  # said once already; every other row would only repeat it
        for table in one.tables.values():
            _check(table, here, "Header", roll.faults)
    everybody.update(row.child for row in roll.companion_rows("children"))
    for companion in roll.companions:
        if companion.format.name != TABLES["children"].name:
            _check(companion, everybody, "the Header or the roll", roll.faults)


def _is_unreadable(table: ReadTable, faults: Faults) -> bool:
    """Whether a table was refused as a whole, for its encoding or its headings."""
    return not table.rows and any(fault.file == table.file and fault.line <= 1 for fault in faults)


def _check(table: ReadTable, children: Collection[str], where: str, faults: Faults) -> None:
    one = Faults(file=table.file)
    for row in table.rows:
        if row.child not in children:
            one.add(
                row.line,
                "CHILD",
                row.child,
                f"This CHILD is not in {where}, or the row there has a fault",
                "Add or correct the child there, or correct the number",
            )
    faults.extend(one)
