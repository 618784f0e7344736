"""The database server goes away while words are being saved: said, kept, and saved once.

The server is a second one, made for these tests: another test that runs beside them notices
nothing.
"""

import pytest
from django.db import connection
from django.test import override_settings
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from accounts import wall
from pep.models import Answer, PlanSection, WritingStep
from tests.browser.conftest import Visitor
from tests.conftest import _fill_reference
from tests.second_server import SecondServer
from tests.worker.running import wait_until
from tests.world import build_world

BEFORE = "She reads every day."
WORDS = f"{BEFORE} Zofia Łaska hears her on Fridays."
WHILE_AWAY = f"{WORDS} And now aloud."
LONGEST_PAUSE = 60_000  # milliseconds between one try and the next
STRENGTHS = {
    "english": "What is going well in English?",
    "maths": "What is going well in maths?",
}


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker):
    server = SecondServer()
    with django_db_blocker.unblock():
        try:
            server.make()
            server.copy_tables()
            give_back = server.use()
            try:
                _fill_reference()
                yield server
            finally:
                give_back()
        finally:
            server.remove()


@pytest.fixture(scope="module")
def standing(server, tmp_path_factory):
    """A small council on that server, and a site that serves it."""
    quiet = {
        "MEDIA_ROOT": tmp_path_factory.mktemp("restarts"),
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "ALLOWED_HOSTS": ["localhost"],
    }
    with override_settings(**quiet):
        world = build_world()
        site = LiveServer("localhost")
        world.site = site.url
        yield world
        site.stop()


@pytest.fixture
def visitor(chromium, standing):
    visitor = Visitor(chromium, standing.site).enter(standing.people["teacher"])
    yield visitor
    visitor.context.close()


@pytest.mark.parametrize(
    ("slug", "how"),
    [
        pytest.param("english", "stop", id="restarted"),
        pytest.param("maths", "crash", id="broken off"),
    ],
)
def test_words_saved_while_the_database_restarts_are_kept_and_saved_once(
    standing, server, visitor, slug, how
):
    plan = standing.plans.amara
    page = visitor.page
    page.clock.install()
    visitor.open(reverse("pep:section", args=[plan.pk, slug]))
    words = page.get_by_label(STRENGTHS[slug])
    words.fill(BEFORE)
    state = page.locator("#save-state")
    saved = page.locator("#save-state[data-save-state=saved]")
    failed = page.locator("#save-state[data-save-state=failed]")
    saved.filter(has_text="by you").wait_for()

    with server.connect() as holder:
        hold(holder, plan)
        words.fill(WORDS)
        wait_until(somebody_waits)
        getattr(server, how)()
    failed.wait_for()

    assert "Not saved" in state.inner_text()
    assert words.input_value() == WORDS
    with page.expect_response(lambda answer: answer.status == 500):
        words.fill(WHILE_AWAY)  # they go on typing, not knowing why
    failed.wait_for()
    assert page.evaluate("!dispatchEvent(new Event('beforeunload', {cancelable: true}))")
    connection.close()
    server.start()
    page.clock.fast_forward(LONGEST_PAUSE)  # then it is tried again without a key pressed
    saved.wait_for()

    assert words.input_value() == WHILE_AWAY
    with wall.opened([901]):
        mine = {"plan": plan, "section": slug, "key": "strengths"}
        assert Answer.objects.get(**mine).value == WHILE_AWAY
        step = WritingStep.objects.get(**mine)
        assert (step.before, step.after) == (None, WHILE_AWAY)
        assert PlanSection.objects.get(plan=plan, slug=slug).version == 2
    page.reload()
    assert words.input_value() == WHILE_AWAY


def hold(holder, plan):
    """Hold the plan's row, so that the next save waits inside its transaction."""
    cursor = holder.cursor()
    cursor.execute("SELECT set_config('app.authorities', '901', true)")
    cursor.execute("SELECT 1 FROM pep_personaleducationplan WHERE id = %s FOR UPDATE", [plan.pk])


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone() is not None
