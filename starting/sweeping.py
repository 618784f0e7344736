"""What the clock does: starts the plans that are due to start and follows the record."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from children.models import Child
from pep import rules as pep_rules
from pep.models import PersonalEducationPlan, PlanSection
from placements.models import Review
from starting import reading, rules, telling
from starting.reading import Calendar, Situation
from starting.writing import (
    Beginning,
    fit_new,
    form_of,
    form_versions,
    write_plans,
)

AT_ONCE = 200  # children in one transaction
Kind, Status = PersonalEducationPlan.Kind, PersonalEducationPlan.Status


@transaction.atomic
def start_due(*, authority_id: int, at: datetime, at_most: int = AT_ONCE) -> bool:
    """Start every plan of an authority that starts by itself; answer whether more are left.

    Safe to repeat: what there is already is not started again. About forty queries, however many
    children the authority has; a first plan or one after a school move tells its people one by one.
    """
    on = timezone.localtime(at).date()
    known = reading.calendar(authority_id=authority_id, on=on)
    if known is None:
        return False
    children = reading.situations(known, authority_id=authority_id)
    _bring_forward(authority_id)
    versions = form_versions(authority_id)
    _give_to_schools(known, children, versions, at=at)
    telling.of_homes(children, authority_id=authority_id, on=on, at=at)
    due = [child for child in children if _start_of(known, child) and form_of(child, versions)]
    chosen = _locked(due[:at_most])
    again = reading.situations(known, authority_id=authority_id, children=chosen) if chosen else []
    beginnings = [
        Beginning(child, start) for child in again if (start := _start_of(known, child)) is not None
    ]
    plans = write_plans(known, beginnings, authority_id=authority_id, at=at)
    telling.of_plans(plans, {b.child.child_id: b.child for b in beginnings}, at=at)
    return len(due) > at_most


def _start_of(known: Calendar, child: Situation) -> rules.Start | None:
    return child.start(known) if pep_rules.is_in_cohort(child.cohort, known.ages) else None


def _locked(children: Collection[Situation]) -> list[UUID]:
    """Lock the children, in one order: who begins a plan on a page waits, and finds it there.

    Not against rows about them: whoever writes in another plan meanwhile does not wait.
    """
    rows = Child.objects.filter(pk__in=[child.child_id for child in children])
    return list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))


def _bring_forward(authority_id: int) -> None:
    """A first plan is due by the first looked-after review if that is earlier, PEP-3. One query."""
    first = (
        Review.objects.filter(child=OuterRef("child"), held_on__gte=OuterRef("clock_from"))
        .order_by("held_on")
        .values("held_on")[:1]
    )
    PersonalEducationPlan.objects.open().filter(
        authority=authority_id, kind__in=[Kind.INITIAL, Kind.INTERIM], initiate_by__isnull=False
    ).annotate(review_on=Subquery(first)).filter(review_on__lt=F("complete_by")).update(
        complete_by=Subquery(first)
    )


def _give_to_schools(
    known: Calendar, children: Collection[Situation], versions: Mapping[str, UUID], *, at: datetime
) -> None:
    """Give plans to the school the child is at; one nobody has written in is kept in its form."""
    owners = {plan: child for child in children for plan in child.strays}
    if not owners:
        return
    plans = list(
        PersonalEducationPlan.objects.open()
        .filter(pk__in=owners)
        .order_by("pk")
        .select_for_update()
    )
    formed_anew = []
    for plan in plans:
        child = owners[plan.pk]
        plan.school_id = child.facts.school_id
        version = form_of(child, versions)
        if plan.status == Status.NOT_STARTED and version not in {None, plan.form_version_id}:
            plan.form_version_id = version
            plan.facts, plan.sections_total = [], 0
            formed_anew.append(plan)
    PersonalEducationPlan.objects.bulk_update(
        plans, ["school", "form_version", "facts", "sections_total"]
    )
    PlanSection.objects.filter(plan__in=formed_anew).delete()
    fit_new(formed_anew, on=known.on, at=at)
    telling.of_school_found(plans, on=known.on, at=at)
