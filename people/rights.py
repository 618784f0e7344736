"""Who runs whose seats: one table from a role to the roles it may give (access matrix, users).

Whether the place is theirs, and whether the person may be changed at all, is decided here too; the
words of a refusal are those of `accounts.administration`, which the admin uses.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.administration import ONLY_SYSTEM, OTHER_PLACE, OWN_SEAT
from accounts.models import Membership, MembershipQuerySet, User
from accounts.permissions import Permission
from accounts.roles import (
    ALLOCATED_ROLES,
    AUTHORITY_ROLES,
    INVOLVED_STAFF_ROLES,
    SCHOOL_ROLES,
    Role,
)
from children.models import Enrolment
from schools.models import School

NOT_YOURS = "You cannot give or end this role. Ask your council’s administrator"
ELSEWHERE = (
    "This person also has a role that you do not manage, so their account stays open. "
    "End the roles here instead"
)

_OWN_TEAM = frozenset({Role.ADVISER, Role.OFFICER, Role.FINANCE_OFFICER, Role.GOVERNOR})

# Tells of care and of the people around the child: it stays with the designated teacher
NOT_FOR_COLLEAGUES = frozenset({"about"})

GIVES: dict[Role, frozenset[Role]] = {
    Role.SYSTEM_ADMINISTRATOR: AUTHORITY_ROLES | SCHOOL_ROLES,
    Role.AUTHORITY_ADMINISTRATOR: (AUTHORITY_ROLES - {Role.SYSTEM_ADMINISTRATOR}) | SCHOOL_ROLES,
    Role.VIRTUAL_SCHOOL_HEAD: _OWN_TEAM | INVOLVED_STAFF_ROLES | SCHOOL_ROLES,
    Role.OFFICER: INVOLVED_STAFF_ROLES | SCHOOL_ROLES,
}
# Whom the virtual school's team may ask to work with, or care for, one child
GIVES_BY_CHILD: dict[Role, frozenset[Role]] = {
    Role.VIRTUAL_SCHOOL_HEAD: INVOLVED_STAFF_ROLES | {Role.CARER},
    Role.OFFICER: INVOLVED_STAFF_ROLES | {Role.CARER},
}
# Which allocated colleague of a child each may change
HANDS_OVER: dict[Role, frozenset[Role]] = {
    Role.VIRTUAL_SCHOOL_HEAD: ALLOCATED_ROLES,
    Role.OFFICER: ALLOCATED_ROLES,
    Role.TEAM_MANAGER: frozenset({Role.SOCIAL_WORKER}),
}


def gives(by: User) -> frozenset[Role]:
    """The roles this seat gives and ends."""
    return GIVES.get(by.seat.role, frozenset()) if by.seat else frozenset()


def gives_by_child(by: User) -> frozenset[Role]:
    return GIVES_BY_CHILD.get(by.seat.role, frozenset()) if by.seat else frozenset()


def hands_over(by: User) -> frozenset[Role]:
    return HANDS_OVER.get(by.seat.role, frozenset()) if by.seat else frozenset()


def is_system(by: User) -> bool:
    return by.seat is not None and by.seat.role == Role.SYSTEM_ADMINISTRATOR


def schools_run(by: User) -> QuerySet[School]:
    """The schools whose people a seat runs: in its authority, or teaching its children today."""
    if by.seat is None or by.seat.authority_id is None:
        return School.objects.none()
    if is_system(by):
        return School.objects.all()
    own = by.seat.authority_id
    return School.objects.filter(Q(authority=own) | Q(Exists(_teaches(OuterRef("pk"), own))))


def _teaches(school: OuterRef, authority_id: int) -> QuerySet[Enrolment]:
    today = timezone.localdate()
    return Enrolment.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=today),
        Q(started_on__lte=today) | Q(agreed_on__lte=today),
        school=school,
        authority=authority_id,
    )


def seats_run(by: User) -> MembershipQuerySet:
    """The memberships a seat may see and end, as one query's filter."""
    seat = by.seat
    if seat is None or seat.authority_id is None or not gives(by):
        return Membership.objects.none()
    if is_system(by):
        return Membership.objects.all()
    own = seat.authority_id
    here = (
        Q(authority=own) | Q(school__authority=own) | Q(Exists(_teaches(OuterRef("school"), own)))
    )
    return Membership.objects.filter(here, role__in=sorted(gives(by)))


def people_run(by: User) -> QuerySet[User]:
    """The people a seat may look up: colleagues, never carers or young people."""
    return User.objects.filter(Exists(seats_run(by).filter(user=OuterRef("pk"))))


def refusal(
    *, by: User, person: User | None, role: str, authority_id: int | None, school_id: int | None
) -> str:
    """Say why a seat may not be given or ended; empty when it may. One query for a school."""
    seat = by.seat
    if person is not None and person.pk == by.pk:
        return OWN_SEAT
    if seat is None or role not in gives(by):
        return ONLY_SYSTEM if role == Role.SYSTEM_ADMINISTRATOR else NOT_YOURS
    if is_system(by):
        return ""
    if role in SCHOOL_ROLES:
        is_theirs = school_id is not None and schools_run(by).filter(pk=school_id).exists()
        return "" if is_theirs else OTHER_PLACE
    return "" if authority_id == seat.authority_id else OTHER_PLACE


def account_refusal(*, by: User, person: User) -> str:
    """Say why an account may not be closed or opened; empty when it may. One query."""
    if person.pk == by.pk:
        return OWN_SEAT
    if not by.may(Permission.MANAGE_PEOPLE):
        return NOT_YOURS
    if is_system(by):
        return ""
    theirs = person.memberships.exclude(pk__in=seats_run(by).values("pk")).exists()
    return ELSEWHERE if theirs else ""
