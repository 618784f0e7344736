"""A real Chromium against a running site, with a small council in it.

Every page must be without a console message, an axe violation, or a sideways scroll at 320.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.factories.accounts import PASSWORD
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
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}

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
        self.page = self.context.new_page()
        self.messages = []
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))

    def open(self, path):
        answer = self.page.goto(self.address + path)
        self.page.wait_for_load_state("load")
        return answer

    def sign_in(self, user):
        self.open("/sign-in/")
        self.page.get_by_label("Email address").fill(user.email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Continue").click()
        self.page.wait_for_load_state("load")
        return self

    def violations(self):
        """What axe finds on the page as it stands, one line each. WCAG 2.2 A/AA, best practice."""
        self.page.evaluate(AXE)
        found = self.page.evaluate("async () => (await axe.run()).violations")
        return [
            f"{item['id']}: {item['help']} ({item['nodes'][0]['html'][:160]})" for item in found
        ]

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
