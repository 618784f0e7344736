"""Fit the sections of plans to what is true of their children now."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from pep import form_content, notices, rules
from pep.circumstances import facts_of
from pep.form_content import QuestionContent, SectionContent, named
from pep.models import Answer, FactWord, PersonalEducationPlan, PlanSection

State = PlanSection.State
_COUNTED = ["facts", "sections_total", "sections_complete"]
_TURNED = ["is_asked", "state", "completed_at", "completed_by", "asked_more_at"]


@transaction.atomic
def fit_sections(plan_ids: Collection[UUID], *, on: date, at: datetime) -> int:
    """Ask for the sections the facts of each child call for; answer how many plans changed.

    A section that is called for is added; one that no longer is keeps its words and hinders
    nobody. A complete one that is asked for more is complete no longer, and its owner is told. Only
    of plans being written: what is checked or agreed stays as it was sent. Three queries, and four
    for those that change, six where a complete section may be asked for more. Safe to repeat.
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
    again = _asked_more(changed, rows, {plan.pk: read[plan.pk].names for plan in changed})
    new: list[PlanSection] = []
    turned = [row for opened in again.values() for row in opened]
    for row in turned:
        row.state, row.completed_at, row.completed_by = State.IN_PROGRESS, None, None
        row.asked_more_at = at
    for plan in changed:
        plan.facts = read[plan.pk].names
        _fit(plan, rows[plan.pk], new=new, turned=turned)
    PlanSection.objects.bulk_create(new)
    PlanSection.objects.bulk_update({row.pk: row for row in turned}.values(), _TURNED)
    PersonalEducationPlan.objects.bulk_update(changed, _COUNTED)
    for plan in changed:
        if opened := again.get(plan.pk):
            notices.asked_more(plan, opened, at=at)
    return len(changed)


def _asked_more(
    plans: Sequence[PersonalEducationPlan],
    rows: Mapping[UUID, Mapping[str, PlanSection]],
    facts: Mapping[UUID, Collection[str]],
) -> dict[UUID, list[PlanSection]]:
    """The complete sections that these facts ask for more. Two queries, if any may be."""
    candidates = [
        (plan, row)
        for plan in plans
        if plan.facts  # fitted before
        for row in rows[plan.pk].values()
        if row.state == State.COMPLETE and _differs(plan, row.slug, facts[plan.pk])
    ]
    answers = answers_of([row for _, row in candidates])
    found: dict[UUID, list[PlanSection]] = {}
    for plan, row in candidates:
        held = answers.get((plan.pk, row.slug), {})
        if _newly_lacking(plan, row.slug, facts[plan.pk], held):
            found.setdefault(plan.pk, []).append(row)
    return found


def _differs(plan: PersonalEducationPlan, slug: str, facts: Collection[str]) -> bool:
    before, now = _section(plan, slug, plan.facts), _section(plan, slug, facts)
    return now is not None and not now.is_off and before != now


def _newly_lacking(
    plan: PersonalEducationPlan, slug: str, facts: Collection[str], answers: Mapping[str, Any]
) -> list[QuestionContent]:
    """The questions a section lacks by these facts, and did not by those of the plan."""
    before, now = _section(plan, slug, plan.facts), _section(plan, slug, facts)
    if now is None or now.is_off:
        return []
    known = set() if before is None else {question.key for question in before.lacking(answers)}
    return [question for question in now.lacking(answers) if question.key not in known]


def _section(
    plan: PersonalEducationPlan, slug: str, facts: Collection[str]
) -> SectionContent | None:
    form = form_content.of_version_and_facts(plan.form_version_id, frozenset(facts))
    return form.section(slug)


def answers_of(sections: Collection[PlanSection]) -> dict[tuple[UUID, str], dict[str, Any]]:
    """The answers and words on facts of sections, as completeness sees them. Two queries."""
    found: dict[tuple[UUID, str], dict[str, Any]] = {}
    if not sections:
        return found
    where = {
        "plan__in": {row.plan_id for row in sections},
        "section__in": {row.slug for row in sections},
    }
    for answer in Answer.objects.filter(**where):
        found.setdefault((answer.plan_id, answer.section), {})[answer.key] = answer.said
    words = FactWord.objects.filter(**where).values_list("plan_id", "section", "key", "is_right")
    for plan_id, section, key, is_right in words:
        found.setdefault((plan_id, section), {})[key] = is_right
    return found


def asked_since_sent(
    plan: PersonalEducationPlan, *, on: date, reads: Callable[..., bool]
) -> list[str]:
    """What the child's facts ask for by now, and did not when a plan was sent, in words.

    Of the questions a reader `reads`. The plan stays as it was sent: whoever checks it decides. One
    query, four if they differ.
    """
    read = facts_of([plan.pk], on=on)[plan.pk]
    if not read.differ:
        return []
    answers = answers_of(PlanSection.objects.filter(plan=plan))
    before = {section.slug for section in form_content.of_plan(plan).asked}
    form = form_content.of_version_and_facts(plan.form_version_id, frozenset(read.names))
    found = []
    for section in form.asked:
        title = named(section.title, plan.child.called)
        if section.slug not in before:
            found.append(title)
            continue
        held = answers.get((plan.pk, section.slug), {})
        lacking = [
            question
            for question in _newly_lacking(plan, section.slug, read.names, held)
            if reads(slug=section.slug, key=question.key)
        ]
        found += [f"{title}: “{named(q.label, plan.child.called)}”" for q in lacking]
    return found


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
