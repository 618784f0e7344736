"""What every page of a plan begins with: the plan, the section, the opening recorded."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts.requests import SignedInRequest
from accounts.roles import Role
from children.actions import record_opening, stop_if_restricted
from children.summaries import identity_facts
from pep import form_content, pages, rights
from pep.form_content import SectionContent
from pep.models import PersonalEducationPlan

# Four joins more, for names that few states show, cost the planner 20 ms a page
_WITH = ("child", "term", "school")


def plan_of(request: SignedInRequest, pk: UUID) -> PersonalEducationPlan:
    plans = PersonalEducationPlan.objects.visible_to(request.user).select_related(*_WITH)
    today = timezone.localdate()
    found: PersonalEducationPlan = get_object_or_404(plans.with_home(on=today), pk=pk)
    stop_if_restricted(child=found.child, by=request.user)
    return found


def section_of(plan: PersonalEducationPlan, slug: str) -> SectionContent:
    section = form_content.of_plan(plan).section(slug)
    if section is None:
        raise Http404
    return section


def read_section(
    request: SignedInRequest, pk: UUID, slug: str
) -> tuple[PersonalEducationPlan, SectionContent, rights.Reader]:
    """A section of a plan, with the questions its reader reads; refused to who reads none of it."""
    plan = plan_of(request, pk)
    section = section_of(plan, slug)
    reader = pages.reader_of(plan, request.user)
    if not reader.may_read(owner=section.owner, slug=slug):
        raise PermissionDenied
    return plan, section.shown_to(reader.reads), reader


def opened(request: SignedInRequest, plan: PersonalEducationPlan, page: str) -> dict[str, Any]:
    """Record that the record was opened, and answer what every page of a plan shows."""
    record_opening(child=plan.child, by=request.user, page=page, at=timezone.now())
    today = timezone.localdate()
    day = rights.day_read(request.user, plan, on=today)
    sight = rights.sight(request.user, plan, on=today)
    return {
        "plan": plan,
        "child": plan.child,
        "title": pages.plan_title(plan),
        "identity": identity_facts(
            plan.child, request.user, on=day, url=None if day == today else "", sight=sight
        ),
        "back_url": reverse("pep:plan", args=[plan.pk]),
        "back_label": pages.plan_title(plan),
        "young_person": request.user.seat is not None
        and request.user.seat.role == Role.YOUNG_PERSON,
    }
