"""Attendance over many marks: kept by statistical term, counted from day rows for the rest.

A session is half a school day. Percentages come from whole numbers, rounded once (decisions 33).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection

from attendance.rules import AttendanceSummary
from schools.rules import ONE_DAY, StatisticalTerm

COUNTED = """
    count(*) FILTER (WHERE c.is_possible) AS possible,
    count(*) FILTER (WHERE c.category = 'attending') AS attending,
    count(*) FILTER (WHERE c.category = 'approved_educational_activity') AS approved,
    count(*) FILTER (WHERE c.category = 'authorised_absence') AS authorised,
    count(*) FILTER (WHERE c.category = 'unauthorised_absence') AS unauthorised
"""
# Each half of a day that has a mark, with what the mark meant on its day
SESSIONS = """
    CROSS JOIN LATERAL (VALUES (d.am), (d.pm)) AS half (code)
    JOIN attendance_code AS c ON c.code = half.code
         AND c.started_on <= d."on" AND (c.ended_on IS NULL OR c.ended_on > d."on")
"""
KEPT = (
    "possible",
    "attending",
    "approved",
    "authorised",
    "unauthorised",
    "late",
    "late_after_close",
    "ill",
    "excluded",
)


class By(StrEnum):
    """What figures are split by, beside the child."""

    CHILD = "child"
    TERM = "term"
    MONTH = "month"
    WEEK = "week"
    SCHOOL = "school"


@dataclass(frozen=True, slots=True)
class Attendance:
    """Sessions of one child, in a period or at a school (`period` is empty for all of them)."""

    child_id: UUID
    upn: str
    period: str
    sessions: AttendanceSummary

    @property
    def key(self) -> str:
        return f"{self.upn}|{self.period}" if self.period else self.upn


def terms_between(first_on: date, last_on: date) -> list[StatisticalTerm]:
    """The statistical terms that a stretch of days touches, both ends included (ATT-11)."""
    terms, day = [], first_on
    while day <= last_on:
        term = StatisticalTerm.of(day)
        terms.append(term)
        end = term.range.ended_on
        if end is None:
            break
        day = end
    return terms


def recompute_terms(
    *, authority_id: int, children: Sequence[UUID], first_on: date, last_on: date
) -> None:
    """Write anew the summaries of these children for the terms these days lie in. Two queries.

    Belongs in the transaction that writes the marks. Rows that come out the same are not touched.
    """
    terms = terms_between(first_on, last_on)
    starts = [term.range.started_on for term in terms]
    ends = [term.range.ended_on for term in terms]
    names = {
        "authority": authority_id,
        "children": list(children),
        "starts": starts,
        "ends": ends,
        "first": starts[0],
        "last": ends[-1],
    }
    columns = ", ".join(KEPT)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO attendance_termsummary AS s
                (authority_id, child_id, school_id, term_started_on, {columns})
            SELECT %(authority)s, d.child_id, d.school_id, t.started_on, {COUNTED},
                count(*) FILTER (WHERE c.code = 'L'), count(*) FILTER (WHERE c.code = 'U'),
                count(*) FILTER (WHERE c.code = 'I'), count(*) FILTER (WHERE c.code = 'E')
            FROM attendance_day AS d
            JOIN unnest(%(starts)s::date[], %(ends)s::date[]) AS t (started_on, ended_on)
              ON d."on" >= t.started_on AND d."on" < t.ended_on
            {SESSIONS}
            WHERE d.authority_id = %(authority)s AND d.child_id = ANY (%(children)s::uuid[])
              AND d."on" >= %(first)s AND d."on" < %(last)s
            GROUP BY d.child_id, d.school_id, t.started_on
            ON CONFLICT (authority_id, child_id, school_id, term_started_on) DO UPDATE
            SET {", ".join(f"{name} = excluded.{name}" for name in KEPT)}
            WHERE ({", ".join(f"s.{name}" for name in KEPT)})
               IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in KEPT)})
            """,  # noqa: S608 (names of our own)
            names,
        )


_PERIODS = {
    By.CHILD: "''",
    By.TERM: "t.name",
    By.MONTH: "to_char(d.\"on\", 'YYYY-MM')",
    By.WEEK: 'to_char(d."on", \'IYYY-"W"IW\')',
    By.SCHOOL: "d.school_id::text",
}


def attendance_of(
    *,
    authority_id: int,
    first_on: date,
    last_on: date,
    by: By = By.CHILD,
    children: Collection[UUID] | None = None,
) -> list[Attendance]:
    """Sessions of each child between two days, both included, over all schools. One query.

    Ordered by UPN and period. A child without a mark in that time is not in the answer. Terms are
    the statistical ones, named like 2025/26 autumn; months 2025-09; weeks 2025-W36; schools by
    URN.
    """
    terms = terms_between(first_on, last_on)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH counted AS MATERIALIZED (
                SELECT d.child_id, {_PERIODS[by]} AS period, {COUNTED}
                FROM attendance_day AS d
                {_TERMS if by is By.TERM else ""}
                {SESSIONS}
                WHERE d.authority_id = %(authority)s
                  AND d."on" >= %(first)s AND d."on" < %(after)s
                  AND (%(children)s IS NULL OR d.child_id = ANY (%(children)s::uuid[]))
                GROUP BY d.child_id, period
            )
            SELECT counted.child_id, child.upn, period, possible, attending, approved,
                   authorised, unauthorised
            FROM counted
            JOIN children_child AS child
              ON child.id = counted.child_id AND child.authority_id = %(authority)s
            ORDER BY child.upn, counted.child_id, period
            """,  # noqa: S608 (names of our own)
            {
                "authority": authority_id,
                "first": first_on,
                "after": last_on + ONE_DAY,
                "children": None if children is None else list(children),
                "starts": [term.range.started_on for term in terms],
                "ends": [term.range.ended_on for term in terms],
                "names": [term_name(term) for term in terms],
            },
        )
        return [_attendance(row) for row in cursor.fetchall()]


_TERMS = """
    JOIN unnest(%(starts)s::date[], %(ends)s::date[], %(names)s::text[])
         AS t (started_on, ended_on, name) ON d."on" >= t.started_on AND d."on" < t.ended_on
"""


def term_name(term: StatisticalTerm) -> str:
    """How a statistical term is written in figures: 2025/26 autumn."""
    return f"{term.school_year}/{(term.school_year + 1) % 100:02} {term.season.value}"


def _attendance(row: tuple[Any, ...]) -> Attendance:
    child_id, upn, period, _, attending, approved, authorised, unauthorised = row
    return Attendance(
        child_id=child_id,
        upn=upn,
        period=period,
        sessions=AttendanceSummary(
            present=attending + approved, authorised=authorised, unauthorised=unauthorised
        ),
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """Attendance as it is written out: counts of sessions, percentages to one decimal."""

    possible: int
    attended: int
    authorised: int
    unauthorised: int
    absent: int
    attendance_pct: Decimal | None
    absence_pct: Decimal | None
    persistent: bool
    severe: bool


def figures(sessions: AttendanceSummary) -> Figures:
    """The figures of a summary. No session possible: no percentage, and neither band (ATT-4)."""
    return Figures(
        possible=sessions.possible,
        attended=sessions.present,
        authorised=sessions.authorised,
        unauthorised=sessions.unauthorised,
        absent=sessions.missed,
        attendance_pct=sessions.attendance_percent(),
        absence_pct=sessions.absence_percent(),
        persistent=sessions.is_persistent,
        severe=sessions.is_severe,
    )
