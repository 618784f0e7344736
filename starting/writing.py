"""Writes the rows of plans that start: the plan, its sections, and what the last plan knew."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import F, Q

import audit
from pep import form_content
from pep import rules as pep_rules
from pep.clocks import clocks_on
from pep.fitting import fit_sections
from pep.models import Answer, Form, FormVersion, PersonalEducationPlan
from schools.rules import phase
from starting import rules
from starting.reading import Calendar, Situation

LAST_TARGETS, TARGETS = "last-targets", "targets"
Held = Mapping[tuple[str, str], Answer]


class NoFormForPhase(Exception):
    """No form has been published for the child's phase."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """A child and the plan that is to start."""

    child: Situation
    start: rules.Start


def form_versions(authority_id: int) -> dict[str, UUID]:
    """The newest published form of each phase, the authority's own first. One query."""
    rows = (
        FormVersion.objects.filter(
            Q(form__authority=authority_id) | Q(form__authority__isnull=True),
            published_at__isnull=False,
        )
        .order_by(F("form__authority").asc(nulls_last=True), "-number")
        .values_list("form__phase", "pk")
    )
    found: dict[str, UUID] = {}
    for form_phase, pk in rows:
        found.setdefault(form_phase, pk)
    return found


def form_of(child: Situation, versions: Mapping[str, UUID]) -> UUID | None:
    """The form a child's plan is kept in: of custody, of having no school (PEP-13), of the phase.

    None while none of them is published.
    """
    of_phase = Form.Phase(phase(child.facts.nc_year).value)
    wanted = [of_phase]
    if child.facts.school_id is None and of_phase != Form.Phase.EARLY_YEARS:
        wanted.insert(0, Form.Phase.NO_SCHOOL)
    if child.is_in_custody:
        wanted.insert(0, Form.Phase.CUSTODY)
    return next((versions[one] for one in wanted if one in versions), None)


def write_plans(
    known: Calendar, beginnings: Sequence[Beginning], *, authority_id: int, at: datetime
) -> list[PersonalEducationPlan]:
    """Write the plans of some children. Twelve queries, and one a day on which a clock began.

    Whoever calls has locked the children and looked again. A child for whose phase no form was
    published is left out.
    """
    versions = form_versions(authority_id)
    clocks: dict[Any, pep_rules.Clocks] = {}
    plans, of_plan = [], {}
    for beginning in beginnings:
        version = form_of(beginning.child, versions)
        if version is None:
            continue
        day = beginning.start.clock_from or known.on
        if day not in clocks:
            clocks[day] = clocks_on(authority_id=authority_id, on=day)
        plan = _plan(known, beginning, version=version, clocks=clocks[day], at=at)
        plan.authority_id = authority_id
        plans.append(plan)
        of_plan[plan.pk] = beginning
    PersonalEducationPlan.objects.bulk_create(plans)
    forms = {plan.pk: form_content.of_version(plan.form_version_id) for plan in plans}
    held = _held({b.child.last_plan for b in beginnings if b.child.last_plan is not None})
    Answer.objects.bulk_create(
        answer
        for plan in plans
        if (last := of_plan[plan.pk].child.last_plan) is not None
        for answer in carried_answers(plan, held.get(last, {}), form=forms[plan.pk], at=at)
    )
    fit_new(plans, on=known.on, at=at)
    audit.record_of_each(
        kind="pep.started",
        at=at,
        table=PersonalEducationPlan._meta.db_table,
        authority_id=authority_id,
        rows=[(plan.pk, plan.child_id) for plan in plans],
    )
    return plans


def fit_new(plans: Sequence[PersonalEducationPlan], *, on: date, at: datetime) -> None:
    """Write the sections of plans that have none yet, as the children's facts ask. Six queries."""
    ids = [plan.pk for plan in plans]
    fit_sections(ids, on=on, at=at)
    fitted = PersonalEducationPlan.objects.in_bulk(ids)
    for plan in plans:
        plan.facts = fitted[plan.pk].facts
        plan.sections_total = fitted[plan.pk].sections_total


def _plan(
    known: Calendar, beginning: Beginning, *, version: UUID, clocks: pep_rules.Clocks, at: datetime
) -> PersonalEducationPlan:
    child, start = beginning.child, beginning.start
    due = rules.due_dates(
        start,
        deadline_on=known.term.pep_deadline_on,
        care_started_on=child.facts.care_started_on,
        bank_holidays=known.bank_holidays,
        clocks=clocks,
        first_review_on=child.first_review_on,
        is_only_remanded=child.is_only_remanded,
    )
    return PersonalEducationPlan(
        child_id=child.child_id,
        term=known.term,
        kind=start.kind.value,
        form_version_id=version,
        # In the holidays nobody is at school: the virtual school and the social worker write it
        school_id=None if start.kind is pep_rules.Kind.INTERIM else child.facts.school_id,
        started_at=at,
        clock_from=start.clock_from,
        initiate_by=due.initiate_by,
        complete_by=due.complete_by,
    )


def _held(plans: Collection[UUID]) -> dict[UUID, dict[tuple[str, str], Answer]]:
    """What the last plans hold of what the next may begin from. One query."""
    found: dict[UUID, dict[tuple[str, str], Answer]] = defaultdict(dict)
    for answer in Answer.objects.filter(plan__in=plans).order_by("pk"):
        found[answer.plan_id][answer.section, answer.key] = answer
    return found


def carried_answers(
    plan: PersonalEducationPlan, held: Held, *, form: form_content.FormContent, at: datetime
) -> list[Answer]:
    """What a plan takes from the last one: to be confirmed, and targets to be reviewed."""
    carried = [
        _carried(plan, section.slug, question.key, answer.said, answer.written_at)
        for section in form.sections
        for question in section.questions
        if question.is_carried
        and (answer := held.get((section.slug, question.key))) is not None
        and answer.state != Answer.State.NOT_KNOWN
        and not form_content.is_empty(answer.said)
    ]
    if (rows := _to_review(held)) and form.section(LAST_TARGETS):
        carried.append(_carried(plan, LAST_TARGETS, TARGETS, rows, at))
    return carried


def _to_review(held: Held) -> list[dict[str, Any]]:
    """The targets a plan begins by reviewing: those of the last one.

    Where nobody got as far as new ones, those it was itself to review and did not: a term that
    was missed loses no target.
    """
    set_then = _rows(held, TARGETS)
    return [
        {"id": row.get("id") or str(uuid4()), "target": row.get("target", "")}
        for row in set_then or _rows(held, LAST_TARGETS)
        if set_then or not row.get("outcome")
    ]


def _rows(held: Held, section: str) -> list[dict[str, Any]]:
    answer = held.get((section, TARGETS))
    return list(answer.value or []) if answer is not None else []


def _carried(
    plan: PersonalEducationPlan, section: str, key: str, said: Any, written_at: datetime
) -> Answer:
    answer = Answer(
        authority_id=plan.authority_id,
        child_id=plan.child_id,
        plan=plan,
        section=section,
        key=key,
        version=0,
        written_at=written_at,
        is_to_confirm=True,
    )
    answer.say(said)
    return answer
