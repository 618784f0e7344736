"""Agree a plan without a part that is missing: name it, and write it after all."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from pep import actions, gaps, pages
from pep.forms import GapForm
from pep.models import PersonalEducationPlan
from pep.views.opening import opened, plan_of
from words.requests import keeps_words, typed


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("why a PEP cannot wait")
@require_permission(Permission.AGREE_PEP)
def name_gap(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Name what is missing, who owes it, by when and why."""
    plan, today = plan_of(request, pk), timezone.localdate()
    named = gaps.of_version(plan)
    parts = gaps.missing_parts(plan, named=named)
    people = gaps.could_owe(plan, on=today)
    form = GapForm(
        typed(request),
        parts=[(part.key, part.title) for part in parts],
        people=[(str(one.person.pk), f"{one.person.name}, {one.role}") for one in people],
        not_theirs={
            str(one.person.pk): {p.key: p.title for p in parts if not one.can_owe(p.kind, p.part)}
            for one in people
        },
        today=today,
    )
    if request.method == "POST" and form.is_valid():
        return _named(request, plan, form)
    context = opened(request, plan, "pep/gap") | {"form": form, "parts": parts}
    context["gaps"] = pages.gap_rows(plan, named, on=today)
    return render(request, "pep/gap.html", context, status=422 if form.errors else 200)


def _named(request: SignedInRequest, plan: PersonalEducationPlan, form: GapForm) -> HttpResponse:
    said = form.cleaned_data
    try:
        actions.name_gap(
            plan_id=plan.pk,
            parts=said["parts"],
            owed_by=UUID(said["owed_by"]),
            due_on=said["due_on"],
            reason=said["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except actions.MoveRefused:
        messages.warning(request, "This PEP has been replaced by a later one.")
    else:
        messages.success(request, "Named. Whoever owes it is told; the PEP need not wait for it.")
    return redirect("pep:plan", pk=plan.pk)


@require_POST
@require_permission(Permission.WRITE_PEP)
def write_missing(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Open an agreed plan for whoever owes a section of it."""
    plan = plan_of(request, pk)
    actions.write_missing_part(plan_id=plan.pk, by=request.user, at=timezone.now())
    messages.success(request, "This PEP is open again, so that you can write your part.")
    return redirect("pep:plan", pk=plan.pk)
