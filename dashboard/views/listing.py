"""How children of the roll are shown in lists: plain values for a row."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from dashboard import rules
from dashboard.rules import State
from dashboard.summaries.roll import WRITABLE
from dashboard.summaries.roll_row import RollRow
from pep import rights
from schools.rules import nc_year_name
from ui.words import short_date

PER_PAGE = 50
NO_MARKS = "No marks yet"


def plan_url(plan_id: UUID | None) -> str:
    """The plan's task list; empty without a plan."""
    if plan_id is None:
        return ""
    try:
        return reverse("pep:plan", args=[plan_id])
    except NoReverseMatch:
        return ""


def may_start_plans(user: User) -> bool:
    """Whether this seat begins plans, as the page that begins one asks."""
    return user.may(Permission.WRITE_PEP) and rights.moves_plans(user) is not None


def percent_text(value: object) -> str:
    return f"{value}%" if value is not None else ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """The next meeting, the one that was held, or that one is still to be set; else nothing."""

    next_on: date | None = None
    held_on: date | None = None
    is_unset: bool = False
    note: str = ""
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class ListRow:
    """One child in a list."""

    url: str
    name: str
    year: str
    school: str
    council: str
    plan: State
    plan_url: str
    attendance: str
    meeting: Meeting
    adviser: str
    sections: str
    waiting: int


def school_text(row: RollRow) -> str:
    """The school, with its authority where that is not the child's own."""
    if not row.school_name:
        return ""
    if row.school_is_outside and row.school_area:
        return f"{row.school_name} ({row.school_area})"
    return row.school_name


def due_on(row: RollRow) -> date | None:
    """When this term's plan is due: its own date, or the term's for one not begun."""
    return row.complete_by or row.deadline_on


def plan_state(row: RollRow, *, on: date) -> State:
    return rules.plan_state(
        status=row.plan_status,
        due_on=due_on(row),
        on=on,
        needs_plan=row.needs_pep,
        has_school=row.school_id is not None,
    )


def list_row(row: RollRow, *, on: date) -> ListRow:
    state = plan_state(row, on=on)
    return ListRow(
        url=reverse("dashboard:child", args=[row.child_id]),
        name=row.name,
        year=nc_year_name(row.year).removeprefix("Year "),
        school=school_text(row),
        council=row.authority_name,
        plan=state,
        plan_url=plan_url(row.plan_id),
        attendance=percent_text(row.attendance.attendance_percent()),
        meeting=meeting_of(row, on=on),
        adviser=row.adviser,
        sections=_sections(row),
        waiting=row.waiting,
    )


def meeting_of(row: RollRow, *, on: date) -> Meeting:
    """When the plan is talked about. Only a plan not yet finished still waits for a date."""
    if row.meeting_at:
        return Meeting(next_on=timezone.localtime(row.meeting_at).date())
    if row.plan_meeting_at:
        return Meeting(held_on=timezone.localtime(row.plan_meeting_at).date())
    is_waiting = row.plan_status in WRITABLE if row.plan_id else row.needs_pep
    if not is_waiting:
        return Meeting()
    is_late = plan_state(row, on=on).word == "Overdue"
    due = due_on(row)
    days = (on - due).days if due and is_late else 0
    note = f"{days} day{'s' * (days != 1)} late" if days > 0 else ""
    return Meeting(is_unset=True, note=note, is_late=is_late)


def _sections(row: RollRow) -> str:
    """How much of a plan being written waits for the reader's part."""
    if not row.waiting:
        return ""
    return f"{row.waiting} section{'s' * (row.waiting != 1)} left"


def date_text(day: date | None) -> str:
    return short_date(day) if day else ""
