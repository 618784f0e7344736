"""What the record says about a child on a day, for a thousand agreed plans at once.

The same words as `pep.facts` reads from the tables; a test holds the two together.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.models import User
from accounts.roles import Role
from attendance.rules import AttendanceSummary
from children.codes import meaning
from children.models import Involvement, SenStatus
from demo.lives import Life
from demo.schooling import Schools
from demo.staff import Staff
from pep.facts import PEOPLE, AttendanceFigures, Rows, attendance_rows
from placements.codes import home_in_words
from schools.rules import ONE_DAY, nc_year_name
from ui.words import long_date

UP_TO = """
SELECT w.place,
       count(*) FILTER (WHERE c.is_present),
       count(*) FILTER (WHERE c.is_absent AND c.is_authorised),
       count(*) FILTER (WHERE c.is_absent AND NOT c.is_authorised)
FROM unnest(%s::uuid[], %s::date[], %s::date[]) WITH ORDINALITY
     AS w (child_id, first_on, after, place)
JOIN attendance_day AS d ON d.authority_id = %s AND d.child_id = w.child_id
     AND d."on" >= w.first_on AND d."on" < w.after
CROSS JOIN LATERAL (VALUES (d.am), (d.pm)) AS half (code)
JOIN attendance_code AS c ON c.code = half.code
     AND c.started_on <= d."on" AND (c.ended_on IS NULL OR c.ended_on > d."on")
GROUP BY w.place
"""


class Reading:
    """The record's facts of any child drawn, on any day."""

    def __init__(self, staff: Staff, schools: Schools) -> None:
        self._schools = schools
        self._users: dict[Any, User] = {user.pk: user for user in staff.users}
        self._teachers = staff.teacher_of
        self._involved: dict[Any, list[Involvement]] = {}
        for row in staff.involvements:
            self._involved.setdefault(row.child_id, []).append(row)

    def involved(self, life: Life, role: str, on: date) -> list[User]:
        """The people of a role who work with a child on a day, as the record orders them."""
        rows = [
            row
            for row in self._involved.get(life.id, [])
            if row.role == role
            and row.started_on <= on
            and (row.ended_on is None or on < row.ended_on)
        ]
        rows.sort(key=lambda row: (row.is_cover, row.started_on, row.pk))
        return [self._users[row.person_id] for row in rows]

    def teacher(self, school: int | None) -> User | None:
        return self._teachers.get(school) if school is not None else None

    def facts(
        self, life: Life, *, on: date, school: int | None, figures: AttendanceFigures | None
    ) -> dict[str, Rows]:
        """The facts a plan shows, by question."""
        return {
            "child": self._child(life, on),
            "people": self._people(life, on, school),
            "care": self._care(life, on),
            "attendance": attendance_rows(figures),
            "sen": _sen(life, on),
        }

    def _child(self, life: Life, on: date) -> Rows:
        roll = next(
            (
                roll
                for roll in life.rolls
                if roll.kind == "main"
                and roll.started_on <= on
                and (roll.ended_on is None or on < roll.ended_on)
            ),
            None,
        )
        rows = [
            ("Name", f"{life.called} {life.family}"),
            ("Born", long_date(life.born_on)),
            ("Year group", nc_year_name(recorded_year(life, on))),
            ("School", self._schools.by_id[roll.school].name if roll else "No school place"),
        ]
        if roll:
            rows.append(("There since", long_date(roll.started_on)))
        return rows

    def _people(self, life: Life, on: date, school: int | None) -> Rows:
        rows = [
            (Role(role).label, user.name)
            for role in sorted(PEOPLE)
            for user in self.involved(life, role, on)
        ]
        teacher = self.teacher(school)
        if teacher:
            rows.append((Role.DESIGNATED_TEACHER.label, teacher.name))
        return rows or [("People", "Nobody is named in the record")]

    def _care(self, life: Life, on: date) -> Rows:
        code = next(
            (c for c, since, until in life.legal if since <= on and (until is None or on < until)),
            "",
        )
        stay = next(
            (s for s in life.stays if s.started_on <= on and (not s.ended_on or on < s.ended_on)),
            None,
        )
        rows = [("Looked after since", long_date(life.care_started_on))]
        if code:
            rows.append(("Legal status", meaning("LS", code) or code))
        if stay:
            rows.append(("Kind of home", home_in_words(stay.place)))
            rows.append(("Living there since", long_date(stay.started_on)))
        return rows


def _sen(life: Life, on: date) -> Rows:
    since = life.sen_since
    if since is None or since > on:
        return [("SEN status", "Nothing is in the record yet")]
    return [("SEN status", SenStatus.Code(life.sen).label), ("Since", long_date(since))]


def recorded_year(life: Life, on: date) -> int:
    """The year group the enrolment of a day says, else the one of the child's age."""
    for roll in life.rolls:
        here = roll.started_on <= on and (roll.ended_on is None or on < roll.ended_on)
        if roll.kind == "main" and here:
            return life.year_on(min(roll.ended_on or life.as_of, life.as_of))
    return life.year_on(on)


def attendance_up_to(
    authority_id: int, wanted: Sequence[tuple[UUID, date, date]]
) -> list[AttendanceFigures | None]:
    """Sessions of children from the start of a school year up to a day, each its own. One query.

    `wanted` is (child, first day, last day); the answers come in the same order.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            UP_TO,
            [
                [child for child, _, _ in wanted],
                [first for _, first, _ in wanted],
                [last + ONE_DAY for _, _, last in wanted],
                authority_id,
            ],
        )
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    return [_figures(found.get(place)) for place in range(1, len(wanted) + 1)]


def _figures(counted: tuple[int, ...] | None) -> AttendanceFigures | None:
    if counted is None:
        return None
    present, authorised, unauthorised = counted
    total = AttendanceSummary(present=present, authorised=authorised, unauthorised=unauthorised)
    percent = total.attendance_percent()
    if percent is None:
        return None
    return AttendanceFigures(
        possible=total.possible,
        attended=total.present,
        authorised=total.authorised,
        unauthorised=total.unauthorised,
        attendance_pct=str(percent),
        is_persistent=total.is_persistent,
        is_severe=total.is_severe,
    )
