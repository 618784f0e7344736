"""Children and what is known of them; smallest valid objects, no random values."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from accounts.roles import Role
from children.models import Child, Enrolment, Involvement, PeriodOfCare
from tests.factories.accounts import UserFactory
from tests.factories.schools import AuthorityFactory, SchoolFactory


class ChildFactory(DjangoModelFactory):
    class Meta:
        model = Child

    authority = factory.SubFactory(AuthorityFactory)
    given_name = "Amara"
    family_name = factory.Sequence(lambda n: f"Okell{n:04d}")
    sort_name = factory.LazyAttribute(lambda c: f"{c.family_name} {c.given_name}".lower())
    date_of_birth = date(2012, 2, 9)
    sex = "F"
    ethnicity = "WBRI"


class ChildFactFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    child = factory.SubFactory(ChildFactory)
    authority = factory.SelfAttribute("child.authority")
    started_on = date(2024, 3, 3)


class PeriodOfCareFactory(ChildFactFactory):
    class Meta:
        model = PeriodOfCare


class EnrolmentFactory(ChildFactFactory):
    class Meta:
        model = Enrolment

    school = factory.SubFactory(SchoolFactory)
    started_on = date(2023, 9, 4)


class InvolvementFactory(ChildFactFactory):
    class Meta:
        model = Involvement

    person = factory.SubFactory(UserFactory)
    role = Role.SOCIAL_WORKER
