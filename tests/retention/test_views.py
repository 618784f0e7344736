"""The pages about how long things are kept."""

import pytest
from django.urls import reverse

from accounts import wall
from files.models import Load
from retention.models import LegalHold, Proposed, Tombstone
from tests.world import SEALED_NAME, build_world

OVERVIEW = "retention:overview"


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def as_head(client, world):
    client.force_login(world.people["head"])
    return client


def decide(client, world, **data):
    return client.post(reverse("retention:decide", args=[world.proposed.pk]), data)


def lift(client, world):
    url = reverse("retention:lift", args=[world.hold.pk])
    return client.post(url, {"why": "The complaint was closed"})


def test_a_hold_stops_a_decision_to_delete_and_the_page_says_so(as_head, world):
    answer = decide(as_head, world, decision="approved", reason="Sent again")

    assert answer.status_code == 422
    assert "A legal hold is in force" in answer.content.decode()
    with wall.opened([901]):
        assert Load.objects.filter(pk=world.load.pk).exists()


def test_a_hold_is_lifted_then_the_load_deleted_and_its_number_stays(as_head, world):
    assert lift(as_head, world).url == reverse(OVERVIEW)
    with wall.opened([901]):
        Load.objects.filter(pk=world.load.pk).update(received_at="2026-01-05T09:00Z")

    answer = decide(as_head, world, decision="approved", reason="Sent again")

    assert answer.url == reverse(OVERVIEW)
    page = as_head.get(answer.url)
    assert [stone.number for stone in page.context["deleted"]] == [world.load.number]
    assert list(page.context["page"].object_list) == []
    with wall.opened([901]):
        assert not Load.objects.filter(pk=world.load.pk).exists()
        assert LegalHold.objects.get().lifted_why == "The complaint was closed"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"reason": "Sent again"}, "Choose whether to delete it or to keep it"),
        ({"decision": "approved"}, "Enter why"),
    ],
)
def test_a_decision_needs_a_choice_and_a_reason(as_head, world, data, sentence):
    answer = decide(as_head, world, **data)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    with wall.opened([901]):
        assert Proposed.objects.waiting().count() == 1
        assert Tombstone.objects.count() == 0


def test_a_hold_is_placed_on_everything(as_head, world):
    data = {"reason": "inquiry", "why": "Letter of 3 October"}
    answer = as_head.post(reverse("retention:hold_all"), data)

    assert answer.url == reverse(OVERVIEW)
    page = as_head.get(answer.url).content.decode()
    assert "Letter of 3 October" in page
    assert "Everything" in page
    assert "Amara Okell" in page


def test_a_hold_cannot_end_before_it_began(as_head, world):
    data = {"reason": "court", "why": "Case 4", "ended_on_0": "1", "ended_on_1": "1",
            "ended_on_2": "2020"}  # fmt: skip

    answer = as_head.post(reverse("retention:hold_all"), data)

    assert answer.status_code == 422
    assert "The day must be after today" in answer.content.decode()


def test_a_hold_of_a_sealed_child_names_nobody_to_who_may_not_see_them(client, as_head, world):
    with wall.opened([901]):
        world.hold.child = world.sealed.child
        world.hold.why = f"Asked for by {SEALED_NAME}"
        world.hold.save()
        other = world.people["officer"]
        seat = other.memberships.get()
        seat.role = "virtual_school_head"
        seat.save()
    client.force_login(other)

    page = client.get(reverse(OVERVIEW)).content.decode()

    assert SEALED_NAME not in page
    assert "A child whose record is closed to you" in page
