"""A received file of marks, checked and applied: streamed in, compared as sets, summed up again.

Three steps in one transaction: COPY into a temporary table, write the days that are new or differ
(what they replace is kept), and recompute the summaries of the children touched. Memory does not
grow with the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from io import RawIOBase
from itertools import islice
from typing import Any

from django.db import connection, transaction

from attendance.csv_format import COLUMNS, DayMarks, Marks, repeated
from attendance.summaries import recompute_terms, terms_between
from children.models import Child, Identifier
from files.csv_format import MOST_LISTED, Faults, ImportRefused, Table
from schools.models import School

COPY_BLOCK = 1 << 16  # characters handed to the server at a time
LONGEST_LINE = 128  # characters; more than id, date, URN, two codes and a number can take

RECEIVED = """
CREATE TEMPORARY TABLE marks_received (
    authority_id integer NOT NULL DEFAULT %(authority)s,
    child_id uuid NOT NULL, "on" date NOT NULL, school_id integer NOT NULL,
    am varchar(2) NOT NULL, pm varchar(2) NOT NULL, line integer NOT NULL
) ON COMMIT DROP
"""
# As CSV, where the backslash, a mark of the afternoon, is a letter like others, and no text is NULL
RECEIVE = """
COPY marks_received (child_id, "on", school_id, am, pm, line)
FROM STDIN (FORMAT csv, DELIMITER E'\\t', NULL '\\N')
"""
SAME_DAY = """
    d.authority_id = %(authority)s AND d.child_id = m.child_id AND d."on" = m."on"
    AND d.school_id = m.school_id
"""
# A half the file does not speak of stays as it is
NEW_AM = "coalesce(nullif(m.am, ''), d.am)"
NEW_PM = "coalesce(nullif(m.pm, ''), d.pm)"


@dataclass(slots=True)
class MarksOutcome:
    """What a file of marks did. Rows are sessions as the file has them; days are pairs of them."""

    rows: int = 0
    passed_over: int = 0
    days_added: int = 0
    days_changed: int = 0
    days_unchanged: int = 0
    children: int = 0
    first_on: str = ""
    last_on: str = ""
    warnings: Faults = field(default_factory=Faults)

    @property
    def has_changes(self) -> bool:
        return bool(self.days_added or self.days_changed)

    def counts(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "days": {
                "added": self.days_added,
                "changed": self.days_changed,
                "unchanged": self.days_unchanged,
            },
            "children": self.children,
            "prospective pupils passed over": self.passed_over,
            "first day": self.first_on,
            "last day": self.last_on,
        }


@transaction.atomic
def load_marks(table: Table, *, authority_id: int, load_number: int, today: date) -> MarksOutcome:
    """Take in a file of marks. Safe to repeat: a second time changes nothing.

    The wall must be open for the authority. Raises ImportRefused with every fault of form; then
    nothing was written.
    """
    faults = Faults(file=table.name)
    names: dict[str, Any] = {"authority": authority_id, "load": load_number}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('attendance.load'), %(authority)s)", names
        )
        cursor.execute("DROP TABLE IF EXISTS marks_received, marks_differing, marks_places")
        cursor.execute(RECEIVED, names)
        marks = Marks(
            table,
            children=children_by_upn(authority_id),
            schools=set(School.objects.values_list("pk", flat=True)),
            today=today,
            faults=faults,
        )
        days = CopyText(iter(marks))
        cursor.copy_expert(RECEIVE, days, COPY_BLOCK)
        if not marks.has_no_repeats and _has_days_apart(cursor):
            days.count = _merge_halves(cursor, faults)
        if faults:
            raise ImportRefused(faults)
        outcome = MarksOutcome(
            rows=marks.rows,
            passed_over=marks.passed_over,
            first_on=marks.first_on,
            last_on=marks.last_on,
            warnings=Faults(file=table.name),
        )
        if marks.first_on:
            names["children"] = marks.children_met
            _write_days(cursor, names, days=days.count, outcome=outcome)
    return outcome


def children_by_upn(authority_id: int) -> dict[str, str]:
    """Every UPN a child of the authority has, or had, with the child's id. Two queries."""
    former = Identifier.objects.filter(authority=authority_id, system=Identifier.System.UPN)
    current = Child.objects.filter(authority=authority_id).exclude(upn="")
    found = {upn: str(child) for upn, child in former.values_list("value", "child_id")}
    return found | {upn: str(child) for upn, child in current.values_list("upn", "pk")}


class CopyText(RawIOBase):
    """Days as the text that COPY reads, made only as fast as the server takes it."""

    def __init__(self, days: Iterator[DayMarks]) -> None:
        self._days = days
        self.count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> str:
        lines = [
            f"{child}\t{on}\t{school}\t{am}\t{pm}\t{line}\n"
            for child, on, school, am, pm, line in islice(self._days, max(size, 0) // LONGEST_LINE)
        ]
        self.count += len(lines)
        return "".join(lines)


def _has_days_apart(cursor: Any) -> bool:
    """Whether two rows received are of one day; in a file sorted by date none are."""
    cursor.execute(
        "SELECT EXISTS (SELECT FROM marks_received "
        'GROUP BY child_id, "on", school_id HAVING count(*) > 1)'
    )
    return bool(cursor.fetchone()[0])


def _merge_halves(cursor: Any, faults: Faults) -> int:
    """For a file in no order: find sessions given twice, and bring the halves of a day together.

    Answers how many days that makes.
    """
    cursor.execute(
        """
        SELECT lines, code, same FROM (
            SELECT array_agg(line ORDER BY line) AS lines, max(code) AS code,
                   min(code) = max(code) AS same
            FROM (
                SELECT child_id, "on", school_id, 'am' AS half, am AS code, line
                FROM marks_received WHERE am <> ''
                UNION ALL
                SELECT child_id, "on", school_id, 'pm', pm, line
                FROM marks_received WHERE pm <> ''
            ) AS sessions
            GROUP BY child_id, "on", school_id, half HAVING count(*) > 1
        ) AS twice ORDER BY lines LIMIT %s
        """,
        [MOST_LISTED],
    )
    for lines, code, same in cursor.fetchall():
        for line in lines[1:]:
            repeated(faults, line=line, earlier=lines[0], same=same, code=code)
    if faults:
        return 0
    cursor.execute(
        """
            CREATE TEMPORARY TABLE marks_merged ON COMMIT DROP AS
            SELECT authority_id, child_id, "on", school_id, max(am)::varchar(2) AS am,
                   max(pm)::varchar(2) AS pm, min(line) AS line
            FROM marks_received GROUP BY authority_id, child_id, "on", school_id
            """
    )
    days = int(cursor.rowcount)
    cursor.execute("DROP TABLE marks_received")
    cursor.execute("ALTER TABLE marks_merged RENAME TO marks_received")
    return days


def _write_days(cursor: Any, names: dict[str, Any], *, days: int, outcome: MarksOutcome) -> None:
    first_on, last_on = date.fromisoformat(outcome.first_on), date.fromisoformat(outcome.last_on)
    names = {**names, "first": first_on, "last": last_on}
    terms = [term.range for term in terms_between(first_on, last_on)]
    is_new_term = not _has_days(
        cursor, {**names, "first": terms[0].started_on, "last": terms[-1].ended_on or last_on}
    )
    has_older = not is_new_term and _has_days(cursor, names)
    source = "marks_received"
    if has_older:
        cursor.execute("ANALYZE marks_received (child_id)")
        source = "marks_differing"
        outcome.days_changed = _replace_differing(cursor, names)
    cursor.execute(
        f"""
        INSERT INTO attendance_day (authority_id, child_id, "on", school_id, am, pm, load_number)
        SELECT c.authority_id, m.child_id, m."on", m.school_id, m.am, m.pm, %(load)s
        FROM {source} AS m
        JOIN children_child AS c ON c.id = m.child_id AND c.authority_id = %(authority)s
        {"WHERE m.is_new" if has_older else ""}
        """,  # noqa: S608 (names of our own)
        names,
    )
    outcome.days_added = cursor.rowcount
    outcome.days_unchanged = days - outcome.days_added - outcome.days_changed
    if outcome.has_changes:
        cursor.execute(
            f"""
            CREATE TEMPORARY TABLE marks_places ON COMMIT DROP AS
            SELECT child_id, school_id, min("on") AS first_on, max("on") AS last_on
            FROM {source} GROUP BY child_id, school_id
            """  # noqa: S608 (names of our own)
        )
        cursor.execute("SELECT DISTINCT child_id FROM marks_places")
        touched = [child for (child,) in cursor.fetchall()]
        outcome.children = len(touched)
        recompute_terms(
            authority_id=names["authority"],
            children=None if is_new_term else touched,
            first_on=first_on,
            last_on=last_on,
            # Of a term wholly new what was received is all there is, and quicker to read
            days=source if is_new_term else "attendance_day",
        )
        _warn_of_schools(cursor, source, outcome.warnings)


def _has_days(cursor: Any, names: dict[str, Any]) -> bool:
    """Whether a child of the file has marks of earlier loads between two days."""
    cursor.execute(
        "SELECT EXISTS (SELECT FROM attendance_day WHERE authority_id = %(authority)s "
        'AND child_id = ANY (%(children)s::uuid[]) AND "on" BETWEEN %(first)s AND %(last)s)',
        names,
    )
    return bool(cursor.fetchone()[0])


def _replace_differing(cursor: Any, names: dict[str, Any]) -> int:
    """Set the days that differ from what we have, keeping what they were; answer how many."""
    cursor.execute(
        f"""
        CREATE TEMPORARY TABLE marks_differing ON COMMIT DROP AS
        SELECT m.child_id, m."on", m.school_id, d.child_id IS NULL AS is_new,
               coalesce({NEW_AM}, '') AS am, coalesce({NEW_PM}, '') AS pm
        FROM marks_received AS m
        LEFT JOIN attendance_day AS d ON {SAME_DAY}
             AND d."on" BETWEEN %(first)s AND %(last)s
        WHERE d.child_id IS NULL OR d.am <> {NEW_AM} OR d.pm <> {NEW_PM}
        """,  # noqa: S608 (names of our own)
        names,
    )
    cursor.execute("ANALYZE marks_differing")
    cursor.execute(
        f"""
        INSERT INTO attendance_replacedday
            (authority_id, child_id, "on", school_id, am, pm, load_number, replaced_by)
        SELECT d.authority_id, d.child_id, d."on", d.school_id, d.am, d.pm, d.load_number, %(load)s
        FROM marks_differing AS m JOIN attendance_day AS d ON {SAME_DAY}
        WHERE NOT m.is_new
        """,  # noqa: S608
        names,
    )
    if not cursor.rowcount:
        return 0
    cursor.execute(
        f"""
        UPDATE attendance_day AS d SET am = m.am, pm = m.pm, load_number = %(load)s
        FROM marks_differing AS m WHERE NOT m.is_new AND {SAME_DAY}
        """,  # noqa: S608
        names,
    )
    return int(cursor.rowcount)


def _warn_of_schools(cursor: Any, source: str, warnings: Faults) -> None:
    """Marks at a school where the child was not on roll that day: said, not refused.

    Only of children whose days there do not all lie in one enrolment is each day looked at.
    """
    cursor.execute(
        f"""
        SELECT school_id, count(DISTINCT child_id), count(*)
        FROM {source} AS m JOIN marks_places AS p USING (child_id, school_id)
        WHERE NOT EXISTS (
            SELECT FROM children_enrolment AS e
            WHERE e.child_id = p.child_id AND e.school_id = p.school_id
              AND e.started_on <= p.first_on AND (e.ended_on IS NULL OR e.ended_on > p.last_on)
        ) AND NOT EXISTS (
            SELECT FROM children_enrolment AS e
            WHERE e.child_id = m.child_id AND e.school_id = m.school_id
              AND e.started_on <= m."on" AND (e.ended_on IS NULL OR e.ended_on > m."on")
        )
        GROUP BY school_id ORDER BY school_id
        """  # noqa: S608
    )
    for school, children, days in cursor.fetchall():
        noun = "child has" if children == 1 else "children have"
        warnings.add(
            0,
            COLUMNS[-1],
            "",
            f"{children} {noun} marks of {days} days at school {school} without being on its roll",
            "Check which school they go to, and send enrolments.csv",
        )
