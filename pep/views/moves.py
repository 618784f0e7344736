"""Move a plan on: send, take back, send back, open again. Checking it is in `quality`."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from pep import actions, pages, rules
from pep.forms import ReasonForm, ReopenForm
from pep.models import PersonalEducationPlan
from pep.views.opening import opened, plan_of
from words.requests import keeps_words, typed

_FAULTS = {
    rules.MoveFault.NOT_A_MOVE: "This PEP has moved on meanwhile. Look at it again.",
    rules.MoveFault.NOT_THEIRS: "You cannot do this with a PEP in this state.",
    rules.MoveFault.NEEDS_REASON: "Enter what needs to change",
    rules.MoveFault.NEEDS_QUERY: "Ask a query about what needs to change, or say where it is.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.SEND_PEP)
def send(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Send a complete plan to the virtual school, after saying who will see it."""
    plan = plan_of(request, pk)
    page = pages.plan_page(plan, request.user)
    if not page.may["send"] or request.method != "POST":
        context = opened(request, plan, "pep/sending") | {"page": page}
        if not page.may["send"]:
            return redirect("pep:plan", pk=plan.pk)
        return render(request, "pep/send.html", context)
    try:
        actions.send(plan_id=plan.pk, by=request.user, at=timezone.now())
    except actions.NotReady:
        context = opened(request, plan, "pep/sending") | {"page": page, "page_has_errors": True}
        return render(request, "pep/send.html", context, status=422)
    except actions.MoveRefused as error:  # it moved on between the page and the button
        messages.warning(request, _FAULTS[error.fault])
    else:
        messages.success(request, "This PEP has been sent to the virtual school.")
    return redirect("pep:plan", pk=plan.pk)


@require_POST
@require_permission(Permission.SEND_PEP)
def take_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take back a sent plan until somebody begins to check it."""
    plan = plan_of(request, pk)
    try:
        actions.take_back(plan_id=plan.pk, by=request.user, at=timezone.now())
    except actions.MoveRefused:
        messages.warning(request, "The virtual school has started checking this PEP.")
    else:
        messages.success(request, "You have taken this PEP back. You can change it now.")
    return redirect("pep:plan", pk=plan.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("what a PEP needs")
@require_permission(Permission.CHECK_PEP)
def send_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Send a plan back with what needs to change."""
    plan = plan_of(request, pk)
    if plan.status != PersonalEducationPlan.Status.BEING_CHECKED:
        return redirect("pep:plan", pk=plan.pk)
    form = ReasonForm(typed(request), places=pages.places_to_change(plan, request.user))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.send_back(
                plan_id=plan.pk,
                reason=said["reason"],
                section=said.get("section", ""),
                by=request.user,
                at=timezone.now(),
            )
        except actions.MoveRefused as error:
            messages.warning(request, _FAULTS[error.fault])
            return redirect("pep:plan", pk=plan.pk)
        messages.success(request, "This PEP has been sent back with what needs to change.")
        return redirect("quality:queue")
    context = opened(request, plan, "pep/check") | {
        "form": form,
        "queries": pages.open_queries(plan, request.user),
        "back_url": reverse("quality:check", args=[plan.pk]),
        "back_label": "Check",
    }
    return render(request, "pep/send_back.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("why to open a PEP again")
@require_permission(Permission.AGREE_PEP)
def reopen(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Open an agreed plan again as a new version, with a reason."""
    plan = plan_of(request, pk)
    if not plan.is_agreed:
        return redirect("pep:plan", pk=plan.pk)
    form = ReopenForm(typed(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            actions.reopen(plan_id=plan.pk, reason=reason, by=request.user, at=timezone.now())
        except actions.MoveRefused as error:
            messages.warning(request, _FAULTS[error.fault])
        else:
            messages.success(request, "This PEP is open again as a new version.")
        return redirect("pep:plan", pk=plan.pk)
    context = opened(request, plan, "pep/reopen") | {"form": form}
    return render(request, "pep/reopen.html", context, status=422 if form.errors else 200)
