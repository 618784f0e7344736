"""A real Chromium against a running site, with a small council in it.

Every page must be without a console message, an axe violation, or a sideways scroll at 320.
"""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils.timezone import localdate
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts import second_steps
from accounts.seats import seats_of
from tests.conftest import _flush_as_owner
from tests.factories.accounts import PASSWORD, code_now, ready_to_sign_in
from tests.world import build_world

AXE = (Path(__file__).parent / "axe.min.js").read_text()
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The size of targets is not among what axe looks at by itself; fetching every style sheet and film
# of a page again is, for rules that are not asked here
RUN_AXE = """async () => (await axe.run({
  preload: false, resultTypes: ["violations"], rules: {"target-size": {enabled: true}},
})).violations"""
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
TIMEOUT_MS = 10_000
NARROW = {"width": 320, "height": 700}
# Every id that something on the page points at and that is not there, or is there twice
DANGLING = """() => {
  const found = [], names = ["for", "form", "headers", "list", "aria-activedescendant",
    "aria-controls", "aria-describedby", "aria-details", "aria-errormessage", "aria-flowto",
    "aria-labelledby", "aria-owns"];
  for (const name of names)
    for (const element of document.querySelectorAll(`[${name}]`))
      for (const id of element.getAttribute(name).split(/\\s+/))
        if (id && !document.getElementById(id)) found.push(`${name}="${id}" points at nothing`);
  const isAdmin = "adminUtcOffset" in document.body.dataset;
  for (const link of document.querySelectorAll('a[href^="#"]')) {
    // Django's own scripts make buttons of links to "#": its calendars and clocks
    if (isAdmin && link.getAttribute("href") === "#") continue;
    const id = decodeURIComponent(link.getAttribute("href").slice(1));
    if (!id || !document.getElementById(id)) found.push(`href="#${id}" points at nothing`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at)))
    found.push(`id="${id}" is there twice`);
  return found;
}"""

# The driver runs an event loop in the test's thread; our own queries there are plain.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=os.environ["VS_CHROMIUM"], headless=True, args=FLAGS
        )
        yield browser
        browser.close()


@pytest.fixture
def world(transactional_db):
    return build_world()


class Visitor:
    """One person at one browser; keeps every message of its console."""

    def __init__(self, browser, address, *, size=WIDE, scripts=True):
        self.address = address
        self.context = browser.new_context(viewport=size, java_script_enabled=scripts)
        self.context.set_default_timeout(TIMEOUT_MS)
        self.page = self.context.new_page()
        self.messages = []
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))

    def open(self, path):
        answer = self.page.goto(self.address + path)
        self.page.wait_for_load_state("load")
        return answer

    def sign_in(self, user, *, here=False):
        """Go the whole way in, with a second step where the person has one to take."""
        ready_to_sign_in(user, app=second_steps.is_needed(seats_of(user, on=localdate())))
        if not here:
            self.open("/sign-in/")
        self.page.get_by_label("Email address").fill(user.email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Continue").click()
        if second_steps.is_set_up(user):
            self.page.get_by_label("6-digit code").fill(code_now(user))
            self.page.get_by_role("button", name="Continue").click()
        self.page.wait_for_load_state("load")
        return self

    def enter(self, user):
        """Be signed in without the sign-in page, which has its own test."""
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.address}])
        return self

    def violations(self):
        """What axe finds on the page as it stands, one line each. WCAG 2.2 A/AA, best practice."""
        if not self.page.evaluate("() => Boolean(window.axe)"):
            self.page.evaluate(AXE)
        found = self.page.evaluate(RUN_AXE)
        return [
            f"{item['id']}: {item['help']} ({item['nodes'][0]['html'][:160]})" for item in found
        ]

    def dangling(self):
        """References of the page that lead nowhere, one line each."""
        return self.page.evaluate(DANGLING)

    def scrolls_sideways(self):
        return self.page.evaluate(
            "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )


@pytest.fixture
def visit(chromium, live_server):
    """Make visitors to the running site; all are closed at the end."""
    visitors = []

    def make(user=None, **options):
        visitor = Visitor(chromium, live_server.url, **options)
        visitors.append(visitor)
        return visitor.sign_in(user) if user else visitor

    yield make
    for visitor in visitors:
        visitor.context.close()


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker, tmp_path_factory):
    """A world and a site that stand for all tests of a module, which only read.

    Emptying the database after each test would cost more than the pages themselves.
    """
    place = tmp_path_factory.mktemp("standing")
    quiet = {
        "MEDIA_ROOT": place,
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "ALLOWED_HOSTS": ["localhost"],
    }
    with django_db_blocker.unblock(), override_settings(**quiet):
        site = LiveServer("localhost")
        world = build_world()
        world.site = site.url
        yield world
        site.stop()
        _flush_as_owner([])
