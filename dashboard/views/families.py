"""Pages for carers and for young people: one column, plain words, no comparison."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from attendance.rules import AttendanceSummary
from children.actions import record_opening
from children.models import Child, Enrolment
from children.opening import lists_children
from children.rights import NOT_SHOWN, Sight
from children.summaries import instructions, year_group
from dashboard.summaries import families, record, register, roll
from pep.models import Owner
from placements.rights import sight_of
from schools.rules import StatisticalTerm, nc_year_name
from ui.words import possessive


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """One child in a carer's list."""

    url: str
    name: str
    words: str


@require_safe
@require_permission(Permission.SEE_FAMILY_PAGES)
@lists_children
def my_children(request: SignedInRequest) -> HttpResponse:
    """One child: that child's home. Several: the list."""
    on = timezone.localdate()
    rows = roll.children(request.user, day=on)
    if len(rows) == 1:
        return redirect("dashboard:my_child", pk=rows[0].child_id)
    children = [
        FamilyRow(
            url=reverse("dashboard:my_child", args=[row.child_id]),
            name=row.given_name,
            words=", ".join(part for part in (nc_year_name(row.year), row.school_name) if part),
        )
        for row in rows
    ]
    return render(request, "dashboard/my_children.html", {"children": children})


def _open(request: SignedInRequest, child: Child, page: str) -> dict[str, Any]:
    """Record the opening, and answer what each family page shows. Three queries."""
    now = timezone.now()
    on = timezone.localdate(now)
    record_opening(child=child, by=request.user, page=page, at=now)
    enrolment = (
        Enrolment.objects.on(on)
        .filter(child=child, kind=Enrolment.Kind.MAIN)
        .select_related("school")
        .first()
    )
    year = year_group(child, on=on, recorded=enrolment.year_group if enrolment else None)
    sight = sight_of(request.user, child.pk, on=on)
    school = _school_words(enrolment, sight)
    return {
        "child": child,
        "called": child.called,
        "possessive": possessive(child.called),
        "place": f"{nc_year_name(year)}, {school}",
        "meeting": families.next_meeting(child, now=now, sight=sight),
        "on": on,
    }


def _school_words(enrolment: Enrolment | None, sight: Sight) -> str:
    if enrolment is None:
        return "no school at the moment"
    return enrolment.school.name if sight.names_school(enrolment.school_id) else NOT_SHOWN


def _own_part(
    request: SignedInRequest, child: Child, context: dict[str, Any], *, owner: str
) -> dict[str, Any]:
    """Where the reader's own section of this term's plan is, and whether it can be written now."""
    plan = families.plan_of_term(child, on=context["on"])
    writable = plan is not None and plan.status in roll.WRITABLE
    part = families.own_part(plan, owner=owner, writable=writable)
    url = ""
    if part is not None:
        try:
            url = reverse("pep:section", args=[part.plan_id, part.slug])
        except NoReverseMatch:
            url = ""
    return {
        "part": part,
        "part_url": url,
        "term": plan.term.title if plan else "",
        "to_sign": families.to_sign(plan, request.user),
        "asked": families.asked(child, request.user, owner=owner),
        "is_agreed": plan is not None and plan.status in roll.FINISHED,
    }


@require_safe
@require_permission(Permission.SEE_FAMILY_PAGES)
def my_child(request: SignedInRequest, pk: UUID) -> HttpResponse:
    child = get_object_or_404(Child.objects.visible_to(request.user), pk=pk)
    context = _open(request, child, "carer’s page")
    term = StatisticalTerm.of(context["on"])
    lines = [line for line in register.attendance_terms(child) if line.term == term]
    week = families.school_week(child, on=context["on"])
    context |= _own_part(request, child, context, owner=Owner.CARER) | {
        "week": week,
        "week_title": _week_title(week),
        "term_percent": _share(register.total(lines)),
        "agreed": families.agreed(child),
        "instructions": instructions(child, on=context["on"]),
    }
    return render(request, "dashboard/my_child.html", context)


def _share(sessions: AttendanceSummary) -> str:
    """How much of the term a child was in school, as people say it: 97.1%, 100%."""
    value = sessions.attendance_percent()
    return f"{value}%".replace(".0%", "%") if value is not None else ""


def _week_title(week: families.SchoolWeek) -> str:
    known = [day for day in week.days if day.words not in {"no news yet", "no school"}]
    every = known and all(day.words in {"in school", "learning somewhere else"} for day in known)
    return "A great week" if every and len(known) == len(week.days) else "This week at school"


def _own_record(request: SignedInRequest) -> Child:
    """The young person's own record. Raises Http404 where no record is theirs."""
    child = Child.objects.visible_to(request.user).order_by("-created_at", "pk").first()
    if child is None:
        raise Http404
    return child


@require_safe
@require_permission(Permission.SEE_OWN_PAGES)
def my_views(request: SignedInRequest) -> HttpResponse:
    child = _own_record(request)
    context = _open(request, child, "own page")
    context |= _own_part(request, child, context, owner=Owner.CHILD) | {"young_person": True}
    return render(request, "dashboard/my_views.html", context)


@require_safe
@require_permission(Permission.SEE_OWN_PAGES)
def my_goals(request: SignedInRequest) -> HttpResponse:
    child = _own_record(request)
    context = _open(request, child, "own goals")
    context |= {"agreed": families.agreed(child), "young_person": True}
    return render(request, "dashboard/my_goals.html", context)


@require_safe
@require_permission(Permission.SEE_OWN_PAGES)
def my_people(request: SignedInRequest) -> HttpResponse:
    child = _own_record(request)
    context = _open(request, child, "own people")
    context |= {"people": record.people_of(child, on=context["on"]), "young_person": True}
    return render(request, "dashboard/my_people.html", context)
