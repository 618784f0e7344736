from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from words import actions
from words.models import HeldWords


@require_safe
@require_permission(Permission.SEE_ACCOUNT)
def words(request: SignedInRequest) -> HttpResponse:
    """One's own words as plain text, whatever became of the page they were written for."""
    mine = HeldWords.objects.visible_to(request.user).current(at=timezone.now())
    return render(request, "words/list.html", {"rows": mine.order_by("-made_at", "pk")})


@require_POST
@require_permission(Permission.SEE_ACCOUNT)
def discard(request: SignedInRequest, pk: UUID) -> HttpResponse:
    actions.discard(held_id=pk, by=request.user)
    messages.success(request, "These words are deleted.")
    return redirect("words:list")
