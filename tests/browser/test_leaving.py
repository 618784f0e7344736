"""Signing out, or another link, while words are not saved: the person is asked first."""

import re

import pytest
from django.urls import reverse

WORDS = "Her solicitor asks for everything."
UNSENT = "What you have typed here is not saved yet."


@pytest.fixture
def head(visit, world):
    """The virtual school head, on a page that does not save by itself."""
    visitor = visit().enter(world.people["head"])
    visitor.asked, visitor.goes = [], False

    def answer(dialog):
        visitor.asked.append(dialog.type)
        dialog.accept() if visitor.goes else dialog.dismiss()

    visitor.page.on("dialog", answer)
    visitor.form = reverse("disclosure:receive", args=[world.kofi.pk])
    visitor.open(visitor.form)
    return visitor


def words_of(visitor):
    return visitor.page.get_by_label("What was asked for, and why may this person ask?")


def sign_out(visitor):
    visitor.page.get_by_role("button", name="Sign out", exact=True).click(no_wait_after=True)


def test_signing_out_with_unsent_words_asks_first_and_leaves_them(head):
    words_of(head).press_sequentially(WORDS)

    with head.page.expect_event("dialog"):
        sign_out(head)
    assert head.asked == ["beforeunload"]
    assert head.page.url.endswith(head.form)
    assert words_of(head).input_value() == WORDS

    head.goes = True
    with head.page.expect_navigation(url=re.compile(r"/sign-in/")):
        sign_out(head)
    assert head.asked == ["beforeunload"] * 2


def test_words_that_were_refused_are_not_saved_either(head):
    words_of(head).press_sequentially(WORDS)
    with head.page.expect_navigation():
        head.page.get_by_role("button", name="Save", exact=True).click()
    assert head.asked == [], "the form itself goes unasked"
    assert words_of(head).input_value() == WORDS
    words_of(head).click()  # a browser asks nobody who has not touched the page

    with head.page.expect_event("dialog"):
        sign_out(head)

    assert head.asked == ["beforeunload"]
    assert head.page.url.endswith(head.form)


def test_without_words_nobody_is_asked(head):
    words_of(head).press_sequentially("x")
    words_of(head).fill("")

    with head.page.expect_navigation(url=re.compile(r"/sign-in/")):
        sign_out(head)

    assert head.asked == []


def test_a_section_not_saved_yet_asks_too(visit, world):
    visitor = visit().enter(world.people["teacher"])
    asked = []
    visitor.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    visitor.page.route("**/autosave/", lambda route: route.abort())
    visitor.open(reverse("pep:section", args=[world.plans.amara.pk, "english"]))
    words = visitor.page.get_by_label("What is going well in English?")
    words.press_sequentially(WORDS)

    with visitor.page.expect_event("dialog"):
        sign_out(visitor)

    assert asked == ["beforeunload"]
    assert words.input_value() == WORDS


@pytest.mark.parametrize("is_typed", [True, False])
def test_the_warning_that_time_is_over_says_whether_words_are_saved(head, is_typed):
    head.page.clock.install()
    head.open(head.form)
    if is_typed:
        words_of(head).press_sequentially(WORDS)

    head.page.clock.fast_forward("25:30")
    dialog = head.page.get_by_role("dialog", name="You will be signed out")
    dialog.wait_for()

    told = dialog.inner_text()
    assert (UNSENT in told) is is_typed
    assert ("Everything you have typed has been saved." in told) is not is_typed
