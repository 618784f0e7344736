"""A virtual school head hears of everybody who came to see the whole roll, however they came."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from accounts.models import Membership
from accounts.roles import TEAM_ROLES, Role
from notifications.models import Notice
from people import tasks
from people.actions import memberships
from tests.factories.accounts import UserFactory, person, seated
from tests.factories.schools import SchoolFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(open_wall, authority):
    return person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)


@pytest.fixture
def administrator(open_wall, authority):
    return person(Role.AUTHORITY_ADMINISTRATOR, authority=authority)


def given_by(somebody, role, authority, *, to):
    with wall.opened([authority.pk], actor=wall.Actor(user_id=somebody.pk, seat=somebody.seat.key)):
        memberships.give(
            person=to,
            role=role,
            authority_id=authority.pk,
            school_id=None,
            started_on=timezone.localdate(),
            by=somebody,
            at=timezone.now(),
        )


def told(somebody):
    tasks.tell_of_newcomers()
    return list(Notice.objects.filter(recipient=somebody, kind="joined_the_team").order_by("pk"))


@pytest.mark.parametrize("role", sorted(Role))
def test_a_role_that_sees_the_roll_is_told_of_and_no_other(authority, head, role):
    person(role, authority=authority, school=SchoolFactory(authority=authority))

    notices = told(head)

    assert len(notices) == (role in TEAM_ROLES)


def test_an_administrators_second_account_does_not_stay_unseen(authority, head, administrator):
    second = UserFactory(given_name="Second")

    given_by(administrator, Role.VIRTUAL_SCHOOL_HEAD, authority, to=second)

    (notice,) = told(head)
    assert notice.text.startswith("Somebody was made a virtual school head")
    assert "Second" not in notice.text
    assert told(seated(second)) == []  # whoever got it knows, and who was there before


def test_it_is_told_once(authority, head):
    person(Role.ADVISER, authority=authority)

    assert len(told(head)) == 1
    assert len(told(head)) == 1


def test_a_role_given_in_the_administration_is_told_of(client, authority, head):
    system = person(Role.SYSTEM_ADMINISTRATOR, authority=authority)
    other = UserFactory()
    client.force_login(system)

    answer = client.post(
        reverse("admin:accounts_membership_add"),
        {
            "user": other.pk,
            "role": Role.ADVISER,
            "authority": authority.pk,
            "started_on": "2020-09-01",  # a day long past hides nothing
        },
    )

    assert answer.status_code == 302
    assert Membership.objects.filter(user=other).exists()
    assert [notice.text[:32] for notice in told(head)] == ["Somebody was made an adviser and"]


def test_whoever_gave_it_is_not_told(authority, head):
    other_head = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    told(head)
    officer = UserFactory()

    given_by(other_head, Role.OFFICER, authority, to=officer)

    assert [n.text for n in told(other_head) if "officer" in n.text] == []
    assert len([n for n in told(head) if "officer" in n.text]) == 1


def test_a_head_of_another_authority_hears_nothing(authority, neighbour, head):
    theirs = person(Role.VIRTUAL_SCHOOL_HEAD, authority=neighbour)
    person(Role.ADVISER, authority=authority)

    assert told(theirs) == []


def test_a_made_up_council_tells_of_nobody(authority, head):
    with wall.opened([authority.pk], actor=wall.Actor(reason="demonstration")):
        person(Role.ADVISER, authority=authority)

    assert told(head) == []


def test_the_e_mail_names_nobody(authority, head, administrator):
    given_by(administrator, Role.ADVISER, authority, to=UserFactory(given_name="Ptolemy"))

    told(head)

    assert all("Ptolemy" not in message.body + message.subject for message in mail.outbox)
    assert timezone.now() - Notice.objects.latest("made_at").made_at < timedelta(minutes=5)
