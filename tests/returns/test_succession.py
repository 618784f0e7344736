"""A school that became another takes the roll of every authority along, whoever sent the file."""

from datetime import date

import pytest
from django.utils import timezone

from accounts import wall
from accounts.roles import Role
from children.models import Enrolment
from files.models import Load
from returns import tasks
from schools.models import School, SchoolLink
from tests.factories.accounts import MembershipFactory
from tests.factories.children import ChildFactory, EnrolmentFactory
from tests.factories.schools import AuthorityFactory, SchoolFactory


@pytest.fixture
def two(db):
    """Two authorities with a child each at a school that closed, and the one that followed."""
    ours, theirs = AuthorityFactory(id=901), AuthorityFactory(id=902)
    for authority in (ours, theirs):
        MembershipFactory(role=Role.OFFICER, authority=authority)
    closed = SchoolFactory(
        id=115993, status=School.Status.CLOSED, closed_on=date(2019, 3, 31), authority=ours
    )
    SchoolLink.objects.create(
        school=closed, linked_id=SchoolFactory(id=147021, authority=ours).pk, kind="Successor"
    )
    with wall.opened([901, 902]):
        for authority in (ours, theirs):
            child = ChildFactory(authority=authority)
            EnrolmentFactory(child=child, school=closed, started_on=date(2018, 9, 3))
    return ours, theirs


def at(authority):
    with wall.opened([authority.pk]):
        rows = Enrolment.objects.filter(authority=authority).order_by("started_on")
        return list(rows.values_list("school_id", "ended_on"))


def test_each_authoritys_roll_goes_on_by_a_task_of_its_own(two):
    ours, theirs = two

    tasks.carry_rolls(authority_id=theirs.pk)
    tasks.carry_rolls(authority_id=theirs.pk)

    assert at(theirs) == [(115993, date(2019, 4, 1)), (147021, None)]
    assert at(ours) == [(115993, None)]


def test_a_register_that_was_added_sends_for_all_others(
    two, django_capture_on_commit_callbacks, monkeypatch
):
    sent = []
    monkeypatch.setattr(tasks.carry_rolls, "delay", lambda **kwargs: sent.append(kwargs))
    with wall.opened([901]):
        for kind in (Load.Kind.SCHOOLS, Load.Kind.ROLL):
            load = Load.objects.create(
                authority_id=901, kind=kind, state=Load.State.APPLIED, sha256="0" * 64,
                file_names=["a.csv"], received_at=timezone.now(), applied_at=timezone.now(),
            )  # fmt: skip
            with django_capture_on_commit_callbacks(execute=True):
                tasks.apply(authority_id=901, load_id=str(load.pk))

    assert sent == [{"authority_id": 902}]


def test_every_night_finds_what_was_never_sent(
    two, django_capture_on_commit_callbacks, monkeypatch
):
    sent = []
    monkeypatch.setattr(tasks.carry_rolls, "delay", lambda **kwargs: sent.append(kwargs))

    with django_capture_on_commit_callbacks(execute=True):
        tasks.carry_all_rolls()

    assert sent == [{"authority_id": 901}, {"authority_id": 902}]
