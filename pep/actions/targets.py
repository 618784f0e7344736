"""Targets: carry one on, begin one from an example, and tell `progress` what a plan has of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

import progress.actions
from accounts.models import User
from pep import form_content, rules
from pep.actions.writing import lock_section, write_rows
from pep.form_content import QuestionContent
from pep.models import Answer, PersonalEducationPlan
from pep.rules import LAST_TARGETS, PREMIUM, TARGETS
from progress.models import Example, Target


class NoRoom(Exception):
    """The new targets are as many as the form holds."""


@transaction.atomic
def carry_on(*, plan_id: UUID, row_id: UUID, by: User, at: datetime) -> bool:
    """Put one of last term's targets into the new ones, under an id that names it.

    Answers whether it was put there now: carried on twice, it is there once, as it was left. What
    must be said anew (where the child is now, by when) is left empty. Raises NoRoom,
    PermissionDenied, and LookupError for a target that is not under review.
    """
    last = next((row for row in _rows(plan_id, LAST_TARGETS) if _is(row, row_id)), None)
    if last is None:
        raise LookupError
    plan, section, question = _new_targets(plan_id, by)
    columns = {column.key: column for column in question.columns}
    areas = {value for value, _ in columns["area"].options} if "area" in columns else set()
    whole = {**last, **_as_it_was(plan, row_id), "id": str(row_id)}
    row = rules.carried_row(plan.pk, whole, columns=columns, options=areas)
    is_new = _add(plan, section, question, row, by=by, at=at)
    if last.get("carry") is not True:
        _say_it_goes_on(plan_id, row_id, by=by, at=at)
    return is_new


def _say_it_goes_on(plan_id: UUID, row_id: UUID, *, by: User, at: datetime) -> None:
    """Answer the question of the review with it, where the form has that question."""
    plan, section, content = lock_section(plan_id, LAST_TARGETS, by)
    question = content.question(TARGETS)
    if question is None or all(column.key != "carry" for column in question.columns):
        return
    rows = [
        {**row, "carry": True} if _is(row, row_id) else row for row in _rows(plan_id, LAST_TARGETS)
    ]
    write_rows(plan, section, question.key, rows, by=by, at=at)


@transaction.atomic
def use_example(*, plan_id: UUID, example_id: UUID, version: int, by: User, at: datetime) -> bool:
    """Begin a new target from an example, after the others: never over anybody's words.

    `version` is of the section as the page showed it, so that one press pressed twice adds one.
    Raises NoRoom, PermissionDenied, LookupError.
    """
    plan, section, question = _new_targets(plan_id, by)
    example = (
        Example.objects.for_authority(plan.authority_id)
        .select_related("intervention")
        .filter(pk=example_id)
        .first()
    )
    if example is None:
        raise LookupError
    words = {
        "area": example.area,
        "need": example.need,
        "target": example.text,
        "measure": example.measure,
        "baseline": example.baseline,
        "goal": example.goal,
        "action": example.at_school,
        "at_home": example.at_home,
        "by_child": example.by_child,
        "intervention": example.intervention.name if example.intervention else "",
    }
    columns = {column.key for column in question.columns}
    row = {key: value for key, value in words.items() if value and key in columns}
    row_id = rules.used_id(plan.pk, example_id, version=version)
    return _add(plan, section, question, {"id": str(row_id), **row}, by=by, at=at)


def _add(
    plan: PersonalEducationPlan,
    section: Any,
    question: QuestionContent,
    row: Mapping[str, Any],
    *,
    by: User,
    at: datetime,
) -> bool:
    rows = _rows(plan.pk, TARGETS)
    if any(_is(one, row["id"]) for one in rows):
        return False
    if len(rows) >= question.max_rows:
        raise NoRoom
    write_rows(plan, section, question.key, [*rows, dict(row)], by=by, at=at)
    return True


def _new_targets(plan_id: UUID, by: User) -> tuple[PersonalEducationPlan, Any, QuestionContent]:
    plan, section, content = lock_section(plan_id, TARGETS, by)
    question = content.question(TARGETS)
    if question is None:
        raise PermissionDenied
    return plan, section, question


def _as_it_was(plan: PersonalEducationPlan, row_id: UUID) -> dict[str, Any]:
    """The target in all its columns, from the plan of the child it was written in."""
    earlier = Answer.objects.filter(
        child=plan.child_id, section=TARGETS, key=TARGETS, value__contains=[{"id": str(row_id)}]
    ).exclude(plan=plan)
    for rows in earlier.order_by("-plan__term__started_on", "-pk").values_list("value", flat=True):
        return next(dict(row) for row in rows if _is(row, row_id))
    return {}


def _rows(plan_id: UUID, slug: str, key: str = TARGETS) -> list[dict[str, Any]]:
    value = (
        Answer.objects.filter(plan=plan_id, section=slug, key=key)
        .values_list("value", flat=True)
        .first()
    )
    return list(value or [])


def _is(row: Mapping[str, Any], row_id: UUID | str) -> bool:
    return str(row.get("id")) == str(row_id)


# -- what `progress` is told ----------------------------------------------------------------------


def record(plan: PersonalEducationPlan, *, is_agreed: bool, at: datetime) -> None:
    """Tell `progress` of a plan's targets: proposals when sent, for good when agreed.

    What became of last term's is told with the agreement: until then it is the school's word.
    Six queries or so, ten on agreeing.
    """
    held: dict[tuple[str, str], Any] = {
        (section, key): value or []
        for section, key, value in Answer.objects.filter(
            plan=plan, section__in=[TARGETS, LAST_TARGETS, PREMIUM]
        ).values_list("section", "key", "value")
    }
    form = form_content.of_plan(plan)
    reviewed = held.get((LAST_TARGETS, TARGETS), [])
    known = Target.objects.filter(child=plan.child_id).exclude(plan_id=plan.pk)
    progress.actions.record_targets(
        child=plan.child,
        plan_id=plan.pk,
        term_id=plan.term_id,
        school_id=plan.school_id,
        targets=rules.proposals(
            held.get((TARGETS, TARGETS), []),
            plan_id=plan.pk,
            earlier={
                *(str(row["id"]) for row in reviewed),
                *map(str, known.values_list("pk", flat=True)),
            },
            requests=held.get((PREMIUM, "requests"), []),
            areas=form_content.options_of(form, TARGETS, TARGETS, "area"),
            sources=form_content.options_of(form, PREMIUM, "requests", "stream"),
        ),
        is_agreed=is_agreed,
        at=at,
    )
    if is_agreed:
        said = rules.reviews(reviewed, plan_id=plan.pk, spent=held.get((PREMIUM, "spent"), []))
        progress.actions.record_outcomes(child=plan.child, plan_id=plan.pk, reviews=said, at=at)
