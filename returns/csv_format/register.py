"""The national school register and its links, read into plain rows."""

from collections.abc import Iterator, Mapping
from datetime import date

from files.csv_format import Faults, NotADate, Table, parsed_date, tidy
from schools import codes
from schools.csv_format import LINK_COLUMNS, REGISTER_COLUMNS, LinkRow, RegisterRow
from schools.rules import is_postcode, normalise_postcode

STATUSES = frozenset({1, 2, 3, 4})
LONGEST = {
    "EstablishmentName": 200,
    "TypeOfEstablishment (name)": 100,
    "PhaseOfEducation (name)": 40,
    "Gender (name)": 20,
    "Street": 150,
    "Locality": 150,
    "Town": 100,
    "County (name)": 100,
    "TelephoneNum": 30,
    "SchoolWebsite": 250,
    "Trusts (name)": 200,
}


def schools(table: Table, *, faults: Faults) -> Iterator[RegisterRow]:
    """Each establishment of the extract; what cannot be read is a fault."""
    places = table.locate(REGISTER_COLUMNS, faults=faults)
    if faults:
        return
    seen: dict[int, int] = {}
    for line, cells in table.rows(faults):
        row = _Cells(line, {column: cells[at] for column, at in places.items()}, faults)
        urn = row.number("URN", required=True)
        status = row.number("EstablishmentStatus (code)", required=True)
        if status is not None and status not in STATUSES:
            row.fault(
                "EstablishmentStatus (code)",
                f"{status} is not a status of the register",
                "Use 1 open, 2 closed, 3 proposed to close or 4 proposed to open",
            )
        if urn is not None and urn in seen:
            row.fault(
                "URN", f"This URN is also on line {seen[urn]}", "Keep one row for each school"
            )
        if not row.text("EstablishmentName"):
            row.fault("EstablishmentName", "The name is empty", "Enter the name of the school")
        made = _school(row, urn or 0, status or 0)
        if urn is not None:
            seen.setdefault(urn, line)
        if row.sound:
            yield made


def _school(row: "_Cells", urn: int, status: int) -> RegisterRow:
    postcode = row.text("Postcode")
    tidied = normalise_postcode(postcode) if postcode else ""
    return RegisterRow(
        urn=urn,
        name=row.text("EstablishmentName"),
        authority_code=row.code("LA (code)", width=3),
        establishment_number=row.code("EstablishmentNumber", width=4),
        status=status,
        kind_code=row.code("TypeOfEstablishment (code)"),
        kind=row.meaning("TypeOfEstablishment"),
        group_code=row.code("EstablishmentTypeGroup (code)"),
        phase_code=row.code("PhaseOfEducation (code)"),
        phase=row.meaning("PhaseOfEducation"),
        opened_on=row.date("OpenDate"),
        closed_on=row.date("CloseDate"),
        low_age=row.number("StatutoryLowAge", most=120),
        high_age=row.number("StatutoryHighAge", most=120),
        gender=row.text("Gender (name)"),
        street=row.text("Street"),
        locality=row.text("Locality"),
        town=row.text("Town"),
        county=row.text("County (name)"),
        postcode=tidied if is_postcode(tidied) else postcode[:8],
        phone=row.text("TelephoneNum"),
        website=row.text("SchoolWebsite"),
        ukprn=row.text("UKPRN")[:8],
        trust=row.text("Trusts (name)"),
        easting=row.number("Easting") or None,  # 0 stands for "none" in the register
        northing=row.number("Northing") or None,
    )


def links(table: Table, *, faults: Faults) -> Iterator[LinkRow]:
    """Each predecessor and successor the register names."""
    places = table.locate(LINK_COLUMNS, faults=faults)
    if faults:
        return
    seen: set[tuple[int, int, str]] = set()
    for line, cells in table.rows(faults):
        row = _Cells(line, {column: cells[at] for column, at in places.items()}, faults)
        made = LinkRow(
            urn=row.number("URN", required=True) or 0,
            linked_urn=row.number("LinkURN", required=True) or 0,
            kind=row.text("LinkType")[:60],
            established_on=row.date("LinkEstablishedDate"),
        )
        key = (made.urn, made.linked_urn, made.kind)
        if row.sound and key not in seen:  # the register itself repeats links
            seen.add(key)
            yield made


class _Cells:
    """One row by heading. What cannot be read becomes a fault on its line."""

    __slots__ = ("cells", "faults", "line", "sound")

    def __init__(self, line: int, cells: Mapping[str, str], faults: Faults) -> None:
        self.line, self.cells, self.faults, self.sound = line, cells, faults, True

    def fault(self, column: str, message: str, fix: str) -> None:
        self.sound = False
        self.faults.add(self.line, column, self.cells[column], message, fix)

    def text(self, column: str) -> str:
        text = tidy(self.cells[column])
        return text[: LONGEST.get(column, 1000)]

    def number(self, column: str, *, required: bool = False, most: int = 999_999_999) -> int | None:
        text = self.cells[column].strip()
        if text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most:
            return int(text)
        if text or required:
            self.fault(column, "This is not a number", "Enter the number the register has")
        return None

    def code(self, column: str, *, width: int = 0) -> str:
        """A code without its padding, or padded to a width: files write 2 and 02."""
        text = self.cells[column].strip()
        if text.isascii() and text.isdigit():
            return str(int(text)).zfill(width)
        return text[: width or 3]

    def meaning(self, field: str) -> str:
        """The name beside a code, or the list's own where the file leaves it blank."""
        return self.text(f"{field} (name)") or (
            codes.register_meaning(field, self.cells[f"{field} (code)"]) or ""
        )

    def date(self, column: str) -> date | None:
        text = self.cells[column].strip()
        if not text:
            return None
        try:
            return parsed_date(text)
        except NotADate as error:
            self.fault(column, error.message, error.fix)
            return None
