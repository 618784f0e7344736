"""A page that is printed is in the record: whose it is, what stood on it, who printed it."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts import wall
from audit.models import Event
from tests.factories.children import InvolvementFactory
from tests.world import build_world

PRINTED = reverse("oversight:printed")
REASON = "Taxi to the meeting"


@pytest.fixture
def world(db):
    return build_world()


def written_as(page):
    """What the page says the record calls the request that made it."""
    return re.search(r'data-written-as="([^"]+)"', page.content.decode())[1]


def prints(client, page):
    return client.post(PRINTED, {"written_as": written_as(page)})


def events(*kinds):
    with wall.opened([901, 902]):
        found = Event.objects.filter(kind__in=kinds or [f"{of}.printed" for of in _OF])
        return list(found.order_by("pk"))


_OF = ("child", "children", "record", "load")


def prints_plain(client, page):
    """As a browser without script does: the style names what is fetched when it goes to paper."""
    style = re.search(r'<noscript><link rel="stylesheet" href="([^"]+)">', page.content.decode())
    words = client.get(style[1])
    assert words["Content-Type"] == "text/css"
    assert words["Cache-Control"] == "no-store"
    return client.get(re.search(r'@media print .*url\("([^"]+)"\)', words.content.decode())[1])


def open_page(client, world, key, name="dashboard:child", *args):
    client.force_login(world.people[key])
    return client.get(reverse(name, args=args or [world.amara.pk]))


@pytest.mark.parametrize("way", [prints, prints_plain], ids=["script", "no script"])
def test_a_printed_page_of_a_record_is_written_down(client, world, way):
    page = open_page(client, world, "teacher")

    assert way(client, page).status_code == 204

    (event,) = events()
    teacher = world.people["teacher"]
    assert (event.kind, event.child_id, event.authority_id) == (
        "child.printed",
        world.amara.pk,
        901,
    )
    assert (event.actor_id, event.after) == (teacher.pk, {"page": "summary"})
    assert event.seat.startswith("designated_teacher:")


def test_who_has_looked_and_what_a_person_did_tell_of_it(client, world):
    prints(client, open_page(client, world, "teacher"))

    looks = open_page(client, world, "head", "dashboard:child_access").context["looks"]
    teacher = world.people["teacher"]
    url = reverse("oversight:person", args=[teacher.pk])
    did = client.get(f"{url}?action=printed").context["entries"]

    assert ("Teacher Example", "Printed: summary") in {(look.name, look.what) for look in looks}
    assert [entry.words for entry in did] == ["printed summary of Amara’s record"]


def test_a_printed_list_is_written_down_as_a_list(client, world):
    client.force_login(world.people["head"])

    prints(client, client.get(reverse("dashboard:children")))

    (event,) = events()
    assert (event.kind, event.table, event.child_id) == (
        "children.printed", "dashboard:children", None,
    )  # fmt: skip


def test_found_children_and_the_record_itself_are_written_down_too(client, world):
    client.force_login(world.people["head"])

    prints(client, client.post(reverse("dashboard:search"), {"q": "Okell"}))
    prints(client, client.get(reverse("oversight:log")))

    assert [(event.kind, event.after["page"]) for event in events()] == [
        ("children.printed", "search results"), ("record.printed", "the log"),
    ]  # fmt: skip


def test_an_address_that_was_shown_is_said_to_be_on_the_paper(client, world):
    client.force_login(world.people["social_worker"])
    url = reverse("dashboard:child_placements", args=[world.amara.pk])

    prints(client, client.post(url, {"reason": REASON}))

    pages = [event.after["page"] for event in events("child.printed")]
    assert pages == ["placements", "home address"]


def test_a_printed_sheet_to_sign_in_with_is_written_down(client, world):
    client.force_login(world.people["teacher"])

    prints(client, client.post(reverse("families:make_sheet", args=[world.amara.pk])))

    (event,) = events()
    assert (event.child_id, event.after) == (world.amara.pk, {"page": "sign-in sheet"})


def test_whoever_stands_in_prints_for_the_absent_colleague(client, world):
    with wall.opened([901]):
        InvolvementFactory(
            child=world.kofi, role="social_worker", person=world.people["social_worker"]
        )
        InvolvementFactory(
            child=world.kofi, role="social_worker", is_cover=True,
            person=world.people["other_social_worker"],
        )  # fmt: skip

    prints(
        client, open_page(client, world, "other_social_worker", "dashboard:child", world.kofi.pk)
    )

    (event,) = events()
    assert event.acting_for_id == world.people["social_worker"].pk


def test_nobody_writes_down_a_print_of_what_another_opened(client, world):
    page = written_as(open_page(client, world, "teacher"))
    client.force_login(world.people["head"])

    assert client.post(PRINTED, {"written_as": page}).status_code == 204
    assert client.post(PRINTED, {"written_as": uuid4()}).status_code == 204
    for asked in (page, uuid4()):
        assert client.get(reverse("oversight:printed_plain", args=[asked])).status_code == 204

    assert events() == []


def test_a_page_that_names_no_child_leaves_nothing(client, world):
    client.force_login(world.people["head"])

    assert prints(client, client.get(reverse("help"))).status_code == 204

    assert events() == []


@pytest.mark.parametrize("sent", [{}, {"written_as": "x"}, {"written_as": "1' OR 1=1"}])
def test_what_is_no_page_is_refused(client, world, sent):
    client.force_login(world.people["head"])

    assert client.post(PRINTED, sent).status_code == 400


def test_another_site_cannot_send_it(world):
    client = Client(enforce_csrf_checks=True)
    page = open_page(client, world, "teacher")

    assert prints(client, page).status_code == 403

    assert events() == []


def test_a_page_of_a_stranger_names_no_request(client, world):
    assert "data-written-as" not in client.get(reverse("accounts:sign_in")).content.decode()
