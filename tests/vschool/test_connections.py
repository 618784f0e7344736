"""The database cuts a connection that a server keeps between two requests: nobody notices.

A restart of the server in the middle of a save is `tests/browser/test_database_restarts.py`.
"""

import re

import pytest
import requests
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from accounts import wall
from pep.models import Answer
from tests.world import build_world

WORDS = "She reads every day."
HIDDEN_FIELD = re.compile(r'<input type="hidden" name="(\w+)"[^>]* value="([^"]*)"')
KEPT_OPEN_SECONDS = 60  # as in service; tests close theirs after each request


@pytest.fixture
def kept_open(monkeypatch):
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", KEPT_OPEN_SECONDS)


@pytest.fixture
def browser(transactional_db, kept_open, live_server):
    """A teacher's browser: its requests come one after another to one thread of the server."""
    browser = requests.Session()
    browser.world = build_world()
    client = Client()
    client.force_login(browser.world.people["teacher"])
    browser.cookies.set(
        settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value
    )
    yield browser
    browser.close()


def cut():
    """End every connection of the application but this one, as a failing network does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = current_user "
            "AND pid <> pg_backend_pid()"
        )
        return [ended for (ended,) in cursor.fetchall()]


def test_a_connection_cut_between_two_requests_loses_no_save(browser, live_server):
    plan = browser.world.plans.amara
    page = browser.get(live_server.url + reverse("pep:section", args=[plan.pk, "english"]))
    fields = dict(HIDDEN_FIELD.findall(page.text))

    assert cut() == [True], "the server kept one connection open"
    saved = browser.post(
        live_server.url + reverse("pep:autosave", args=[plan.pk, "english"]),
        {**fields, "strengths": WORDS},
        headers={"HX-Request": "true"},
    )
    assert cut() == [True]
    read = browser.get(live_server.url + reverse("pep:section", args=[plan.pk, "english"]))

    assert (page.status_code, saved.status_code, read.status_code) == (200, 200, 200)
    assert WORDS in read.text
    with wall.opened([901]):
        assert Answer.objects.get(plan=plan, section="english", key="strengths").value == WORDS
