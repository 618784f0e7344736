"""The pages about how long things are kept."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from children import actions as children_actions
from children.models import Child
from files.models import Load
from retention.models import LegalHold, Proposed, Tombstone
from tests.factories.children import ChildFactory, PeriodOfCareFactory
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


# A child's record ---------------------------------------------------------------------------------


@pytest.fixture
def due(world):
    """A record that is due and on the list; Amara's hold is of another child."""
    with wall.opened([901]):
        child = ChildFactory(
            authority=world.amara.authority, given_name="Ottoline", family_name="Marsh",
            date_of_birth=date(1948, 5, 3),
        )  # fmt: skip
        PeriodOfCareFactory(child=child)
        row = Proposed.objects.create(
            authority=child.authority, proposal=world.proposed.proposal, kind="child_record",
            subject_id=child.pk, number=7, rule="RET-1", due_on=date(2023, 5, 4),
        )  # fmt: skip
    return child, row


def url_of(row):
    return reverse("retention:decide", args=[row.pk])


def test_a_record_is_deleted_from_its_page_and_its_number_stays(as_head, due):
    child, row = due
    assert "Ottoline Marsh" in as_head.get(reverse(OVERVIEW)).content.decode()
    assert "Ottoline Marsh" in as_head.get(url_of(row)).content.decode()

    answer = as_head.post(url_of(row), {"decision": "approved", "reason": "No case is open"})

    page = as_head.get(answer.url).content.decode()
    assert "Child’s record 7" in page
    assert "Ottoline" not in page
    with wall.opened([901]):
        assert not Child.objects.filter(pk=child.pk).exists()
        assert Tombstone.objects.get().number == 7
    assert as_head.get(url_of(row)).status_code == 404


def test_a_hold_of_the_child_stops_it_and_the_page_says_so(as_head, world, due):
    child, row = due
    with wall.opened([901]):
        LegalHold.objects.filter(pk=world.hold.pk).update(child=child)

    answer = as_head.post(url_of(row), {"decision": "approved", "reason": "No case is open"})

    assert answer.status_code == 422
    assert "A legal hold is in force" in answer.content.decode()


def test_a_sealed_record_is_listed_without_its_name_and_cannot_be_decided(as_head, world, due):
    child, row = due
    with wall.opened([901]):
        children_actions.seal(
            child=child, why="An order", owner=world.people["officer"], keepers=[],
            by=world.people["head"], at=timezone.now(),
        )  # fmt: skip

    page = as_head.get(reverse(OVERVIEW)).content.decode()

    assert "Child’s record 7" in page
    assert "Closed to you" in page
    assert "Ottoline" not in page
    assert url_of(row) not in page
    assert as_head.get(url_of(row)).status_code == 404
    assert as_head.post(url_of(row), {"decision": "kept", "reason": "x"}).status_code == 404


def test_a_restricted_record_asks_for_a_reason_before_it_is_decided_about(as_head, world, due):
    child, row = due
    with wall.opened([901]):
        children_actions.restrict(
            child=child, why="Careful", owner=world.people["officer"], by=world.people["head"],
            at=timezone.now(),
        )  # fmt: skip

    for answer in (
        as_head.get(url_of(row)),
        as_head.post(url_of(row), {"decision": "approved", "reason": "x"}),
    ):
        assert "Ottoline" not in answer.content.decode()
    with wall.opened([901]):
        assert Child.objects.filter(pk=child.pk).exists()


def test_the_rules_say_how_a_record_goes(as_head):
    told = {rule.id: rule for rule in as_head.get(reverse(OVERVIEW)).context["rules"]}

    for name in ("RET-1", "RET-2", "RET-5"):
        assert told[name].goes.value == "Proposed each month; a person approves"
