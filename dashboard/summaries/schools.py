"""Schools with children of ours today, and how those children do there."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import EmptyResultSet
from django.db import connection

from accounts.models import User
from attendance.rules import AttendanceSummary
from dashboard.summaries import roll
from pep.rules import Rate
from schools.models import School


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A school and the looked-after children a person sees there."""

    id: int
    name: str
    authority: str
    is_outside: bool
    phase: str  # or its kind, where the register gives no phase: special, alternative
    is_closed: bool
    children: int
    plans: Rate  # agreed this term, of those who have one
    sessions: AttendanceSummary


def schools(user: User, *, on: date, name: str = "") -> list[SchoolRow]:
    """Every school where a child the person sees is on roll on a day, by name. One query."""
    try:
        visible, values = roll.visible_sql(user)
    except EmptyResultSet:
        return []
    where = "AND s.name ILIKE %(name)s" if name else ""
    sql = f"""
        SELECT s.id, s.name, coalesce(sa.display_name, ''),
            bool_and(coalesce(s.authority_id <> c.authority_id, false)),
            CASE WHEN s.phase IN ('', %(no_phase)s) THEN s.kind ELSE s.phase END, s.status = 2,
            count(*), count(*) FILTER (WHERE pep.status = ANY (%(finished)s)), count(pep.id),
            sum(att.present), sum(att.authorised), sum(att.unauthorised)
        FROM children_child c {roll.joins("care", "e", "s", "pep", "att")}
        WHERE c.id IN ({visible}) AND care.id IS NOT NULL AND s.id IS NOT NULL {where}
        GROUP BY s.id, sa.display_name ORDER BY s.name, s.id"""  # noqa: S608 (our own text)
    params = {
        **roll.params_for(on),
        **values,
        "finished": list(roll.FINISHED),
        "no_phase": School.NO_PHASE,
        "name": f"%{_literal(name)}%",
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [
            SchoolRow(
                id=row[0],
                name=row[1],
                authority=row[2],
                is_outside=row[3],
                phase=row[4],
                is_closed=row[5],
                children=row[6],
                plans=Rate(met=row[7], counted=row[8]),
                sessions=AttendanceSummary(
                    present=int(row[9] or 0),
                    authorised=int(row[10] or 0),
                    unauthorised=int(row[11] or 0),
                ),
            )
            for row in cursor.fetchall()
        ]


def _literal(text: str) -> str:
    """Text as itself in a pattern."""
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
