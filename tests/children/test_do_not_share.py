"""Notes that are passed on to nobody: written, asked for with a reason, found nowhere else."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from audit.models import Event
from children.models import DoNotShare
from tests.world import PLANTED_NOTE, build_world

NOTE = "Grandmother passes letters on"


@pytest.fixture
def world(db):
    return build_world()


def ask(client, world, key, name="show_notes", **data):
    client.force_login(world.people[key])
    url = reverse(f"children:{name}", args=[world.amara.pk])
    return client.post(url, data) if data else client.get(url)


@pytest.mark.parametrize("key", ["head", "adviser", "social_worker", "manager", "duty_worker"])
def test_a_note_is_given_for_a_reason_which_is_recorded(client, world, key):
    """That the planted words can be found at all, so that the sweep of all pages can fail."""
    page = ask(client, world, key, "protection").content.decode()
    assert "Something is kept here" in page
    assert PLANTED_NOTE not in page
    assert ask(client, world, key, **{"show-reason": " "}).status_code == 422

    answer = ask(client, world, key, **{"show-reason": "Planning contact"})

    assert PLANTED_NOTE in answer.content.decode()
    with wall.opened([901]):
        event = Event.objects.get(kind="child.note_shown")
    assert (event.reason, event.actor_id) == ("Planning contact", world.people[key].pk)
    assert PLANTED_NOTE not in ask(client, world, key, "protection").content.decode()


@pytest.mark.parametrize("key", ["officer", "reviewing_officer", "teacher", "carer", "governor"])
def test_nobody_else_is_given_a_note(client, world, key):
    assert ask(client, world, key, **{"show-reason": "Curious"}).status_code == 403


@pytest.mark.parametrize("key", ["officer", "reviewing_officer"])
def test_who_is_cleared_and_reads_no_note_learns_whom_to_ask(client, world, key):
    client.force_login(world.people[key])

    page = client.get(reverse("dashboard:child", args=[world.amara.pk])).content.decode()

    asked = page.partition("Before you share anything, ask ")[2].partition(".")[0]
    assert set(asked.split(" or ")) == {"Dev Example", "Priya Example"}
    assert PLANTED_NOTE not in page
    assert reverse("children:protection", args=[world.amara.pk]) not in page


@pytest.mark.parametrize("key", ["teacher", "personal_adviser", "head_teacher"])
def test_who_is_not_cleared_does_not_learn_that_there_is_one(client, world, key):
    client.force_login(world.people[key])

    page = client.get(reverse("dashboard:child", args=[world.amara.pk])).content.decode()

    assert "must not be passed on" not in page


def test_who_may_read_a_note_is_led_to_it(client, world):
    client.force_login(world.people["adviser"])

    page = client.get(reverse("dashboard:child", args=[world.amara.pk])).content.decode()

    assert "Read it on the protection page" in page


def test_a_seat_that_is_not_cleared_sees_no_row(client, world):
    client.force_login(world.people["teacher"])
    teacher = client.get(reverse("dashboard:child", args=[world.amara.pk])).wsgi_request.user

    with wall.opened([901]):
        assert not DoNotShare.objects.visible_to(teacher).exists()


def test_a_note_is_written_and_ended_and_the_record_has_no_words(client, world):
    written = {"note-words": NOTE, "note-why": "Letters must stop"}
    assert ask(client, world, "social_worker", "note", **written).status_code == 302
    with wall.opened([901]):
        note = DoNotShare.objects.get(words=NOTE)
        assert note.given_by == world.people["social_worker"]
        told = str(list(Event.objects.values_list("before", "after", "reason")))
    assert NOTE not in told
    assert PLANTED_NOTE not in told

    ends = reverse("children:end_note", args=[world.amara.pk, note.pk])
    asked = client.post(ends)
    assert NOTE not in asked.content.decode()
    with wall.opened([901]):
        assert DoNotShare.objects.current().filter(pk=note.pk).exists()
    client.post(ends, {"confirmed": "1"})

    shown = ask(client, world, "social_worker", **{"show-reason": "Planning contact"})
    assert NOTE not in shown.content.decode()
    assert PLANTED_NOTE in shown.content.decode()


def test_a_note_cannot_end_before_it_begins(client, world):
    today = timezone.localdate()
    day = {
        f"note-ended_on_{n}": str(part)
        for n, part in enumerate((today.day, today.month, today.year))
    }

    answer = ask(client, world, "head", "note", **{"note-words": NOTE, "note-why": "Why"}, **day)

    assert answer.status_code == 422
    assert "The day must be after today" in answer.content.decode()
    with wall.opened([901]):
        assert not DoNotShare.objects.filter(words=NOTE).exists()


def test_a_note_whose_time_is_over_is_not_given(client, world):
    today = timezone.localdate()
    with wall.opened([901]):
        DoNotShare.objects.filter(child=world.amara).update(
            started_on=today - timedelta(days=9), ended_on=today
        )

    answer = ask(client, world, "head", **{"show-reason": "Planning contact"})

    assert PLANTED_NOTE not in answer.content.decode()
