"""Signing in with a council account: whose it is here, and what the council's groups give.

Issuer and subject are who somebody is, once that is linked to a person; an address finds the person
only the first time. A council lets in nobody who also has a seat elsewhere: its server would hold
the key to another council's children.
"""

from datetime import date, datetime

from allauth.account.internal.flows.login import (
    clear_authentication_records,
    record_authentication,
)
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

import audit
from accounts.actions.sessions import BY_COUNCIL
from accounts.council_accounts import Claims, NotLetIn, Why
from accounts.models import CouncilSignIn, Membership, User
from accounts.permissions import Permission
from accounts.roles import ADMINISTRATOR_ROLES, GROUP_ROLES, Role, Seat
from accounts.seats import seats_of
from schools.models import School


def enter_by_council_account(
    *, request: HttpRequest, council: CouncilSignIn, claims: Claims, at: datetime
) -> tuple[User, bool]:
    """Answer whose council account this is, and whether its second step counts. Raises NotLetIn.

    No transaction of its own: what a group took away stays so though nobody is let in. That of the
    request keeps it, since the view answers.
    """
    user = _person(council, claims, at=at)
    took_second_step = council.does_second_step or claims.took_second_step
    clear_authentication_records(request)
    record_authentication(
        request,
        user,
        BY_COUNCIL,
        authority=council.authority_id,
        type=BY_COUNCIL if took_second_step else None,
    )
    return user, took_second_step


def note_refusal(*, council: CouncilSignIn, why: Why, at: datetime) -> None:
    """Record that nobody was let in, and why; who it was is not known here, or not told."""
    audit.record(
        kind="council_account_refused",
        at=at,
        table="accounts_councilsignin",
        row=council.pk,
        authority_id=council.authority_id,
        after={"why": why},
    )


def _person(council: CouncilSignIn, claims: Claims, *, at: datetime) -> User:
    # One first visit after the other: two at once would make the same person twice
    CouncilSignIn.objects.select_for_update().get(pk=council.pk)
    on = timezone.localdate(at)
    linked = (
        SocialAccount.objects.filter(provider=claims.issuer, uid=claims.subject)
        .select_related("user")
        .first()
    )
    user = linked.user if linked else _by_address(council, claims)
    if user is None:
        user = _made(council, claims)  # only with a role, so nothing below refuses them
    if not user.is_active:
        raise NotLetIn(Why.CLOSED)
    if not all(_lies_within(seat, council) for seat in _all_seats(user, council, on=on)):
        raise NotLetIn(Why.ELSEWHERE)
    fit_groups(council=council, user=user, groups=claims.groups, at=at)
    if not _all_seats(user, council, on=on):
        raise NotLetIn(Why.NO_SEAT)
    if linked is None:
        _link(user, claims, at=at)
    return user


def _by_address(council: CouncilSignIn, claims: Claims) -> User | None:
    """Find the person of a verified address of the council's, who has no other account there."""
    if not claims.email:
        raise NotLetIn(Why.NOT_VERIFIED)
    domain = claims.email.rpartition("@")[2]
    if domain not in {one.strip().lower() for one in council.email_domains}:
        raise NotLetIn(Why.DOMAIN)
    user = User.objects.filter(email=claims.email).first()
    if user and SocialAccount.objects.filter(user=user, provider=claims.issuer).exists():
        raise NotLetIn(Why.ANOTHER)  # the address was given to somebody new
    return user


def _made(council: CouncilSignIn, claims: Claims) -> User:
    """Make a person nobody invited, for a group that gives a role."""
    if not _roles(council, claims.groups):
        raise NotLetIn(Why.UNKNOWN)
    return User.objects.create_user(
        claims.email,
        given_name=(claims.given_name or claims.email.partition("@")[0])[:100],
        family_name=claims.family_name[:100],
    )


def _roles(council: CouncilSignIn, groups: frozenset[str]) -> set[str]:
    """Answer the roles these groups give now: none while groups give no access."""
    if not council.makes_people:
        return set()
    given = council.groups.filter(group__in=groups, role__in=GROUP_ROLES)
    return set(given.values_list("role", flat=True))


def _all_seats(user: User, council: CouncilSignIn, *, on: date) -> list[Seat]:
    return seats_of(user, on=on, council=council.authority_id)


def _lies_within(seat: Seat, council: CouncilSignIn) -> bool:
    """Say whether a seat is the council's to let somebody into: of it, a school or child of it."""
    if seat.role == Role.SYSTEM_ADMINISTRATOR:
        return False
    if seat.school_id is not None:
        return School.objects.filter(pk=seat.school_id, authority=council.authority_id).exists()
    if seat.authority_id is not None:
        return seat.authority_id == council.authority_id
    return set(seat.authorities) <= {council.authority_id}


@transaction.atomic
def fit_groups(*, council: CouncilSignIn, user: User, groups: frozenset[str], at: datetime) -> None:
    """Give and end the seats that a person's groups give; seats given by hand are not touched.

    Nobody's own access is raised: an administrator, who could write the table of groups, gets
    nothing from it, and a role that an administrator has ended is not given back.
    """
    on = timezone.localdate(at)
    theirs = Membership.objects.filter(user=user, authority=council.authority_id)
    wanted = _roles(council, groups)
    if user.memberships.current(on=on).filter(role__in=ADMINISTRATOR_ROLES).exists():
        wanted = set()
    given, ended = Membership.ByGroup.GIVEN, Membership.ByGroup.ENDED
    lost = theirs.filter(by_group=given).current(on=on).exclude(role__in=wanted)
    for membership in lost.order_by("pk"):
        membership.ended_on, membership.by_group = on, ended
        membership.save(update_fields=["ended_on", "by_group"])
    settled = set(theirs.exclude(by_group=ended).values_list("role", flat=True))
    for role in sorted(wanted - settled):
        Membership.objects.create(
            user=user, role=role, authority=council.authority, started_on=on, by_group=given
        )


def _link(user: User, claims: Claims, *, at: datetime) -> None:
    """From now on this account at the council is this person's, whatever address it has."""
    SocialAccount.objects.create(user=user, provider=claims.issuer, uid=claims.subject)
    audit.record(kind="council_account_linked", at=at, table="accounts_user", row=user.pk)


@transaction.atomic
def unlink_council_account(*, person: User, by: User, at: datetime) -> bool:
    """Forget which council account is a person's; the next one with their address is linked.

    For administrators; whether the person is of their authority is the page's to decide. Raises
    PermissionDenied without the permission. Answers whether there was one.
    """
    if not by.may(Permission.MANAGE_PEOPLE):
        raise PermissionDenied
    if not SocialAccount.objects.filter(user=person).delete()[0]:
        return False
    audit.record(kind="council_account_unlinked", at=at, table="accounts_user", row=person.pk)
    return True
