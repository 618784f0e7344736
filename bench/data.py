"""The data of two pages against the same figures by SQL written for the purpose, through psycopg2.

The statements below know this authority and this day, and nothing of filters, roles or units: the
least a person would write to get these numbers. Both sides pass the same wall, as the same role.
"""

from collections.abc import Callable
from contextlib import closing
from datetime import date
from typing import Any

import psycopg2
from django.db import connection
from django.utils import timezone

from accounts.roles import Role
from bench.browsing import Reader, reader
from bench.measuring import Line, Work, interleaved, timed
from dashboard.summaries import overview as figures
from dashboard.summaries import roll
from dashboard.summaries.overview import Scope
from dashboard.views.listing import PER_PAGE
from schools.models import BankHoliday
from schools.rules import AcademicYear, StatisticalTerm, anniversary

HAND_WRITTEN = "hand-written SQL"
OVERVIEW_TARGET, LIST_TARGET = 2, 3
ROUNDS, WARM = 25, 3


def measure(*, children: int) -> list[Line]:
    head = reader(Role.VIRTUAL_SCHOOL_HEAD)
    values = _values(head.seat.authorities[0], timezone.localdate())
    with closing(psycopg2.connect(**connection.get_connection_params())) as bare:
        return [
            _compare(
                "overview",
                lambda: _overview(head),
                lambda: [_ask(bare, sql, values) for sql in (FIGURES, YEAR_BEFORE, WEEKS)],
                same=lambda ours, theirs: _figures(ours) == theirs[0][0][:-3],
                target=OVERVIEW_TARGET,
            ),
            _compare(
                f"children list, {PER_PAGE} rows and how many",
                lambda: _list(head),
                lambda: [_ask(bare, sql, values) for sql in (COUNT, CHILDREN)],
                same=lambda ours, theirs: _rows(ours) == [row[:6] for row in theirs[1]],
                target=LIST_TARGET,
            ),
        ]


def _compare(
    name: str,
    ours: Callable[[], Any],
    theirs: Callable[[], Any],
    *,
    same: Callable[[Any, Any], bool],
    target: float,
) -> Line:
    note = "same answer" if same(ours(), theirs()) else "THE ANSWERS DIFFER"
    timings = interleaved({name: Work(ours), HAND_WRITTEN: Work(theirs)}, rounds=ROUNDS, warm=WARM)
    return timed(
        "Data of a page", name, timings=timings, floor_name=HAND_WRITTEN, target=target, note=note
    )


# What the pages call -----------------------------------------------------------------------------


def _overview(head: Reader) -> Any:
    today = timezone.localdate()
    with head.behind_wall():
        holidays = frozenset(BankHoliday.objects.values_list("on", flat=True))
        now = figures.overview(head.user, Scope(today), today=today, bank_holidays=holidays)
        before = figures.overview(
            head.user,
            Scope(anniversary(today, -1)),
            today=today,
            bank_holidays=holidays,
            marks=False,
        )
        return now, before, figures.weeks(head.user, on=today)


def _list(head: Reader) -> Any:
    today, chosen = timezone.localdate(), roll.RollFilter()
    with head.behind_wall():
        total = roll.count(head.user, day=today, chosen=chosen)
        return total, roll.children(head.user, day=today, chosen=chosen, limit=PER_PAGE)


def _figures(ours: Any) -> tuple[int, ...]:
    """Children, and of each measure how many were counted and found, as `FIGURES` gives them."""
    total = ours[0].total
    rates = [total.rate(slug) for slug in figures.CONDITIONS]
    return (total.children, *(number for rate in rates for number in (rate.counted, rate.met)))


def _rows(ours: Any) -> list[tuple[Any, ...]]:
    return [
        (row.child_id, row.family_name, row.year, row.school_name, row.plan_status, row.present)
        for row in ours[1]
    ]


# The floor ---------------------------------------------------------------------------------------


def _ask(bare: Any, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """One statement behind the wall, in a transaction of its own."""
    with bare, bare.cursor() as cursor:
        cursor.execute("SELECT set_config('app.authorities', %s, true)", [str(values["authority"])])
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _values(authority: int, day: date) -> dict[str, Any]:
    year = AcademicYear.of(day)
    term = StatisticalTerm.of(day).range
    return {
        "authority": authority,
        "day": day,
        "year_before": anniversary(day, -1),
        "eighteen_years_before": anniversary(day, -18),
        "academic_year": year.start_year,
        "year_from": date(year.start_year, 8, 1),
        "september": year.range.started_on,
        "term_from": term.started_on,
        "rows": PER_PAGE,
    }


_ROLL = """
    FROM children_periodofcare care
    JOIN children_child c ON c.id = care.child_id
    LEFT JOIN children_enrolment e ON e.child_id = c.id AND e.kind = 'main'
         AND e.started_on <= %(day)s AND (e.ended_on IS NULL OR e.ended_on > %(day)s)
    LEFT JOIN schools_school s ON s.id = e.school_id
    LEFT JOIN placements_placement pl ON pl.child_id = c.id
         AND pl.started_on <= %(day)s AND (pl.ended_on IS NULL OR pl.ended_on > %(day)s)
    LEFT JOIN placements_legalstatus ls ON ls.child_id = c.id
         AND ls.started_on <= %(day)s AND (ls.ended_on IS NULL OR ls.ended_on > %(day)s)
"""
_LOOKED_AFTER = """care.authority_id = %(authority)s AND care.started_on <= %(day)s
    AND (care.ended_on IS NULL OR care.ended_on > %(day)s)"""
_YEAR = """coalesce(c.year_group_override, e.year_group, %(academic_year)s
    - extract(year from c.date_of_birth)::int - (extract(month from c.date_of_birth) >= 9)::int
    - 4)"""
FIGURES = f"""
WITH term AS (
    SELECT id, started_on, ended_on FROM schools_term
    WHERE authority_id = %(authority)s AND started_on <= %(day)s AND ended_on > %(day)s
), working AS (
    SELECT day::date, row_number() OVER (ORDER BY day) AS place
    FROM generate_series(%(september)s::date - 60, %(day)s, interval '1 day') AS day
    WHERE extract(isodow FROM day) < 6
      AND NOT EXISTS (SELECT 1 FROM schools_bankholiday b WHERE b.on = day::date)
), met AS (
    SELECT p.child_id, bool_or(
        (p.meeting_at AT TIME ZONE 'Europe/London')::date BETWEEN t.started_on
            AND least(t.ended_on - 1, %(day)s)
        AND (coalesce(v.agreed_at, p.agreed_at) AT TIME ZONE 'Europe/London')::date <= %(day)s
    ) AS yes
    FROM term t JOIN pep_personaleducationplan p ON p.term_id = t.id
    LEFT JOIN (SELECT plan_id, min(agreed_at) AS agreed_at FROM pep_agreedversion
               WHERE authority_id = %(authority)s GROUP BY 1) v ON v.plan_id = p.id
    WHERE p.authority_id = %(authority)s GROUP BY 1
), att AS (
    SELECT child_id, sum(possible) AS possible, sum(attending + approved) AS present,
           sum(authorised + unauthorised) AS missed
    FROM attendance_termsummary
    WHERE authority_id = %(authority)s AND term_started_on >= %(year_from)s GROUP BY 1
), base AS MATERIALIZED (
    SELECT c.id, c.sex, pl.area, e.school_id, {_YEAR} AS year,
        CASE WHEN s.authority_id <> c.authority_id THEN s.authority_id END AS elsewhere,
        care.started_on, term.started_on AS term_started_on, met.yes AS is_met,
        att.possible, att.present, att.missed,
        c.date_of_birth > %(eighteen_years_before)s AND (e.id IS NOT NULL OR {_YEAR} >= 0)
            AND {_YEAR} BETWEEN -2 AND 13
            AND ls.code IS DISTINCT FROM 'V3' AND ls.code IS DISTINCT FROM 'V4'
            AND (pl.kind IS NULL OR pl.kind NOT IN ('K1', 'R5')
                OR EXISTS (SELECT 1 FROM placements_legalstatus o
                    WHERE o.child_id = c.id AND o.code <> 'J1'
                      AND (o.ended_on IS NULL OR o.ended_on > care.started_on))
                OR EXISTS (SELECT 1 FROM children_periodofcare b
                    WHERE b.child_id = c.id AND b.ended_on = care.started_on)) AS needs_pep
    {_ROLL} CROSS JOIN term
    LEFT JOIN met ON met.child_id = c.id LEFT JOIN att ON att.child_id = c.id
    WHERE {_LOOKED_AFTER}
), firsts AS (
    SELECT base.id, due.day AS due_on, (SELECT min((coalesce((SELECT min(v.agreed_at)
            FROM pep_agreedversion v WHERE v.plan_id = p.id), p.agreed_at)
            AT TIME ZONE 'Europe/London')::date)
        FROM pep_personaleducationplan p
        WHERE p.child_id = base.id AND p.started_at >= base.started_on) AS agreed_on
    FROM base
    JOIN LATERAL (SELECT count(*) AS before FROM working WHERE day <= base.started_on) w ON true
    JOIN working due ON due.place = w.before + 20
    WHERE base.started_on >= %(september)s::date - 60 AND due.day >= %(september)s
), twentieth AS (
    SELECT (array_agg(day ORDER BY day DESC))[20] - 1 AS day FROM working WHERE day <= %(day)s
)
SELECT count(*), count(*), count(*),
    count(*) FILTER (WHERE area <> ''), count(*) FILTER (WHERE area = 'out'),
    count(*) FILTER (WHERE counts), count(*) FILTER (WHERE counts AND is_met),
    count(due_on) FILTER (WHERE needs_pep),
    count(*) FILTER (WHERE needs_pep AND agreed_on <= due_on),
    count(*) FILTER (WHERE possible > 0), count(*) FILTER (WHERE possible > 0),
    count(*) FILTER (WHERE possible > 0),
    count(*) FILTER (WHERE possible > 0 AND missed * 10 >= possible),
    count(*) FILTER (WHERE possible > 0),
    count(*) FILTER (WHERE possible > 0 AND missed * 2 >= possible),
    count(*) FILTER (WHERE year BETWEEN 0 AND 11),
    count(*) FILTER (WHERE year BETWEEN 0 AND 11 AND school_id IS NULL),
    sum(present), sum(missed), stage
FROM (SELECT *, needs_pep AND started_on <= greatest(term_started_on, twentieth.day) AS counts,
        CASE WHEN year < 0 THEN 'a' WHEN year <= 6 THEN 'b' WHEN year <= 11 THEN 'c' ELSE 'd' END
            AS stage
      FROM base LEFT JOIN firsts USING (id) CROSS JOIN twentieth) every
GROUP BY GROUPING SETS ((), (stage), (elsewhere), (area), (sex))
ORDER BY grouping(stage, elsewhere, area, sex) DESC
"""  # noqa: S608 (our own text)
YEAR_BEFORE = FIGURES.replace("%(day)s", "%(year_before)s")
WEEKS = """
SELECT date_trunc('week', d."on")::date, sum(d.days) FILTER (WHERE c.is_present),
       sum(d.days) FILTER (WHERE c.is_absent AND c.is_authorised),
       sum(d.days) FILTER (WHERE c.is_absent AND NOT c.is_authorised),
       sum(d.days) FILTER (WHERE c.is_possible)
FROM (SELECT d."on", d.am, d.pm, count(*) AS days
      FROM attendance_day d
      JOIN children_periodofcare care ON care.child_id = d.child_id
           AND care.started_on <= d."on" AND (care.ended_on IS NULL OR care.ended_on > d."on")
      WHERE d.authority_id = %(authority)s
        AND (d."on" BETWEEN %(term_from)s AND %(day)s
             OR d."on" BETWEEN %(term_from)s::date - 364 AND %(day)s::date - 364)
      GROUP BY 1, 2, 3) d
CROSS JOIN LATERAL (VALUES (d.am), (d.pm)) half (code)
JOIN attendance_code c ON c.code = half.code AND c.started_on <= d."on"
     AND (c.ended_on IS NULL OR c.ended_on > d."on")
GROUP BY 1
"""
COUNT = f"SELECT count(*) FROM children_periodofcare care WHERE {_LOOKED_AFTER}"  # noqa: S608
CHILDREN = f"""
WITH page AS (
    SELECT c.id FROM children_child c JOIN children_periodofcare care ON care.child_id = c.id
    WHERE c.authority_id = %(authority)s AND {_LOOKED_AFTER}
    ORDER BY c.sort_name, c.id LIMIT %(rows)s
)
SELECT c.id, c.family_name, {_YEAR}, coalesce(s.name, ''), coalesce(pep.status, ''),
    coalesce(att.present, 0), coalesce(nullif(c.known_as, ''), c.given_name), c.date_of_birth,
    pl.area, ls.code, sa.display_name, pep.id, pep.kind, pep.complete_by, pep.sent_at,
    pep.sections_total, pep.sections_complete, pep.meeting_at, term.ended_on, att.authorised,
    att.unauthorised, ad.id, ad.given_name, ad.family_name
{_ROLL}
JOIN page ON page.id = c.id
LEFT JOIN schools_authority sa ON sa.id = s.authority_id
LEFT JOIN schools_term term ON term.authority_id = c.authority_id
     AND term.started_on <= %(day)s AND term.ended_on > %(day)s
LEFT JOIN LATERAL (SELECT * FROM pep_personaleducationplan p
    WHERE p.child_id = c.id AND p.term_id = term.id AND p.status <> 'superseded'
    ORDER BY started_at DESC LIMIT 1) pep ON true
LEFT JOIN LATERAL (SELECT sum(attending + approved) AS present, sum(authorised) AS authorised,
        sum(unauthorised) AS unauthorised FROM attendance_termsummary t
    WHERE t.authority_id = %(authority)s AND t.child_id = c.id
      AND t.term_started_on >= %(year_from)s) att ON true
LEFT JOIN children_involvement ai ON ai.child_id = c.id AND ai.role = 'adviser'
     AND NOT ai.is_cover AND ai.started_on <= %(day)s
     AND (ai.ended_on IS NULL OR ai.ended_on > %(day)s)
LEFT JOIN accounts_user ad ON ad.id = ai.person_id
WHERE {_LOOKED_AFTER}
ORDER BY c.sort_name, c.id
"""  # noqa: S608 (our own text)
