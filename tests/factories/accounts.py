"""People and their seats for tests."""

from datetime import date

import factory
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from factory.django import DjangoModelFactory

from accounts import second_steps
from accounts.models import CouncilSignIn, Membership, User
from accounts.roles import AUTHORITY_ROLES, SCHOOL_ROLES, Role, Seat
from accounts.seats import chosen, seats_of

# Their authority is all there is to their seat
SEATED_BY_AUTHORITY = AUTHORITY_ROLES - {Role.AREA_VIRTUAL_SCHOOL}
PASSWORD = "correct-horse-battery"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    given_name = "Robin"
    family_name = factory.Sequence(lambda n: f"Person{n}")
    email = factory.Sequence(lambda n: f"person{n}@council.example")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    role = Role.VIRTUAL_SCHOOL_HEAD
    started_on = date(2020, 9, 1)


class CouncilSignInFactory(DjangoModelFactory):
    class Meta:
        model = CouncilSignIn

    name = "Northbridge"
    email_domains = ["council.example"]


def person(role, *, authority=None, school=None, **fields):
    """Make a person with a membership in a role (none for carer and young person)."""
    user = UserFactory(**fields)
    if role in SCHOOL_ROLES:
        MembershipFactory(user=user, role=role, school=school)
    elif authority is not None:
        MembershipFactory(user=user, role=role, authority=authority)
    if authority is None or role not in SEATED_BY_AUTHORITY:
        return seated(user)
    user.seat = seat_in(authority, role)
    return user


def seat_in(authority, role):
    """The seat of a membership in an authority, as `seats_of` reads it, without a query."""
    return Seat(
        role=Role(role),
        authority_id=authority.pk,
        authority_name=authority.display_name,
        authorities=(authority.pk,),
        is_made_up=authority.is_made_up,
    )


def seated(user):
    """Put a person into their first seat, as the middleware would."""
    from django.utils import timezone

    user.seat = chosen(seats_of(user, on=timezone.localdate()), None)
    return user


def ready_to_sign_in(user, *, password=PASSWORD, app=True):
    """Let a person sign in by the pages: a password, a confirmed address, an app with its codes."""
    user.set_password(password)
    user.save()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    if app and not second_steps.is_set_up(user):
        TOTP.activate(user, second_steps.new_secret())
        RecoveryCodes.activate(user)
    return user


def code_now(user):
    """The code the person's app shows, past any that was used."""
    from django.utils import timezone

    found = next(one for one in second_steps.all_of(user) if one.type == second_steps.APP)
    step = max(second_steps.step_at(timezone.now()), found.data.get("last_step", 0) + 1)
    return second_steps.code_at(second_steps.secret_of(found), step)
