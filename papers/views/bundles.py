"""All agreed plans of a term at once: asked for with a reason, followed, cancelled, taken away."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from accounts.throttle import EXPORTS, limited
from papers import actions, keeping, pages
from papers.forms import BundleForm
from papers.models import Bundle
from words.requests import keeps_words, typed

PER_PAGE = 50
_takers = require_permission(Permission.TAKE_ALL_PLANS)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("why plans are taken away")
@_takers
@limited(EXPORTS, method="POST")
def bundles(request: SignedInRequest) -> HttpResponse:
    """Ask for all agreed plans of a term (POST); those asked for before."""
    form = BundleForm(typed(request), by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            bundle = actions.ask_for_all(**form.cleaned_data, by=request.user, at=timezone.now())
        except actions.NoPlans:
            form.add_error("term", "No agreed plan is one of these. Choose another term or school")
        except actions.OneAtATime as running:
            messages.warning(request, "One is being made already. Wait for it, or cancel it.")
            return redirect("papers:bundle", pk=running.bundle_id)
        else:
            return redirect("papers:bundle", pk=bundle.pk)
    made = Bundle.objects.visible_to(request.user).select_related("term", "school", "file")
    page = Paginator(made.order_by("-asked_at", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "kept": _kept(request),
        "back_url": reverse("pep:list"),
        "back_label": "PEPs",
    }
    return render(request, "papers/bundles.html", context, status=422 if form.errors else 200)


def _kept(request: SignedInRequest) -> str:
    """How long the file is kept, in words."""
    seat = request.user.seat
    kept = keeping.kept_by((seat.authority_id if seat else None) or 0, at=timezone.now())
    hours = int(kept.bundle.total_seconds()) // 3600
    return "1 hour" if hours == 1 else f"{hours} hours"


@require_safe
@_takers
def bundle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """How far one is, and what was left out and why."""
    found = get_object_or_404(
        Bundle.objects.visible_to(request.user).select_related("term", "school", "file"), pk=pk
    )
    context = {
        "bundle": found,
        "page": pages.bundle_page(found, request.user, at=timezone.now()),
        "back_url": reverse("papers:bundles"),
        "back_label": "All plans of a term",
    }
    return render(request, "papers/bundle.html", context)


@require_POST
@_takers
def cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Stop making one."""
    found = get_object_or_404(Bundle.objects.visible_to(request.user), pk=pk)
    actions.cancel(bundle_id=found.pk, by=request.user, at=timezone.now())
    return redirect("papers:bundle", pk=pk)


@require_safe
@_takers
@limited(EXPORTS)
def bundle_file(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Take the file away; written down at each child in it."""
    found = get_object_or_404(Bundle.objects.visible_to(request.user).select_related("file"), pk=pk)
    page = pages.bundle_page(found, request.user, at=timezone.now())
    if found.file is None or not page.may_download:
        raise Http404
    actions.record_all_taken(bundle=found, by=request.user, at=timezone.now())
    stored = found.file.content.open("rb")  # sent block by block: it may be large
    return FileResponse(stored, as_attachment=True, filename=found.file.download_name)
