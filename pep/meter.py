"""How far a plan is: the answers it cannot do without, not the sections somebody opened.

One figure for the task list, the list of plans and the board of who is waited for.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, ExpressionWrapper, F, JSONField, Q, Value, When

from pep import form_content, rules
from pep.form_content import FormContent, SectionContent
from pep.models import Answer, FactWord, PersonalEducationPlan


@dataclass(frozen=True, slots=True)
class Meter:
    """How many of a plan's required questions are answered, and how many wait to be confirmed."""

    done: int
    total: int
    to_confirm: int = 0

    @property
    def words(self) -> str:
        """41 of 56 required questions answered."""
        return f"{self.done} of {self.total} required questions answered"


NOTHING_YET = Meter(0, 0)


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as far as it counts."""

    value: Any  # only of those that other questions depend on
    is_given: bool
    is_to_confirm: bool = False


Answers = Mapping[tuple[str, str], Given]


def meters(plans: Collection[PersonalEducationPlan]) -> dict[UUID, Meter]:
    """How far each of these plans is, in the sections its child is asked. Two queries."""
    given = _given(plans)
    return {plan.pk: measure(form_content.of_plan(plan).asked, given[plan.pk]) for plan in plans}


def measure(sections: Iterable[SectionContent], given: Answers) -> Meter:
    """Count the questions these sections cannot be complete without.

    An answer carried from the last plan counts once it was confirmed. "Nothing to add" and "not
    yet known" with who and when are answers; a fact of the record counts once somebody said
    whether it is right.
    """
    done = total = to_confirm = 0
    for section in sections:
        answers = {q.key: given.get((section.slug, q.key)) for q in section.questions}
        values = {key: answer.value for key, answer in answers.items() if answer is not None}
        for question in section.questions:
            if not question.is_needed(values):
                continue
            total += 1
            answer = answers[question.key]
            if answer is not None and answer.is_given:
                to_confirm += answer.is_to_confirm
                done += not answer.is_to_confirm
    return Meter(done, total, to_confirm)


def _depended_on(forms: Iterable[FormContent]) -> set[str]:
    """The keys of the questions that conditions of others look at."""
    return {
        clause["answer"]
        for form in forms
        for section in form.asked
        for question in section.questions
        for condition in (question.shown_when, question.required_when)
        for clause in rules.clauses(condition)
        if "answer" in clause
    }


def _given(plans: Collection[PersonalEducationPlan]) -> dict[UUID, dict[tuple[str, str], Given]]:
    """The answers and words on facts of these plans, without their long texts. Two queries."""
    found: dict[UUID, dict[tuple[str, str], Given]] = {plan.pk: {} for plan in plans}
    blank = Q(value__isnull=True) | Q(value=None) | Q(value="") | Q(value=[])
    forms = {(p.form_version_id, tuple(p.facts)): form_content.of_plan(p) for p in plans}
    keys = _depended_on(forms.values())
    rows = (
        Answer.objects.filter(plan__in=list(found))
        .annotate(
            is_blank=ExpressionWrapper(blank, output_field=BooleanField()),
            looked_at=Case(
                When(key__in=keys, then=F("value")),
                default=Value(None, output_field=JSONField()),
                output_field=JSONField(),
            ),
        )
        .values_list("plan_id", "section", "key", "state", "is_blank", "looked_at", "is_to_confirm")
    )
    for plan_id, section, key, state, is_blank, value, is_to_confirm in rows:
        is_given = state != Answer.State.ANSWERED or not is_blank
        found[plan_id][section, key] = Given(value, is_given, is_to_confirm)
    words = FactWord.objects.filter(plan__in=list(found))
    for plan_id, section, key in words.values_list("plan_id", "section", "key"):
        found[plan_id][section, key] = Given(None, is_given=True)
    return found
