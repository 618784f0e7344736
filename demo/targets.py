"""Writes the targets of sent and agreed plans beside them, and what became of them."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from demo.timeline import PlanStory
from pep import form_content, rules
from pep.form_content import FormContent
from pep.models import PersonalEducationPlan
from progress.models import Intervention, Target
from progress.rules import Proposal, Reviewed


class Targets:
    """Makes the rows of one plan after another, the plans of a child oldest first."""

    def __init__(self) -> None:
        self.rows: dict[UUID, Target] = {}
        self.of_plan: dict[UUID, list[Target]] = defaultdict(list)
        self._help: dict[str, UUID] = dict(
            Intervention.objects.filter(authority=None).values_list("name", "pk")
        )

    def write(
        self,
        plan: PersonalEducationPlan,
        story: PlanStory,
        form: FormContent,
        answers: Mapping[tuple[str, str], Any],
    ) -> None:
        """What sending and agreeing the plan tell, in the words they tell it in."""
        at = plan.agreed_at or plan.sent_at
        if at is None:
            return
        reviewed = answers.get((rules.LAST_TARGETS, rules.TARGETS)) or []
        told = rules.proposals(
            answers.get((rules.TARGETS, rules.TARGETS)) or [],
            plan_id=plan.pk,
            earlier=[row["id"] for row in reviewed],
            requests=answers.get((rules.PREMIUM, "requests")) or [],
            areas=form_content.options_of(form, rules.TARGETS, rules.TARGETS, "area"),
            sources=form_content.options_of(form, rules.PREMIUM, "requests", "stream"),
        )
        for place, proposal in enumerate(told, start=1):
            self._row(plan, proposal, place=place, at=at)
        if story.agreed_on:
            spent = answers.get((rules.PREMIUM, "spent")) or []
            for review in rules.reviews(reviewed, plan_id=plan.pk, spent=spent):
                self._outcome(plan, review, at=at)

    def _row(
        self, plan: PersonalEducationPlan, told: Proposal, *, place: int, at: datetime
    ) -> None:
        values = told.values()
        row = Target(
            pk=told.id,
            authority_id=plan.authority_id,
            child_id=plan.child_id,
            plan_id=plan.pk,
            term_id=plan.term_id,
            school_id=plan.school_id,
            place=place,
            intervention_id=self._help.get(told.intervention),
            predecessor_id=told.predecessor if told.predecessor in self.rows else None,
            proposed_at=at,
            agreed_at=plan.agreed_at,
            **values,
        )
        self.rows[told.id] = row
        self.of_plan[plan.pk].append(row)

    def _outcome(self, plan: PersonalEducationPlan, review: Reviewed, *, at: datetime) -> None:
        row = self.rows.get(review.id)
        if row is None:
            return
        row.outcome, row.evidence = review.outcome.value, review.evidence
        row.impact, row.spent_pence = review.impact, review.spent_pence
        row.reviewed_in, row.reviewed_at = plan.pk, at
