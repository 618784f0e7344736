"""A plan that was final and is opened again: a second version, to be compared and signed anew.

Done by the actions people use, on the days after the first version was signed.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.seats import seats_of
from demo.calendar import Calendar, working_days_before
from pep import actions
from pep.models import AgreedVersion, Answer, PersonalEducationPlan, PlanSection, Signature
from pep.rules import row_part
from quality import actions as quality
from quality.models import Rubric

Status = PersonalEducationPlan.Status
OPENED, WRITTEN, CHECKED, SIGNED = 4, 3, 2, 1  # working days ago
REASON = "The head of year is now her key adult, and the December test changed her target in maths."
KEY_ADULT = (
    "Elodie’s key adult is now the head of year. She can go to the library with a card, no "
    "questions asked."
)
REMARK = "I have read both versions. The new target is right for her."


def write(child: UUID, *, by_part: Mapping[str, User], calendar: Calendar) -> None:
    """Open this child's final plan of the term again, and agree it as a second version."""
    plan = PersonalEducationPlan.objects.filter(
        child_id=child, status=Status.FINAL, term__started_on__lte=calendar.today
    ).order_by("-term__started_on").first()  # fmt: skip
    if plan is None or plan.agreed_by is None:
        return
    signer = Signature.objects.get(version__plan=plan, role=Role.SOCIAL_WORKER).person
    head, teacher, worker = (
        _seated(person, on=calendar.today)
        for person in (by_part["head"], by_part["teacher"], signer)
    )
    opened, written, checked, signed = (
        working_days_before(calendar.today, days, calendar.bank_holidays)
        for days in (OPENED, WRITTEN, CHECKED, SIGNED)
    )
    actions.reopen(plan_id=plan.pk, reason=REASON, by=head, at=_at(opened, 15))
    for slug, values in _changes(plan).items():
        section = PlanSection.objects.get(plan=plan, slug=slug)
        actions.save_section(
            plan_id=plan.pk,
            slug=slug,
            values=values,
            base_version=section.version,
            by=teacher,
            at=_at(written, 11),
        )
        actions.mark_complete(plan_id=plan.pk, slug=slug, by=teacher, at=_at(written, 11))
    actions.send(plan_id=plan.pk, by=teacher, at=_at(written, 12))
    actions.start_checking(plan_id=plan.pk, by=head, at=_at(checked, 9))
    _grade(plan, by=head, at=_at(checked, 10))
    actions.agree(plan_id=plan.pk, by=head, at=_at(checked, 11))
    version = AgreedVersion.objects.get(plan=plan, number=2)
    actions.sign(
        plan_id=plan.pk, sha256=version.sha256, remark=REMARK, by=worker, at=_at(signed, 14)
    )


def _seated(person: User, *, on: date) -> User:
    person.seat = seats_of(person, on=on)[0]
    return person


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _changes(plan: PersonalEducationPlan) -> dict[str, dict[str, Any]]:
    """What is written anew: one answer, one cell of a table, one target."""
    subject = _first_row(plan, "attainment", "subjects")
    target = _first_row(plan, "targets", "targets")
    return {
        "about": {"key_adult": KEY_ADULT},
        "attainment": {row_part("subjects", subject["id"]): {**subject, "progress": "above"}},
        "targets": {
            row_part("targets", target["id"]): {
                **target,
                "goal": f"{target['goal']}, and one step more by the summer",
            }
        },
    }


def _first_row(plan: PersonalEducationPlan, slug: str, key: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = Answer.objects.get(plan=plan, section=slug, key=key).value or []
    return rows[0]


def _grade(plan: PersonalEducationPlan, *, by: User, at: datetime) -> None:
    """Every area good, as the check page saves it."""
    plan.refresh_from_db()
    rubric = Rubric.objects.in_force(authority_id=plan.authority_id, at=at)
    good = {area.key: quality.Words("good") for area in rubric.areas.order_by("place")}
    seen = {key: quality.Words("", "").mark for key in good} | {"overall": quality.Words("").mark}
    quality.save(plan_id=plan.pk, values=good, seen=seen, by=by, at=at)
