"""The tables of the return and its companions: headings, what each column holds, row keys.

[SSDA903] for the twelve tables of the return; the companions are ours (they carry what a return
does not: names, schools, the people who work with a child).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from files.csv_format import normalised


class Holds(StrEnum):
    """What a cell of a column is read as."""

    TEXT = "text"
    NAME = "name"  # text that is never repeated in a message
    CHILD = "child"
    DATE = "date"
    PARTIAL_DATE = "partial date"
    CODE = "code"
    NUMBER = "number"
    POSTCODE = "postcode"
    UPN = "upn"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Column:
    """One heading. `must` is filled in every row; the rest may be blank as far as the form goes."""

    name: str
    holds: Holds
    must: bool = False
    code_set: str = ""
    longest: int = 40
    most: int = 40  # the largest number


@dataclass(frozen=True)
class TableFormat:
    """A table by its headings. `key` is what no two rows may share."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    may_lack: Collection[str] = field(default_factory=frozenset)
    is_companion: bool = False

    @cached_property
    def headings(self) -> frozenset[str]:
        return frozenset(normalised(column.name) for column in self.columns)

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Where each column stands in the rows we make, whatever the file's own order."""
        return {column.name: at for at, column in enumerate(self.columns)}


def _text(name: str, *, must: bool = False, longest: int = 40) -> Column:
    return Column(name, Holds.TEXT, must, longest=longest)


def _name(name: str, *, must: bool = False) -> Column:
    return Column(name, Holds.NAME, must, longest=100)


def _date(name: str, *, must: bool = False) -> Column:
    return Column(name, Holds.DATE, must)


def _code(name: str, code_set: str = "", *, must: bool = False) -> Column:
    return Column(name, Holds.CODE, must, code_set or name)


def _flag(name: str) -> Column:
    return Column(name, Holds.CODE, code_set="BOOL")


CHILD = Column("CHILD", Holds.CHILD, must=True, longest=40)
DOB = _date("DOB")

RETURN_TABLES = (
    TableFormat(
        "Header",
        (
            CHILD,
            _code("SEX", must=True),
            _date("DOB", must=True),
            _code("ETHNIC"),
            Column("UPN", Holds.UPN),
            _code("MOTHER"),
            _date("MC_DOB"),
        ),
        key=("CHILD",),
    ),
    TableFormat(
        "Episodes",
        (
            CHILD,
            _date("DECOM", must=True),
            _code("RNE", must=True),
            _code("LS", must=True),
            _code("CIN"),
            _code("PLACE", must=True),
            _code("PLACE_PROVIDER"),
            _date("DEC"),
            _code("REC"),
            _code("REASON_PLACE_CHANGE"),
            Column("HOME_POST", Holds.POSTCODE),
            Column("PL_POST", Holds.POSTCODE),
            _text("URN", longest=8),
        ),
        key=("CHILD", "DECOM"),
    ),
    TableFormat(
        "Reviews",
        (CHILD, DOB, _date("REVIEW", must=True), _code("REVIEW_CODE")),
        key=("CHILD", "REVIEW"),
    ),
    TableFormat("UASC", (CHILD, _code("SEX"), DOB, _date("DUC")), key=("CHILD",)),
    TableFormat(
        "OC2",
        (
            CHILD,
            DOB,
            Column("SDQ_SCORE", Holds.NUMBER),
            _code("SDQ_REASON"),
            _flag("CONVICTED"),
            _flag("HEALTH_CHECK"),
            _flag("IMMUNISATIONS"),
            _flag("TEETH_CHECK"),
            _flag("HEALTH_ASSESSMENT"),
            _flag("SUBSTANCE_MISUSE"),
            _flag("INTERVENTION_RECEIVED"),
            _flag("INTERVENTION_OFFERED"),
        ),
        key=("CHILD",),
    ),
    TableFormat(
        "OC3", (CHILD, DOB, _code("IN_TOUCH"), _code("ACTIV"), _code("ACCOM")), key=("CHILD",)
    ),
    TableFormat(
        "AD1",
        (
            CHILD,
            DOB,
            _date("DATE_INT"),
            _date("DATE_MATCH"),
            _flag("FOSTER_CARE"),
            _code("NB_ADOPTR"),
            _code("SEX_ADOPTR"),
            _code("LS_ADOPTR"),
        ),
        key=("CHILD", "DATE_INT"),
    ),
    TableFormat(
        "PlacedAdoption",
        (
            CHILD,
            DOB,
            _date("DATE_PLACED", must=True),
            _date("DATE_PLACED_CEASED"),
            _code("REASON_PLACED_CEASED"),
        ),
        key=("CHILD", "DATE_PLACED"),
    ),
    TableFormat(
        "PrevPerm",
        (
            CHILD,
            DOB,
            _code("PREV_PERM"),
            _code("LA_PERM"),
            Column("DATE_PERM", Holds.PARTIAL_DATE),
        ),
        key=("CHILD", "PREV_PERM", "DATE_PERM"),
    ),
    TableFormat(
        "Missing",
        (
            CHILD,
            DOB,
            _code("MISSING", must=True),
            _date("MIS_START", must=True),
            _date("MIS_END"),
        ),
        key=("CHILD", "MISSING", "MIS_START"),
    ),
    TableFormat(
        "SWEpisodes",
        (
            CHILD,
            DOB,
            _text("SW_ID", must=True, longest=12),
            _date("SW_DECOM", must=True),
            _date("SW_DEC"),
            _code("SW_REASON"),
        ),
        key=("CHILD", "SW_ID", "SW_DECOM"),
    ),
    TableFormat(
        "DoLo",
        (CHILD, DOB, _date("DOLO_START", must=True), _date("DOLO_END")),
        key=("CHILD", "DOLO_START"),
    ),
)

COMPANION_TABLES = (
    TableFormat(
        "people",
        (
            CHILD,
            _name("given_name", must=True),
            _name("family_name", must=True),
            _name("known_as"),
        ),
        key=("CHILD",),
        may_lack={"known_as"},
        is_companion=True,
    ),
    TableFormat(
        "enrolments",
        (
            CHILD,
            Column("UPN", Holds.UPN),
            Column("URN", Holds.NUMBER, must=True, most=999_999_999),
            _date("start", must=True),
            _date("end"),
            Column("nc_year", Holds.NUMBER, most=14),
            _code("kind", "ENROLMENT_KIND"),
            _code("sen", "SEN"),
        ),
        key=("CHILD", "URN", "start"),
        may_lack={"UPN", "nc_year", "kind", "sen"},
        is_companion=True,
    ),
    TableFormat(
        "involvements",
        (
            CHILD,
            _code("role", "INVOLVED_ROLE", must=True),
            Column("email", Holds.EMAIL, must=True, longest=254),
            _date("start", must=True),
            _date("end"),
        ),
        key=("CHILD", "role", "email", "start"),
        is_companion=True,
    ),
    TableFormat(
        "children",
        (
            CHILD,
            Column("UPN", Holds.UPN),
            _name("given_name", must=True),
            _name("family_name", must=True),
            _name("known_as"),
            _date("date_of_birth", must=True),
            _code("sex", "SEX", must=True),
            _code("ethnicity", "ETHNIC"),
            _date("care_start", must=True),
            _code("legal_status", "LS"),
        ),
        key=("CHILD",),
        may_lack={"known_as"},
        is_companion=True,
    ),
)

TABLES = {table.name: table for table in RETURN_TABLES + COMPANION_TABLES}

# Words of the companion files for what the service stores. Compared without regard to case.
ENROLMENT_KINDS = {
    "main": "main",
    "dual main": "main",
    "subsidiary": "subsidiary",
    "dual subsidiary": "subsidiary",
    "second": "subsidiary",
    "guest": "guest",
}
SEN = {
    "ehc plan": "E",
    "ehcp": "E",
    "e": "E",
    "sen support": "K",
    "k": "K",
    "none": "N",
    "no sen": "N",
    "n": "N",
}
INVOLVED_ROLES = {
    "social worker": "social_worker",
    "adviser": "adviser",
    "reviewing officer": "reviewing_officer",
    "independent reviewing officer": "reviewing_officer",
    "iro": "reviewing_officer",
    "carer": "carer",
    "foster carer": "carer",
    "personal adviser": "personal_adviser",
    "young person": "young_person",
}

LEAST_COVERED = 0.5  # share of a table's headings a file has when it is taken for that table


def recognised(headings: Collection[str], *, name: str = "") -> TableFormat | None:
    """The table whose headings these are, or nearly are; the file's name only breaks a tie."""
    given = frozenset(headings)
    stem = normalised(name.rsplit(".", 1)[0])

    def likeness(table: TableFormat) -> tuple[float, bool]:
        alike = len(given & table.headings) / len(given | table.headings)
        return alike, normalised(table.name) in stem

    best = max(TABLES.values(), key=likeness)
    covered = len(given & best.headings) / len(best.headings)
    return best if covered >= LEAST_COVERED else None
