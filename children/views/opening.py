"""The page that asks why: restricted and sealed records, and openings in an emergency."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import audit
from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from accounts.throttle import EMERGENCIES, limited
from children import actions
from children.forms import (
    EmergencyForm,
    OpenForm,
)
from children.models import Child, Opening, Restriction
from children.opening import lists_children
from children.rules import fold_name
from words.requests import keeps_words, typed


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("your reason to open a record")
@require_permission(Permission.SEE_CHILDREN)
def restricted(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Stop a reader of the team at a restricted record until they say why (ux 7.5)."""
    child = get_object_or_404(Child.objects.visible_to(request.user), pk=pk)
    stopping = Restriction.objects.stopping(request.user).select_related("owner")
    restriction = stopping.filter(child=child).first()
    if restriction is None:
        return redirect(_back_to(request, child))
    form = OpenForm(typed(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.open_restricted(child=child, reason=reason, by=request.user, at=timezone.now())
        return redirect(_back_to(request, child))
    context = {
        "form": form,
        "restriction": restriction,
        "closed": "restricted",
        "back_url": "/",
        "back_label": "Your first page",
    }
    status = 422 if form.errors else 200
    return render(request, "children/restricted.html", context, status=status)


def _back_to(request: HttpRequest, child: Child) -> str:
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else reverse("dashboard:child", args=[child.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("your reason to open a record")
@require_permission(Permission.OPEN_IN_EMERGENCY)
@limited(EMERGENCIES, method="POST")
def emergency(request: SignedInRequest) -> HttpResponse:
    """Break-glass: a duty worker opens a child who is not theirs, by exact name and birthday."""
    form = EmergencyForm(typed(request))
    if request.method == "POST" and form.is_valid():
        child = _named(request, form)
        if child is not None and _opened(request, child, form.cleaned_data["reason"]):
            return redirect("dashboard:child", pk=child.pk)
        audit.record(
            kind="emergency.not_found",
            at=timezone.now(),
            authority_id=request.user.seat.authority_id if request.user.seat else None,
            reason=form.cleaned_data["reason"],
        )
        form.add_error(None, "We found no child with this name and date of birth. Check both.")
    status = 422 if form.errors else 200
    return render(request, "children/emergency.html", {"form": form}, status=status)


def _named(request: SignedInRequest, form: EmergencyForm) -> Child | None:
    """The one child of this authority with exactly this name and birthday. One query."""
    given, family = form.names()
    seat = request.user.seat
    born = Child.objects.filter(
        authority=seat.authority_id if seat else None,
        date_of_birth=form.cleaned_data["date_of_birth"],
    )
    matches = [
        child
        for child in born
        if fold_name(child.family_name) == family
        and given in {fold_name(child.given_name), fold_name(child.known_as)}
    ]
    return matches[0] if len(matches) == 1 else None


def _opened(request: SignedInRequest, child: Child, reason: str) -> bool:
    """Whether this child is open to them now; one that is sealed is as if it were not found."""
    if Child.objects.visible_to(request.user).filter(pk=child.pk).exists():
        return True
    try:
        actions.open_in_emergency(child=child, reason=reason, by=request.user, at=timezone.now())
    except actions.NotTheirsToOpen:
        return False
    return True


@require_safe
@require_permission(Permission.SEE_OVERVIEW)
@lists_children
def openings(request: SignedInRequest) -> HttpResponse:
    """Which closed records were opened with a reason, newest first.

    The virtual school head reads of all; others of the team of those they answer for.
    """
    found = Opening.objects.visible_to(request.user)
    may_close = request.user.may(Permission.RESTRICT_RECORDS)
    if not may_close:
        theirs = Restriction.objects.current().filter(owner=request.user)
        found = found.filter(child__in=theirs.values("child"))
    rows = found.select_related("child", "person").order_by("-began_at", "-pk")[:200]
    context = {
        "rows": rows,
        "now": timezone.now(),
        "may_close": may_close,
        "may_see_record": request.user.may(Permission.SEE_RECORD),
    }
    return render(request, "children/openings.html", context)


@require_POST
@require_permission(Permission.RESTRICT_RECORDS)
def end_opening(request: SignedInRequest, opening_pk: UUID) -> HttpResponse:
    opening = get_object_or_404(Opening.objects.visible_to(request.user), pk=opening_pk)
    actions.end_opening(opening=opening, by=request.user, at=timezone.now())
    messages.success(request, "The record is closed to them again.")
    return redirect("children:openings")


@require_safe
@require_permission(Permission.SEE_OVERVIEW)
@lists_children
def sealed(request: SignedInRequest) -> HttpResponse:
    """The sealed records this person keeps: when and by whom, never whose (DP-8).

    Whoever answers for one also reads here who opened it; it is in no other list.
    """
    mine = Restriction.objects.current().filter(kind=Restriction.Kind.SEALED, owner=request.user)
    opened = Opening.objects.filter(kind=Opening.Kind.SEALED, child__in=mine.values("child"))
    context = {
        "rows": _kept_by(request),
        "opened": opened.select_related("person").order_by("-began_at", "-pk")[:200],
        "answers_for_any": mine.exists(),
    }
    return render(request, "children/sealed.html", context)


def _kept_by(request: SignedInRequest) -> Any:
    kept = Restriction.objects.current().kept_by(request.user)
    return kept.select_related("owner", "child").order_by("-started_on", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("your reason to open a record")
@require_permission(Permission.SEE_OVERVIEW)
def open_sealed(request: SignedInRequest, restriction_pk: UUID) -> HttpResponse:
    restriction = get_object_or_404(_kept_by(request), pk=restriction_pk)
    form = OpenForm(typed(request))
    if request.method == "POST" and form.is_valid():
        actions.open_sealed(
            restriction=restriction,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
        return redirect("dashboard:child", pk=restriction.child_id)
    context = {
        "form": form,
        "restriction": restriction,
        "closed": "sealed",
        "back_url": reverse("children:sealed"),
        "back_label": "Sealed records",
    }
    status = 422 if form.errors else 200
    return render(request, "children/restricted.html", context, status=status)
