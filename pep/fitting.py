"""Fit the sections of plans to what is true of their children now."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction

from pep import form_content, rules
from pep.circumstances import facts_of
from pep.models import PersonalEducationPlan, PlanSection

State = PlanSection.State
_COUNTED = ["facts", "sections_total", "sections_complete"]


@transaction.atomic
def fit_sections(plan_ids: Collection[UUID], *, on: date) -> int:
    """Ask for the sections the facts of each child call for; answer how many plans changed.

    A section that is called for is added; one that no longer is keeps its words and hinders
    nobody. Only of plans being written: what is checked or agreed stays as it was sent. Three
    queries, and four for those that change. Safe to repeat.
    """
    read = facts_of(plan_ids, on=on)
    changed = list(
        PersonalEducationPlan.objects.filter(
            pk__in=[pk for pk, facts in read.items() if facts.differ],
            status__in=rules.BEING_WRITTEN,
        )
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    if not changed:
        return 0
    rows: dict[UUID, dict[str, PlanSection]] = {plan.pk: {} for plan in changed}
    for row in PlanSection.objects.filter(plan__in=changed).select_for_update().order_by("pk"):
        rows[row.plan_id][row.slug] = row
    new: list[PlanSection] = []
    turned: list[PlanSection] = []
    for plan in changed:
        plan.facts = read[plan.pk].names
        _fit(plan, rows[plan.pk], new=new, turned=turned)
    PlanSection.objects.bulk_create(new)
    PlanSection.objects.bulk_update(turned, ["is_asked"])
    PersonalEducationPlan.objects.bulk_update(changed, _COUNTED)
    return len(changed)


def _fit(
    plan: PersonalEducationPlan,
    rows: dict[str, PlanSection],
    *,
    new: list[PlanSection],
    turned: list[PlanSection],
) -> None:
    asked = {section.slug for section in form_content.of_plan(plan).asked}
    for section in form_content.of_plan(plan).sections:
        row = rows.get(section.slug)
        if row is None:
            row = rows[section.slug] = PlanSection(
                authority_id=plan.authority_id,
                child_id=plan.child_id,
                plan=plan,
                slug=section.slug,
                place=section.place,
                owner=section.owner,
                is_asked=section.slug in asked,
            )
            new.append(row)
        elif row.is_asked != (section.slug in asked):
            row.is_asked = section.slug in asked
            turned.append(row)
    plan.sections_total = len(asked)
    plan.sections_complete = sum(
        row.is_asked and row.state == State.COMPLETE for row in rows.values()
    )
