"""The roll: one row a child on a day, with what lists, worklists and figures are made of.

Everything here is one statement over the tables below us, narrowed by the same `visible_to` that
guards a record. Joins that could find two rows are lateral and take one; the rest are unique by
the database (one period of care, home, legal status, main school and adviser at a time).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection

from accounts.models import User
from attendance.rules import PERSISTENT_ABSENCE, SEVERE_ABSENCE, AbsenceBand
from children.models import Child
from children.rules import ADULT
from dashboard.summaries import hidden
from dashboard.summaries.roll_row import RollRow
from pep.rules import BEING_WRITTEN, COUNTS_AS_AGREED, Status
from placements.codes import CUSTODY, REMAND, SHORT_BREAKS
from schools.rules import AcademicYear, Phase, StatisticalTerm, anniversary

FINISHED = tuple(sorted(status.value for status in COUNTS_AS_AGREED))
WRITABLE = tuple(sorted(status.value for status in BEING_WRITTEN))
TO_CHECK = (Status.SENT_TO_CHECK.value, Status.BEING_CHECKED.value)


@dataclass(frozen=True, slots=True)
class RollFilter:
    """What a list is narrowed to. Empty values narrow nothing."""

    name: str = ""  # already folded (children.rules.fold_name)
    year: int | None = None
    band: str = ""
    pep: str = ""
    adviser: UUID | None = None
    area: str = ""
    phase: str = ""
    school_area: str = ""
    school: int | None = None
    new_days: int | None = None
    no_school: bool = False
    only: tuple[UUID, ...] | None = field(default=None)


YEAR = """coalesce(c.year_group_override, e.year_group, %(academic_year)s
    - extract(year from c.date_of_birth)::int
    - (extract(month from c.date_of_birth) >= 9)::int - 4)"""

# Sort key: the joins it needs, and what it sorts by
SORTS: dict[str, tuple[tuple[str, ...], str]] = {
    "name": ((), "c.sort_name"),
    "year": (("e",), YEAR),
    "school": (("s",), "s.name"),
    "pep": (("pep",), "pep.complete_by"),
    "attendance": (("att",), "att.present::float8 / nullif(att.possible, 0)"),
    "meeting": (("meet",), "meet.meeting_at"),
    "adviser": (("ad",), "ad.family_name"),
}

# Who has a PEP, as `pep.rules.is_in_cohort` has it: looked after and not yet 18, in the authority's
# year groups (below Reception only in provision), not in short breaks (COH-3), not looked after
# only by remand to custody (COH-12)
NEEDS_PEP = f"""(care.id IS NOT NULL AND c.date_of_birth > %(eighteen_years_before)s
    AND ({YEAR} >= 0 OR e.id IS NOT NULL)
    AND {YEAR} BETWEEN coalesce(pol.pep_from_year, -2) AND coalesce(pol.pep_to_year, 13)
    AND coalesce(ls.code <> ALL (%(short_breaks)s), true)
    AND NOT (coalesce(pl.kind = ANY (%(custody)s), false)
        AND NOT EXISTS (SELECT 1 FROM placements_legalstatus o WHERE o.child_id = c.id
            AND o.code <> %(remand)s AND (o.ended_on IS NULL OR o.ended_on > care.started_on)
            AND (care.ended_on IS NULL OR o.started_on < care.ended_on))
        AND NOT EXISTS (SELECT 1 FROM children_periodofcare b
            WHERE b.child_id = c.id AND b.ended_on = care.started_on)))"""  # noqa: S608 (our own text)

_HOLDS = "{0}.started_on <= %(day)s AND ({0}.ended_on IS NULL OR {0}.ended_on > %(day)s)"


def _dated(table: str, alias: str, *, more: str = "") -> str:
    return f"LEFT JOIN {table} {alias} ON {alias}.child_id = c.id AND {_HOLDS.format(alias)} {more}"


COUNTS = """sum(t.attending + t.approved) AS present, sum(t.authorised) AS authorised,
    sum(t.unauthorised) AS unauthorised, sum(t.possible) AS possible"""

JOINS = {
    "care": _dated("children_periodofcare", "care"),
    "e": _dated("children_enrolment", "e", more="AND e.kind = 'main'"),
    "s": """LEFT JOIN schools_school s ON s.id = e.school_id
        LEFT JOIN schools_authority sa ON sa.id = s.authority_id""",
    "pl": _dated("placements_placement", "pl"),
    "ls": _dated("placements_legalstatus", "ls"),
    "pol": f"""LEFT JOIN schools_policy pol ON pol.authority_id = c.authority_id
        AND {_HOLDS.format("pol")}""",
    "tm": """LEFT JOIN schools_term tm ON tm.authority_id = c.authority_id
        AND tm.started_on <= %(day)s AND tm.ended_on > %(day)s""",
    "pep": """LEFT JOIN LATERAL (SELECT p.* FROM pep_personaleducationplan p
        WHERE p.authority_id = c.authority_id AND p.child_id = c.id AND p.term_id = tm.id
          AND p.status <> 'superseded'
        ORDER BY p.started_at DESC LIMIT 1) pep ON true""",
    "wait": """LEFT JOIN LATERAL (SELECT count(*) AS waiting FROM pep_plansection x
        WHERE x.plan_id = pep.id AND x.owner = %(owner)s AND x.is_asked AND x.state <> 'complete'
          AND pep.status = ANY (%(writable)s)) wait ON true""",
    "meet": """LEFT JOIN LATERAL (SELECT min(p.meeting_at) AS meeting_at
        FROM pep_personaleducationplan p WHERE p.authority_id = c.authority_id
          AND p.child_id = c.id AND p.meeting_at >= %(day)s) meet ON true""",
    "att": f"""LEFT JOIN LATERAL (SELECT {COUNTS} FROM attendance_termsummary t
        WHERE t.authority_id = c.authority_id AND t.child_id = c.id
          AND t.term_started_on >= %(year_from)s) att ON true""",  # noqa: S608 (our own text)
    "ad": f"""LEFT JOIN children_involvement ai ON ai.child_id = c.id AND ai.role = 'adviser'
        AND NOT ai.is_cover AND {_HOLDS.format("ai")}
        LEFT JOIN accounts_user ad ON ad.id = ai.person_id""",
    "auth": "JOIN schools_authority au ON au.id = c.authority_id",
}
# In the order they may refer to each other, with those each one needs
_NEEDS = {
    "care": (),
    "e": (),
    "s": ("e",),
    "pl": (),
    "ls": (),
    "pol": (),
    "tm": (),
    "pep": ("tm",),
    "wait": ("tm", "pep"),
    "meet": (),
    "att": (),
    "ad": (),
    "auth": (),
}
_FOR_NEEDS_PEP = ("care", "e", "pl", "ls", "pol")

_COLUMNS = f"""c.id, c.authority_id, au.display_name,
    coalesce(nullif(c.known_as, ''), c.given_name), c.family_name, c.date_of_birth,
    {YEAR} AS year, care.started_on, {NEEDS_PEP},
    s.id, coalesce(s.name, ''), coalesce(s.authority_id <> c.authority_id, false),
    coalesce(sa.display_name, ''), coalesce(pl.area, ''),
    pep.id, EXISTS (SELECT 1 FROM pep_personaleducationplan h WHERE h.child_id = c.id),
    coalesce(pep.status, ''), coalesce(pep.kind, ''), pep.complete_by, pep.sent_at,
    coalesce(pep.sections_total, 0), coalesce(pep.sections_complete, 0),
    coalesce(wait.waiting, 0), meet.meeting_at, pep.meeting_at, tm.ended_on, tm.pep_deadline_on,
    coalesce(att.present, 0), coalesce(att.authorised, 0), coalesce(att.unauthorised, 0),
    ad.id, coalesce(concat_ws(' ', ad.given_name, nullif(ad.family_name, '')), ''),
    {hidden.CONFIDENTIAL}"""  # noqa: S608 (our own text)


def params_for(day: date, *, owner: str = "") -> dict[str, Any]:
    """The values every statement over the roll of a day needs."""
    return {
        "day": day,
        "academic_year": AcademicYear.of(day).start_year,
        "year_from": StatisticalTerm(StatisticalTerm.of(day).school_year, _AUTUMN).range.started_on,
        "eighteen_years_before": anniversary(day, -ADULT),
        "owner": owner,
        "writable": list(WRITABLE),
        "short_breaks": sorted(SHORT_BREAKS),
        "custody": sorted(CUSTODY),
        "remand": REMAND,
    }


_AUTUMN = StatisticalTerm.of(date(2000, 9, 1)).season


def visible_sql(user: User) -> tuple[str, dict[str, Any]]:
    """`Child.objects.visible_to(user)` as a subquery with named values.

    Raises EmptyResultSet for who sees nobody.
    """
    sql, values = Child.objects.visible_to(user).values("pk").query.sql_with_params()
    named = {f"v{number}": value for number, value in enumerate(values)}
    numbers: Iterator[int] = iter(range(len(values)))
    return re.sub(r"%s", lambda _: f"%(v{next(numbers)})s", sql), named


def joins(*aliases: str) -> str:
    """The joins named and those they need, each once, in an order that works."""
    wanted = set(aliases)
    for alias in aliases:
        wanted.update(_NEEDS[alias])
    return "\n".join(JOINS[alias] for alias in JOINS if alias in wanted)


_MISSED = "(att.authorised + att.unauthorised)"
BAND_SQL = {
    AbsenceBand.SEVERE: (
        f"att.possible > 0 AND {_MISSED} * {SEVERE_ABSENCE.denominator}"
        f" >= att.possible * {SEVERE_ABSENCE.numerator}"
    ),
    AbsenceBand.PERSISTENT: (
        f"att.possible > 0 AND {_MISSED} * {PERSISTENT_ABSENCE.denominator}"
        f" >= att.possible * {PERSISTENT_ABSENCE.numerator}"
    ),
    AbsenceBand.BELOW_THRESHOLD: (
        f"att.possible > 0 AND {_MISSED} * {PERSISTENT_ABSENCE.denominator}"
        f" < att.possible * {PERSISTENT_ABSENCE.numerator}"
    ),
    AbsenceBand.NO_DATA: "coalesce(att.possible, 0) = 0",
}
PEP_SQL = {
    "overdue": "pep.status = ANY (%(writable)s) AND pep.complete_by < %(day)s",
    "due": "pep.status = ANY (%(writable)s) AND pep.complete_by BETWEEN %(day)s AND %(day)s + 7",
    "with_school": "pep.status = 'with_school'",
    "to_check": "pep.status = ANY (%(to_check)s)",
    "sent_back": "pep.status = 'sent_back'",
    "complete": "pep.status = ANY (%(finished)s)",
    "none": f"pep.id IS NULL AND {NEEDS_PEP}",
}
PHASE_SQL = {
    Phase.EARLY_YEARS.value: f"{YEAR} < 0",
    Phase.PRIMARY.value: f"{YEAR} BETWEEN 0 AND 6",
    Phase.SECONDARY.value: f"{YEAR} BETWEEN 7 AND 11",
    Phase.POST_16.value: f"{YEAR} > 11",
}


def conditions(chosen: RollFilter) -> tuple[list[str], set[str], dict[str, Any]]:
    """A filter as SQL conditions, the joins they need, and their values."""
    where, need = ["care.id IS NOT NULL"], {"care"}
    values: dict[str, Any] = {"finished": list(FINISHED), "to_check": list(TO_CHECK)}

    def narrow(condition: str, *aliases: str, **more: object) -> None:
        where.append(f"({condition})")
        need.update(aliases)
        values.update(more)

    if chosen.name:
        for number, word in enumerate(chosen.name.split()):
            narrow(f"c.sort_name LIKE %(word{number})s", **{f"word{number}": f"%{word}%"})
    if chosen.year is not None:
        narrow(f"{YEAR} = %(year)s", "e", year=chosen.year)
    if chosen.band in BAND_SQL:
        narrow(BAND_SQL[AbsenceBand(chosen.band)], "att")
    if chosen.pep in PEP_SQL:
        narrow(PEP_SQL[chosen.pep], "pep", *(_FOR_NEEDS_PEP if chosen.pep == "none" else ()))
    if chosen.adviser is not None:
        narrow("ai.person_id = %(adviser)s", "ad", adviser=chosen.adviser)
    if chosen.area:
        narrow("pl.area = %(area)s", "pl", area=chosen.area)
    if chosen.phase in PHASE_SQL:
        narrow(PHASE_SQL[chosen.phase], "e")
    if chosen.school_area == "in":
        narrow("s.authority_id = c.authority_id", "s")
    elif chosen.school_area == "out":
        narrow("s.authority_id <> c.authority_id", "s")
    if chosen.school is not None:
        narrow("e.school_id = %(school)s", "e", school=chosen.school)
    if chosen.new_days is not None:
        narrow("care.started_on > %(day)s - %(new_days)s::int", new_days=chosen.new_days)
    if chosen.no_school:
        narrow("e.id IS NULL", "e")
    if chosen.only is not None:
        narrow("c.id = ANY (%(only)s)", only=list(chosen.only))
    return where, need, values


def _apart(user: User, chosen: RollFilter) -> list[str]:
    by_school = bool(chosen.school_area or chosen.school is not None)
    return hidden.conditions(user, by_area=bool(chosen.area), by_school=by_school)


def count(user: User, *, day: date, chosen: RollFilter) -> int:
    """How many children a filter leaves. One query."""
    try:
        visible, visible_values = visible_sql(user)
    except EmptyResultSet:
        return 0
    where, need, values = conditions(chosen)
    where += _apart(user, chosen)
    sql = (
        f"SELECT count(*) FROM children_child c {joins(*sorted(need))} "  # noqa: S608 (our own text)
        f"WHERE c.id IN ({visible}) AND {' AND '.join(where)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {**params_for(day), **visible_values, **values})
        return int(cursor.fetchone()[0])


def children(
    user: User,
    *,
    day: date,
    chosen: RollFilter | None = None,
    owner: str = "",
    sort: str = "name",
    limit: int | None = None,
    offset: int = 0,
) -> list[RollRow]:
    """The children a person sees who are looked after on a day, in order. One query.

    `owner` counts the plan's sections that wait for that part (`waiting`); `sort` is a key of
    `SORTS`, with a minus for downwards; rows without a value come last.
    """
    try:
        visible, visible_values = visible_sql(user)
    except EmptyResultSet:
        return []
    where, need, values = conditions(chosen or RollFilter())
    where += _apart(user, chosen or RollFilter())
    key = sort.removeprefix("-") if sort.removeprefix("-") in SORTS else "name"
    way = "DESC" if sort.startswith("-") else "ASC"
    by = SORTS[key][1]
    if key == "school" and not hidden.knows_schools(user):
        by = f"CASE WHEN NOT {hidden.CONFIDENTIAL} THEN {by} END"
    order = f"{by} {way} NULLS LAST, c.sort_name, c.id"
    # The page is picked with as few joins as its filter and order need; the rest joins 50 rows
    sql = f"""WITH page AS MATERIALIZED (
            SELECT c.id, row_number() OVER (ORDER BY {order}) AS place
            FROM children_child c {joins(*sorted(need), *SORTS[key][0])}
            WHERE c.id IN ({visible}) AND {" AND ".join(where)}
            ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s)
        SELECT {_COLUMNS} FROM page JOIN children_child c ON c.id = page.id {joins(*JOINS)}
        ORDER BY page.place"""  # noqa: S608 (our own text)
    params = {**params_for(day, owner=owner), **visible_values, **values}
    with connection.cursor() as cursor:
        cursor.execute(sql, {**params, "limit": limit, "offset": offset})
        return [hidden.as_seen(RollRow(*row), user) for row in cursor.fetchall()]
