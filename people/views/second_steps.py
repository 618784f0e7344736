"""Taking off somebody's second step of signing in: the way back in when a phone is lost."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import administration
from accounts.actions import reset_second_factor
from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from people import rights
from people.forms import TakeOffForm
from words.requests import keeps_words, typed


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("why a second step is taken off")
@require_permission(Permission.MANAGE_PEOPLE)
def take_off(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """For a reason, which is recorded; refused for oneself and whoever has a role elsewhere."""
    somebody = get_object_or_404(rights.people_run(request.user), pk=pk)
    if rights.account_refusal(by=request.user, person=somebody):
        raise PermissionDenied
    form = TakeOffForm(typed(request))
    words = administration.second_step_refusal(person=somebody, at=timezone.now())
    if request.method == "POST" and form.is_valid() and words:
        form.add_error(None, words)
    elif request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        reset_second_factor(person=somebody, by=request.user, reason=reason, at=timezone.now())
        messages.success(request, f"{somebody.name} sets up a new second step at the next sign-in.")
        return redirect("people:person", pk=pk)
    context = {
        "form": form,
        "person": somebody,
        "back_url": reverse("people:person", args=[pk]),
        "back_label": somebody.name,
    }
    return render(request, "people/second_step.html", context, status=422 if form.errors else 200)
