"""The papers of a plan: which there are, to ask for one, to read it here, to take it away."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from accounts.throttle import EXPORTS, limited
from children.actions import record_download
from papers import actions, content, exchange, pages, rights
from papers.forms import FamilyCheckForm
from papers.models import ReaderPaper
from papers.rules import NAMES, Kind
from pep import reading
from pep.models import PersonalEducationPlan
from pep.views.opening import opened, plan_of

_readers = require_permission(Permission.SEE_PEPS)


@require_safe
@_readers
def papers(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Each paper this person may have of a plan, and its state."""
    plan = plan_of(request, pk)
    context = opened(request, plan, "papers") | {"page": pages.papers_page(plan, request.user)}
    return render(request, "papers/papers.html", context)


def _source(
    request: SignedInRequest, plan: PersonalEducationPlan, kind: str
) -> tuple[content.Source, Kind]:
    """What a paper is made from; 403 for a kind that is not for them, 404 for one not there yet."""
    if kind not in set(Kind):
        raise Http404
    known, version = Kind(kind), reading.latest_version(plan)
    if request.user.seat is None or not rights.may_have(known, request.user.seat.role):
        raise PermissionDenied
    if not rights.is_there(known, plan, version=version):
        raise Http404
    return (
        content.source_of(plan, request.user, known, version=version, at=timezone.now()),
        known,
    )


@require_safe
@_readers
def paper(request: SignedInRequest, pk: UUID, kind: str) -> HttpResponse:
    """The paper as a page, with the same content; of a blank form one section, if it is named."""
    plan = plan_of(request, pk)
    source, known = _source(request, plan, kind)
    context = opened(request, plan, f"papers/{known}") | _shown(request, source, known)
    return render(request, "papers/paper.html", context)


def _shown(request: SignedInRequest, source: content.Source, kind: Kind) -> dict[str, Any]:
    told = content.paper_content(source, kind, request.user, at=timezone.now())
    if slug := request.GET.get("section"):
        kept = [section for section in told["sections"] if section.get("slug") == slug]
        told = told | {"sections": kept or told["sections"]}
    return {
        "content": told,
        "kind": kind,
        "body": f"papers/body/{content.body_of(kind)}.html",
        "back_url": reverse("papers:list", args=[source.plan.pk]),
        "back_label": "Papers of this plan",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@_readers
@limited(EXPORTS, method="POST")
def ask(request: SignedInRequest, pk: UUID, kind: str) -> HttpResponse:
    """Ask for a paper (POST); a family's copy only after it was read and checked [DP-5]."""
    plan = plan_of(request, pk)
    source, known = _source(request, plan, kind)
    needs_check = rights.needs_check_list(known, source.reader.role)
    form = FamilyCheckForm(request.POST or None) if needs_check else None
    if request.method != "POST" and form is None:
        return redirect("papers:list", pk=pk)
    if request.method != "POST" or (form is not None and not form.is_valid()):
        context = opened(request, plan, f"papers/{known}") | _shown(request, source, known)
        context["form"] = form
        status = 422 if request.method == "POST" else 200
        return render(request, "papers/check.html", context, status=status)
    actions.ask(
        plan=plan, kind=known, version=source.version, rights=source.mark,
        has_checked=needs_check, by=request.user, at=timezone.now(),
    )  # fmt: skip
    messages.success(request, f"{NAMES[known].label}: we are making it. This takes a few seconds.")
    return redirect("papers:list", pk=pk)


@require_safe
@_readers
@limited(EXPORTS)
def pdf(request: SignedInRequest, pk: UUID, kind: str) -> HttpResponse:
    """Take a made paper away; one made under other rights than today's is not given [DP-4]."""
    plan = plan_of(request, pk)
    if kind not in set(Kind):
        raise Http404
    made = ReaderPaper.objects.visible_to(request.user).filter(
        plan=plan, kind=kind, state=ReaderPaper.State.MADE, goes_at__gt=timezone.now()
    )
    held = get_object_or_404(made.select_related("file", "version"))
    if not pages.is_still_right(held, plan, request.user):
        messages.warning(request, "What you may read has changed. Make this paper again.")
        return redirect("papers:list", pk=pk)
    record_download(child=plan.child, by=request.user, page=f"papers/{kind}", at=timezone.now())
    with held.file.content.open("rb") as stored:
        response = HttpResponse(stored.read(), content_type=held.file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{held.file.download_name}"'
    return response


@require_safe
@_readers
@limited(EXPORTS)
def as_json(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The agreed content for another system, for those who read the whole plan."""
    plan = plan_of(request, pk)
    version = reading.latest_version(plan)
    source, _ = _source(request, plan, Kind.FULL)
    if not source.reader.reads_whole_plan:
        raise PermissionDenied
    assert version is not None  # noqa: S101 (there is a full copy of an agreed plan only)
    record_download(child=plan.child, by=request.user, page="papers/json", at=timezone.now())
    told = exchange.agreed_plan(version, shown=source.content)
    response = HttpResponse(exchange.as_text(told), content_type="application/json")
    name = exchange.file_name(plan, version)
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response
