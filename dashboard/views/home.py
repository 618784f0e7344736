"""Where each role begins."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from accounts.roles import INVOLVED_ROLES, SCHOOL_ROLES, Role
from children.opening import lists_children
from children.summaries import closed_records
from dashboard.rules import SOON_DAYS, Why, days_word
from dashboard.summaries import roll, work
from dashboard.summaries.roll_row import RollRow
from dashboard.summaries.work import Item, Worklist
from dashboard.views.listing import list_row, may_start_plans, meeting_of, plan_url
from ui.parts import WorkRow
from ui.words import day_and_date, long_date, time_of_day

SHOWN_AT_FIRST = 25
MEETING_DAYS = 7
MEETINGS_SHOWN = 10
SINGLE_CHECKS = 3  # more plans to check than this are one line

_HOMES = {
    Role.VIRTUAL_SCHOOL_HEAD: "dashboard:overview",
    Role.ADVISER: "dashboard:your_work",
    Role.OFFICER: "dashboard:your_work",
    Role.DESIGNATED_TEACHER: "dashboard:school_home",
    Role.HEAD_TEACHER: "dashboard:school_home",
    Role.SOCIAL_WORKER: "dashboard:social_worker_home",
    Role.TEAM_MANAGER: "dashboard:social_worker_home",
    Role.REVIEWING_OFFICER: "dashboard:social_worker_home",
    Role.PERSONAL_ADVISER: "dashboard:social_worker_home",
    Role.CARER: "dashboard:my_children",
    Role.YOUNG_PERSON: "dashboard:my_views",
    Role.GOVERNOR: "measures:list",
    Role.FINANCE_OFFICER: "measures:list",
    Role.SAFEGUARDING_LEAD: "dashboard:school_home",
    Role.DUTY_WORKER: "dashboard:social_worker_home",
    Role.INVITED_COLLEAGUE: "pep:list",
    Role.SEND_OFFICER: "people:named",
    Role.ADMISSIONS_OFFICER: "people:named",
    Role.YOUTH_JUSTICE_WORKER: "people:named",
    Role.AREA_VIRTUAL_SCHOOL: "people:named",
    Role.AUTHORITY_ADMINISTRATOR: "people:list",
    Role.SYSTEM_ADMINISTRATOR: "people:list",
}


@require_safe
@require_permission(Permission.SEE_ACCOUNT)
def home(request: SignedInRequest) -> HttpResponseRedirect:
    seat = request.user.seat
    return redirect(_HOMES.get(seat.role, "accounts:account") if seat else "accounts:account")


# The words of things to do -----------------------------------------------------------------------


def work_row(item: Item, *, on: date, may_start: bool = True, names_school: bool = True) -> WorkRow:
    """One thing to do in words: what, why and by when, and where to go."""
    row, due = item.row, item.work.due_on
    child_url = reverse("dashboard:child", args=[row.child_id])
    url = item.url or plan_url(row.plan_id) or child_url
    by = f" Due by {long_date(due)}." if due else ""
    was = f"Was due {long_date(due)}." if due else ""
    place = f" {row.school_name or 'No school on the record'}." if names_school else ""
    match item.work.why:
        case Why.PLAN_OVERDUE:
            what = "PEP not sent" if row.plan_id else "PEP not started"
            if row.waiting:
                what = f"{what}, {_left(row)} to write"
            reason = f"{was}{place}"
            return WorkRow("bad", "Overdue", f"{row.name}: {what}", reason, url, "Open")
        case Why.FIRST_PLAN_OVERDUE:
            reason = f"Came into care on {_care(row)}. {was}"
            what = "first PEP not begun" if row.plan_id else "first PEP not started"
            return _start(row, "Overdue", what, reason, may_start=may_start)
        case Why.NEW_TO_CARE:
            reason = f"Came into care on {_care(row)}.{by}"
            what = "new to care, needs a first PEP"
            return _start(row, "New", what, reason, may_start=may_start)
        case Why.NO_SCHOOL:
            reason = f"Looked after since {_care(row)}. No main school on the record today."
            title = f"{row.name}: no school place"
            return WorkRow("bad", "No school", title, reason, child_url, "Open")
        case Why.TO_CHECK:
            sent = (
                f"Sent {long_date(timezone.localtime(row.sent_at).date())}." if row.sent_at else ""
            )
            title = f"{row.name}: PEP to check"
            return WorkRow("warn", "Check", title, f"{sent}{place}".strip(), url, "Check")
        case Why.MY_PART:
            days = (due - on).days if due else SOON_DAYS + 1
            word = days_word(days) if 0 <= days <= SOON_DAYS else "Your part"
            title = f"{row.name}: {_left(row)} of the PEP to write"
            return WorkRow("warn", word, title, by.strip(), url, "Write")
        case Why.PLAN_DUE:
            word = days_word((due - on).days if due else 0)
            done = f"{row.sections_complete} of {row.sections_total} sections complete."
            reason = f"{done}{by}{place}"
            return WorkRow("warn", word, f"{row.name}: PEP being written", reason, url, "Open")
        case Why.NEWLY_ABSENT:
            missed = row.attendance.absence_percent()
            reason = (
                f"Has missed {missed}% of sessions this school year; "
                "two weeks ago it was less than a tenth."
            )
            title = f"{row.name}: now persistently absent"
            page = reverse("dashboard:child_attendance", args=[row.child_id])
            return WorkRow("warn", "Absence", title, reason, page, "Review")
        case Why.QUERY:
            title = f"{row.name}: {_queries(item.work.count)} in the PEP to answer"
            return WorkRow("warn", "Query", title, by.strip(), url, "Answer")
        case Why.FIND_OUT:
            days = (due - on).days if due else SOON_DAYS + 1
            word = days_word(days) if 0 <= days <= SOON_DAYS else "Late" if days < 0 else "Find out"
            what = "1 answer" if item.work.count == 1 else f"{item.work.count} answers"
            title = f"{row.name}: {what} of the PEP to find out"
            return WorkRow("bad" if days < 0 else "warn", word, title, by.strip(), url, "Open")
        case Why.QUERY_ANSWERED:
            title = f"{row.name}: {_queries(item.work.count)} answered in the PEP"
            reason = f"Mark as sorted, or ask on.{place}"
            return WorkRow("info", "Query", title, reason, url, "Read")
        case Why.PART_OWED:
            parts = "1 part" if item.work.count == 1 else f"{item.work.count} parts"
            title = f"{row.name}: you owe {parts} of the PEP"
            if due and due < on:
                return WorkRow("bad", "Overdue", title, was, url, "Open")
            return WorkRow("warn", "Your part", title, by.strip(), url, "Open")
        case Why.FACT_DOUBTED:
            facts = "a fact" if item.work.count == 1 else f"{item.work.count} facts"
            title = f"{row.name}: is {facts} in the PEP right?"
            reason = "Somebody who writes in the PEP says it is wrong."
            return WorkRow("info", "Record", title, reason, url, "Answer")
        case Why.SENT_BACK:
            reason = f"{by}{place}".strip()
            return WorkRow("info", "Sent back", f"{row.name}: PEP sent back", reason, url, "Open")


def _queries(number: int) -> str:
    return "1 query" if number == 1 else f"{number} queries"


def _left(row: RollRow) -> str:
    return f"{row.waiting} section{'s' * (row.waiting != 1)}"


def _start(row: RollRow, word: str, what: str, reason: str, *, may_start: bool) -> WorkRow:
    """A plan to begin; readers who begin none are led to the record."""
    begins = "starting:start" if may_start else "dashboard:child"
    url = plan_url(row.plan_id) or reverse(begins, args=[row.child_id])
    button = "Start" if may_start and not row.plan_id else "Open"
    return WorkRow("bad", word, f"{row.name}: {what}", reason.strip(), url, button)


def _care(row: RollRow) -> str:
    return long_date(row.care_started_on) if row.care_started_on else "an unknown day"


def _work_rows(
    found: Worklist, user: User, *, on: date, names_school: bool = True
) -> list[WorkRow]:
    """Every thing to do in words; many plans to check become one line."""
    may_start = may_start_plans(user)

    def in_words(item: Item) -> WorkRow:
        return work_row(item, on=on, may_start=may_start, names_school=names_school)

    checks = [item for item in found.items if item.work.why is Why.TO_CHECK]
    if len(checks) <= SINGLE_CHECKS:
        return [in_words(item) for item in found.items]
    rows, is_said = [], False
    for item in found.items:
        if item.work.why is not Why.TO_CHECK:
            rows.append(in_words(item))
        elif not is_said:
            rows.append(_all_checks(checks, on=on))
            is_said = True
    return rows


def _all_checks(checks: list[Item], *, on: date) -> WorkRow:
    sent = [item.row.sent_at for item in checks if item.row.sent_at]
    waited = (on - timezone.localtime(min(sent)).date()).days if sent else 0
    reason = f"The oldest has waited {waited} day{'s' * (waited != 1)}." if sent else ""
    url = f"{reverse('dashboard:children')}?pep=to_check"
    title = f"{len(checks)} PEPs waiting for a quality check"
    return WorkRow("warn", "Check", title, reason, url, "Check")


# Meetings and counts -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting in the next days."""

    day: str
    words: str
    url: str


def _meetings(rows: list[RollRow], *, on: date) -> list[Meeting]:
    """The meetings of the coming week, soonest first."""
    found = []
    for row in rows:
        at = timezone.localtime(row.meeting_at) if row.meeting_at else None
        if at is not None and 0 <= (at.date() - on).days <= MEETING_DAYS:
            url = plan_url(row.plan_id) or reverse("dashboard:child", args=[row.child_id])
            day = f"{day_and_date(at.date())[:3]} {at.day}"
            found.append((at, Meeting(day, f"{row.name}, PEP, {time_of_day(at)}", url)))
    return [meeting for _, meeting in sorted(found, key=lambda pair: pair[0])]


def _counts(rows: list[RollRow], *, on: date) -> list[tuple[str, object]]:
    """How this term's plans stand."""
    needing = [row for row in rows if row.needs_pep or row.plan_id]
    states = Counter(
        "agreed"
        if row.is_plan_finished
        else "to_check"
        if row.plan_status in roll.TO_CHECK
        else "writing"
        if row.plan_id
        else "none"
        for row in needing
    )
    unset = sum(meeting_of(row, on=on).is_unset for row in needing)
    return [
        ("Agreed", f"{states['agreed']} of {len(needing)}"),
        ("To check", states["to_check"]),
        ("Being written", states["writing"]),
        ("Not started", states["none"]),
        ("No meeting date", unset),
    ]


def greeting(hour: int) -> str:
    if hour < 12:
        return "Good morning"
    return "Good afternoon" if hour < 18 else "Good evening"


def _schools(rows: list[RollRow]) -> int:
    return len({row.school_id for row in rows if row.school_id})


# Pages -------------------------------------------------------------------------------------------


@require_safe
@require_permission(Permission.SEE_WORKLIST)
@lists_children
def worklist(request: SignedInRequest) -> HttpResponse:
    """The virtual school's work, or the children someone is involved with: one page a role."""
    seat = request.user.seat
    if seat is not None and seat.role in INVOLVED_ROLES:
        return _own_children(request)
    return _team_work(request)


def _team_work(request: SignedInRequest) -> HttpResponse:
    now = timezone.localtime()
    found = work.worklist(request.user, on=now.date(), checks_plans=True)
    rows = _work_rows(found, request.user, on=now.date())
    shows_all = "all" in request.GET
    meetings = _meetings(found.rows, on=now.date())
    context = {
        "greeting": f"{greeting(now.hour)}, {request.user.given_name}",
        "day": day_and_date(now.date()),
        "children": len(found.rows),
        "schools": _schools(found.rows),
        "rows": rows if shows_all else rows[:SHOWN_AT_FIRST],
        "more": 0 if shows_all else max(0, len(rows) - SHOWN_AT_FIRST),
        "next_due": _next_due(found, on=now.date()),
        "meetings": meetings[:MEETINGS_SHOWN],
        "later_meetings": meetings[MEETINGS_SHOWN:],
        "counts": _counts(found.rows, on=now.date()),
        "closed": closed_records(request.user),
    }
    return render(request, "dashboard/your_work.html", context)


def _next_due(found: Worklist, *, on: date) -> str:
    """When the next plan is due, for an empty list."""
    due = [
        day
        for row in found.rows
        if not row.is_plan_finished and (day := row.complete_by) and day >= on
    ]
    return long_date(min(due)) if due else ""


def _own_children(request: SignedInRequest) -> HttpResponse:
    on = timezone.localdate()
    found = work.worklist(request.user, on=on, checks_plans=False)
    meetings = _meetings(found.rows, on=on)
    context = {
        "rows": _work_rows(found, request.user, on=on),
        "children": [list_row(row, on=on) for row in found.rows],
        "may_open_others": request.user.may(Permission.OPEN_IN_EMERGENCY),
        "meetings": meetings[:MEETINGS_SHOWN],
        "later_meetings": meetings[MEETINGS_SHOWN:],
        "day": day_and_date(on),
    }
    return render(request, "dashboard/social_worker_home.html", context)


@dataclass(frozen=True, slots=True)
class Contact:
    """The adviser a school asks."""

    name: str
    council: str
    children: int


@require_safe
@require_permission(Permission.SEE_SCHOOL_HOME)
@lists_children
def school_home(request: SignedInRequest) -> HttpResponse:
    seat = request.user.seat
    if seat is None or seat.role not in SCHOOL_ROLES:
        return redirect("dashboard:home")
    on = timezone.localdate()
    found = work.worklist(request.user, on=on, checks_plans=False)
    councils = sorted({row.authority_name for row in found.rows})
    wanted = request.GET.get("council", "")
    shown = [row for row in found.rows if not wanted or row.authority_name == wanted]
    context = {
        "school": seat.school_name,
        "may_invite": request.user.may(Permission.INVITE_COLLEAGUES),
        "is_teacher": seat.role == Role.DESIGNATED_TEACHER,
        "rows": _work_rows(found, request.user, on=on, names_school=False),
        "children": [list_row(row, on=on) for row in shown],
        "total": len(found.rows),
        "councils": councils,
        "wanted": wanted,
        "shows_council": len(councils) > 1,
        "contacts": _contacts(found.rows),
    }
    return render(request, "dashboard/school_home.html", context)


def _contacts(rows: list[RollRow]) -> list[Contact]:
    pupils = Counter((row.adviser, row.authority_name) for row in rows if row.adviser)
    return [Contact(name, council, number) for (name, council), number in sorted(pupils.items())]
