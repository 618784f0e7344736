"""Every write of checking: begin a round, and grade area by area."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from pep import actions as plan_actions
from pep import rights
from pep.models import PersonalEducationPlan
from pep.rules import MoveFault, Who, grade_label
from quality import prints, rules
from quality.models import AreaGrade, PlanPrint, QualityCheck, Rubric

MoveRefused = plan_actions.MoveRefused
OVERALL = "overall"  # beside the areas' keys, in what a page was made from


class StillBlind(MoveRefused):
    """Who is to mark a plan a second time checks no version of it before the mark is given."""


@dataclass(frozen=True, slots=True)
class Words:
    """A grade and what was said of it: of an area, or the checker's own overall one."""

    grade: str = ""
    comment: str = ""

    @property
    def label(self) -> str:
        return grade_label(self.grade)

    @property
    def mark(self) -> str:
        """What a page keeps to know later whether these words were changed."""
        return sha256(f"{self.grade}\0{self.comment}".encode()).hexdigest()[:16]


EMPTY = Words().mark  # what a page without marks was made from


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did: the check, and whose words it left because another had changed them too."""

    check: QualityCheck
    conflicts: dict[str, AreaGrade | None] = field(default_factory=dict)


@transaction.atomic
def start(*, plan_id: UUID, by: User, at: datetime) -> PersonalEducationPlan:
    """Begin to check a sent plan: a round of its own, by the rubric of the day.

    Keeps the fingerprints of its words. Raises MoveRefused. Starting twice changes nothing.
    """
    _refuse_who_is_blind(PersonalEducationPlan.objects.get(pk=plan_id), by=by)
    plan = plan_actions.start_checking(plan_id=plan_id, by=by, at=at)
    check = round_of(plan, by=by)
    if check._state.adding:
        check.save(force_insert=True)
    PlanPrint.objects.update_or_create(
        plan=plan,
        defaults={
            "authority_id": plan.authority_id,
            "child_id": plan.child_id,
            "term_id": plan.term_id,
            "hashes": prints.of_plan(plan),
            "made_at": at,
        },
    )
    return plan


def round_of(plan: PersonalEducationPlan, *, by: User) -> QualityCheck:
    """The check of the round a plan is in, as a new row where nobody has graded yet.

    One query, two for a new row. Raises MoveRefused for a plan nobody checks, or not this person.
    """
    _refuse_who_is_blind(plan, by=by)
    if plan.checking_at is None:
        raise MoveRefused(MoveFault.NOT_A_MOVE)
    key: dict[str, Any] = {
        "plan": plan, "mark": QualityCheck.Mark.FIRST, "started_at": plan.checking_at
    }  # fmt: skip
    rows = QualityCheck.objects.filter(**key).select_related("rubric")
    found: QualityCheck | None = rows.first()
    if found is not None:
        found.plan = plan
        return found
    return QualityCheck(
        **key,
        authority_id=plan.authority_id,
        child_id=plan.child_id,
        version_number=plan.version_number,
        rubric=Rubric.objects.in_force(authority_id=plan.authority_id, at=plan.checking_at),
        marker=by,
    )


def _refuse_who_is_blind(plan: PersonalEducationPlan, *, by: User) -> None:
    """A plan opened again shows the grades of its last round beside the new one's."""
    if plan.grade_hidden_from_id == by.pk:
        raise StillBlind(MoveFault.NOT_A_MOVE)


@transaction.atomic
def save(
    *,
    plan_id: UUID,
    values: Mapping[str, Words],
    seen: Mapping[str, str],
    by: User,
    at: datetime,
) -> Saved:
    """Save what one checker changed on the check page, and the overall grade it comes to.

    `values` are the words of the whole page, `seen` the marks of those it was made from: what
    another changed meanwhile stays, and is a conflict if this page changed it too. Nothing else
    is left out. Raises MoveRefused once the plan is no longer being checked.
    """
    plan = PersonalEducationPlan.objects.select_for_update(of=("self",)).get(pk=plan_id)
    if not by.may(Permission.CHECK_PEP) or rights.moves_plans(by) != Who.VIRTUAL_SCHOOL:
        raise PermissionDenied
    if plan.status != PersonalEducationPlan.Status.BEING_CHECKED:
        raise MoveRefused(MoveFault.NOT_A_MOVE)
    check = round_of(plan, by=by)
    if check._state.adding:
        check.save(force_insert=True)
    saved = write(check, values=values, seen=seen, by=by, at=at)
    if check.marker_id != by.pk:  # whoever grades last is the marker: a colleague took over
        check.marker = by
        check.save(update_fields=["marker"])
    plan_actions.grade(plan_id=plan.pk, grade=check.overall, by=by, at=at)
    return saved


def write(
    check: QualityCheck,
    *,
    values: Mapping[str, Words],
    seen: Mapping[str, str],
    by: User,
    at: datetime,
) -> Saved:
    """Write grades and comments of a check the caller has locked. Four queries."""
    keys = list(check.rubric.areas.order_by("place").values_list("key", flat=True))
    held = {row.area: row for row in AreaGrade.objects.filter(check_of=check)}
    conflicts: dict[str, AreaGrade | None] = {}
    changed = []
    for key in keys:
        row = held.get(key)
        now = Words(row.grade, row.comment) if row else Words()
        began = seen.get(key, EMPTY)
        if not _is_change(values.get(key), now, began):
            continue
        if now.mark != began:
            conflicts[key] = row
            continue
        words = values[key]
        row = row or AreaGrade(
            authority_id=check.authority_id, child_id=check.child_id, check_of=check, area=key
        )
        row.grade, row.comment, row.written_at, row.written_by = words.grade, words.comment, at, by
        held[key] = row
        changed.append(row)
    for row in changed:
        row.save()
    _write_overall(check, values.get(OVERALL), seen.get(OVERALL, EMPTY), conflicts)
    grades = {key: held[key].grade if key in held else "" for key in keys}
    check.overall = rules.overall(
        grades, suggested(check.rubric, grades), own=check.own_grade, reason=check.reason
    )
    check.save(update_fields=["own_grade", "reason", "overall"])
    return Saved(check, conflicts)


def _is_change(words: Words | None, now: Words, seen: str) -> bool:
    """Whether a page's words differ from those it was made from, and from those there are now."""
    return words is not None and words.mark not in {seen, now.mark}


def _write_overall(
    check: QualityCheck,
    words: Words | None,
    seen: str,
    conflicts: dict[str, AreaGrade | None],
) -> None:
    now = Words(check.own_grade, check.reason)
    if words is None or not _is_change(words, now, seen):
        return
    if now.mark != seen:
        conflicts[OVERALL] = None
    else:
        check.own_grade, check.reason = words.grade, words.comment


def suggested(rubric: Rubric, grades: Mapping[str, str]) -> str:
    """The grade the areas come to by the rubric; empty until every area has one."""
    if not grades or not all(grades.values()):
        return ""
    return rules.suggested_grade(
        list(grades.values()),
        rubric.grades,
        tolerance=rubric.tolerance,
        any_worst=rubric.any_worst,
    )
