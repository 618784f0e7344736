"""What foreign keys cannot promise, compared row by row: authorities, marks, summaries.

Marks have no foreign keys (decisions 32) and a row's authority is its child's (decisions 4).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection

from attendance.models import Day, ReplacedDay, TermSummary
from children.models import ChildFact
from schools.rules import StatisticalTerm


@dataclass(frozen=True, slots=True)
class Fault:
    """Rows of one table that break one promise; how many, and nothing of whom."""

    table: str
    words: str
    rows: int


def faults(*, authority_id: int) -> Iterator[Fault]:
    """Compare everything of one authority. The wall must be open for it. About 30 queries."""
    for table in _facts():
        yield from _count(
            table,
            "rows whose authority is not their child's",
            f"""SELECT count(*) FROM {table} AS r LEFT JOIN children_child AS c ON c.id = r.child_id
                WHERE r.authority_id = %s AND (c.id IS NULL OR c.authority_id <> r.authority_id)""",  # noqa: S608 (names of our own models)
            authority_id,
        )
    for model in (Day, ReplacedDay, TermSummary):
        table = model._meta.db_table
        yield from _count(
            table,
            "rows without their child",
            f"""SELECT count(*) FROM {table} AS r WHERE r.authority_id = %s AND NOT EXISTS (
                SELECT 1 FROM children_child AS c
                WHERE c.id = r.child_id AND c.authority_id = r.authority_id)""",  # noqa: S608 (as above)
            authority_id,
        )
        yield from _count(
            table,
            "rows without their school",
            f"""SELECT count(*) FROM {table} AS r WHERE r.authority_id = %s AND NOT EXISTS (
                SELECT 1 FROM schools_school AS s WHERE s.id = r.school_id)""",  # noqa: S608 (as above)
            authority_id,
        )
    yield from _marks(authority_id)


def _facts() -> list[str]:
    """Every table of ours that is about a child."""
    return sorted(
        model._meta.db_table for model in apps.get_models() if issubclass(model, ChildFact)
    )


def _count(table: str, words: str, sql: str, authority_id: int) -> Iterator[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [authority_id])
        (rows,) = cursor.fetchone()
    if rows:
        yield Fault(table, words, rows)


def _marks(authority_id: int) -> Iterator[Fault]:
    """Codes in use on their day, and summaries that say what the marks say."""
    table = Day._meta.db_table
    yield from _count(
        table,
        "marks with a code not in use on their day",
        """SELECT count(*) FROM attendance_day AS d
           CROSS JOIN LATERAL (VALUES (d.am), (d.pm)) AS half (code)
           WHERE d.authority_id = %s AND half.code <> '' AND NOT EXISTS (
               SELECT 1 FROM attendance_code AS c
               WHERE c.code = half.code AND c.started_on <= d."on"
                 AND (c.ended_on IS NULL OR c.ended_on > d."on"))""",
        authority_id,
    )
    yield from _summaries(authority_id)


def _summaries(authority_id: int) -> Iterator[Fault]:
    """Add the marks up again, and compare with what is kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT min("on"), max("on") FROM attendance_day WHERE authority_id = %s',
            [authority_id],
        )
        first_on, last_on = cursor.fetchone()
        if first_on is None:
            return
        terms = []
        term = StatisticalTerm.of(first_on)
        while term.range.started_on <= last_on and term.range.ended_on:
            terms.append(term)
            term = StatisticalTerm.of(term.range.ended_on)
        cursor.execute(
            SUMMED_AGAIN,
            {
                "authority": authority_id,
                "starts": [term.range.started_on for term in terms],
                "ends": [term.range.ended_on for term in terms],
            },
        )
        (rows,) = cursor.fetchone()
    if rows:
        yield Fault(TermSummary._meta.db_table, "summaries that are not what the marks say", rows)


SUMMED_AGAIN = """
WITH again AS (
    SELECT d.child_id, d.school_id, t.started_on,
        count(*) FILTER (WHERE c.is_possible) AS possible,
        count(*) FILTER (WHERE c.category = 'attending') AS attending,
        count(*) FILTER (WHERE c.category = 'approved_educational_activity') AS approved,
        count(*) FILTER (WHERE c.category = 'authorised_absence') AS authorised,
        count(*) FILTER (WHERE c.category = 'unauthorised_absence') AS unauthorised
    FROM attendance_day AS d
    JOIN unnest(%(starts)s::date[], %(ends)s::date[]) AS t (started_on, ended_on)
      ON d."on" >= t.started_on AND d."on" < t.ended_on
    CROSS JOIN LATERAL (VALUES (d.am), (d.pm)) AS half (code)
    JOIN attendance_code AS c ON c.code = half.code AND c.started_on <= d."on"
         AND (c.ended_on IS NULL OR c.ended_on > d."on")
    WHERE d.authority_id = %(authority)s
    GROUP BY d.child_id, d.school_id, t.started_on
)
SELECT count(*) FROM again
FULL JOIN (SELECT * FROM attendance_termsummary WHERE authority_id = %(authority)s) AS kept
  ON kept.child_id = again.child_id AND kept.school_id = again.school_id
     AND kept.term_started_on = again.started_on
WHERE (coalesce(kept.possible, 0), coalesce(kept.attending, 0), coalesce(kept.approved, 0),
       coalesce(kept.authorised, 0), coalesce(kept.unauthorised, 0))
   IS DISTINCT FROM
      (coalesce(again.possible, 0), coalesce(again.attending, 0), coalesce(again.approved, 0),
       coalesce(again.authorised, 0), coalesce(again.unauthorised, 0))
"""
