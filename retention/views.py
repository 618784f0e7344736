"""How long things are kept: what may be deleted now, what is on hold, what was deleted."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from children.actions import record_opening, stop_if_restricted
from children.models import Child
from children.opening import lists_children
from files.models import Load
from retention import actions, rules
from retention.deleting import OnHold, policy_of
from retention.forms import DecideForm, HoldForm, LiftForm
from retention.models import LegalHold, Proposed, Tombstone
from retention.records import PAGE
from words.requests import keeps_words, typed

PER_PAGE = 50
LAST_DELETED = 50
ON_HOLD = (
    "A legal hold is in force, or somebody’s request to see the record is open. "
    "Lift the hold or answer the request first, or keep it"
)
BACK = {"back_label": "How long things are kept"}


def _authority_id(request: SignedInRequest) -> int:
    if request.user.seat is None or request.user.seat.authority_id is None:
        raise Http404
    return request.user.seat.authority_id


@require_safe
@require_permission(Permission.MANAGE_RETENTION)
@lists_children
def overview(request: SignedInRequest) -> HttpResponse:
    """What is to be decided, the holds, what was deleted, and the table of rules."""
    user, today = request.user, timezone.localdate()
    policy = policy_of(_authority_id(request), on=today)
    waiting = Proposed.objects.listed_to(user).waiting().select_related("proposal")
    deleted = Tombstone.objects.visible_to(user).select_related("approved_by")
    page = Paginator(waiting.order_by("due_on", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": _lines(request, page.object_list),
        "holds": _holds(request),
        "deleted": deleted.order_by("-deleted_at", "pk")[:LAST_DELETED],
        "rules": rules.table(
            other_years=policy.other_record_years,
            register_years=policy.register_years,
            refused_load_days=policy.refused_load_days,
        ),
    }
    return render(request, "retention/overview.html", context)


def _lines(request: SignedInRequest, rows: Iterable[Proposed]) -> list[dict[str, Any]]:
    """What waits; a record that does not open to this reader as it stands is not named."""
    named = _open_to(request, [row.subject_id for row in rows])
    return [
        {
            "row": row,
            "child": named.get(row.subject_id),
            "is_closed": row.kind == Proposed.Kind.CHILD_RECORD and row.subject_id not in named,
        }
        for row in rows
    ]


def _holds(request: SignedInRequest) -> list[dict[str, Any]]:
    """The holds in force; a child whose record is closed to this reader is not named."""
    held = LegalHold.objects.visible_to(request.user).in_force(timezone.localdate())
    holds = list(held.select_related("placed_by").order_by("-placed_at", "pk"))
    named = _open_to(request, [hold.child_id for hold in holds if hold.child_id])
    return [
        {"hold": hold, "child": named.get(hold.child_id) if hold.child_id else None}
        for hold in holds
    ]


def _open_to(request: SignedInRequest, ids: list[UUID]) -> dict[UUID, Child]:
    """Those of the children this reader sees. One query."""
    return {one.pk: one for one in Child.objects.visible_to(request.user).filter(pk__in=ids)}


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("your decision about a record")
@require_permission(Permission.MANAGE_RETENTION)
def decide(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Delete or keep one thing that was proposed."""
    row = get_object_or_404(Proposed.objects.visible_to(request.user).waiting(), pk=pk)
    child = _child_of(request, row)
    form = DecideForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            decided = _decided(request, row, form)
        except OnHold:
            form.add_error(None, ON_HOLD)
        else:
            messages.success(request, WORDS[Proposed.Decision(decided.decision)])
            return redirect("retention:overview")
    context = BACK | {
        "form": form,
        "row": row,
        "child": child,
        "load": Load.objects.filter(pk=row.subject_id, authority=row.authority_id).first(),
        "back_url": reverse("retention:overview"),
    }
    return render(request, "retention/decide.html", context, status=422 if form.errors else 200)


def _child_of(request: SignedInRequest, row: Proposed) -> Child | None:
    """Whose record it is, if it is one; that its reader was here is written down."""
    if row.kind != Proposed.Kind.CHILD_RECORD:
        return None
    child = get_object_or_404(Child.objects.visible_to(request.user), pk=row.subject_id)
    stop_if_restricted(child=child, by=request.user)
    record_opening(child=child, by=request.user, page=PAGE, at=timezone.now())
    return child


WORDS = {
    Proposed.Decision.APPROVED: "Deleted.",
    Proposed.Decision.KEPT: "Kept until next month’s list.",
    Proposed.Decision.GONE: "It was no longer due, so nothing was deleted.",
}


def _decided(request: SignedInRequest, row: Proposed, form: DecideForm) -> Proposed:
    is_approved = form.cleaned_data["decision"] == Proposed.Decision.APPROVED
    act = actions.approve if is_approved else actions.keep
    reason = form.cleaned_data["reason"]
    return act(proposed_id=row.pk, reason=reason, by=request.user, at=timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("a legal hold")
@require_permission(Permission.MANAGE_RETENTION)
def hold_all(request: SignedInRequest) -> HttpResponse:
    """Stop deletion of everything the authority holds."""
    return _hold(request, child=None)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("a legal hold")
@require_permission(Permission.MANAGE_RETENTION)
def hold_child(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Stop deletion of one child's records."""
    child = get_object_or_404(Child.objects.visible_to(request.user), pk=pk)
    stop_if_restricted(child=child, by=request.user)
    record_opening(child=child, by=request.user, page="legal hold", at=timezone.now())
    return _hold(request, child=child)


def _hold(request: SignedInRequest, *, child: Child | None) -> HttpResponse:
    form = HoldForm(typed(request))
    if request.method == "POST" and form.is_valid():
        actions.place_hold(
            authority_id=_authority_id(request),
            child=child,
            on=timezone.localdate(),
            by=request.user,
            at=timezone.now(),
            **form.cleaned_data,
        )
        messages.success(request, "The legal hold is in force.")
        return redirect("retention:overview")
    context = BACK | {"form": form, "child": child, "back_url": reverse("retention:overview")}
    return render(request, "retention/hold.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("why a legal hold ends")
@require_permission(Permission.MANAGE_RETENTION)
def lift(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """End a hold."""
    held = LegalHold.objects.visible_to(request.user).in_force(timezone.localdate())
    hold = get_object_or_404(held.select_related("placed_by"), pk=pk)
    form = LiftForm(typed(request))
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        actions.lift_hold(hold_id=hold.pk, why=why, by=request.user, at=timezone.now())
        messages.success(request, "The legal hold is lifted.")
        return redirect("retention:overview")
    context = BACK | {"form": form, "hold": hold, "back_url": reverse("retention:overview")}
    return render(request, "retention/lift.html", context, status=422 if form.errors else 200)
