"""No search, list or count tells that a child of the same name is in care elsewhere.

What each person is answered about a name and a UPN is the same, byte for byte, whether or not a
child who has them is in another authority's care, or at another school.
"""

import re
from datetime import date

import pytest
from django.urls import reverse

from accounts import wall
from tests.factories.children import ChildFactory, EnrolmentFactory, PeriodOfCareFactory
from tests.world import build_world

UPN = "B999200054321"
# What differs between two showings of one page
CHANGING = re.compile(
    rb'(csrfmiddlewaretoken" value|nonce|content|data-token|data-written-as|X-CSRFToken"?:)'
    rb'="?[\w+/=-]{16,}"?'
    rb"|/printed/[-0-9a-f]{36}"
    rb"|\b\d{1,2}(:\d\d)?[ap]m\b|\b\d\d:\d\d(:\d\d)?\b"
)


@pytest.fixture
def world(db):
    return build_world()


def answers(client, world, key):
    """All this person can ask about a child called Nia Sparrow, and lists that would count her."""
    client.force_login(world.people[key])
    children, search = reverse("dashboard:children"), reverse("dashboard:search")
    asked = [
        client.post(children, {"name": "Nia Sparrow"}, follow=True),
        client.post(children, {"name": "Spar", "year": "9"}, follow=True),
        client.post(children, {"upn": UPN}),
        client.post(search, {"q": "Nia Sparrow"}),
        client.get(search),
        client.get(children),
        client.get(children, {"year": "9", "sort": "school"}),
        client.get(children, {"pep": "none"}),
        client.get(reverse("pep:list"), {"show": "all"}),
        client.get(reverse("attendance:overview")),
        client.get(reverse("dashboard:home"), follow=True),
        client.post(
            reverse("children:emergency"),
            {
                "given_name": "Nia", "family_name": "Sparrow", "date_of_birth_0": "3",
                "date_of_birth_1": "4", "date_of_birth_2": "2013", "reason": "On duty",
            },
        ),
    ]  # fmt: skip
    return [(one.status_code, CHANGING.sub(b"", one.content)) for one in asked]


def nia(authority, school):
    child = ChildFactory(
        authority=authority, given_name="Nia", family_name="Sparrow", upn=UPN,
        sort_name="sparrow nia", date_of_birth=date(2013, 4, 3),
    )  # fmt: skip
    PeriodOfCareFactory(child=child)
    EnrolmentFactory(child=child, school=school, year_group=9)
    return child


@pytest.mark.parametrize(
    ("key", "elsewhere"),
    [
        ("head", "other authority"),
        ("officer", "other authority"),
        ("other_social_worker", "other authority"),
        ("teacher", "other authority"),
        ("teacher", "other school"),
        ("head_teacher", "other school"),
        ("personal_adviser", "other school"),
    ],
)
def test_a_child_of_that_name_elsewhere_changes_no_answer(client, world, key, elsewhere):
    before = answers(client, world, key)
    if key == "other_social_worker":
        assert b"We found no child with this name" in before[-1][1]

    with wall.opened([901, 902]):
        theirs = world.zofia.authority if elsewhere == "other authority" else world.amara.authority
        nia(theirs, world.elsewhere)

    assert answers(client, world, key) == before


def test_a_child_of_that_name_here_does_change_them(client, world):
    """That the test above can fail."""
    before = answers(client, world, "teacher")

    with wall.opened([901, 902]):
        nia(world.amara.authority, world.school)

    after = answers(client, world, "teacher")
    assert sum(one != other for one, other in zip(before, after, strict=True)) >= 4
