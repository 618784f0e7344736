"""The wall of this table is the person (decisions 12 to 15, 42)."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from accounts import wall
from audit.models import Event
from tests.factories.accounts import UserFactory
from words import actions
from words.models import HeldWords
from words.tasks import sweep


def hold(author, *, at=None, text="She sings."):
    return actions.hold(
        author=author,
        page="/peps/",
        form="",
        called="a section of a PEP",
        values={"strengths": [text]},
        own={"strengths": text},
        at=at or timezone.now(),
    )


def seen_by(user, *, seat=""):
    with wall.opened([901], actor=wall.Actor(user_id=user and user.pk, seat=seat)):
        return set(HeldWords.objects.values_list("pk", flat=True))


def test_held_words_are_seen_by_their_author_alone(authority):
    author, other = UserFactory(), UserFactory()
    held = hold(author)

    assert seen_by(author) == {held.pk}
    assert seen_by(other) == set()
    assert seen_by(None) == set()
    assert seen_by(None, seat="task:words.sweep") == set()


def test_nobody_can_put_words_into_the_mouth_of_another(authority):
    author, other = UserFactory(), UserFactory()

    with (
        wall.opened([901], actor=wall.Actor(user_id=other.pk)),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        HeldWords.objects.create(
            person=author, page="/", called="x", values={}, own=[], made_at=timezone.now()
        )


def test_nobody_lets_go_of_the_words_of_another(authority):
    author, other = UserFactory(), UserFactory()
    held = hold(author)

    with wall.opened([], actor=wall.Actor(user_id=other.pk)):
        actions.discard(held_id=held.pk, by=other)
    assert seen_by(author) == {held.pk}
    with wall.opened([], actor=wall.Actor(user_id=author.pk)):
        actions.discard(held_id=held.pk, by=other)  # the second lock alone
    assert seen_by(author) == {held.pk}


def test_after_a_day_words_are_gone(db):
    author, now = UserFactory(), timezone.now()
    over = hold(author, at=now - timedelta(hours=24, seconds=1), text="Long ago")
    kept = hold(author, at=now - timedelta(hours=23, minutes=59), text="Of late")
    with wall.opened([], actor=wall.Actor(user_id=author.pk)):
        assert set(HeldWords.objects.visible_to(author).current(at=now)) == {kept}

    sweep()
    sweep()

    assert seen_by(author) == {kept.pk} != {over.pk}


def test_the_same_form_again_is_held_once(db):
    author = UserFactory()

    assert hold(author).pk == hold(author).pk
    assert hold(author, text="Other words").pk != hold(author).pk


def test_there_is_a_limit_to_what_is_held(db):
    author = UserFactory()
    for number in range(20):
        hold(author, text=f"Words {number}")

    with pytest.raises(actions.TooMuch):
        hold(author, text="One more")
    with pytest.raises(actions.TooMuch):
        hold(UserFactory(), text="x" * 1_000_001)


def test_the_record_says_that_words_were_held_and_not_which(db):
    author = UserFactory()
    held = hold(author)
    with wall.opened([], actor=wall.Actor(user_id=author.pk)):
        actions.discard(held_id=held.pk, by=author)

    with wall.opened([], actor=wall.Actor(user_id=author.pk)):
        events = Event.objects.filter(row=str(held.pk))
        kinds = set(events.values_list("kind", flat=True))
        told = str(list(events.values("before", "after")))
    assert kinds == {"words.held", "row.insert", "row.delete"}
    assert "sings" not in told
