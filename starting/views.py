"""Begin a child's plan from a page."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from children.actions import record_opening, stop_if_restricted
from children.models import Child
from children.summaries import identity_facts
from pep import rights
from starting import actions
from starting.writing import NoFormForPhase


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.WRITE_PEP)
def start(request: SignedInRequest, child_pk: UUID) -> HttpResponse:
    """Begin this term's plan of a child (POST), after saying what that does (GET)."""
    if request.user.seat is None or rights.moves_plans(request.user) is None:
        raise PermissionDenied
    child = get_object_or_404(Child.objects.visible_to(request.user), pk=child_pk)
    stop_if_restricted(child=child, by=request.user)
    if request.method != "POST":
        record_opening(child=child, by=request.user, page="pep/start", at=timezone.now())
        identity = identity_facts(child, request.user)
        return render(request, "starting/start.html", {"child": child, "identity": identity})
    try:
        plan = actions.start_plan(child_id=child.pk, by=request.user, at=timezone.now())
    except actions.NoTerm:
        words = "This PEP cannot be started: no term has been set for today."
    except actions.NoPlanOwed:
        words = "This child has no PEP: not looked after today, in short breaks, or on remand only."
    except NoFormForPhase:
        words = "This PEP cannot be started: there is no form for this age."
    else:
        return redirect("pep:plan", pk=plan.pk)
    messages.error(request, words)
    return redirect("pep:list")
