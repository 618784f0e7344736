"""The list of PEPs: due, late, with school, to check."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.roles import SCHOOL_ROLES, TEAM_ROLES
from children.rights import NOT_SHOWN, Fact, facts_for
from pep import pages, rights, rules
from pep.meter import Meter, meters
from pep.models import Gap, PersonalEducationPlan
from ui.parts import Status
from ui.words import short_date

_GAPS = Gap.objects.open().filter(plan=OuterRef("pk"), version_number=OuterRef("version_number"))
A_PAGE = 50
PlanStatus = PersonalEducationPlan.Status
_WRITTEN = sorted(rules.BEING_WRITTEN)
_TO_CHECK = [PlanStatus.SENT_TO_CHECK, PlanStatus.BEING_CHECKED]
_AGREED = sorted(rules.COUNTS_AS_AGREED)

# Filter in the address -> its words
FILTERS = {
    "to-check": "To check",
    "late": "Late",
    "with-school": "Being written",
    "due": "Due",
    "agreed": "Agreed",
    "all": "All",
}
_EMPTY = {
    "to-check": "No PEPs to check. We will email you when a school sends one.",
    "late": "No PEPs are late.",
    "with-school": "No PEPs are being written.",
    "due": "No PEPs are waiting to be finished.",
    "agreed": "No PEPs have been agreed yet.",
    "all": "There are no PEPs yet.",
}


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One plan in the list."""

    plan: PersonalEducationPlan
    title: str
    status_kind: Status
    status_word: str
    due: date
    due_note: str
    is_late: bool
    sent_on: date | None
    meter: Meter
    place: str  # school, or the council where a teacher has pupils of several
    grade: str
    grade_kind: Status


@dataclass(frozen=True, slots=True)
class Tab:
    """One filter and how many it finds."""

    key: str
    label: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class PlanList:
    """A page of the list."""

    page: Page[Any]
    rows: list[PlanRow]
    tabs: list[Tab]
    label: str
    empty: str
    sub: str
    place_label: str  # School, Council where a teacher has pupils of several, or none
    shows_sent: bool
    shows_grade: bool
    may_check: bool
    sees_quality: bool
    names_deputies: bool
    may_take_all: bool  # all agreed plans of a term in one file


def plan_list(user: User, query: Mapping[str, str], *, on: date) -> PlanList:
    """The plans a person sees, by filter, in the order they want doing. Five queries."""
    seat = user.seat
    is_school = seat is not None and seat.role in SCHOOL_ROLES
    is_team = seat is not None and seat.role in TEAM_ROLES
    role = seat.role if seat is not None else None
    first = "to-check" if is_team else "with-school"
    key = query.get("show", first)
    key = key if key in FILTERS else first
    plans = (
        PersonalEducationPlan.objects.visible_to(user)
        .filter(_condition(key, on))
        .with_home(on=on)
        .annotate(has_gap=Exists(_GAPS))
        .select_related("child", "term", "school", "authority")
    )
    page: Page[Any] = Paginator(plans.order_by(*_order(key, on)), A_PAGE).get_page(
        query.get("page")
    )
    how_far = meters(list(page))
    several = is_school and len(seat.authorities if seat else ()) > 1
    return PlanList(
        page=page,
        rows=[_row(plan, user, how_far[plan.pk], on=on, shows_council=several) for plan in page],
        tabs=[Tab(name, label, name == key) for name, label in FILTERS.items()],
        label=FILTERS[key],
        empty=_EMPTY[key],
        sub=_sub(is_team=is_team, is_school=is_school),
        place_label="Council" if several else "" if is_school else "School",
        shows_sent=key == "to-check",
        shows_grade=key in {"agreed", "all"} and Fact.QUALITY in facts_for(role),
        may_check=user.may(Permission.CHECK_PEP),
        sees_quality=user.may(Permission.SEE_OVERVIEW),
        names_deputies=user.may(Permission.NAME_DEPUTY),
        may_take_all=user.may(Permission.TAKE_ALL_PLANS),
    )


def _order(key: str, on: date) -> list[Any]:
    """To check: late ones first, then who has waited longest. Agreed: newest first. Else: soonest.

    A check that is not late can wait for one sent earlier, however near its own date is.
    """
    if key == "to-check":
        is_late = Case(When(complete_by__lt=on, then=0), default=1)
        return [is_late, F("sent_at").asc(nulls_last=True), "pk"]
    return ["-agreed_at", "pk"] if key == "agreed" else ["complete_by", "child__sort_name", "pk"]


def _condition(key: str, on: date) -> Q:
    match key:
        case "to-check":
            return Q(status__in=_TO_CHECK)
        case "late":
            return Q(complete_by__lt=on) & ~Q(status__in=[*_AGREED, PlanStatus.SUPERSEDED])
        case "with-school":
            return Q(status__in=_WRITTEN)
        case "due":
            return Q(status__in=_WRITTEN, complete_by__gte=on)
        case "agreed":
            return Q(status__in=_AGREED)
        case _:
            return Q()


def _row(plan: Any, user: User, meter: Meter, *, on: date, shows_council: bool) -> PlanRow:
    agreed_on = plan.agreed_at.date() if plan.agreed_at else None
    late = plan.status not in {*_AGREED, PlanStatus.SUPERSEDED} and rules.is_overdue(
        plan.complete_by, on=on
    )
    days = (plan.complete_by - on).days
    if agreed_on is not None:
        note = f"Agreed {short_date(agreed_on)}"
    elif late:
        note = f"{_days(-days)} late"
    else:
        note = "Due today" if days == 0 else f"Due in {_days(days)}"
    place = plan.authority.display_name if shows_council else _school(plan, user, on=on)
    grade = rights.grade_shown(user, plan, rights.sight(user, plan, on=on))
    return PlanRow(
        plan=plan,
        title=pages.plan_title(plan),
        status_kind=pages.STATUS_KINDS[plan.status],
        status_word=pages.status_word(plan, has_gap=plan.has_gap),
        due=plan.complete_by,
        due_note=note,
        is_late=late,
        sent_on=timezone.localtime(plan.sent_at).date() if plan.sent_at else None,
        meter=meter,
        place=place,
        grade=rules.grade_label(grade),
        grade_kind=rules.GRADE_MARKS[rules.Grade(grade)] if grade else "none",
    )


def _school(plan: PersonalEducationPlan, user: User, *, on: date) -> str:
    """The plan's school, to a reader who may know it; a school's own list says it nowhere."""
    if user.seat is None or user.seat.role in SCHOOL_ROLES:
        return ""
    if plan.school is None:
        return "No school"
    is_named = rights.sight(user, plan, on=on).names_school(plan.school_id)
    return plan.school.name if is_named else NOT_SHOWN


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _sub(*, is_team: bool, is_school: bool) -> str:
    if is_team:
        return "Personal education plans (PEPs) of every child you work with."
    if is_school:
        return "Personal education plans (PEPs) of the looked-after children at your school."
    return "Personal education plans (PEPs) of your children."
