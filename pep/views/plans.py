"""The list of PEPs, one plan, and the whole of it to read or download."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from accounts.roles import FAMILY_ROLES
from accounts.throttle import EXPORTS, limited
from children.actions import record_download
from children.opening import lists_children
from pep import comparing, listing, pages, reading
from pep.fitting import fit_sections
from pep.models import PersonalEducationPlan
from pep.rules import BEING_WRITTEN
from pep.views.opening import opened, plan_of
from ui.words import possessive


def _back_from_plan(
    request: SignedInRequest, plan: PersonalEducationPlan, record_url: str
) -> dict[str, str]:
    """Where a reader comes from: the child's record, or a family's own first page."""
    if record_url:
        return {"back_url": record_url, "back_label": f"{possessive(plan.child.called)} record"}
    if request.user.seat is not None and request.user.seat.role in FAMILY_ROLES:
        return {"back_url": "/", "back_label": "Home"}
    return {"back_url": reverse("pep:list"), "back_label": "PEPs"}


@require_safe
@require_permission(Permission.SEE_PEPS)
@lists_children
def plans(request: SignedInRequest) -> HttpResponse:
    """PEPs that are due, late, with school or to check."""
    page = listing.plan_list(request.user, request.GET, on=timezone.localdate())
    may_chase = request.user.may(Permission.CHASE_PEPS)
    return render(request, "pep/list.html", {"page": page, "may_chase": may_chase})


@require_safe
@require_permission(Permission.SEE_PEPS)
def plan(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The task list of one plan, with the sections the child's facts call for today."""
    plan = plan_of(request, pk)
    now, today = timezone.now(), timezone.localdate()
    if plan.status in BEING_WRITTEN and fit_sections([plan.pk], on=today, at=now):
        plan = plan_of(request, pk)
    context = opened(request, plan, "pep")
    context["page"] = pages.plan_page(plan, request.user)
    context |= _back_from_plan(request, plan, context["identity"].record_url)
    return render(request, "pep/plan.html", context)


@require_safe
@require_permission(Permission.SEE_PEPS)
def read(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The whole plan on one page: the agreed version as it was kept, else the words so far."""
    plan = plan_of(request, pk)
    context = opened(request, plan, "pep/read")
    version = reading.latest_version(plan)
    context["version"] = version if plan.is_closed else None
    context["content"] = (
        reading.agreed_content(plan, version, request.user)
        if version is not None and plan.is_closed
        else reading.whole_plan(plan, request.user)
    )
    return render(request, "pep/read.html", context)


@require_safe
@require_permission(Permission.SEE_PEPS)
def compare(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Two versions of this child's plans beside each other, their differences word by word."""
    plan = plan_of(request, pk)
    known = comparing.sides(plan, request.user)
    try:
        pair = comparing.chosen(known, plan, a=request.GET.get("a", ""), b=request.GET.get("b", ""))
    except LookupError:
        raise Http404 from None
    everything = request.GET.get("show") == "everything"
    context = opened(request, plan, "pep/compare") | {"sides": known, "everything": everything}
    if pair:
        context["comparison"] = comparing.compare(*pair, request.user, everything=everything)
    return render(request, "pep/compare.html", context)


@require_safe
@require_permission(Permission.SEE_PEPS)
@limited(EXPORTS)
def pdf(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The PDF of the latest agreed version, for those who may read every part of it."""
    plan = plan_of(request, pk)
    if not pages.reader_of(plan, request.user).reads_whole_plan:
        raise PermissionDenied
    file = reading.latest_paper(plan)
    if file is None:
        context = opened(request, plan, "pep/pdf")
        context["version"] = reading.latest_version(plan)
        return render(request, "pep/no_pdf.html", context, status=404)
    record_download(child=plan.child, by=request.user, page="pep/pdf", at=timezone.now())
    # Read inside the request's transaction: nothing is fetched while the answer goes out
    with file.content.open("rb") as paper:
        response = HttpResponse(paper.read(), content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.download_name}"'
    return response
