"""Who has looked, page after page: reading the list adds to it and moves no line."""

import pytest
from django.urls import reverse
from django.utils import timezone

import audit
from accounts import wall
from dashboard.views import access
from tests.world import build_world


@pytest.fixture
def world(db):
    return build_world()


def look(world, count, *, by="teacher"):
    actor = wall.Actor(user_id=world.people[by].pk, seat="designated_teacher:1")
    with wall.opened([901], actor=actor):
        for number in range(count):
            audit.record(
                kind="child.opened", at=timezone.now(), table="children_child", row=number,
                child_id=world.amara.pk, authority_id=901, after={"page": "summary"},
            )  # fmt: skip


def next_of(page):
    link = page.content.decode().partition('rel="next"')[0].rpartition('href="')[2]
    return link.partition('"')[0].replace("&amp;", "&")


def ids(page):
    return [event.pk for event in page.context["page"]]


def test_nothing_stands_on_two_pages_while_others_look(client, world, monkeypatch):
    monkeypatch.setattr(access, "PER_PAGE", 5)
    look(world, 12)
    client.force_login(world.people["head"])
    url = reverse("dashboard:child_access", args=[world.amara.pk])

    pages = [client.get(f"{url}?role=designated_teacher")]
    while pages[-1].context["page"].has_next():
        look(world, 3)
        pages.append(client.get(url + next_of(pages[-1])))

    seen = [pk for page in pages for pk in ids(page)]
    assert len(seen) == len(set(seen)) == 12
    assert seen == sorted(seen, reverse=True)
    newest = client.get(f"{url}?role=designated_teacher")
    assert newest.context["page"].paginator.count == 12 + 3 * (len(pages) - 1)
    assert "Show the newest openings" in pages[-1].content.decode()


@pytest.mark.parametrize("upto", ["x", "-1", "1" * 40, "²"])
def test_an_address_that_names_no_line_shows_the_newest(client, world, upto):
    look(world, 1)
    client.force_login(world.people["head"])
    url = reverse("dashboard:child_access", args=[world.amara.pk])

    page = client.get(url, {"upto": upto})

    assert page.status_code == 200
    assert (
        page.context["page"].paginator.count == client.get(url).context["page"].paginator.count - 1
    )
