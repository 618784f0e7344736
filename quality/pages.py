"""The check page: what is held, what stands beside each area, and the queue."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from pep.models import Answer, PersonalEducationPlan, PlanQuerySet
from pep.rules import GRADE_MARKS, Grade, grade_label
from quality import actions, hints
from quality.actions import OVERALL, Words
from quality.forms import Beside, CheckForm
from quality.models import AreaGrade, BankComment, QualityCheck, SecondMark
from quality.rules import AreaKind
from ui.parts import Status
from ui.words import time_of_day

PlanStatus = PersonalEducationPlan.Status


def held_words(check: QualityCheck) -> dict[str, Words]:
    """The words of a check by area. One query."""
    rows = AreaGrade.objects.filter(check_of=check)
    found = {row.area: Words(row.grade, row.comment) for row in rows}
    return found | {OVERALL: Words(check.own_grade, check.reason)}


def check_form(
    check: QualityCheck,
    user: User,
    *,
    data: Any = None,
    conflicts: Mapping[str, AreaGrade | None] | None = None,
    for_page: bool = True,
    can_insert: bool = True,
) -> CheckForm:
    """The form over a check; for a page with all that stands beside it. About twelve queries."""
    rubric = check.rubric
    areas = list(rubric.areas.order_by("place", "key"))
    held = held_words(check)
    beside_kind: dict[AreaKind, list[hints.Shown]] = {}
    bank: dict[str, list[BankComment]] = {}
    before: dict[str, Words] = {}
    if for_page:
        beside_kind = hints.beside_areas(check.plan, user, same_text_from=rubric.same_text_from)
        for one in _bank(check):
            bank.setdefault(one.kind, []).append(one)
        if check.mark == QualityCheck.Mark.FIRST:  # a second marker sees no grade of the first
            before = _round_before(check)
    kinds = {area.kind for area in areas}
    stray = [hint for kind, found in beside_kind.items() if kind not in kinds for hint in found]
    beside = []
    for place, area in enumerate(areas):
        theirs = (conflicts or {}).get(area.key)
        beside.append(
            Beside(
                area=area,
                # What no area of this rubric looks at stands beside the first
                hints=[*beside_kind.get(AreaKind(area.kind), ()), *(() if place else stray)],
                comments=bank.get(area.kind, ()),
                before=before.get(area.key),
                theirs=Words(theirs.grade, theirs.comment) if theirs else None,
                theirs_by=theirs.written_by.name if theirs else "",
            )
        )
    grades = {area.key: held.get(area.key, Words()).grade for area in areas}
    is_theirs = OVERALL in (conflicts or {})
    return CheckForm(
        data,
        overall_of_another=held[OVERALL] if is_theirs else None,
        can_insert=can_insert,
        rubric=rubric,
        beside=beside,
        held=held,
        suggested=actions.suggested(rubric, grades),
    )


def begins_from(form: CheckForm, saved: actions.Saved, sent: Mapping[str, str]) -> dict[str, str]:
    """The marks the next save of a page begins from. One query.

    Of what was not saved, still what the page was made from.
    """
    held = {key: words.mark for key, words in held_words(saved.check).items()}
    stale = saved.conflicts.keys() | (held.keys() - form.words().keys())
    fresh = {key: mark for key, mark in held.items() if key not in stale}
    return fresh | {key: mark for key, mark in sent.items() if key in stale}


def saved_box(
    form: CheckForm, saved: actions.Saved, sent: Mapping[str, str], *, at: datetime
) -> dict[str, Any]:
    """What a page that saved itself is answered: what was saved, and what the next begins from."""
    box: dict[str, Any] = {
        "seen": json.dumps(begins_from(form, saved, sent)),
        "overall": result_of(saved.check),
    }
    if form.errors or saved.conflicts:
        line = next(iter(form.errors.values()))[0] if form.errors else _of_others(saved)
        return box | {"state": "invalid", "words": "Not all saved", "detail": line}
    detail = f"{time_of_day(timezone.localtime(at))}, by you."
    return box | {"state": "saved", "words": "All changes saved", "detail": detail}


def _of_others(saved: actions.Saved) -> str:
    row = next((row for row in saved.conflicts.values() if row), None)
    who = row.written_by.name if row else "Somebody"
    return f"{who} changed the same area. Press Save to see both."


def marks_waiting(user: User) -> QuerySet[SecondMark]:
    """Second marks this person has still to give, oldest first."""
    return (
        SecondMark.objects.visible_to(user)
        .waiting_for(user)
        .select_related("plan__child", "plan__term", "sample")
        .order_by("sample__made_at", "pk")
    )


def _bank(check: QualityCheck) -> QuerySet[BankComment]:
    return BankComment.objects.filter(
        Q(authority=check.authority_id) | Q(authority=None), is_offered=True
    ).order_by("authority", "words")


def _round_before(check: QualityCheck) -> dict[str, Words]:
    """What the last round found, when the plan was sent back. Two queries."""
    last = (
        QualityCheck.objects.first_marks()
        .filter(plan=check.plan_id, started_at__lt=check.started_at)
        .order_by("-started_at")
        .first()
    )
    return held_words(last) if last else {}


@dataclass(frozen=True, slots=True)
class AreaResult:
    """One area of a finished check, to read."""

    title: str
    grade: str
    kind: Status
    comment: str


@dataclass(frozen=True, slots=True)
class Result:
    """A finished check, to read."""

    check: QualityCheck
    areas: list[AreaResult]
    overall: str
    kind: Status


def result_of(check: QualityCheck) -> Result:
    """A check as it is read. Two queries."""
    held = held_words(check)
    areas = [
        AreaResult(
            title=area.title,
            grade=grade_label(held.get(area.key, Words()).grade),
            kind=mark_of(held.get(area.key, Words()).grade),
            comment=held.get(area.key, Words()).comment,
        )
        for area in check.rubric.areas.order_by("place", "key")
    ]
    overall = check.counts_as
    return Result(check, areas, grade_label(overall), mark_of(overall))


def mark_of(grade: str) -> Status:
    return GRADE_MARKS[Grade(grade)] if grade else "none"


def last_finished(plan: PersonalEducationPlan) -> QualityCheck | None:
    """The last round that ended: with the plan sent back, or agreed. One query."""
    return (
        QualityCheck.objects.finished()
        .filter(plan=plan)
        .select_related("rubric", "marker", "plan")
        .order_by("-started_at", "-pk")
        .first()
    )


def queue(user: User) -> PlanQuerySet:
    """Plans this person could check now, oldest sent first: none they wrote in themselves,
    none they are still to mark a second time."""
    own = Answer.objects.filter(plan=OuterRef("pk"), written_by=user)
    unseeing = Q(grade_hidden_from=user)  # a second mark comes before the next round
    return (
        PersonalEducationPlan.objects.visible_to(user)
        .filter(~Exists(own), ~unseeing, status=PlanStatus.SENT_TO_CHECK)
        .select_related("child", "term", "school", "sent_by")
        .order_by("sent_at", "pk")
    )


def being_checked_by(user: User) -> QuerySet[PersonalEducationPlan]:
    """Plans this person has begun to check, oldest first."""
    return (
        PersonalEducationPlan.objects.visible_to(user)
        .filter(status=PlanStatus.BEING_CHECKED, checking_by=user)
        .select_related("child", "term", "school")
        .order_by("checking_at", "pk")
    )
