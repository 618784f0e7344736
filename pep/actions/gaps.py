"""Name what a plan is agreed without, and write it after all."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

import audit
from accounts.models import User
from accounts.permissions import Permission
from pep import gaps, notices, rights, rules
from pep.actions.moving import MoveRefused, begin_version
from pep.models import Gap, PersonalEducationPlan

Status = PersonalEducationPlan.Status


@transaction.atomic
def name_gap(
    *,
    plan_id: UUID,
    parts: Collection[str],
    owed_by: UUID,
    due_on: date,
    reason: str,
    by: User,
    at: datetime,
) -> list[Gap]:
    """Say which parts a plan may be agreed without, who owes them, by when and why. Tells them.

    The same part again changes nothing. A part that came meanwhile is left out. Raises
    PermissionDenied for who does not check plans, for somebody who has no part in this one, and for
    a signature they do not give; MoveRefused for a plan that is replaced.
    """
    plan = _lock(plan_id)
    reader = rights.reader(by, plan)
    if not by.may(Permission.AGREE_PEP) or reader.who is not rules.Who.VIRTUAL_SCHOOL:
        raise PermissionDenied
    if plan.status == Status.SUPERSEDED:
        raise MoveRefused(rules.MoveFault.NOT_A_MOVE)
    people = gaps.could_owe(plan, on=timezone.localtime(at).date())
    owing = next((one for one in people if one.person.pk == owed_by), None)
    if owing is None:
        raise PermissionDenied
    wanted = set(parts)
    missing = [
        part for part in gaps.missing_parts(plan, named=gaps.of_version(plan)) if part.key in wanted
    ]
    if not all(owing.can_owe(part.kind, part.part) for part in missing):
        raise PermissionDenied
    named = [
        Gap(
            authority_id=plan.authority_id,
            child_id=plan.child_id,
            plan=plan,
            version_number=plan.version_number,
            kind=part.kind,
            part=part.part,
            owed_by_id=owed_by,
            due_on=due_on,
            reason=reason.strip(),
            named_at=at,
            named_by=by,
        )
        for part in missing
    ]
    Gap.objects.bulk_create(named)
    for gap in named:
        notices.part_owed(plan, gap, at=at)
        _record("pep.gap_named", plan, gap, by=by, at=at)
    return named


@transaction.atomic
def write_missing_part(*, plan_id: UUID, by: User, at: datetime) -> PersonalEducationPlan:
    """Open an agreed plan for whoever owes a section of it, as a new version.

    The agreed one counts until then. Again changes nothing. Raises PermissionDenied for who owes
    nothing.
    """
    plan = _lock(plan_id)
    owed = [
        gap
        for gap in Gap.objects.open().filter(plan=plan, owed_by=by, kind=Gap.Kind.SECTION)
        if gap.version_number <= plan.version_number
    ]
    if not owed:
        raise PermissionDenied
    if not plan.is_agreed:
        return plan
    titles = ", ".join(gaps.title_of(gap, plan) for gap in owed)
    begin_version(
        plan, who=rules.Who.SERVICE, reason=f"To write what was missing: {titles}", by=by, at=at
    )
    return plan


def _lock(plan_id: UUID) -> PersonalEducationPlan:
    plan: PersonalEducationPlan = (
        PersonalEducationPlan.objects.select_for_update(of=("self",))
        .select_related("child", "term", "school", "authority")
        .get(pk=plan_id)
    )
    return plan


def _record(kind: str, plan: PersonalEducationPlan, gap: Gap, *, by: User, at: datetime) -> None:
    audit.record_of(
        gap, kind=kind, at=at, by=by, after={"part": gap.part, "version": gap.version_number}
    )
