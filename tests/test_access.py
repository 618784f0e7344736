"""Every route against every role: two locks, deny by default (craft 7, 9)."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts import wall
from audit.models import Event
from tests.access_table import ADMINISTRATORS, EVERYONE, ROUTES
from tests.matrix import ALL_ROUTES
from tests.world import PLANTED_STREET, build_world


def all_routes(patterns=None, namespace=""):
    """Name every route of the site, with its namespace."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from all_routes(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"


def test_every_route_has_a_row():
    routes = set(all_routes()) - {"admin:None"}  # the admin's ways to a page of a name

    assert routes - set(ALL_ROUTES) == set(), "routes that nobody has decided about"
    assert set(ALL_ROUTES) - routes == set(), "rows of routes that are gone"


@pytest.fixture
def world(db):
    return build_world()


def call(client, world, name):
    route = ROUTES[name]
    url = reverse(name, kwargs=route.kwargs(world) if route.kwargs else None)
    return getattr(client, route.method)(url, route.data or {})


def test_everyone_may_sign_out(client, world):
    client.force_login(world.people["carer"])

    assert client.post(reverse("accounts:sign_out")).status_code == 302
    assert client.get(reverse("accounts:account")).url.startswith("/sign-in/")


def test_a_person_not_signed_in_is_sent_to_sign_in(client, world):
    wrong = []
    for name, route in ROUTES.items():
        answer = call(client, world, name)
        sent = answer.status_code == 302 and answer.url.startswith("/sign-in/?next=")
        if route.public == sent:
            wrong.append(f"{name}: {answer.status_code}")

    assert wrong == []


def test_the_admin_is_for_administrators(client, world):
    wrong = []
    for key in sorted(EVERYONE):
        client.force_login(world.people[key])
        status = client.get(reverse("admin:index")).status_code
        if status != (200 if key in ADMINISTRATORS else 403):
            wrong.append(f"{key}: {status}")

    assert wrong == []


def test_an_address_is_given_on_request_with_a_reason_and_recorded(client, world):
    """And so the planted street can be found at all, and the walk of every route can fail."""
    client.force_login(world.people["social_worker"])
    url = reverse("dashboard:child_placements", kwargs={"pk": world.amara.pk})

    answer = client.post(url, {"reason": "Taxi to the meeting"})

    assert PLANTED_STREET in answer.content.decode()


def test_refusals_are_recorded(client, world):
    refusing = next(
        name for name, r in ROUTES.items() if r.kwargs and r.mine and "other_head" in r.roles
    )
    client.force_login(world.people["other_head"])

    call(client, world, refusing)

    with wall.opened([902]):
        event = Event.objects.filter(kind="refused.404").latest("id")
    assert event.actor_id == world.people["other_head"].pk
    assert event.table == refusing
