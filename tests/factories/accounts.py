"""People and their seats for tests."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from accounts.models import Membership, User
from accounts.roles import SCHOOL_ROLES, Role
from accounts.seats import chosen, seats_of

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


def person(role, *, authority=None, school=None, **fields):
    """Make a person with a membership in a role (none for carer and young person)."""
    user = UserFactory(**fields)
    if role in SCHOOL_ROLES:
        MembershipFactory(user=user, role=role, school=school)
    elif authority is not None:
        MembershipFactory(user=user, role=role, authority=authority)
    return seated(user)


def seated(user):
    """Put a person into their first seat, as the middleware would."""
    from django.utils import timezone

    user.seat = chosen(seats_of(user, on=timezone.localdate()), None)
    return user
