"""Answer what somebody called wrong in a plan's facts."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from pep import actions, facts, pages, rights
from pep.forms import DoubtForm
from pep.models import Doubt
from pep.views.opening import opened, plan_of
from words.requests import keeps_words, typed


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("an answer about a fact of a PEP")
@require_permission(Permission.WRITE_PEP)
def doubt(request: SignedInRequest, pk: UUID, doubt_pk: UUID) -> HttpResponse:
    """Say that a fact was put right in the record, or why it is right."""
    plan = plan_of(request, pk)
    asked = get_object_or_404(
        Doubt.objects.select_related("asked_by", "answered_by"), pk=doubt_pk, plan=plan
    )
    reader = pages.reader_of(plan, request.user)
    if not rights.answers_doubt(reader, asked):
        raise PermissionDenied
    if asked.answered_at is not None:
        return redirect("pep:section", pk=plan.pk, slug=asked.section)
    form = DoubtForm(typed(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        actions.answer_doubt(
            doubt_id=asked.pk,
            answer=said["answer"],
            reply=said["reply"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, "Answered. Whoever asked is told.")
        return redirect("pep:section", pk=plan.pk, slug=asked.section)
    context = opened(request, plan, "pep/doubt") | {"form": form}
    context["doubt"] = pages.doubt_row(plan, asked, reader)
    read = facts.facts_for(plan, [asked.key], on=timezone.localdate())
    context["rows"] = facts.with_sources(plan, read).get(asked.key, [])
    return render(request, "pep/doubt.html", context, status=422 if form.errors else 200)
