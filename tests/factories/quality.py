"""Checks for tests: every area of a plan being checked graded by one person."""

from django.utils import timezone

from pep.models import PersonalEducationPlan
from quality import actions
from quality.actions import Words
from quality.models import Rubric


def keys_of(plan):
    rubric = Rubric.objects.in_force(authority_id=plan.authority_id, at=timezone.now())
    return list(rubric.areas.order_by("place").values_list("key", flat=True))


def grade_all(plan, *, by, grade="good", at=None, **others):
    """Grade every area of a plan that is being checked; `others` by area, as grade or words."""
    plan = PersonalEducationPlan.objects.select_related("child").get(pk=plan.pk)
    values = dict.fromkeys(keys_of(plan), Words(grade))
    values |= {k: v if isinstance(v, Words) else Words(v) for k, v in others.items()}
    held = actions.round_of(plan, by=by)
    seen = {row.area: Words(row.grade, row.comment).mark for row in held.areas.all()}
    seen["overall"] = Words(held.own_grade, held.reason).mark
    return actions.save(
        plan_id=plan.pk, values=values, seen=seen, by=by, at=at or timezone.now()
    ).check
