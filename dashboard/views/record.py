"""The pages of one child's record."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from accounts.roles import Role
from attendance.rules import AttendanceSummary
from children.actions import record_address_shown
from children.rights import NOT_SHOWN, Fact
from children.summaries import who_knows_more
from dashboard import rules
from dashboard.forms import AddressForm
from dashboard.summaries import families, record, register, roll, story
from dashboard.summaries.roll_row import RollRow
from dashboard.views.frame import Opened, open_record
from dashboard.views.listing import (
    due_on,
    may_start_plans,
    meeting_of,
    percent_text,
    plan_state,
    plan_url,
)
from people.rights import gives_by_child, hands_over
from pep.models import Owner, PersonalEducationPlan
from pep.rights import grade_shown
from pep.rules import grade_label
from placements.models import Address, CarerDetails
from schools.rules import StatisticalTerm
from ui.parts import Event
from ui.words import long_date, short_date
from words.requests import keeps_words, typed


@require_safe
@require_permission(Permission.SEE_CHILDREN)
def child(request: SignedInRequest, pk: UUID) -> HttpResponse:
    opened = open_record(request, pk, "summary")
    rows = roll.children(
        request.user, day=opened.on, chosen=roll.RollFilter(only=(opened.child.pk,)), limit=1
    )
    row = rows[0] if rows else None
    care = record.care_of(opened.child, on=opened.on)
    stays = record.school_history(opened.child, on=opened.on, sight=opened.sight)
    context = {
        "identity_is_heading": True,
        "row": row,
        "plan": _plan_card(opened, row, request.user),
        "education": _education(opened, stays),
        "care": _care(opened, care) if opened.shows(Fact.PLACEMENT) else [],
        "attendance": _term_attendance(opened),
        "events": _latest(opened, care),
        "ask_about_notes": who_knows_more(opened.child, request.user, on=opened.on),
        "may_read_notes": request.user.may(Permission.GIVE_INSTRUCTIONS),
    }
    return render(request, "dashboard/child.html", opened.context | context)


@dataclass(frozen=True, slots=True)
class PlanCard:
    """This term's plan on the summary."""

    url: str
    start_url: str
    state: Any
    due_on: date | None
    done: int
    total: int
    left: list[tuple[str, int]]
    meeting_at: Any
    meeting_place: str
    held_on: date | None
    is_open: bool


_OWNERS = {
    Owner.SCHOOL.value: "the school",
    Owner.SOCIAL_WORKER.value: "the social worker",
    Owner.CARER.value: "the carer",
    Owner.CHILD.value: "the child",
    Owner.VIRTUAL_SCHOOL.value: "the virtual school",
}


def _plan_card(opened: Opened, row: RollRow | None, user: User) -> PlanCard | None:
    if row is None:
        return None
    on = opened.on
    meeting = None
    if row.meeting_at is not None and opened.shows(Fact.MEETING_PLACE):
        meeting = families.next_meeting(opened.child, now=timezone.now(), sight=opened.sight)
    is_open = row.plan_status in roll.WRITABLE
    is_to_start = row.plan_id is None and row.needs_pep and row.term_ends_on is not None
    parts = record.parts_left(row.plan_id) if row.plan_id and is_open else []
    return PlanCard(
        url=plan_url(row.plan_id),
        start_url=(
            reverse("starting:start", args=[row.child_id])
            if is_to_start and may_start_plans(user)
            else ""
        ),
        state=plan_state(row, on=on),
        due_on=due_on(row),
        done=row.sections_complete,
        total=row.sections_total,
        left=[(_OWNERS.get(part.owner, part.owner), part.left) for part in parts],
        meeting_at=row.meeting_at,
        meeting_place=meeting.place if meeting else "",
        held_on=meeting_of(row, on=on).held_on,
        is_open=is_open,
    )


def _education(opened: Opened, stays: list[record.Stay]) -> list[tuple[str, object]]:
    now = next((s for s in stays if s.ended_on is None and not s.kind and not s.is_gap), None)
    gap = next((s for s in stays if s.is_gap and s.ended_on is None), None)
    place = f" ({now.area})" if now and now.area else ""
    if now is None:
        wait = f"None, for {gap.gap_days} school days" if gap else "None on the record"
        school, started = wait, ""
    else:
        school, started = f"{now.school}{place}", short_date(now.started_on)
    return [
        ("School", school),
        ("Started", started),
        ("Timetable", now.timetable if now else ""),
        ("SEND", record.sen_label(opened.child, on=opened.on)),
        ("School moves", max(0, sum(not s.is_gap and not s.kind for s in stays) - 1)),
    ]


def _care(opened: Opened, care: record.Care) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = []
    if opened.shows(Fact.LEGAL_STATUS):
        rows.append(("Legal status", care.legal_status))
    now = care.now
    since = f", since {short_date(now.started_on)}" if now else ""
    rows.append(("Lives with", f"{now.kind}{since}" if now else ""))
    if opened.shows(Fact.WHERE) and now:
        side = "Outside the area" if now.is_out else "In the area"
        rows.append(("Where", f"{side}: {now.area}" if now.area else side))
    if opened.shows(Fact.PLACEMENT_HISTORY):
        homes = len(care.homes)
        rows.append(("Homes", f"{homes} since coming into care" if homes else ""))
        rows.append(("Last review", short_date(care.reviewed_on) if care.reviewed_on else ""))
    return rows


@dataclass(frozen=True, slots=True)
class TermAttendance:
    """Attendance of the present statistical term: calendar and figures."""

    term: str
    percent: str
    calendar: Any
    facts: list[tuple[str, object]]


def _term_attendance(opened: Opened) -> TermAttendance | None:
    """Calendar and figures of the present term; None when no mark has been loaded for it."""
    if not opened.shows(Fact.ATTENDANCE):
        return None
    term = StatisticalTerm.of(opened.on)
    lines = register.attendance_terms(opened.child)
    now = [line for line in lines if line.term == term]
    if not now:
        return None
    before = [line for line in lines if line.term != term][:1]
    ended_on = term.range.ended_on or opened.on
    marks = register.marks(opened.child, started_on=term.range.started_on, ended_on=ended_on)
    return TermAttendance(
        term=now[0].name,
        percent=percent_text(register.total(now).attendance_percent()),
        calendar=register.calendar(
            marks, caption=f"Attendance by day, {now[0].name}. Each cell shows the code of the day."
        ),
        facts=_attendance_facts(now, before),
    )


def _attendance_facts(
    now: list[register.TermLine], before: list[register.TermLine]
) -> list[tuple[str, object]]:
    total = register.total(now)
    rows: list[tuple[str, object]] = [
        ("Sessions", f"{total.present} of {total.possible} attended"),
    ]
    if before:
        earlier = register.total([line for line in before if line.term == before[0].term])
        rows.append((before[0].name, percent_text(earlier.attendance_percent())))
    return [
        *rows,
        ("Ill", _sessions(sum(line.ill for line in now))),
        ("Unauthorised", _sessions(total.unauthorised)),
        ("Suspended or excluded", _sessions(sum(line.suspended for line in now))),
        ("Late", _times(sum(line.late for line in now))),
    ]


def _times(number: int) -> str:
    return "Once" if number == 1 else f"{number} times"


def _sessions(number: int) -> str:
    return f"{number} session{'s' * (number != 1)}"


def _latest(opened: Opened, care: record.Care) -> list[Event]:
    homes = care.homes if opened.shows(Fact.PLACEMENT_HISTORY) else []
    return [
        Event(words=item.words, at=long_date(item.on), iso=item.on.isoformat())
        for item in story.latest(opened.child, on=opened.on, sight=opened.sight, homes=homes)
    ]


@require_safe
@require_permission(Permission.SEE_CHILDREN)
def child_school(request: SignedInRequest, pk: UUID) -> HttpResponse:
    opened = open_record(request, pk, "school history")
    stays = record.school_history(opened.child, on=opened.on, sight=opened.sight)
    return render(request, "dashboard/child_school.html", opened.context | {"stays": stays})


@require_safe
@require_permission(Permission.SEE_ATTENDANCE)
def child_attendance(request: SignedInRequest, pk: UUID) -> HttpResponse:
    opened = open_record(request, pk, "attendance")
    lines = register.attendance_terms(opened.child)
    year = StatisticalTerm.of(opened.on).school_year
    this_year = [line for line in lines if line.term.school_year == year]
    total = register.total(this_year)
    context = {
        "attendance": _term_attendance(opened),
        "lines": [_term_line(line, opened) for line in lines],
        "year": _year_words(total),
    }
    return render(request, "dashboard/child_attendance.html", opened.context | context)


def _term_line(line: register.TermLine, opened: Opened) -> dict[str, object]:
    return {
        "name": line.name,
        "school": _school(opened, line.school_id, line.school),
        "possible": line.summary.possible,
        "present": line.summary.present,
        "authorised": line.summary.authorised,
        "unauthorised": line.summary.unauthorised,
        "late": line.late,
        "percent": percent_text(line.summary.attendance_percent()),
    }


def _school(opened: Opened, school_id: int | None, name: str) -> str:
    """A school by name, to a reader who may know it."""
    return name if not name or opened.sight.names_school(school_id) else NOT_SHOWN


def _year_words(total: AttendanceSummary) -> str:
    if not total.possible:
        return "No marks have been loaded for this school year."
    band = ""
    if total.is_severe:
        band = " Severely absent: half or more of the sessions missed."
    elif total.is_persistent:
        band = " Persistently absent: a tenth or more of the sessions missed."
    return (
        f"{total.attendance_percent()}% this school year: {total.present} of {total.possible} "
        f"sessions, at all schools together.{band}"
    )


@require_safe
@require_permission(Permission.SEE_CHILDREN)
def child_peps(request: SignedInRequest, pk: UUID) -> HttpResponse:
    opened = open_record(request, pk, "PEPs")
    plans = [
        {
            "url": plan_url(plan.pk),
            "term": plan.term.title,
            "kind": plan.get_kind_display(),
            "state": _state_of(plan, on=opened.on),
            "meeting_at": plan.meeting_at,
            "quality": grade_label(grade_shown(request.user, plan, opened.sight)),
            "agreed_at": plan.agreed_at,
            "school": _school(opened, plan.school_id, plan.school.name if plan.school else ""),
        }
        for plan in record.plans_of(opened.child)
    ]
    return render(request, "dashboard/child_peps.html", opened.context | {"plans": plans})


def _state_of(plan: PersonalEducationPlan, *, on: date) -> Any:
    return rules.plan_state(
        status=plan.status, due_on=plan.complete_by, on=on, has_school=plan.school_id is not None
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("your reason to see an address")
@require_permission(Permission.SEE_CHILDREN)
def child_placements(request: SignedInRequest, pk: UUID) -> HttpResponse:
    opened = open_record(request, pk, "placements")
    may_ask = request.user.may(Permission.SEE_HOME_ADDRESS) and opened.shows(Fact.ADDRESS)
    if request.method == "POST" and not may_ask:
        raise PermissionDenied  # recorded: an address was asked for that is not theirs to ask for
    form = AddressForm(typed(request)) if may_ask else None
    address = carer = None
    if request.method == "POST" and form is not None and form.is_valid():
        address = _show_address(request, opened, form.cleaned_data["reason"])
        carer = _carer_details(request, opened)
    care = record.care_of(opened.child, on=opened.on)
    context = {
        "care": care,
        "homes": care.homes if opened.shows(Fact.PLACEMENT_HISTORY) else care.homes[:1],
        "form": form,
        "address": address,
        "carer": carer,
        "asked": request.method == "POST" and form is not None and form.is_valid(),
    }
    status = 422 if form is not None and form.errors else 200
    return render(
        request, "dashboard/child_placements.html", opened.context | context, status=status
    )


def _show_address(request: SignedInRequest, opened: Opened, reason: str) -> Address | None:
    """The address of the home the child lives in now, once it is written down who asked and why."""
    rows = Address.objects.visible_to(request.user).filter(
        child=opened.child, kind=Address.Kind.PLACEMENT, placement__ended_on=None
    )
    address = rows.order_by("-started_on", "pk").first()
    record_address_shown(
        child=opened.child,
        by=request.user,
        at=timezone.now(),
        address_id=address.pk if address else "",
        reason=reason,
    )
    return address


def _carer_details(request: SignedInRequest, opened: Opened) -> CarerDetails | None:
    """How to reach the carer of that home, shown and written down with its address."""
    rows = CarerDetails.objects.visible_to(request.user).filter(
        child=opened.child, placement__ended_on=None
    )
    return rows.order_by("-placement__started_on", "pk").first()


@require_safe
@require_permission(Permission.SEE_CHILDREN)
def child_people(request: SignedInRequest, pk: UUID) -> HttpResponse:
    opened = open_record(request, pk, "people")
    people = [
        worker
        for worker in record.people_of(opened.child, on=opened.on)
        if opened.shows(Fact.CARERS) or not worker.is_carer
    ]
    by = request.user
    context = {
        "people": people,
        "changes": [
            (Role(role).label, reverse("people:change", args=[pk, role]))
            for role in sorted(hands_over(by))
        ],
        "invite_url": reverse("people:invite_to_child", args=[pk]) if gives_by_child(by) else "",
        "child_pk": pk,
        "resets_pins": by.may(Permission.RESET_CARER_PIN),
        "gives_codes": by.may(Permission.GIVE_YOUNG_PERSON_CODE),
    }
    return render(request, "dashboard/child_people.html", opened.context | context)
