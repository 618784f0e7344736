"""What plans agreed before one hold, for a thousand agreed plans at once.

The same words as `pep.earlier` reads from the tables; a test holds the two together.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from demo.targets import Targets
from pep.earlier import (
    LEARNING,
    MONEY,
    Earlier,
    Rows,
    financial_year,
    learning_rows,
    learnt,
    money_rows,
)
from pep.models import PersonalEducationPlan

Learnt = list[tuple[str, str, Rows]]


class EarlierPlans:
    """The agreed plans of each child, the oldest first."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets
        self._agreed: dict[UUID, list[tuple[PersonalEducationPlan, Earlier, Learnt]]] = defaultdict(
            list
        )

    def remember(self, plan: PersonalEducationPlan, whole: Mapping[str, Any]) -> None:
        """Keep what a later plan tells of this one, as it was agreed."""
        earlier = Earlier(
            term=plan.term.title,
            agreed_on=timezone.localtime(plan.agreed_at).date(),
            school_id=plan.school_id,
            form_version_id=plan.form_version_id,
        )
        said = learnt(whole, plan.form_version_id)
        self._agreed[plan.child_id].append((plan, earlier, said))

    def facts(self, plan: PersonalEducationPlan, *, on: date) -> dict[str, Rows]:
        """The two facts a plan shows of those before it."""
        before = sorted(
            (
                one
                for one in self._agreed[plan.child_id]
                if one[0].started_at < plan.started_at and one[1].agreed_on <= on
            ),
            key=lambda one: one[0].started_at,
        )
        _, last, said = before[-1] if before else (None, None, [])
        paid = [
            (earlier, funded)
            for one, earlier, _ in before
            if earlier.agreed_on >= financial_year(on)
            and (funded := [row for row in self._targets.of_plan[one.pk] if row.is_funded])
        ]
        return {LEARNING: learning_rows(plan, last, said), MONEY: money_rows(plan, paid, on=on)}
