"""Schools with our children, finding a child or a school, and attendance of everyone one sees."""

from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

import audit
from accounts.models import Membership
from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from accounts.roles import Role
from accounts.throttle import SEARCHES, limited
from attendance.rules import AbsenceBand
from children.opening import lists_children, where_to_file
from children.rules import UPN, fold_name
from dashboard.forms import BANDS
from dashboard.measures import Slug
from dashboard.summaries import overview as figures
from dashboard.summaries import roll
from dashboard.summaries.schools import SchoolRow
from dashboard.summaries.schools import schools as schools_of
from dashboard.views.listing import PER_PAGE, list_row, percent_text
from dashboard.views.roll import pages_of
from schools.models import BankHoliday, School
from ui.parts import ChosenFilter

FOUND_AT_MOST = 20
SHORTEST_SEARCH = 2


# Schools -----------------------------------------------------------------------------------------


@require_safe
@require_permission(Permission.SEE_SCHOOLS)
def schools(request: SignedInRequest) -> HttpResponse:
    name = request.GET.get("name", "").replace("\0", "").strip()[:80]
    found = schools_of(request.user, on=timezone.localdate(), name=name)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "name": name,
        "page": page,
        "rows": [_school_line(row) for row in page.object_list],
        "total": len(found),
        "children": sum(row.children for row in found),
        "may_manage": request.user.may(Permission.MANAGE_OWN_TEAM),
    }
    return render(request, "schools/list.html", context)


def _school_line(row: SchoolRow) -> dict[str, object]:
    return {
        "id": row.id,
        "name": row.name,
        "authority": row.authority,
        "is_outside": row.is_outside,
        "is_closed": row.is_closed,
        "phase": row.phase,
        "children": row.children,
        "plans": f"{row.plans.met} of {row.plans.counted}" if row.plans.counted else "",
        "attendance": percent_text(row.sessions.attendance_percent()),
    }


@require_safe
@require_permission(Permission.SEE_SCHOOLS)
@lists_children
def school(request: SignedInRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(School.objects.select_related("authority"), pk=pk)
    on = timezone.localdate()
    rows = roll.children(request.user, day=on, chosen=roll.RollFilter(school=shown.pk))
    teachers = (
        Membership.objects.current(on=on)
        .filter(school=shown, role=Role.DESIGNATED_TEACHER)
        .select_related("user")
        .order_by("user__family_name", "pk")
    )
    context = {
        "school": shown,
        "facts": _school_facts(shown),
        "children": [list_row(row, on=on) for row in rows],
        "teachers": [membership.user for membership in teachers],
    }
    return render(request, "schools/school.html", context)


def _school_facts(shown: School) -> list[tuple[str, object]]:
    parts = (shown.street, shown.locality, shown.town, shown.county, shown.postcode)
    ages = f"{shown.low_age} to {shown.high_age}" if shown.low_age is not None else ""
    return [
        ("URN", shown.pk),
        ("Authority", shown.authority.display_name if shown.authority else ""),
        ("Kind", shown.kind),
        ("Phase", "" if shown.phase == School.NO_PHASE else shown.phase),
        ("Ages", ages),
        ("Status", shown.get_status_display()),
        ("Address", ", ".join(part for part in parts if part)),
        ("Phone", shown.phone),
        ("Trust", shown.trust),
    ]


# Search ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """What a search answers."""

    children: list[object]
    child_ids: list[UUID]
    more_children: int
    schools: list[School]


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.SEE_CHILDREN)
@limited(SEARCHES, method="POST")
def search(request: SignedInRequest) -> HttpResponse:
    """Find children by name, among those this person sees, and schools. The search is recorded.

    Words are posted, since they are names: no address, history or log holds one.
    """
    words = request.POST.get("q", "").replace("\0", "").strip()[:80]
    is_upn = UPN.fullmatch(words.upper()) is not None
    found = None
    if len(words) >= SHORTEST_SEARCH and not is_upn:
        found = _find(request, words)
        audit.record(
            kind="search",
            at=timezone.now(),
            authority_id=where_to_file(request.user.seat),
            after={
                "words": audit.keyed(fold_name(words)),
                "children": [str(pk) for pk in found.child_ids],
                "schools": len(found.schools),
            },
        )
    context = {"words": words, "found": found, "is_upn": is_upn, "shortest": SHORTEST_SEARCH}
    return render(request, "dashboard/search.html", context)


def _find(request: SignedInRequest, words: str) -> Found:
    on = timezone.localdate()
    chosen = roll.RollFilter(name=fold_name(words))
    rows = (
        roll.children(request.user, day=on, chosen=chosen, limit=FOUND_AT_MOST + 1)
        if chosen.name
        else []
    )
    schools_found: list[School] = []
    if request.user.may(Permission.SEE_SCHOOLS):
        named = School.objects.open_for_placement().filter(name__icontains=words)
        schools_found = list(
            named.select_related("authority").order_by("name", "pk")[:FOUND_AT_MOST]
        )
    return Found(
        children=[list_row(row, on=on) for row in rows[:FOUND_AT_MOST]],
        child_ids=[row.child_id for row in rows[:FOUND_AT_MOST]],
        more_children=max(0, len(rows) - FOUND_AT_MOST),
        schools=schools_found,
    )


# Attendance --------------------------------------------------------------------------------------


@require_safe
@require_permission(Permission.SEE_ATTENDANCE)
@lists_children
def attendance(request: SignedInRequest) -> HttpResponse:
    on = timezone.localdate()
    band = request.GET.get("band", "")
    chosen = roll.RollFilter(band=band if band in BANDS else "")
    sort = request.GET.get("sort", "attendance")
    pages = pages_of(request.user, chosen=chosen, sort=sort)
    holidays = frozenset(BankHoliday.objects.values_list("on", flat=True))
    found = figures.overview(request.user, figures.Scope(on), today=on, bank_holidays=holidays)
    context = {
        "page": pages.get_page(request.GET.get("page")),
        "total": pages.count,
        "sort": sort,
        "band": chosen.band,
        "bands": BANDS.items(),
        "chosen": [ChosenFilter(f"Attendance: {BANDS[band]}", "?")] if chosen.band else [],
        "sentence": _attendance_sentence(found),
        "shows_council": len(request.user.seat.authorities) > 1 if request.user.seat else False,
        "no_data": AbsenceBand.NO_DATA.value,
    }
    return render(request, "attendance/overview.html", context)


def _attendance_sentence(found: figures.Overview | None) -> str:
    if found is None or not found.total.sessions.possible:
        return "No marks have been loaded for this school year."
    sums = found.total.sessions
    absent = found.total.rate(Slug.PERSISTENTLY_ABSENT)
    severe = found.total.rate(Slug.SEVERELY_ABSENT)
    return (
        f"{sums.attendance_percent()}% this school year: {sums.present:,} of {sums.possible:,} "
        f"sessions of {absent.counted:,} children. {absent.met:,} missed a tenth or more, "
        f"{severe.met:,} of them half or more."
    )
