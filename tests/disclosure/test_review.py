"""Deciding about many withheld parts: suggested, ticked at once, and called by plain words."""

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from accounts.models import User
from audit.classes import FieldClass, classes_of
from disclosure import actions, rules
from disclosure.labels import COMMON, OF_TABLE, label_of
from disclosure.models import MaskedItem, SubjectRequest
from disclosure.reading import _NEVER, _is_told
from disclosure.registry import CHAPTERS
from disclosure.rules import Kind
from tests.factories.accounts import seated
from tests.world import build_world


@pytest.fixture
def world(db):
    return build_world()


def masked(world, kind, count):
    """Parts of Amara's record that wait for a decision."""
    asked = world.whole_record
    with wall.opened([901]):
        asked.items.all().delete()
        MaskedItem.objects.bulk_create(
            MaskedItem(
                authority_id=901, child_id=asked.child_id, request=asked, number=number,
                kind=kind, chapter="People", label="Who", value=f"Somebody {number}",
            )
            for number in range(1, count + 1)
        )  # fmt: skip


def decided(world):
    with wall.opened([901]):
        rows = MaskedItem.objects.filter(request=world.whole_record).exclude(is_released=None)
        return sorted(rows.values_list("number", "is_released", "exemption", "reason"))


def decide(world, number, **how):
    with wall.opened([901]):
        item = MaskedItem.objects.get(request=world.whole_record, number=number)
        actions.decide(
            request_id=world.whole_record.pk, item_ids=[item.pk], at=timezone.now(),
            by=seated(User.objects.get(pk=world.people["head"].pk)), **how,
        )  # fmt: skip


def page(client, world, kind="person", *, name="review", method="get", query=""):
    client.force_login(world.people["head"])
    url = reverse(f"disclosure:{name}", args=[world.whole_record.pk, kind])
    return getattr(client, method)(url + query)


@pytest.mark.parametrize("kind", list(rules.SUGGESTED), ids=str)
def test_a_suggestion_is_accepted_for_all_that_is_left(client, world, kind):
    """More than one page of them; what a person decided by hand stays."""
    masked(world, kind, 60)
    decide(world, 7, is_released=True, exemption="", reason="Her own teacher")
    suggested = rules.SUGGESTED[kind]

    shown = page(client, world, kind).content.decode()
    answer = page(client, world, kind, name="accept", method="post")

    assert "Decide so about all 59" in shown
    assert suggested.reason in shown
    assert answer.status_code == 302
    told = decided(world)
    assert len(told) == 60
    assert told[6] == (7, True, "", "Her own teacher")
    of_all = (not suggested.exemption, suggested.exemption, suggested.reason)
    assert {row[1:] for row in told if row[0] != 7} == {of_all}


@pytest.mark.parametrize("kind", [Kind.WORDS, Kind.FLAG], ids=str)
def test_words_and_instructions_are_read_one_by_one(client, world, kind):
    masked(world, kind, 2)

    assert "Decide so" not in page(client, world, kind).content.decode()
    page(client, world, kind, name="accept", method="post")

    assert decided(world) == []


def test_nothing_is_accepted_once_the_review_is_over(client, world):
    masked(world, Kind.PERSON, 2)
    with wall.opened([901]):
        SubjectRequest.objects.filter(pk=world.whole_record.pk).update(state="withdrawn")

    assert "Decide so" not in page(client, world).content.decode()
    page(client, world, name="accept", method="post")

    assert decided(world) == []


def test_all_parts_of_a_page_are_ticked_by_a_link(client, world):
    masked(world, Kind.WORDS, 60)

    first = page(client, world, "words", query="?page=1&tick").content.decode()
    none = page(client, world, "words", query="?page=2").content.decode()

    assert (first.count(" checked"), none.count(" checked")) == (50, 0)
    assert "Untick all 50 parts on this page" in first
    assert "Tick all 10 parts on this page" in none


def test_after_a_decision_nothing_is_ticked_on_the_same_page(client, world):
    masked(world, Kind.PERSON, 60)
    client.force_login(world.people["head"])
    with wall.opened([901]):
        items = [str(pk) for pk in world.whole_record.items.values_list("pk", flat=True)[:2]]
    url = reverse("disclosure:review", args=[world.whole_record.pk, "person"])

    answer = client.post(
        f"{url}?page=2&tick", {"item": items, "decision": "release", "reason": "Her own teacher"}
    )

    assert answer.url == f"{url}?page=2"
    assert len(decided(world)) == 2


def given_fields():
    for table, chapter in CHAPTERS.items():
        model = apps.get_model(table)
        classes = classes_of(model)
        for field in model._meta.concrete_fields if chapter.reader == "fields" else ():
            is_told = not field.is_relation or _is_told(field)
            is_left_out = field.name in _NEVER | chapter.left_out
            if is_told and not is_left_out and classes[field.name] is not FieldClass.SECRET:
                yield table, field.name


def test_every_field_that_is_given_has_plain_words():
    given = list(given_fields())

    unnamed = [f for f in given if not OF_TABLE.get(f[0], {}).get(f[1]) and f[1] not in COMMON]

    assert unnamed == []
    assert COMMON.keys() <= {name for _, name in given}
    assert all(label_of(*field) for field in given)
