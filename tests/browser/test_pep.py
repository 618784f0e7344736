"""A teacher writes a section in a real browser: under the strict policy, and nothing is lost."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts import wall
from pep.models import Answer
from tests.browser.conftest import PHONE

WORDS = "Zofia Łaska, Đặng and Ó Briain read with her every day."


@pytest.fixture
def signed_in(visit):
    """Open a browser for a person who has signed in before: the sign-in has its own tests."""

    def make(user, **options):
        visitor = visit(**options)
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        visitor.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": visitor.address}]
        )
        return visitor

    return make


def _english(world):
    return reverse("pep:section", args=[world.plans.amara.pk, "english"])


def _stored(world, key="strengths"):
    with wall.opened([901]):
        answers = Answer.objects.filter(plan=world.plans.amara, section="english", key=key)
        return answers.values_list("value", flat=True).first()


def test_what_is_typed_is_saved_and_survives_the_closed_tab(signed_in, world):
    visitor = signed_in(world.people["teacher"])
    visitor.open(_english(world))

    visitor.page.get_by_label("What is going well in English?").fill(WORDS)
    visitor.page.locator("#save-state[data-save-state=saved]", has_text="by you").wait_for()
    visitor.page.close()

    assert _stored(world) == WORDS
    assert visitor.messages == []


def test_two_people_choose_what_to_keep(signed_in, world):
    teacher, head = signed_in(world.people["teacher"]), signed_in(world.people["head"])
    label = "What is going well in English?"
    for visitor in (teacher, head):
        visitor.open(_english(world))
    teacher.page.get_by_label(label).fill("She sings.")
    teacher.page.locator("#save-state", has_text="by you").wait_for()

    head.page.get_by_label(label).fill("She reads.")
    head.page.get_by_role("link", name="See what we kept").click()
    head.page.get_by_label("Keep both, one after the other, and let me edit").check()
    head.page.get_by_role("button", name="Save and carry on").click()
    head.page.wait_for_load_state("load")

    assert _stored(world) == "She sings.\n\nShe reads."


def test_a_section_works_without_scripts(signed_in, world):
    visitor = signed_in(world.people["teacher"], scripts=False)
    visitor.open(_english(world))

    visitor.page.get_by_label("What is going well in English?").fill(WORDS)
    visitor.page.get_by_role("button", name="Save and come back later").click()

    assert _stored(world) == WORDS


@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("path", ["", "section/english/", "section/targets/", "send/", "read/"])
def test_pages_of_a_plan_are_accessible(signed_in, world, path, size):
    visitor = signed_in(world.people["teacher"], size=size)

    visitor.open(reverse("pep:plan", args=[world.plans.amara.pk]) + path)

    assert visitor.violations() == []
    assert not visitor.scrolls_sideways()
    assert visitor.messages == []
