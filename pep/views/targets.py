"""The buttons of the pages of targets, which save the section they are pressed in first."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.requests import SignedInRequest
from pep import actions, pages, rules
from pep.form_content import SectionContent
from pep.models import PersonalEducationPlan


def row_asked_for(
    request: SignedInRequest, plan: PersonalEducationPlan, section: SectionContent, *, version: int
) -> HttpResponse | None:
    """Carry a target on, or begin one from an example; None when no such button was pressed."""
    carry, example = request.POST.get("carry"), request.POST.get("example")
    if not carry and not example:
        return None
    wanted = _uuid(carry or example)
    try:
        if carry:
            row_id = rules.carried_id(plan.pk, wanted)
            is_new = actions.carry_on(
                plan_id=plan.pk, row_id=wanted, by=request.user, at=timezone.now()
            )
        else:
            row_id = rules.used_id(plan.pk, wanted, version=version)
            is_new = actions.use_example(
                plan_id=plan.pk,
                example_id=wanted,
                version=version,
                by=request.user,
                at=timezone.now(),
            )
    except LookupError as error:
        raise Http404 from error
    except actions.NoRoom:
        messages.warning(request, "There is no room for another target. Remove one first.")
        return redirect(reverse("pep:section", args=[plan.pk, section.slug]))
    _tell(request, is_carried=bool(carry), is_new=is_new)
    there = pages.new_row_place(plan, str(row_id)) if section.slug == rules.TARGETS else ""
    return redirect(reverse("pep:section", args=[plan.pk, section.slug]) + there)


def _tell(request: SignedInRequest, *, is_carried: bool, is_new: bool) -> None:
    if not is_new:
        messages.success(request, "It is in the new targets already.")
    elif is_carried:
        messages.success(
            request,
            "Added to the new targets. Say there where the child is now, by when it will be "
            "reached, and what will be different.",
        )
    else:
        messages.success(request, "Added under your targets. Make it this child’s own.")


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError as error:
        raise Http404 from error
