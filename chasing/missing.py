"""What open plans wait for, in words."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count

from pep import form_content, rules
from pep.form_content import named
from pep.models import Note, Owner, PersonalEducationPlan, PlanSection
from pep.waiting import TO_CHECK


def missing_by_owner(
    plans: Sequence[PersonalEducationPlan],
) -> dict[UUID, dict[str, list[str]]]:
    """What each plan waits for, in words, by owner. Two queries."""
    by_id = {plan.pk: plan for plan in plans}
    found: dict[UUID, dict[str, list[str]]] = {plan.pk: {} for plan in plans}
    owners: dict[tuple[UUID, str], str] = {}
    sections = PlanSection.objects.filter(plan__in=list(by_id), is_asked=True).order_by("place")
    for plan_id, slug, owner, state in sections.values_list("plan_id", "slug", "owner", "state"):
        owners[plan_id, slug] = owner
        plan = by_id[plan_id]
        if state != PlanSection.State.COMPLETE and plan.status in rules.BEING_WRITTEN:
            found[plan_id].setdefault(owner, []).append(_title(plan, slug))
    asked = Note.objects.open_queries().filter(plan__in=list(by_id), answered_at__isnull=True)
    counted = asked.values_list("plan_id", "section").annotate(n=Count("pk")).order_by("section")
    for plan_id, slug, number in counted:
        plan, by = by_id[plan_id], owners.get((plan_id, slug))
        if by is not None and plan.status in rules.BEING_WRITTEN:
            words = "a query" if number == 1 else f"{number} queries"
            found[plan_id].setdefault(by, []).append(f"{words} on {_title(plan, slug)}")
    for plan in plans:
        if plan.status in TO_CHECK:
            found[plan.pk][Owner.VIRTUAL_SCHOOL.value] = ["The check"]
    return found


def _title(plan: PersonalEducationPlan, slug: str) -> str:
    section = form_content.of_version(plan.form_version_id).section(slug)
    return named(section.title, plan.child.called) if section else slug
