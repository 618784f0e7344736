"""Two versions beside each other: which, what differs, and what a reader may not see of either."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pep import actions, comparing
from pep.models import AgreedVersion, Answer
from tests.factories.pep import Cast, fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@pytest.fixture
def cast(authority):
    """A plan that was agreed, opened again and written on."""
    cast = Cast(authority)
    fill(cast.plan, by=cast.teacher)
    write(cast, "english", "strengths", "She is settling into Year 9")
    write(cast, "views", "voice_hard", "The bus")
    agree(cast)
    actions.reopen(plan_id=cast.plan.pk, reason="A new year", by=cast.adviser, at=AT)
    write(cast, "english", "strengths", "She has settled into Year 10")
    write(cast, "views", "voice_hard", "Lunch <b>alone</b>")
    return cast


def agree(cast):
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    actions.grade(plan_id=cast.plan.pk, grade="good", by=cast.adviser, at=AT)
    actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)


def write(cast, slug, key, value):
    Answer.objects.update_or_create(
        plan=cast.plan, section=slug, key=key,
        defaults={
            "authority_id": cast.plan.authority_id, "child_id": cast.plan.child_id,
            "value": value, "version": 1, "written_at": AT, "written_by": cast.teacher,
        },
    )  # fmt: skip


def page(cast, who, **query):
    client = Client()
    client.force_login(getattr(cast, who))
    return client.get(reverse("pep:compare", args=[cast.plan.pk]), query)


def test_what_is_gone_and_what_is_new_is_marked_word_by_word(cast):
    told = page(cast, "adviser").content.decode()

    assert "She <del>is settling</del> into Year <del>9</del>" in told
    assert "She <ins>has settled</ins> into Year <ins>10</ins>" in told
    assert "version 1, agreed 20 Nov 2026, and" in told
    assert "2 of " in told


def test_markup_in_an_answer_is_text(cast):
    told = page(cast, "adviser").content.decode()

    assert "Lunch &lt;b&gt;alone&lt;/b&gt;" in told
    assert "<b>alone" not in told


def test_only_differences_are_shown_until_everything_is_asked_for(cast):
    fewer, more = page(cast, "adviser"), page(cast, "adviser", show="everything")

    assert fewer.content.decode().count("vs-diff") == 2
    assert more.content.decode().count("vs-diff") > 10


def test_a_reader_sees_of_both_versions_what_they_may_read(cast):
    write(cast, "views", "voice_share", "school_and_social_worker")

    told = page(cast, "carer").content.decode()

    assert "settled" in told  # a section carers read
    assert "Lunch" not in told


def test_each_agreed_version_is_what_its_reader_may_read(cast):
    key = str(AgreedVersion.objects.get().pk)
    told = {
        who: page(cast, who, a=key, b=key, show="everything").text
        for who in ("social_worker", "carer")
    }

    assert ["Care and health" in text for text in told.values()] == [True, False]


def test_what_can_be_compared_is_of_this_child_and_of_plans_one_sees(cast, authority):
    other = Cast(authority)
    fill(other.plan, by=other.teacher)
    agree(other)
    own, theirs = (AgreedVersion.objects.get(plan=one.plan) for one in (cast, other))

    assert [side.version for side in comparing.sides(cast.plan, cast.head)] == [None, own]
    assert [side.version for side in comparing.sides(cast.plan, other.teacher)] == [None]
    assert page(cast, "head", a=str(theirs.pk)).status_code == 404


def test_a_version_with_itself_differs_in_nothing(cast):
    key = str(AgreedVersion.objects.get().pk)

    assert "Nothing is different" in page(cast, "head", a=key, b=key).content.decode()


@pytest.mark.parametrize("key", ["nothing", "00000000-0000-4000-8000-000000000000"])
def test_a_version_that_is_not_there_is_not_found(cast, key):
    assert page(cast, "head", a=key).status_code == 404
    assert page(cast, "head", b=key).status_code == 404


def test_without_an_agreed_plan_there_is_nothing_to_compare(authority):
    told = page(Cast(authority), "teacher").content.decode()

    assert "There is nothing to compare with yet" in told


@pytest.mark.parametrize(("who", "status"), [("teacher_elsewhere", 404), ("governor", 403)])
def test_others_do_not_compare(cast, who, status):
    assert page(cast, who).status_code == status


def test_the_queries_do_not_grow_with_the_versions(cast):
    page(cast, "adviser")  # what is asked once and remembered
    with CaptureQueriesContext(connection) as few:
        page(cast, "adviser")
    for _ in range(2):
        agree(cast)
        actions.reopen(plan_id=cast.plan.pk, reason="Once more", by=cast.adviser, at=AT)
    with CaptureQueriesContext(connection) as more:
        page(cast, "adviser")

    assert len(more) == len(few)
