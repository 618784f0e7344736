"""The session ends while a person writes: with script and without, their words are saved."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils.timezone import localdate

from accounts import wall
from accounts.models import Membership
from pep.models import Answer
from tests.browser.conftest import PHONE, WIDE
from words.models import HeldWords

LABEL = "What is going well in English?"
WORDS = "Zofia Łaska reads with her every day."


def english(world):
    return reverse("pep:section", args=[world.plans.amara.pk, "english"])


def stored(world):
    with wall.opened([901]):
        answers = Answer.objects.filter(plan=world.plans.amara, section="english", key="strengths")
        return answers.values_list("value", flat=True).first()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_without_script_words_are_back_after_signing_in(visit, world, size):
    teacher = world.people["teacher"]
    visitor = visit(teacher, scripts=False, size=size)
    visitor.open(english(world))
    page = visitor.page
    assert "You will be signed out at" in page.content()  # the driver does not paint <noscript>

    page.get_by_label(LABEL).fill(WORDS)
    Session.objects.all().delete()
    page.get_by_role("button", name="Save and come back later").click()

    page.get_by_text("We have kept it for 24 hours").wait_for()
    assert WORDS not in page.url
    visitor.sign_in(teacher, here=True)
    page.get_by_text("We kept what you wrote at").wait_for()
    assert page.get_by_label(LABEL).input_value() == WORDS
    assert stored(world) is None

    page.get_by_role("button", name="Save and come back later").click()
    page.wait_for_load_state("load")
    assert stored(world) == WORDS
    with wall.opened([], actor=wall.Actor(user_id=teacher.pk)):
        assert not HeldWords.objects.exists()


def test_with_script_a_dialog_asks_and_the_words_are_sent_again(visit, world):
    teacher = world.people["teacher"]
    visitor = visit(teacher)
    visitor.open(english(world))
    page = visitor.page

    Session.objects.all().delete()
    page.get_by_label(LABEL).fill(WORDS)
    dialog = page.get_by_role("dialog", name="You have been signed out")
    dialog.wait_for()
    with visitor.context.expect_page() as opening:
        dialog.get_by_role("link", name="Sign in").click()
    visitor.page = opening.value
    visitor.sign_in(teacher, here=True)
    dialog.get_by_role("button", name="I have signed in").click()

    page.locator("#save-state[data-save-state=saved]", has_text="by you").wait_for()
    assert stored(world) == WORDS


def test_words_to_copy_are_accessible(visit, world):
    teacher = world.people["teacher"]
    visitor = visit(teacher, scripts=False)
    visitor.open(english(world))
    visitor.page.get_by_label(LABEL).fill(WORDS)
    Session.objects.all().delete()
    visitor.page.get_by_role("button", name="Save and come back later").click()
    visitor.page.wait_for_load_state("load")

    reader = visit(teacher)
    reader.page.get_by_role("link", name="See the words we kept").click()
    reader.page.get_by_text(WORDS).wait_for()

    assert reader.violations() == []
    assert reader.dangling() == []
    assert not reader.scrolls_sideways()
    assert reader.messages == []


def test_when_the_role_ends_the_page_says_that_the_words_are_kept(visit, world):
    """The session goes on: nobody is asked to sign in again, which would change nothing."""
    teacher = world.people["teacher"]
    visitor = visit(teacher)
    visitor.open(english(world))
    page = visitor.page

    Membership.objects.filter(user=teacher).update(ended_on=localdate())
    page.get_by_label(LABEL).fill(WORDS)

    page.locator("#save-state", has_text="Not saved: you can no longer write here").wait_for()
    assert page.get_by_role("dialog", name="You have been signed out").count() == 0
    assert stored(world) is None
    with wall.opened([], actor=wall.Actor(user_id=teacher.pk)):
        assert WORDS in str(HeldWords.objects.get().own)
