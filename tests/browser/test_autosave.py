"""Our scripts in a real browser, against answers given by the test: nobody loses their words."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils.functional import cached_property

from tests.ui.test_fields import Everything
from tests.ui.test_templates import Person, request_of
from ui.context import frame

pytestmark = pytest.mark.urls("tests.ui.addresses")

STATIC = Path(__file__).resolve().parents[2] / "static"
SITE = "http://virtual-school.test"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
PAGE = """{% extends "layouts/staff.html" %}{% load crispy_forms_tags %}
{% block title %}English{% endblock %}{% block heading %}English{% endblock %}
{% block content %}<div class="vs-edit"><div class="vs-edit__main">
<form method="post" novalidate data-autosave hx-post="/autosave/" hx-sync="this:queue last"
  hx-trigger="input delay:100ms, change delay:50ms, vs:retry" hx-target="#save-state"
  hx-swap="outerHTML">
<input type="hidden" name="csrfmiddlewaretoken" value="{{ token }}">
<input type="hidden" name="version" id="form-version" value="14">
<input type="hidden" name="turn" id="form-turn" value="0">{% crispy form %}</form></div>
<aside class="vs-aside" aria-label="Help">
{% include "components/save_state.html" with state="saved" words="All changes saved" only %}
<div data-presence="/presence/"></div></aside></div>
{% include "components/save_support.html" with sign_in_url="/sign-in/" only %}{% endblock %}"""
HELD = -1  # a save that takes long: answered when the test does
SAVED = (
    '<div id="save-state" class="vs-savestate" data-save-state="saved"><p class="vs-status">'
    "All changes saved 14:33</p></div>"
    '<input type="hidden" name="version" id="form-version" value="15" hx-swap-oob="true">'
)
LATE = (
    '<div id="save-state" class="vs-savestate" data-save-state="saving"><p>Saving…</p></div>'
    '<input type="hidden" name="turn" id="form-turn" value="7" hx-swap-oob="true">'
)
CONFLICT = (
    '<div id="save-state" class="vs-savestate" data-save-state="conflict"><p class="vs-status">'
    "Two people changed this section</p></div>"
)


class Section:
    """A page with a form that saves itself, and the service that answers it."""

    def __init__(self, page):
        self.page = page
        self.answers = []
        self.posted = []
        self.held = []
        self.token = "first"
        self.accepted = "first"
        self.messages = []
        page.on("console", lambda message: self.messages.append(message.text))
        page.on("pageerror", lambda error: self.messages.append(str(error)))
        page.route("**/*", self._answer)

    @cached_property
    def _template(self):
        return Template(PAGE)

    def _html(self):
        request = request_of(Person("designated_teacher"))
        form = Everything(auto_id="id_%s")
        context = {"form": form, "request": request, "token": self.token}
        return self._template.render(Context({**context, **frame(request)}))

    def _answer(self, route):
        path = route.request.url.removeprefix(SITE)
        if path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            route.fulfill(body=file.read_bytes(), content_type=TYPES.get(file.suffix, "font/woff2"))
        elif path == "/autosave/":
            self.posted.append(route.request.post_data or "")
            signed_in = f"csrfmiddlewaretoken={self.accepted}&" in self.posted[-1]
            status, body = self.answers.pop(0) if signed_in else (401, "")
            if status == HELD:
                self.held.append(route)
            elif status:
                again = {"HX-Trigger-After-Swap": "vs:retry"} if body == LATE else {}
                headers = {"Content-Type": "text/html", **again}
                route.fulfill(status=status, body=body, headers=headers)
            else:
                route.abort()
        elif path == "/presence/":
            route.fulfill(body="<p>Priya Shah is in this section</p>", content_type="text/html")
        elif path == "/theme.css":
            route.fulfill(body="", content_type="text/css")
        else:
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=self._html(), content_type="text/html", headers=headers)

    def open(self):
        self.page.goto(f"{SITE}/section/", timeout=8000)
        return self

    def write(self, words):
        self.page.locator("#id_strengths").fill(words)

    def says(self, words):
        self.page.locator("#save-state", has_text=words).wait_for(timeout=9000)

    def announces(self, words):
        """The line for screen readers follows the box a moment later, and is not seen."""
        line = self.page.locator("[data-save-announce]", has_text=words)
        line.wait_for(state="attached", timeout=9000)


@pytest.fixture
def section(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield Section(context.new_page())
    context.close()


def test_what_is_typed_is_saved_and_the_version_moves(section):
    section.answers = [(200, SAVED)]
    section.open()

    section.write("She reads most days.")
    section.says("14:33")
    section.announces("All changes saved 14:33")

    assert "She+reads" in section.posted[0] or "She%20reads" in section.posted[0]
    assert "version=14" in section.posted[0]
    assert section.page.locator("#form-version").input_value() == "15"
    assert section.messages == []


def test_a_slow_save_is_waited_for_so_that_older_words_never_come_after_newer_ones(section):
    section.answers = [(HELD, ""), (200, SAVED)]
    section.open()

    section.write("She reads")
    section.page.wait_for_timeout(500)
    section.write("She reads most days")
    section.write("She reads every day")
    section.page.wait_for_timeout(1000)
    assert len(section.posted) == 1

    section.held[0].fulfill(body=SAVED, content_type="text/html")
    section.page.wait_for_timeout(1000)

    assert len(section.posted) == 2
    assert "every" in section.posted[1]
    assert "version=15" in section.posted[1]
    assert section.messages == []


def turns(section):
    return [re.search(r"turn=(\d+)", one)[1] for one in section.posted]


def test_a_lost_connection_is_told_and_tried_again(section):
    section.answers = [(0, ""), (200, SAVED)]
    section.open()

    section.write("Words that must not be lost")
    section.says("Not saved")
    section.says("14:33")  # five seconds later, by itself

    assert turns(section) == ["1", "2"], "the second is known as the later one"
    assert section.page.locator("#id_strengths").input_value() == "Words that must not be lost"


@pytest.mark.parametrize("status", [400, 404, 413])
def test_a_refusal_is_told_and_not_taken_for_a_save(section, status):
    section.answers = [(status, "")] * 9
    section.open()

    section.write("Words for a plan that is no longer mine")

    section.says("Not saved")
    assert section.page.evaluate("!dispatchEvent(new Event('beforeunload', {cancelable: true}))"), (
        "leaving must ask first"
    )


def test_a_page_whose_count_is_behind_sends_its_words_again(section):
    section.answers = [(422, LATE), (200, SAVED)]
    section.open()

    section.write("She reads every day.")
    section.says("14:33")

    assert turns(section) == ["1", "8"]
    assert "every" in section.posted[1]


def test_no_save_overtakes_a_button(section):
    """What was typed goes with the button; the save that was about to go is let be."""
    section.open()
    section.page.evaluate("document.querySelector('form[data-autosave]').target = 'elsewhere'")
    section.page.locator("#id_strengths").fill("She reads")

    section.page.evaluate("document.querySelector('form[data-autosave]').requestSubmit()")
    section.page.wait_for_timeout(500)
    assert section.posted == []

    section.answers = [(200, SAVED)]
    section.write("She reads on")
    section.says("14:33")
    assert turns(section) == ["2"]


def test_coming_back_goes_on_from_what_the_words_were_typed_on(section):
    """The browser puts back what was typed: the service must not take it for newer than others'."""
    section.answers = [(200, SAVED), (200, SAVED)]
    section.open()
    section.write("She reads")
    section.says("14:33")
    section.page.goto(f"{SITE}/elsewhere/")

    section.page.go_back()
    section.page.wait_for_function("document.querySelector('#form-turn').value === '2'")

    assert section.page.locator("#id_strengths").input_value() == "She reads"
    assert section.page.locator("#form-version").input_value() == "15", "not 14, as made anew"
    assert turns(section) == ["1", "2"]


def test_words_of_a_form_that_did_not_arrive_are_saved_when_one_comes_back(section):
    section.answers = [(500, ""), (200, SAVED)]
    section.page.on("dialog", lambda dialog: dialog.accept())
    section.open()
    section.write("Words that the service never had")
    section.says("Not saved")
    section.page.goto(f"{SITE}/elsewhere/")

    section.page.go_back()
    section.says("14:33")

    assert "never" in section.posted[-1]


def test_a_page_opened_anew_is_not_taken_for_the_one_before(section):
    section.answers = [(200, SAVED)]
    section.open()
    section.write("She reads")
    section.says("14:33")

    section.page.reload()
    section.page.wait_for_function("history.state.autosave.base[0][1] === '14'")

    assert len(section.posted) == 1


def test_a_button_has_a_later_turn_than_all_that_was_saved(section):
    section.answers = [(200, SAVED)]
    section.open()
    section.write("She reads")
    section.says("14:33")

    with section.page.expect_request(lambda one: one.method == "POST") as sent:
        section.page.evaluate("document.querySelector('form[data-autosave]').requestSubmit()")

    assert "turn=2" in sent.value.post_data


def test_a_conflict_is_shown_in_the_box(section):
    section.answers = [(409, CONFLICT)]
    section.open()

    section.write("Mine")

    section.says("Two people changed this section")


def test_an_ended_session_keeps_the_words_and_sends_them_after_signing_in(section):
    section.answers = [(200, SAVED)]
    section.open()
    section.accepted = "second"  # the session has ended, and signing in changes the token

    section.write("Still here")
    dialog = section.page.get_by_role("dialog", name="You have been signed out")
    dialog.wait_for()
    section.token = section.accepted
    section.page.get_by_role("button", name="I have signed in").click()
    section.says("14:33")

    assert "csrfmiddlewaretoken=second" in section.posted[-1]
    assert "Still" in section.posted[-1]
    assert not dialog.is_visible()


def test_who_else_is_here_is_shown(section):
    section.open()

    section.page.get_by_text("Priya Shah is in this section").wait_for()


def test_a_follow_up_appears_with_its_option(section):
    section.answers = [(200, SAVED)]
    section.open()
    follow_up = section.page.locator("#id_barrier")
    assert not follow_up.is_visible()

    section.page.locator("#id_progress-2").check()

    assert follow_up.is_visible()


def test_leaving_asks_only_with_unsaved_words(section):
    section.answers = [(500, "")]
    asked = []
    section.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    section.open()
    section.page.goto(f"{SITE}/elsewhere/")
    assert asked == []

    section.page.goto(f"{SITE}/section/", timeout=8000)
    section.page.locator("#id_strengths").click()
    section.page.keyboard.type("Unsaved")
    section.says("Not saved")
    section.page.goto(f"{SITE}/elsewhere/")

    assert asked == ["beforeunload"]
