"""A page is closed to a person while they write: their words are held, and nothing else is told."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from accounts.models import Membership
from children import actions as children_actions
from children.models import Involvement, PeriodOfCare
from tests.words.test_views import THEIRS, WORDS, form_of, held_of, section_of, stored
from tests.world import build_world


@pytest.fixture
def world(db):
    return build_world()


def browser_of(world, key):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.people[key])
    return browser


def written(world, key):
    """A page somebody has written in, beside what another wrote there before."""
    url = section_of(world)
    before = browser_of(world, "head")
    before.post(url, form_of(before, url) | {"strengths": THEIRS})
    browser = browser_of(world, key)
    return browser, url, form_of(browser, url) | {"next_steps": WORDS}


def end_the_role(world, key):
    Membership.objects.filter(user=world.people[key]).update(ended_on=timezone.localdate())


def end_care(world, key):
    with wall.opened([901]):
        today = timezone.localdate()
        PeriodOfCare.objects.filter(child=world.amara).update(
            started_on=today - timedelta(days=99), ended_on=today
        )


def shut_out(world, key):
    with wall.opened([901]):
        head = world.people["head"]
        children_actions.restrict(
            child=world.amara, why="Related", owner=head, shut_out=[world.people[key]],
            by=head, at=timezone.now(),
        )  # fmt: skip


CLOSED = [
    pytest.param("teacher", end_the_role, 403, id="the role ended"),
    pytest.param("teacher", end_care, 404, id="care ended"),
    pytest.param("teacher", shut_out, 404, id="the record was closed to them"),
]


@pytest.mark.parametrize(("key", "close", "status"), CLOSED)
def test_words_sent_to_a_page_that_was_closed_are_held_and_shown_to_their_author(
    world, key, close, status
):
    browser, url, data = written(world, key)
    close(world, key)

    answer = browser.post(url, data)

    text = answer.content.decode()
    assert answer.status_code == status
    assert WORDS in text
    assert THEIRS not in text
    assert "Okell" not in text
    assert stored(world, "next_steps") is None
    (held,) = held_of(world.people[key])
    assert held.person == world.people[key]
    assert [words for _, words in held.own] == [WORDS]


@pytest.mark.parametrize(("key", "close", "status"), CLOSED)
def test_a_page_that_saves_itself_is_told_that_they_are_held(world, key, close, status):
    browser, _, data = written(world, key)
    autosave = reverse("pep:autosave", args=[world.plans.amara.pk, "english"])
    close(world, key)

    answer = browser.post(autosave, data, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["X-Words-Kept"]) == (status, "yes")
    assert THEIRS not in answer.content.decode()
    assert stored(world, "next_steps") is None
    (held,) = held_of(world.people[key])
    assert held.page == section_of(world)


def test_with_the_role_back_the_words_are_back_in_the_page(world):
    browser, url, data = written(world, "teacher")
    end_the_role(world, "teacher")
    browser.post(url, data)
    Membership.objects.filter(user=world.people["teacher"]).update(ended_on=None)
    (held,) = held_of(world.people["teacher"])

    page = browser.get(held.address())

    assert page.context["form"]["next_steps"].value() == WORDS


def test_a_record_that_asks_for_a_reason_now_leads_there_and_keeps_the_words(world):
    """The head is of the team: neither allocated nor the one who answers for it."""
    browser, url, data = written(world, "head")
    with wall.opened([901]):
        officer = world.people["officer"]
        children_actions.restrict(
            child=world.amara, why="Related", owner=officer, by=officer, at=timezone.now()
        )

    answer = browser.post(url, data)

    assert answer.url == reverse("children:restricted", args=[world.amara.pk])
    assert "We have kept it for 24 hours" in browser.get(answer.url).content.decode()
    (held,) = held_of(world.people["head"])
    assert [words for _, words in held.own] == [WORDS]


def test_a_form_without_words_leaves_nothing(world):
    browser, url, data = written(world, "teacher")
    end_the_role(world, "teacher")

    answer = browser.post(url, {"csrfmiddlewaretoken": data["csrfmiddlewaretoken"]})

    assert "You do not have access to this page" in answer.content.decode()
    assert held_of(world.people["teacher"]) == []


def test_a_forged_form_leaves_nothing(world):
    browser, url, data = written(world, "teacher")
    end_the_role(world, "teacher")

    answer = browser.post(url, data | {"csrfmiddlewaretoken": "x" * 64})

    assert answer.status_code == 403
    assert WORDS not in answer.content.decode()
    assert held_of(world.people["teacher"]) == []


def test_the_end_of_an_involvement_keeps_a_social_workers_words(world):
    url = reverse("pep:section", args=[world.plans.amara.pk, "care"])
    browser = browser_of(world, "social_worker")
    data = form_of(browser, url)
    with wall.opened([901]):
        today = timezone.localdate()
        Involvement.objects.filter(
            child=world.amara, person=world.people["social_worker"]
        ).update(started_on=today - timedelta(days=9), ended_on=today)  # fmt: skip

    answer = browser.post(url, data | {"planned_move_plan": WORDS})

    assert answer.status_code == 404
    assert WORDS in answer.content.decode()
    assert len(held_of(world.people["social_worker"])) == 1
