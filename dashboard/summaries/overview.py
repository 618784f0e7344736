"""The overview's figures, counted from the roll of a day. Three statements for a whole page.

Everything is exact whole numbers; percentages are made when shown (decisions 33).
"""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection

from accounts.models import User
from accounts.permissions import Permission
from attendance.rules import AbsenceBand, AttendanceSummary
from dashboard.measures import Slug
from dashboard.summaries import roll
from pep.rules import COMPLETE_DAYS, Rate
from quality import summaries as quality
from schools.rules import AcademicYear, StatisticalTerm, add_working_days, is_working_day

FIRST_SCHOOL_YEAR, LAST_SCHOOL_YEAR = 0, 11  # Reception to Year 11


@dataclass(frozen=True, slots=True)
class Scope:
    """The children a page of figures is about: on a day, of a phase, at schools in or outside."""

    on: date
    phase: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of some children: how many, each measure's rate, the sum of their sessions."""

    label: str
    children: int
    left_since: int  # of these, how many are known to have left care after the day
    rates: dict[Slug, Rate]
    sessions: AttendanceSummary
    with_gap: int = 0  # of the plans on time: agreed without a part that somebody still owes

    def rate(self, slug: Slug) -> Rate:
        return self.rates.get(slug, Rate(0, 0))


@dataclass(frozen=True, slots=True)
class Overview:
    """Figures of a scope, and of its parts."""

    total: Group
    phases: list[Group]
    school_areas: list[Group]  # authorities of schools elsewhere
    homes: list[Group]
    sexes: list[Group]
    has_term: bool
    unseen: int = 0  # graded plans left out: the reader is to mark them a second time


# counted, met: over the columns of `base`
CONDITIONS = {
    Slug.ON_ROLL: ("true", "true"),
    Slug.OUT_OF_AREA: ("area <> ''", "area = 'out'"),
    Slug.PEPS_ON_TIME: ("counts_in_term", "is_met"),
    Slug.FIRST_PEPS: ("counts_first", "is_first_in_time"),
    Slug.ATTENDANCE: ("possible > 0", "true"),
    Slug.PERSISTENTLY_ABSENT: ("possible > 0", "is_persistent"),
    Slug.SEVERELY_ABSENT: ("possible > 0", "is_severe"),
    Slug.NO_SCHOOL: ("is_school_age", "school_id IS NULL"),
}

_BAND = roll.BAND_SQL
# Met in the term and agreed by the day, PEPM-1
_MET = """(p.meeting_at AT TIME ZONE 'Europe/London')::date BETWEEN t.started_on
                AND least(t.ended_on - 1, %(day)s)
            AND (least(p.agreed_at, v.agreed_at) AT TIME ZONE 'Europe/London')::date <= %(day)s"""
_BASE = f"""
    SELECT c.id, c.sex, care.ended_on IS NOT NULL AS has_left, s.id AS school_id,
        coalesce(pl.area, '') AS area, tm.id AS term_id,
        CASE WHEN {roll.YEAR} < 0 THEN 'EY' WHEN {roll.YEAR} <= 6 THEN 'PR'
             WHEN {roll.YEAR} <= 11 THEN 'SE' ELSE 'P16' END AS phase,
        CASE WHEN s.authority_id <> c.authority_id THEN sa.display_name END AS elsewhere,
        {roll.YEAR} BETWEEN {FIRST_SCHOOL_YEAR} AND {LAST_SCHOOL_YEAR} AS is_school_age,
        (tm.id IS NOT NULL AND {roll.NEEDS_PEP}
            AND (care.started_on <= tm.started_on OR care.started_on <= %(twenty_days_before)s)
        ) AS counts_in_term,
        coalesce(met.is_met, false) AS is_met,
        coalesce(met.is_met AND NOT met.is_whole, false) AS has_gap,
        (first.due_on IS NOT NULL AND {roll.NEEDS_PEP}) AS counts_first,
        CASE WHEN first.due_on IS NULL THEN false ELSE coalesce((
            SELECT min((least(p.agreed_at, (SELECT min(v.agreed_at) FROM pep_agreedversion v
                WHERE v.plan_id = p.id)) AT TIME ZONE 'Europe/London')::date)
            FROM pep_personaleducationplan p
            WHERE p.child_id = c.id AND p.started_at >= care.started_on
        ) <= first.due_on, false) END AS is_first_in_time,
        coalesce(att.possible, 0) AS possible, coalesce(att.present, 0) AS present,
        coalesce(att.authorised, 0) AS authorised, coalesce(att.unauthorised, 0) AS unauthorised,
        ({_BAND[AbsenceBand.PERSISTENT]}) AS is_persistent,
        ({_BAND[AbsenceBand.SEVERE]}) AS is_severe
    FROM children_child c
    {roll.joins("care", "e", "s", "pl", "ls", "pol", "tm")}
    LEFT JOIN (
        SELECT p.child_id, p.term_id, bool_or({_MET}) AS is_met,
            bool_or({_MET} AND NOT EXISTS (SELECT 1 FROM pep_gap g WHERE g.plan_id = p.id
                AND (g.named_at AT TIME ZONE 'Europe/London')::date <= %(day)s
                AND (g.closed_at IS NULL
                     OR (g.closed_at AT TIME ZONE 'Europe/London')::date > %(day)s))) AS is_whole
        FROM pep_personaleducationplan p
        JOIN schools_term t ON t.id = p.term_id
             AND t.started_on <= %(day)s AND t.ended_on > %(day)s
        LEFT JOIN (SELECT plan_id, min(agreed_at) AS agreed_at FROM pep_agreedversion
                   GROUP BY plan_id) v ON v.plan_id = p.id
        GROUP BY p.child_id, p.term_id
    ) met ON met.child_id = c.id AND met.term_id = tm.id
    LEFT JOIN unnest(%(care_starts)s::date[], %(first_dues)s::date[]) AS first (started_on, due_on)
        ON first.started_on = care.started_on
    LEFT JOIN ({{attendance}}) att ON att.child_id = c.id
    WHERE c.id IN ({{scope}}) AND care.id IS NOT NULL {{narrowed}}
"""  # noqa: S608 (our own text)

# The school year so far: kept sums while the day is today; for a past day, kept sums of the terms
# that were over, and the marks of the one it lies in
_KEPT = f"""SELECT t.child_id, {roll.COUNTS} FROM attendance_termsummary t
    WHERE t.term_started_on >= %(year_from)s GROUP BY t.child_id"""  # noqa: S608 (our own text)
# Days are counted by pair of codes first: far fewer rows meet the code list than there are sessions
_COUNTED = """
    coalesce(sum(days) FILTER (WHERE code.is_present), 0)::int AS present,
    coalesce(sum(days) FILTER (WHERE code.is_absent AND code.is_authorised), 0)::int AS authorised,
    coalesce(sum(days) FILTER (WHERE code.is_absent AND NOT code.is_authorised), 0)::int
        AS unauthorised,
    coalesce(sum(days) FILTER (WHERE code.is_possible), 0)::int AS possible"""
_HALVES = """CROSS JOIN LATERAL (VALUES (pairs.am), (pairs.pm)) half (mark)
    JOIN attendance_code code ON code.code = half.mark AND code.started_on <= {day}
         AND (code.ended_on IS NULL OR code.ended_on > {day})"""
# Codes are replaced between school years, never within one: those of the day count for its year
_FROM_MARKS = f"""SELECT child_id, sum(present) AS present, sum(authorised) AS authorised,
        sum(unauthorised) AS unauthorised, sum(possible) AS possible
    FROM (SELECT t.child_id, {roll.COUNTS} FROM attendance_termsummary t
          WHERE t.term_started_on >= %(year_from)s AND t.term_started_on < %(term_from)s
          GROUP BY t.child_id
          UNION ALL
          SELECT pairs.child_id, {_COUNTED}
          FROM (SELECT d.child_id, d.am, d.pm, count(*) AS days FROM attendance_day d
                WHERE d."on" >= %(term_from)s AND d."on" <= %(day)s
                GROUP BY d.child_id, d.am, d.pm) pairs
          {_HALVES.format(day="%(day)s")} GROUP BY pairs.child_id) so_far
    GROUP BY child_id"""  # noqa: S608 (our own text)
_NONE = """SELECT NULL::uuid AS child_id, 0 AS present, 0 AS authorised, 0 AS unauthorised,
    0 AS possible WHERE false"""


def scope_sql(user: User) -> tuple[str, dict[str, Any]]:
    """The children whose figures a person sees: their own, or the authority's for figures only.

    Raises EmptyResultSet for who sees no figures.
    """
    seat = user.seat
    if user.may(Permission.SEE_CHILDREN):
        return roll.visible_sql(user)
    if seat is None or seat.authority_id is None or not user.may(Permission.SEE_FIGURES):
        raise EmptyResultSet
    sql = "SELECT id FROM children_child WHERE authority_id = %(scope_authority)s"
    return sql, {"scope_authority": seat.authority_id}


def twenty_days_before(snapshot: date, *, bank_holidays: Collection[date]) -> date:
    """The last day a period of care may begin to have its 20th working day by the snapshot."""
    day = snapshot
    while add_working_days(day, COMPLETE_DAYS, bank_holidays) > snapshot:
        day -= timedelta(days=1)
    return day


def twentieth_days(
    first_on: date, last_on: date, *, bank_holidays: Collection[date]
) -> dict[date, date]:
    """Map each day care may begin to its 20th working day, where that falls between two days.

    The event's own day is day 0, as in `schools.rules.add_working_days`.
    """
    earliest = first_on - timedelta(days=3 * COMPLETE_DAYS)
    every = [earliest + timedelta(days=n) for n in range((last_on - earliest).days + 1)]
    working = [day for day in every if is_working_day(day, bank_holidays=bank_holidays)]
    found = {}
    for day in every:
        place = bisect_right(working, day) + COMPLETE_DAYS - 1
        if place < len(working) and first_on <= working[place] <= last_on:
            found[day] = working[place]
    return found


def _base(
    user: User, scope: Scope, *, today: date, bank_holidays: Collection[date], marks: bool
) -> tuple[str, dict[str, Any]]:
    """The statement that makes one row a child, and its values."""
    visible, values = scope_sql(user)
    narrowed = ""
    if scope.phase in roll.PHASE_SQL:
        narrowed += f" AND {roll.PHASE_SQL[scope.phase]}"
    if scope.location:
        narrowed += f" AND s.authority_id {'=' if scope.location == 'in' else '<>'} c.authority_id"
    attendance = (_KEPT if scope.on >= today else _FROM_MARKS) if marks else _NONE
    sql = _BASE.format(attendance=attendance, scope=visible, narrowed=narrowed)
    year_start = AcademicYear.of(scope.on).range.started_on
    firsts = twentieth_days(year_start, scope.on, bank_holidays=bank_holidays)
    return sql, {
        **roll.params_for(scope.on),
        **values,
        "term_from": StatisticalTerm.of(scope.on).range.started_on,
        "twenty_days_before": twenty_days_before(scope.on, bank_holidays=bank_holidays),
        "care_starts": list(firsts),
        "first_dues": list(firsts.values()),
    }


_FILTERED = ", ".join(
    f"count(*) FILTER (WHERE {counted}), count(*) FILTER (WHERE {counted} AND {met})"
    for counted, met in CONDITIONS.values()
)


def overview(
    user: User,
    scope: Scope,
    *,
    today: date,
    bank_holidays: Collection[date],
    marks: bool = True,
    grades: bool = False,
) -> Overview | None:
    """Every measure for a scope, whole and by part; None for who sees no figures. One query.

    `grades`: with how good the plans are, counted where checks are kept, by plan and not by child;
    one query more.
    `marks`: leave attendance out where it is not asked for.
    """
    try:
        base, values = _base(user, scope, today=today, bank_holidays=bank_holidays, marks=marks)
    except EmptyResultSet:
        return None
    sql = f"""WITH base AS MATERIALIZED ({base})
        SELECT grouping(phase, elsewhere, area, sex), coalesce(phase, elsewhere, area, sex),
            count(*), count(*) FILTER (WHERE has_left), count(term_id),
            sum(present), sum(authorised), sum(unauthorised),
            count(*) FILTER (WHERE counts_in_term AND has_gap), {_FILTERED}
        FROM base GROUP BY GROUPING SETS ((), (phase), (elsewhere), (area), (sex))
        ORDER BY 1, 3 DESC, 2"""  # noqa: S608 (our own text)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    by_set: dict[int, list[Group]] = {}
    for row in rows:
        by_set.setdefault(row[0], []).append(_group(row))
    whole = next(row for row in rows if row[0] == _WHOLE)
    total = by_set[_WHOLE][0]
    unseen = 0
    if grades:
        figure = quality.of_term(user, on=scope.on, phase=scope.phase, location=scope.location)
        total.rates[Slug.GOOD_PEPS], unseen = figure.rate, figure.left_out
    return Overview(
        total=total,
        phases=by_set.get(_BY_PHASE, []),
        school_areas=[group for group in by_set.get(_BY_ELSEWHERE, []) if group.label],
        homes=by_set.get(_BY_AREA, []),
        sexes=by_set.get(_BY_SEX, []),
        has_term=bool(whole[4]),
        unseen=unseen,
    )


# grouping(): a bit is set for each column that is not part of the set
_WHOLE, _BY_PHASE, _BY_ELSEWHERE, _BY_AREA, _BY_SEX = 0b1111, 0b0111, 0b1011, 0b1101, 0b1110


def _group(row: tuple[Any, ...]) -> Group:
    _, label, children, left_since, _, present, authorised, unauthorised, with_gap, *counts = row
    pairs = zip(counts[::2], counts[1::2], strict=True)
    return Group(
        label=label or "",
        children=children,
        left_since=left_since,
        rates={
            slug: Rate(met, counted) for slug, (counted, met) in zip(CONDITIONS, pairs, strict=True)
        },
        sessions=AttendanceSummary(
            present=int(present or 0),
            authorised=int(authorised or 0),
            unauthorised=int(unauthorised or 0),
        ),
        with_gap=with_gap,
    )


def children_behind(
    user: User,
    scope: Scope,
    *,
    slug: Slug,
    missed: bool,
    today: date,
    bank_holidays: Collection[date],
) -> tuple[UUID, ...]:
    """The children a measure finds, or those it counts and misses. One query."""
    try:
        base, values = _base(user, scope, today=today, bank_holidays=bank_holidays, marks=True)
    except EmptyResultSet:
        return ()
    counted, met = CONDITIONS[slug]
    side = f"NOT ({met})" if missed else f"({met})"
    sql = f"SELECT id FROM ({base}) base WHERE ({counted}) AND {side}"  # noqa: S608 (our own text)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return tuple(child for (child,) in cursor.fetchall())


# Attendance by week ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Week:
    """One week of a term: sessions of the children then looked after, now and a year before."""

    monday: date
    now: AttendanceSummary | None
    before: AttendanceSummary | None


A_YEAR_OF_WEEKS = timedelta(weeks=52)


def weeks(user: User, *, on: date) -> list[Week]:
    """Attendance by week of the present statistical term, beside the same weeks a year ago.

    Marks count on days the child was looked after. Weeks are compared 52 weeks apart. One query.
    """
    try:
        visible, values = scope_sql(user)
    except EmptyResultSet:
        return []
    term = StatisticalTerm.of(on).range
    first = term.started_on - timedelta(days=term.started_on.weekday())
    sql = f"""
        SELECT date_trunc('week', pairs."on")::date AS monday, {_COUNTED}
        FROM (SELECT d."on", d.am, d.pm, count(*) AS days FROM attendance_day d
              JOIN children_periodofcare care ON care.child_id = d.child_id
                   AND care.started_on <= d."on"
                   AND (care.ended_on IS NULL OR care.ended_on > d."on")
              WHERE d.child_id IN ({visible})
                AND (d."on" BETWEEN %(first)s AND %(last)s
                     OR d."on" BETWEEN %(first_before)s AND %(last_before)s)
              GROUP BY d."on", d.am, d.pm) pairs
        {_HALVES.format(day='pairs."on"')} GROUP BY 1"""  # noqa: S608 (our own text)
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            {
                **values,
                "first": first,
                "last": on,
                "first_before": first - A_YEAR_OF_WEEKS,
                "last_before": on - A_YEAR_OF_WEEKS,
            },
        )
        found = {row[0]: row for row in cursor.fetchall()}
    mondays = [first + timedelta(weeks=n) for n in range((on - first).days // 7 + 1)]
    every = [_week(monday, found) for monday in mondays]
    known = [number for number, week in enumerate(every) if week.now or week.before]
    return every[known[0] : known[-1] + 1] if known else []


def _week(monday: date, found: dict[date, tuple[Any, ...]]) -> Week:
    now, before = found.get(monday), found.get(monday - A_YEAR_OF_WEEKS)
    return Week(monday=monday, now=_sessions(now), before=_sessions(before))


def _sessions(row: tuple[Any, ...] | None) -> AttendanceSummary | None:
    """The week's sums; None for a week without a possible session (a holiday): a gap."""
    if row is None or not row[-1]:
        return None
    _, present, authorised, unauthorised, _ = row
    return AttendanceSummary(present=present, authorised=authorised, unauthorised=unauthorised)
