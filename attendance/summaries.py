"""Attendance over many marks: kept by statistical term, counted from day rows for the rest.

A session is half a school day. Percentages come from whole numbers, rounded once (decisions 33).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection

from attendance.codes import codes
from attendance.models import TermSummary
from attendance.rules import AttendanceSummary
from schools.rules import ONE_DAY, StatisticalTerm, add_months

# Days are counted by piece of time and pair of codes first, and only those few counts meet the
# code list: a hundred times fewer rows to join than there are sessions.
PAIRS = """
    SELECT d.child_id, d.school_id, width_bucket(d."on", %(starts)s::date[]) AS piece,
           d.am, d.pm, count(*)::integer AS days
    FROM {days} AS d
    WHERE d.authority_id = %(authority)s AND d."on" >= %(first)s AND d."on" < %(after)s
      AND (%(children)s::uuid[] IS NULL OR d.child_id = ANY (%(children)s::uuid[]))
    GROUP BY d.child_id, d.school_id, piece, d.am, d.pm
"""
# Each half that has a mark, with what the mark meant in that piece of time. Unnested in the list of
# columns: a lateral join would look the codes up pair by pair
SESSIONS = f"""
    (SELECT child_id, school_id, piece, unnest(ARRAY[am, pm]) AS code, days
     FROM ({PAIRS}) AS pairs) AS sessions
    JOIN unnest(%(starts)s::date[], %(names)s::text[]) WITH ORDINALITY
         AS pieces (started_on, name, place) ON pieces.place = sessions.piece
    JOIN attendance_code AS c ON c.code = sessions.code AND c.started_on <= pieces.started_on
         AND (c.ended_on IS NULL OR c.ended_on > pieces.started_on)
"""  # noqa: S608 (names of our own)


def _sum(condition: str) -> str:
    return f"coalesce(sum(days) FILTER (WHERE {condition}), 0)"


COUNTED = f"""
    {_sum("c.is_possible")} AS possible,
    {_sum("c.category = 'attending'")} AS attending,
    {_sum("c.category = 'approved_educational_activity'")} AS approved,
    {_sum("c.category = 'authorised_absence'")} AS authorised,
    {_sum("c.category = 'unauthorised_absence'")} AS unauthorised
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
RECOMPUTE = f"""
    INSERT INTO attendance_termsummary AS s
        (authority_id, child_id, school_id, term_started_on, {", ".join(KEPT)})
    SELECT %(authority)s, child_id, school_id, name::date, {COUNTED},
        {_sum("c.code = 'L'")}, {_sum("c.code = 'U'")},
        {_sum("c.code = 'I'")}, {_sum("c.code = 'E'")}
    FROM {SESSIONS}
    GROUP BY child_id, school_id, name
    ON CONFLICT (authority_id, child_id, school_id, term_started_on) DO UPDATE
    SET {", ".join(f"{name} = excluded.{name}" for name in KEPT)}
    WHERE ({", ".join(f"s.{name}" for name in KEPT)})
       IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in KEPT)})
"""  # noqa: S608 (names of our own)


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


def _pieces(periods: Sequence[tuple[date, str]], *, after: date) -> tuple[list[date], list[str]]:
    """Periods cut where the list of codes changed: within a piece each code has one meaning."""
    changes = {day for code in codes().values() for day in (code.started_on, code.ended_on) if day}
    starts, names = [], []
    ends = [start for start, _ in periods[1:]] + [after]
    for (start, name), end in zip(periods, ends, strict=True):
        for day in sorted({start} | {day for day in changes if start < day < end}):
            starts.append(day)
            names.append(name)
    return starts, names


def recompute_terms(
    *,
    authority_id: int,
    children: Sequence[UUID] | None,
    first_on: date,
    last_on: date,
    days: str = "attendance_day",
) -> None:
    """Write anew the summaries of these children for the terms these days lie in.

    Counted from the table `days`; of all children in it where none are named. Belongs in the
    transaction that writes the marks. Rows that come out the same are not touched.
    """
    terms = terms_between(first_on, last_on)
    after = terms[-1].range.ended_on or last_on + ONE_DAY
    starts, names = _pieces(
        [(term.range.started_on, str(term.range.started_on)) for term in terms], after=after
    )
    with connection.cursor() as cursor:
        # Of marks just written the planner knows nothing: it would take them for one row, sort
        # where it should hash, and read the list of codes again for every pair
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_nestloop = off")
        cursor.execute(
            RECOMPUTE.format(days=days),
            {
                "authority": authority_id,
                "children": None if children is None else list(children),
                "starts": starts,
                "names": names,
                "first": starts[0],
                "after": after,
            },
        )
        cursor.execute("SET LOCAL enable_sort = DEFAULT; SET LOCAL enable_nestloop = DEFAULT")


def _periods(by: By, first_on: date, last_on: date) -> list[tuple[date, str]]:
    """The first day and the name of each period that a stretch of days touches."""
    match by:
        case By.TERM:
            terms = terms_between(first_on, last_on)
            return [(term.range.started_on, term_name(term)) for term in terms]
        case By.MONTH:
            months = [first_on.replace(day=1)]
            while (following := add_months(months[-1], 1)) <= last_on:
                months.append(following)
            return [(month, f"{month:%Y-%m}") for month in months]
        case By.WEEK:
            monday = first_on - timedelta(days=first_on.weekday())
            weeks = [monday + timedelta(days=n) for n in range(0, (last_on - monday).days + 1, 7)]
            return [(week, f"{week:%G-W%V}") for week in weeks]
    return [(first_on, "")]


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
    after = last_on + ONE_DAY
    starts, names = _pieces(_periods(by, first_on, last_on), after=after)
    period = "school_id::text" if by is By.SCHOOL else "name"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH counted AS MATERIALIZED (
                SELECT child_id, {period} AS period, {COUNTED}
                FROM {SESSIONS.format(days="attendance_day")}
                GROUP BY child_id, {period}
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
                "children": None if children is None else list(children),
                "starts": starts,
                "names": names,
                "first": first_on,
                "after": after,
            },
        )
        return [_attendance(row) for row in cursor.fetchall()]


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
            present=int(attending + approved),
            authorised=int(authorised),
            unauthorised=int(unauthorised),
        ),
    )


def sessions_of(kept: TermSummary) -> AttendanceSummary:
    """The sessions of one kept summary: a child, a school, a term."""
    return AttendanceSummary(
        present=kept.attending + kept.approved,
        authorised=kept.authorised,
        unauthorised=kept.unauthorised,
    )


def attendance_since(*, authority_id: int, child_id: UUID, first_on: date) -> AttendanceSummary:
    """Sessions of one child in the terms that begin on a day or later, over all schools.

    One query, of what is kept by term.
    """
    kept = TermSummary.objects.filter(
        authority_id=authority_id, child_id=child_id, term_started_on__gte=first_on
    )
    return sum(map(sessions_of, kept), AttendanceSummary())


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
