"""The browser says that a page goes to paper, whichever way it is printed."""

import re

import pytest
from django.urls import reverse

from accounts import wall
from audit.models import Event


def printed(world, by):
    with wall.opened([901, 902]):
        rows = Event.objects.filter(kind__endswith=".printed", actor_id=world.people[by].pk)
        return list(rows.order_by("pk").values_list("kind", "child_id", "after__page"))


def print_page(visitor):
    """As the print dialog does; `pdf()` is the driver's way to print."""
    with visitor.page.expect_response("**/printed/") as answer:
        visitor.page.pdf()
    return answer.value.status


@pytest.mark.parametrize(
    ("key", "name"),
    [("teacher", "dashboard:child"), ("carer", "dashboard:my_child")],
    ids=["at work", "at home"],
)
def test_printing_a_childs_page_is_recorded(visit, world, key, name):
    visitor = visit().enter(world.people[key])
    visitor.open(reverse(name, args=[world.amara.pk]))

    assert print_page(visitor) == 204

    ((kind, child, _page),) = printed(world, key)
    assert (kind, child) == ("child.printed", world.amara.pk)
    assert visitor.messages == []


def test_printing_without_script_is_recorded_too(visit, world):
    visitor = visit(scripts=False).enter(world.people["teacher"])
    visitor.open(reverse("dashboard:child", args=[world.amara.pk]))
    assert printed(world, "teacher") == []

    with visitor.page.expect_response(re.compile(r"/printed/[-0-9a-f]{36}/$")) as answer:
        visitor.page.pdf()
    assert answer.value.status == 204

    ((kind, child, _page),) = printed(world, "teacher")
    assert (kind, child) == ("child.printed", world.amara.pk)
    assert visitor.messages == []


def test_a_preview_drawn_twice_is_one_print(visit, world):
    visitor = visit().enter(world.people["head"])
    visitor.open(reverse("dashboard:children"))
    once = "() => window.dispatchEvent(new Event('beforeprint'))"

    with visitor.page.expect_response("**/printed/"):
        visitor.page.evaluate(once)
    visitor.page.evaluate(once)
    visitor.page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    assert print_page(visitor) == 204

    assert [kind for kind, *_ in printed(world, "head")] == ["children.printed"] * 2
    assert visitor.messages == []
