"""The history of writing: one step for each answer, person and ten minutes (decisions 22)."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from pep.models import PersonalEducationPlan, WritingStep

STEP = timedelta(minutes=10)


def note_steps(
    plan: PersonalEducationPlan,
    slug: str,
    steps: Mapping[str, tuple[Any, Any]],
    *,
    anew: Collection[str] = (),
    by: User,
    at: datetime,
) -> None:
    """Write the history: what was there before ten minutes of one person's writing, and after.

    An answer of `anew` begins a step of its own: its last words came from another window. Of each
    answer one step is read, however many twenty people have left in ten minutes.
    """
    newest = {
        step.key: step
        for step in WritingStep.objects.filter(
            plan=plan, section=slug, key__in=steps, began_at__gt=at - STEP, is_late=False
        )
        .order_by("key", "-began_at", "-pk")
        .distinct("key")
    }
    new, going_on = [], []
    for key, (before, after) in steps.items():
        step = newest.get(key)
        if step is not None and step.person_id == by.pk and key not in anew:
            step.after, step.last_at = after, at
            going_on.append(step)
        else:
            new.append(_step(plan, slug, key, before, after, by=by, at=at))
    WritingStep.objects.bulk_create(new)
    WritingStep.objects.bulk_update(going_on, ["after", "last_at"])


def note_late(
    plan: PersonalEducationPlan,
    slug: str,
    steps: Mapping[str, tuple[Any, Any]],
    *,
    by: User,
    at: datetime,
) -> None:
    """Keep words that came after later ones of the same page: they never stood in the plan.

    Beside them what does stand. The same words again are kept once.
    """
    late = WritingStep.objects.filter(plan=plan, section=slug, person=by, is_late=True)
    known = list(late.filter(key__in=steps, began_at__gt=at - STEP).values_list("key", "after"))
    WritingStep.objects.bulk_create(
        _step(plan, slug, key, stands, words, by=by, at=at, is_late=True)
        for key, (stands, words) in steps.items()
        if (key, words) not in known
    )


def _step(
    plan: PersonalEducationPlan,
    slug: str,
    key: str,
    before: Any,
    after: Any,
    *,
    by: User,
    at: datetime,
    is_late: bool = False,
) -> WritingStep:
    return WritingStep(
        authority_id=plan.authority_id,
        child_id=plan.child_id,
        plan=plan,
        section=slug,
        key=key,
        person=by,
        began_at=at,
        last_at=at,
        before=before,
        after=after,
        is_late=is_late,
    )
