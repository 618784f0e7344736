"""A person put back into the seat they asked from, for work that is done after they have gone."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.seats import seats_of
from children.actions import RecordIsRestricted, stop_if_restricted
from pep.models import PersonalEducationPlan


class NotAllowed(Exception):
    """The person may not read this plan, or have no paper of this kind, any more."""


def seated(person: User, key: str, *, authority_id: int, at: datetime) -> User:
    """Put a person into the seat they asked from, if they still have it. Raises NotAllowed."""
    seats = seats_of(person, on=timezone.localtime(at).date(), council=authority_id)
    person.seat = next((seat for seat in seats if seat.key == key), None)
    if person.seat is None or not person.is_active or not person.may(Permission.SEE_PEPS):
        raise NotAllowed
    return person


def plan_for(person: User, plan_id: UUID, *, at: datetime) -> PersonalEducationPlan:
    """The plan, if the person may open it now; as its pages do. Raises NotAllowed."""
    plans = PersonalEducationPlan.objects.visible_to(person).with_home(
        on=timezone.localtime(at).date()
    )
    plan: PersonalEducationPlan | None = (
        plans.select_related("child", "term", "school", "authority", "form_version__form")
        .filter(pk=plan_id)
        .first()
    )
    if plan is None:
        raise NotAllowed
    try:
        stop_if_restricted(child=plan.child, by=person)
    except RecordIsRestricted:
        raise NotAllowed from None
    return plan
