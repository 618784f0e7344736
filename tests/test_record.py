"""What is written down of who was shown what: from where, for whom, by which search.

That every page which names a child leaves its event is seen in tests/test_every_route.py.
"""

import pytest
from django.urls import reverse

import audit
from accounts import wall
from audit.models import Event
from children.rules import fold_name
from tests.factories.children import InvolvementFactory
from tests.world import build_world

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148"


@pytest.fixture
def world(db):
    return build_world()


def last_event():
    with wall.opened([901, 902]):
        return Event.objects.latest("pk").pk


def written_since(place, *, by):
    with wall.opened([901, 902]):
        return list(Event.objects.filter(pk__gt=place, actor_id=by.pk).order_by("pk"))


def test_an_opening_says_from_where(client, world):
    client.force_login(world.people["adviser"])
    before = last_event()

    client.get(
        reverse("dashboard:child", args=[world.amara.pk]),
        headers={"User-Agent": PHONE},
        REMOTE_ADDR="192.0.2.7",
    )

    (event,) = written_since(before, by=world.people["adviser"])
    assert (event.kind, event.child_id) == ("child.opened", world.amara.pk)
    assert event.after == {"page": "summary"}
    assert (event.ip_address, event.device) == ("192.0.2.7", "phone")
    assert event.seat == "adviser:901"


def test_a_change_says_from_where(world):
    actor = wall.Actor(ip_address="2001:db8::1", device="tablet")
    with wall.opened([901], actor=actor):
        world.amara.known_as = "Ama"
        world.amara.save()
        event = Event.objects.filter(kind="row.update", table="children_child").latest("pk")

    assert (event.ip_address, event.device) == ("2001:db8::1", "tablet")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        pytest.param(0, "198.51.100.9", "192.0.2.7", id="no proxy of ours: the header is not read"),
        pytest.param(1, "198.51.100.9", "198.51.100.9", id="one proxy wrote it"),
        pytest.param(1, "10.9.9.9, 198.51.100.9", "198.51.100.9", id="not what the visitor sent"),
        pytest.param(2, "10.9.9.9, 198.51.100.9, 10.0.0.1", "198.51.100.9", id="two proxies"),
        pytest.param(1, "<script>", None, id="no address"),
        pytest.param(1, "", "192.0.2.7", id="a proxy that wrote nothing"),
    ],
)
def test_an_address_is_believed_from_our_own_proxies_only(
    client, world, settings, proxies, forwarded, address
):
    settings.VS_PROXIES = proxies
    client.force_login(world.people["adviser"])
    before = last_event()

    client.get(
        reverse("dashboard:child", args=[world.amara.pk]),
        headers={"X-Forwarded-For": forwarded},
        REMOTE_ADDR="192.0.2.7",
    )

    (event,) = written_since(before, by=world.people["adviser"])
    assert event.ip_address == address


def test_who_stands_in_says_for_whom(client, world):
    cover = world.people["other_social_worker"]
    with wall.opened([901]):
        InvolvementFactory(child=world.amara, person=cover, role="social_worker", is_cover=True)
        cover.memberships.update(authority=901)
    client.force_login(cover)
    before = last_event()

    client.get(reverse("dashboard:child", args=[world.amara.pk]))

    (event,) = written_since(before, by=cover)
    assert event.acting_for_id == world.people["social_worker"].pk


def test_the_words_of_a_search_are_not_kept_but_can_be_asked_for(client, world):
    client.force_login(world.people["adviser"])
    before = last_event()

    client.post(reverse("dashboard:search"), {"q": "Okell"})
    client.post(reverse("dashboard:children"), {"name": "Okell"})

    first, second = (e for e in written_since(before, by=world.people["adviser"]))
    assert first.kind == second.kind == "search"
    assert first.after["children"] == [str(world.amara.pk)]
    assert first.after["words"] == second.after["words"] == audit.keyed(fold_name("okell"))
    assert "kell" not in str(first.after)


def test_a_search_by_number_is_written_down_with_whom_it_led_to(client, world):
    client.force_login(world.people["officer"])
    before = last_event()

    client.post(reverse("dashboard:children"), {"upn": world.amara.upn})

    (event,) = written_since(before, by=world.people["officer"])
    assert event.after["children"] == [str(world.amara.pk)]
    assert world.amara.upn not in str(event.after)
