"""What worklists are made of: a person's children, and who has lately begun to miss too much."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import connection
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from attendance.rules import AttendanceSummary
from dashboard.rules import Why, Work, WorkFacts, work_of
from dashboard.summaries import roll
from dashboard.summaries.overview import FIRST_SCHOOL_YEAR, LAST_SCHOOL_YEAR
from dashboard.summaries.roll_row import RollRow
from pep import finding_out, waiting
from pep.models import Owner
from schools.models import BankHoliday, Policy

LATELY = timedelta(days=14)  # a band crossed in this time is news

# Whose sections of a plan wait for a role; the virtual school's own come with the check
OWNERS = {Role.SOCIAL_WORKER: Owner.SOCIAL_WORKER, Role.DESIGNATED_TEACHER: Owner.SCHOOL}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do about one child of the roll."""

    work: Work
    row: RollRow
    url: str = ""  # where to do it, if not on the page of this term's plan


@dataclass(frozen=True, slots=True)
class Worklist:
    """A person's children today, and what needs them, in order."""

    rows: list[RollRow]
    items: list[Item]


def worklist(user: User, *, on: date, checks_plans: bool) -> Worklist:
    """The caseload of the seat in use and its things to do. Eight queries at most.

    An adviser's list is the children allocated to them; everyone else's, those they see.
    """
    seat = user.seat
    role = seat.role if seat else None
    chosen = roll.RollFilter(adviser=user.pk if role == Role.ADVISER else None)
    owner = OWNERS.get(role) if role else None
    rows = roll.children(user, day=on, chosen=chosen, owner=owner.value if owner else "")
    newly = newly_absent(rows, on=on) if checks_plans else frozenset()
    holidays = frozenset(BankHoliday.objects.values_list("on", flat=True))
    days = complete_days({row.authority_id for row in rows}, on=on)
    asked = (
        waiting.queries_by_child([row.child_id for row in rows], owner=owner.value if owner else "")
        if owner or checks_plans
        else {}
    )
    unknown = finding_out.of_person(user, [row.child_id for row in rows])
    items = [
        Item(work, row)
        for row in rows
        for work in work_of(
            _facts(row, newly, asked.get(row.child_id), unknown.get(row.child_id)),
            on=on,
            checks_plans=checks_plans,
            bank_holidays=holidays,
            complete_days=days.get(row.authority_id, _USUAL.complete_pep_working_days),
        )
    ]
    items += _waiting(user, {row.child_id: row for row in rows}, checks_plans=checks_plans)
    items.sort(key=lambda item: (item.work.rank, item.work.due_on or date.max, item.row.name))
    return Worklist(rows=rows, items=items)


_USUAL = Policy()


def complete_days(authorities: Collection[int], *, on: date) -> dict[int, int]:
    """Each authority's working days for a first plan (LOCAL). One query."""
    rows = Policy.objects.filter(authority__in=authorities, started_on__lte=on)
    return {
        row.authority_id: row.complete_pep_working_days
        for row in rows
        if row.ended_on is None or row.ended_on > on
    }


def _facts(
    row: RollRow,
    newly: Collection[UUID],
    asked: waiting.Queries | None,
    unknown: finding_out.ToFindOut | None,
) -> WorkFacts:
    return WorkFacts(
        needs_plan=row.needs_pep,
        has_school=row.school_id is not None,
        is_school_age=FIRST_SCHOOL_YEAR <= row.year <= LAST_SCHOOL_YEAR,
        care_started_on=row.care_started_on or date.min,
        has_had_plan=row.has_had_plan,
        plan_status=row.plan_status,
        plan_kind=row.plan_kind,
        plan_due_on=row.complete_by or row.deadline_on,
        sections_waiting=row.waiting,
        is_newly_absent=row.child_id in newly,
        queries=asked.to_answer if asked else 0,
        queries_answered=asked.answered if asked else 0,
        to_find_out=unknown.count if unknown else 0,
        find_out_by=unknown.until if unknown else None,
    )


def _waiting(user: User, rows: dict[UUID, RollRow], *, checks_plans: bool) -> list[Item]:
    """Parts of plans this person owes, and facts they are asked about. Two queries."""
    owner = OWNERS.get(user.seat.role) if user.seat else None
    keeper = owner or (Owner.VIRTUAL_SCHOOL if checks_plans else None)
    owed = waiting.owed_by_child(user.pk, list(rows))
    doubted = waiting.doubts_by_child(list(rows), keeper=keeper) if keeper else {}
    return [
        Item(Work(Why.PART_OWED, one.due_on, one.parts), rows[child], plan_url(one.plan_id))
        for child, one in owed.items()
    ] + [
        Item(
            Work(Why.FACT_DOUBTED, None, one.facts),
            rows[child],
            reverse("pep:doubt", args=[one.plan_id, one.doubt_id]),
        )
        for child, one in doubted.items()
    ]


def plan_url(plan_id: UUID) -> str:
    return reverse("pep:plan", args=[plan_id])


def newly_absent(rows: Iterable[RollRow], *, on: date) -> frozenset[UUID]:
    """Those who miss a tenth or more this school year and did not two weeks ago. One query."""
    absent = {row.child_id: row.attendance for row in rows if row.attendance.is_persistent}
    if not absent:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT pairs.child_id,
                sum(days) FILTER (WHERE code.is_present),
                sum(days) FILTER (WHERE code.is_absent AND code.is_authorised),
                sum(days) FILTER (WHERE code.is_absent AND NOT code.is_authorised)
            FROM (SELECT d.child_id, d.am, d.pm, count(*) AS days FROM attendance_day d
                  WHERE d.child_id = ANY (%(children)s) AND d."on" > %(since)s AND d."on" <= %(day)s
                  GROUP BY d.child_id, d.am, d.pm) pairs
            CROSS JOIN LATERAL (VALUES (pairs.am), (pairs.pm)) half (mark)
            JOIN attendance_code code ON code.code = half.mark AND code.started_on <= %(day)s
                 AND (code.ended_on IS NULL OR code.ended_on > %(day)s)
            GROUP BY pairs.child_id
            """,
            {"children": list(absent), "since": on - LATELY, "day": on},
        )
        lately = {
            child: AttendanceSummary(
                present=int(present or 0),
                authorised=int(authorised or 0),
                unauthorised=int(unauthorised or 0),
            )
            for child, present, authorised, unauthorised in cursor.fetchall()
        }
    return frozenset(child for child, sums in lately.items() if was_below(absent[child], sums))


def was_below(now: AttendanceSummary, lately: AttendanceSummary) -> bool:
    """Whether, without the last two weeks, there were sessions and less than a tenth was missed."""
    before = AttendanceSummary(
        present=max(0, now.present - lately.present),
        authorised=max(0, now.authorised - lately.authorised),
        unauthorised=max(0, now.unauthorised - lately.unauthorised),
    )
    return bool(before.possible) and not before.is_persistent
