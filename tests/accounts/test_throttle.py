"""How often a signed-in person may search, try names and take files away (craft 9)."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts import wall
from accounts.models import Tries
from accounts.throttle import EMERGENCIES, EXPORTS, PRINTS, SEARCHES, TooMany, spend
from audit.models import Event
from tests.access_table import ROUTES
from tests.test_access import call
from tests.world import PLANTED_UPN, SEALED_NAME, build_world
from ui.templatetags.ui import human_time

NAMED = {"q": "Okell"}
WRONG = {
    "given_name": "Nobody", "family_name": "Known", "date_of_birth_0": "1",
    "date_of_birth_1": "5", "date_of_birth_2": "2015", "reason": "At a police station",
}  # fmt: skip
# Route, who uses it, what is sent, the limit, what it answers below the limit
LIMITED = [
    ("dashboard:search", "head", NAMED, SEARCHES, 200),
    ("dashboard:children", "head", {"name": "Okell"}, SEARCHES, 302),
    ("dashboard:children", "officer", {"upn": PLANTED_UPN}, SEARCHES, 302),
    ("children:emergency", "duty_worker", WRONG, EMERGENCIES, 422),
    ("dashboard:export_access", "manager", {"reason": "A complaint"}, EXPORTS, 200),
    ("pep:pdf", "head", None, EXPORTS, 404),
    ("returns:faults", "officer", None, EXPORTS, 200),
    ("oversight:printed", "head", {"written_as": str(UUID(int=0))}, PRINTS, 204),
    ("oversight:printed_plain", "head", None, PRINTS, 204),
    ("disclosure:file", "head", None, EXPORTS, 200),
]


# What is taken away of what the made-up world has none of: it answers 404 below the limit
TAKEN_AWAY = {
    "papers:ask": {}, "papers:bundles": {"reason": "x"}, "papers:bundle_file": None,
    "papers:json": None, "papers:pdf": None, "pep:file": None,
}  # fmt: skip


@pytest.fixture
def world(db):
    return build_world()


def ask(client, world, name, data):
    route = ROUTES[name]
    url = reverse(name, kwargs=route.kwargs(world) if route.kwargs else None)
    return client.get(url) if data is None else client.post(url, data)


@pytest.mark.parametrize(
    ("name", "key", "data", "limit", "usual"), LIMITED, ids=[f"{n}-{k}" for n, k, *_ in LIMITED]
)
def test_below_at_and_above_the_limit(client, world, name, key, data, limit, usual):
    client.force_login(world.people[key])
    assert ask(client, world, name, data).status_code == usual
    Tries.objects.update(count=limit.most - 1)

    answers = [ask(client, world, name, data) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [usual, 429, 429]
    until = Tries.objects.get(kind=limit.name).locked_until
    page = answers[-1].content.decode()
    assert human_time(timezone.localtime(until)) in page
    assert "who to call" in page
    with wall.opened([901]):
        event = Event.objects.get(kind="refused.429")  # once, though it was refused twice
    assert (event.actor_id, event.table) == (world.people[key].pk, name)
    assert event.after == {"limit": limit.name}

    Tries.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert ask(client, world, name, data).status_code == usual


@pytest.mark.parametrize("name", TAKEN_AWAY)
def test_nothing_more_is_taken_away_above_the_limit(client, world, name):
    head = world.people["head"]
    client.force_login(head)
    assert ask(client, world, name, TAKEN_AWAY[name]).status_code != 429
    with suppress(TooMany):
        while True:
            spend(EXPORTS, head.pk, at=timezone.now())

    assert ask(client, world, name, TAKEN_AWAY[name]).status_code == 429


def test_every_limit_is_tried():
    limited = {name for name, view in _views() if _has_limit(view)}

    assert limited == {name for name, *_ in LIMITED} | set(TAKEN_AWAY)


def _views():
    """Each route with its view, whatever its address takes."""
    for app in get_resolver().url_patterns:
        for one in getattr(app, "url_patterns", ()):
            yield f"{app.namespace}:{getattr(one, 'name', None)}", getattr(one, "callback", None)


def _has_limit(view):
    while view is not None:
        if getattr(view, "__code__", None) and view.__code__.co_qualname.startswith("limited."):
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_one_persons_searches_do_not_stop_another(client, world):
    client.force_login(world.people["head"])
    ask(client, world, "dashboard:search", NAMED)
    Tries.objects.update(count=SEARCHES.most)
    assert ask(client, world, "dashboard:search", NAMED).status_code == 429

    client.force_login(world.people["adviser"])

    assert ask(client, world, "dashboard:search", NAMED).status_code == 200


def test_looking_at_the_lists_is_no_search(client, world):
    client.force_login(world.people["head"])
    for name in ("dashboard:search", "dashboard:children"):
        assert call(client, world, name).status_code == 200
    client.force_login(world.people["duty_worker"])
    assert call(client, world, "children:emergency").status_code == 200

    assert not Tries.objects.exists()


def test_what_is_refused_is_taken_back_whole(client, world):
    """The transaction of a refusal keeps nothing, not even the try it was counted as."""
    client.force_login(world.people["officer"])

    answer = client.get(reverse("returns:faults", args=[uuid4()]))

    assert answer.status_code == 404
    assert not Tries.objects.exists()


def test_the_counters_name_nobody(client, world):
    client.force_login(world.people["head"])
    ask(client, world, "dashboard:search", NAMED)

    row = Tries.objects.values().get()
    told = " ".join(str(value) for value in row.values()).lower()
    assert "okell" not in told
    assert str(world.people["head"].pk) not in told


def test_a_sealed_child_named_exactly_answers_as_one_that_is_not_there(client, world):
    """Else an answer of its own would say that there is such a child, and not count as a try."""
    client.force_login(world.people["duty_worker"])
    with wall.opened([901]):
        sealed = world.sealed.child
    born = sealed.date_of_birth
    exact = WRONG | {
        "given_name": SEALED_NAME, "family_name": "Quill", "date_of_birth_0": str(born.day),
        "date_of_birth_1": str(born.month), "date_of_birth_2": str(born.year),
    }  # fmt: skip

    answer = ask(client, world, "children:emergency", exact)

    assert answer.status_code == 422
    assert "We found no child with this name and date of birth" in answer.content.decode()
    assert Tries.objects.get(kind="emergency").count == 1
