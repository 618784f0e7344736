"""An older save that is held on its way while a newer one of the same page lands."""

from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings

from accounts import wall
from pep.models import WritingStep
from tests.worker.test_faults import english, held, opened_at, signed_in

TOKEN = "t" * 32


@pytest.fixture
def page(world, live_server):
    """What one open page sends along, and how its requests reach the running site."""
    client, plan = signed_in(world.people["teacher"]), world.plans.amara
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
    head = {
        "Cookie": cookie,
        "HX-Request": "true",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    sent = opened_at(client, plan) | {"csrfmiddlewaretoken": TOKEN}

    def begin(turn, words):
        """Send all of a save but the last letters; answers what sends those."""
        body = urlencode(sent | {"turn": turn, "strengths": words}).encode()
        connection = HTTPConnection(urlsplit(live_server.url).netloc, timeout=20)
        connection.putrequest("POST", english(plan, "autosave"))
        for name, value in (head | {"Content-Length": str(len(body))}).items():
            connection.putheader(name, value)
        connection.endheaders(body[:-3])

        def finish():
            with closing(connection):
                connection.send(body[-3:])
                return connection.getresponse().status

        return finish

    return plan, begin


def test_a_save_held_on_its_way_brings_no_older_words_back(page):
    plan, begin = page

    older = begin(1, "She reads")
    newer = begin(2, "She reads every day")
    assert newer() == 200
    assert older() == 422

    assert held(plan) == "She reads every day"
    with wall.opened([901]):
        steps = WritingStep.objects.filter(plan=plan, key="strengths").order_by("is_late")
        assert [(step.after, step.is_late) for step in steps] == [
            ("She reads every day", False), ("She reads", True)
        ]  # fmt: skip
