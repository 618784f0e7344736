"""Who may check a plan they wrote in."""

from datetime import date

from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import Role
from pep.models import Deputy, PersonalEducationPlan

CHECKERS = (Role.VIRTUAL_SCHOOL_HEAD, Role.ADVISER)


def stands_in(plan: PersonalEducationPlan, checker: User) -> bool:
    """Whether somebody may check a plan they wrote in: named then, and another sent it. One query.

    Asked of the day the check began.
    """
    if plan.checking_at is None or plan.sent_by_id == checker.pk:
        return False
    day = timezone.localtime(plan.checking_at).date()
    return Deputy.objects.on(day).filter(authority=plan.authority_id, person=checker).exists()


def could_be_named(authority_id: int, *, on: date) -> list[User]:
    """Those who check plans of a council. One query."""
    rows = Membership.objects.current(on=on).filter(authority=authority_id, role__in=CHECKERS)
    people = {row.user_id: row.user for row in rows.select_related("user").order_by("pk")}
    return sorted(people.values(), key=lambda person: person.name)


def named(authority_id: int, *, on: date) -> list[Deputy]:
    """The deputies of today and of days to come. One query."""
    rows = Deputy.objects.filter(authority=authority_id).exclude(ended_on__lte=on)
    return list(rows.select_related("person", "named_by").order_by("started_on", "pk"))
