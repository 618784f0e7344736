"""Deputies for checking, where a team is too small for another checker."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, posted, require_permission
from pep import actions, deputies
from pep.forms import DeputyForm
from pep.models import Deputy


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.NAME_DEPUTY)
def deputies_page(request: SignedInRequest) -> HttpResponse:
    """Who may check plans they wrote in, and name another."""
    seat, today = request.user.seat, timezone.localdate()
    authority_id = (seat.authority_id if seat else None) or 0
    people = [
        (str(person.pk), person.name)
        for person in deputies.could_be_named(authority_id, on=today)
        if person.pk != request.user.pk
    ]
    form = DeputyForm(posted(request), people=people)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        actions.name_deputy(
            person_id=UUID(said["person"]),
            started_on=said["started_on"],
            last_day=said["last_day"],
            reason=said["reason"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, "Named. They may check PEPs they wrote in on those days.")
        return redirect("pep:deputies")
    context = {
        "back_url": reverse("pep:list"),
        "back_label": "PEPs",
        "form": form,
        "people": people,
        "named": deputies.named(authority_id, on=today),
    }
    return render(request, "pep/deputies.html", context, status=422 if form.errors else 200)


@require_POST
@require_permission(Permission.NAME_DEPUTY)
def end_deputy(request: SignedInRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(Deputy.objects.visible_to(request.user), pk=pk)
    actions.end_deputy(deputy_id=row.pk, on=timezone.localdate(), by=request.user)
    messages.success(request, "Ended.")
    return redirect("pep:deputies")
