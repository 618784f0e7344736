"""The overall grade a plan carries, and from whom it is kept. How it comes about: `quality`."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

import audit
from accounts.models import User
from accounts.permissions import Permission
from pep import rights, rules
from pep.actions.moving import MoveRefused
from pep.models import PersonalEducationPlan


@transaction.atomic
def grade(*, plan_id: UUID, grade: str, by: User, at: datetime) -> PersonalEducationPlan:
    """Say the overall grade of a plan being checked; empty while there is none yet.

    Raises MoveRefused for a plan that is not being checked.
    """
    plan: PersonalEducationPlan = PersonalEducationPlan.objects.select_for_update(of=("self",)).get(
        pk=plan_id
    )
    if not by.may(Permission.CHECK_PEP) or rights.moves_plans(by) != rules.Who.VIRTUAL_SCHOOL:
        raise PermissionDenied
    if plan.status != PersonalEducationPlan.Status.BEING_CHECKED:
        raise MoveRefused(rules.MoveFault.NOT_A_MOVE)
    if plan.quality != grade:
        plan.quality = grade
        plan.save(update_fields=["quality"])
    return plan


def hide_grades(from_whom: Mapping[UUID, UUID | None]) -> None:
    """Keep each plan's grade from whoever is to grade it again; None: from nobody. One query."""
    PersonalEducationPlan.objects.bulk_update(
        [
            PersonalEducationPlan(pk=plan, grade_hidden_from_id=person)
            for plan, person in from_whom.items()
        ],
        ["grade_hidden_from"],
    )


@transaction.atomic
def settle_grade(*, plan_id: UUID, version_number: int, grade: str, by: User, at: datetime) -> None:
    """Give an agreed plan the grade two checkers settled on; what was agreed does not change.

    Nothing for a plan opened again since: it waits for a check of its own.
    """
    plan: PersonalEducationPlan = PersonalEducationPlan.objects.select_for_update(of=("self",)).get(
        pk=plan_id
    )
    if not plan.is_agreed or plan.version_number != version_number:
        return
    before, plan.quality = plan.quality, grade
    plan.save(update_fields=["quality"])
    audit.record_of(
        plan, kind="pep.grade_settled", at=at, by=by, after={"before": before, "grade": grade}
    )
