"""Authorities, schools, terms and policy for tests."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from schools.models import Authority, Policy, School, Term


class AuthorityFactory(DjangoModelFactory):
    class Meta:
        model = Authority
        django_get_or_create = ("id",)

    id = 901
    code = factory.LazyAttribute(lambda a: f"{a.id:03d}")
    name = factory.LazyAttribute(lambda a: f"Authority {a.id}")
    display_name = factory.LazyAttribute(lambda a: f"Authority {a.id}")


class SchoolFactory(DjangoModelFactory):
    class Meta:
        model = School

    id = factory.Sequence(lambda n: 100_000 + n)
    name = factory.LazyAttribute(lambda s: f"School {s.id}")
    authority = factory.SubFactory(AuthorityFactory)
    authority_code = factory.LazyAttribute(lambda s: s.authority.code)
    phase = "Secondary"
    phase_code = "4"


class PolicyFactory(DjangoModelFactory):
    class Meta:
        model = Policy

    authority = factory.SubFactory(AuthorityFactory)
    started_on = date(2020, 9, 1)


class TermFactory(DjangoModelFactory):
    """Autumn 2026 unless told otherwise."""

    class Meta:
        model = Term

    authority = factory.SubFactory(AuthorityFactory)
    academic_year = 2026
    name = Term.Name.AUTUMN
    started_on = date(2026, 9, 1)
    ended_on = date(2027, 1, 1)
    pep_deadline_on = date(2026, 12, 11)
