"""Remind the people a plan waits for: in the service and by e-mail, without names."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from chasing.missing import missing_by_owner
from notifications.actions import notify
from pep import persons
from pep.models import Nudge, PersonalEducationPlan
from schools.models import Policy
from ui.words import long_date


@dataclass(frozen=True, slots=True)
class Nudged:
    """How many people were told, about how many plans."""

    people: int
    plans: int


@transaction.atomic
def nudge(*, plan_ids: Collection[UUID], owner: str, by: User, at: datetime) -> Nudged:
    """Remind whoever owes these plans this owner's part: one notice a person, however many plans.

    At most once a person, plan and day; the authority may want more days between (LOCAL). Plans
    that wait for nobody of this kind any more, or are not this person's to see, are left out.
    """
    if not by.may(Permission.CHASE_PEPS):
        raise PermissionDenied
    on = timezone.localtime(at).date()
    plans: list[PersonalEducationPlan] = list(
        PersonalEducationPlan.objects.visible_to(by)
        .open()
        .filter(pk__in=plan_ids)
        .select_related("child")
        .order_by("complete_by", "pk")
    )
    missing = missing_by_owner(plans)
    owing = [plan for plan in plans if missing[plan.pk].get(owner)]
    people = persons.waited_for(owing, on=on)
    asked = [
        Nudge(
            authority_id=plan.authority_id,
            child_id=plan.child_id,
            plan=plan,
            person=person,
            owner=owner,
            made_on=on,
            made_at=at,
            made_by=by,
        )
        for plan in owing
        for person in people[plan.pk][owner]
        if person.pk != by.pk
    ]
    lately = _lately(owing, on=on)
    written = [row for row in asked if (row.plan_id, row.person_id) not in lately]
    Nudge.objects.bulk_create(written, ignore_conflicts=True)
    # Of two who press at once only one wrote each row
    kept = set(
        Nudge.objects.filter(pk__in=[row.pk for row in written]).values_list("pk", flat=True)
    )
    return _tell([row for row in written if row.pk in kept], at=at)


def _lately(plans: Collection[PersonalEducationPlan], *, on: date) -> set[tuple[UUID, UUID]]:
    """Who was reminded of which plan too lately. One query, one more for each authority."""
    found: set[tuple[UUID, UUID]] = set()
    for authority_id in {plan.authority_id for plan in plans}:
        policy = Policy.objects.in_force(authority_id=authority_id, on=on)
        since = on - timedelta(days=max(policy.days_between_pep_nudges, 1))
        rows = Nudge.objects.filter(
            plan__in=[plan.pk for plan in plans if plan.authority_id == authority_id],
            made_on__gt=since,
        )
        found |= set(rows.values_list("plan_id", "person_id"))
    return found


def _tell(rows: Collection[Nudge], *, at: datetime) -> Nudged:
    """One notice a person and authority, keyed by the first of its rows."""
    by_person: dict[tuple[UUID, int], list[Nudge]] = {}
    for row in rows:
        by_person.setdefault((row.person_id, row.authority_id), []).append(row)
    for mine in by_person.values():
        _remind(
            mine[0].person,
            [row.plan for row in mine],
            key=f"pep-nudge:{mine[0].pk}",
            due=min(row.plan.complete_by for row in mine),
            at=at,
        )
    return Nudged(
        people=len({person for person, _ in by_person}), plans=len({row.plan_id for row in rows})
    )


def _remind(
    person: User, plans: list[PersonalEducationPlan], *, key: str, due: date, at: datetime
) -> None:
    """Remind one person of their part of these plans of one authority, in one notice."""
    one, first = len(plans) == 1, plans[0]
    text = "A PEP waits for your part." if one else f"{len(plans)} PEPs wait for your part."
    late = due < timezone.localtime(at).date()
    verb = "was" if late else "is"
    text = f"{text} {'It' if one else 'The first'} {verb} due by {long_date(due)}."
    notify(
        recipients=[person],
        key=key,
        kind="pep_nudge",
        text=text,
        path=reverse("pep:plan", args=[first.pk]) if one else reverse("pep:list"),
        authority_id=first.authority_id,
        child_id=first.child_id if one else None,
        at=at,
    )
