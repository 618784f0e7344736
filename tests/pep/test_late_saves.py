"""A save that comes after a later one of the same page: the newer words stand, none are lost."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pep import form_content
from pep.actions import turns
from pep.models import Answer, FactWord, KeptText, PersonalEducationPlan, PlanSection, WritingStep
from tests.factories.pep import Cast
from tests.factories.schools import PolicyFactory
from tests.pep.test_target_pages import posted, put, rows_of, section_url
from tests.pep.test_views import HTMX, as_

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

SENT = ("version", "marks", "window")
OLD, NEW = "She reads", "She reads every day"


@pytest.fixture
def cast(authority):
    PolicyFactory(authority=authority)
    return Cast(authority)


class Page:
    """A section as one window shows it; a save can be made and held, to arrive later."""

    def __init__(self, cast, slug="english", who="teacher"):
        self.plan, self.slug, self.client = cast.plan, slug, as_(getattr(cast, who))
        shown = self.client.get(section_url(cast.plan, slug)).context
        self.sent = {name: shown[name] for name in SENT}
        self.turn = shown["turn"]

    def make(self, **words):
        """A save as it leaves the page."""
        self.turn += 1
        return self.sent | {"turn": self.turn} | words

    def arrive(self, save):
        url = reverse("pep:autosave", args=[self.plan.pk, self.slug])
        return self.client.post(url, save, **HTMX)


def answer(cast, key="strengths"):
    return Answer.objects.filter(plan=cast.plan, key=key).values_list("value", flat=True).first()


def late_words():
    return list(WritingStep.objects.filter(is_late=True).values_list("before", "after"))


def test_newer_words_stand_and_the_older_ones_are_in_the_history(cast):
    page = Page(cast)
    older, newer = page.make(strengths=OLD), page.make(strengths=NEW)

    assert page.arrive(newer).status_code == 200
    page.arrive(older)

    assert answer(cast) == NEW
    assert late_words() == [(NEW, OLD)]
    shown = page.client.get(reverse("pep:history", args=[cast.plan.pk, "english"])).text
    assert shown.count("These words came late") == 1
    assert not KeptText.objects.exists()


def test_words_that_were_taken_back_stay_taken_back(cast):
    """The newer save changes nothing: no answer could tell that it was here."""
    page = Page(cast)
    older, newer = page.make(strengths="Not this child"), page.make(strengths="")

    page.arrive(newer)
    page.arrive(older)

    assert answer(cast) is None
    assert late_words() == [(None, "Not this child")]


def test_the_same_late_words_are_kept_once_and_no_step_goes_on_from_them(cast):
    page = Page(cast)
    older, newer = page.make(strengths=OLD), page.make(strengths=NEW)
    page.arrive(newer)
    for _ in range(2):
        page.arrive(older)

    page.arrive(page.make(strengths=f"{NEW}."))

    assert answer(cast) == f"{NEW}."
    assert late_words() == [(NEW, OLD)]
    step = WritingStep.objects.get(is_late=False)
    assert (step.before, step.after) == (None, f"{NEW}.")


def test_a_retry_after_a_lost_answer_is_the_newer_one(cast):
    """The first came through and its answer was lost; a copy of it comes once more at the end."""
    page = Page(cast)
    first = page.make(strengths=OLD)
    page.arrive(first)

    assert page.arrive(page.make(strengths=NEW)).status_code == 200
    page.arrive(first)

    assert answer(cast) == NEW


def test_the_same_save_twice_is_not_late(cast):
    page = Page(cast)
    save = page.make(strengths=OLD)

    assert [page.arrive(save).status_code for _ in range(2)] == [200, 200]
    assert (answer(cast), late_words()) == (OLD, [])


def test_rows_are_neither_changed_nor_added_nor_brought_back(cast):
    kept, gone = {"id": "5b0f6c0e-0000-4000-8000-000000000001", "target": "Reads daily"}, {
        "id": "5b0f6c0e-0000-4000-8000-000000000002", "target": "Writes a page"
    }  # fmt: skip
    put(cast.plan, "targets", [kept, gone])
    page = Page(cast, "targets")
    older = page.make(**posted(kept | {"target": "Reads"}, gone, {"target": "Sings"}))
    newer = page.make(
        **posted(
            kept | {"target": "Reads aloud"}, gone | {"remove": "on"}, {"target": "Sings solo"}
        )
    )

    page.arrive(newer)
    page.arrive(older)

    assert [row["target"] for row in rows_of(cast.plan)] == ["Reads aloud", "Sings solo"]
    ((stands, came),) = late_words()
    assert [row["target"] for row in stands] == ["Reads aloud", "Sings solo"]
    assert [row["target"] for row in came][:2] == ["Reads", "Sings"]


def test_a_late_word_on_a_fact_is_not_taken(cast):
    slug, key = next(
        (section.slug, question.key)
        for section in form_content.of_plan(cast.plan).asked
        for question in section.questions
        if question.kind == "fact" and section.owner == "school"
    )
    page = Page(cast, slug)
    older = page.make(**{key: "wrong", f"{key}_note": "He left"})
    newer = page.make(**{key: "right"})

    page.arrive(newer)
    page.arrive(older)

    assert list(FactWord.objects.values_list("is_right", flat=True)) == [True]


def test_words_kept_for_their_author_are_not_replaced_by_older_ones(cast):
    page = Page(cast)
    older, newer = page.make(strengths=OLD), page.make(strengths=NEW)
    PersonalEducationPlan.objects.filter(pk=cast.plan.pk).update(status="sent_to_check")

    assert page.arrive(newer).status_code == 409
    page.arrive(older)

    assert KeptText.objects.get().values == {"strengths": NEW}
    assert late_words() == [(None, OLD)]


def test_a_page_that_lost_count_is_told_and_sends_again(cast):
    page = Page(cast)
    page.arrive(page.make(strengths=OLD) | {"turn": 7})

    answered = page.arrive(page.make(strengths=NEW))

    assert answered.status_code == 422
    assert answered["HX-Trigger-After-Swap"] == "vs:retry"
    page.turn = int(re.search(r'id="form-turn" value="(\d+)"', answered.text)[1])
    assert page.arrive(page.make(strengths=NEW)).status_code == 200
    assert answer(cast) == NEW


def test_a_button_that_came_late_says_so_and_does_nothing(cast):
    page = Page(cast)
    older, newer = page.make(strengths=OLD, done="1"), page.make(strengths=NEW)
    page.arrive(newer)

    answered = page.client.post(section_url(cast.plan, "english"), older, follow=True)

    assert "The newer ones are saved and stand" in answered.text
    assert answer(cast) == NEW
    assert PlanSection.objects.get(plan=cast.plan, slug="english").state == "in_progress"


def test_a_button_that_came_late_with_the_same_words_is_pressed(cast):
    page = Page(cast)
    button, save = page.make(strengths=NEW, later="1"), page.make(strengths=NEW)
    page.arrive(save)

    answered = page.client.post(section_url(cast.plan, "english"), button)

    assert answered.url == reverse("pep:plan", args=[cast.plan.pk])
    assert (answer(cast), late_words()) == (NEW, [])


def test_windows_and_people_count_for_themselves(cast):
    mine, other, theirs = Page(cast), Page(cast), Page(cast, who="head")
    mine.arrive(mine.make(strengths=OLD) | {"turn": 9})

    assert other.arrive(other.make(next_steps="Write")).status_code == 200
    theirs.sent["window"] = mine.sent["window"]
    assert theirs.arrive(theirs.make(barrier="Time")).status_code == 200
    assert late_words() == []


def test_a_page_without_script_counts_nothing(cast):
    page = Page(cast)
    for words in (OLD, NEW):
        page.client.post(
            section_url(cast.plan, "english"), page.sent | {"turn": 0, "strengths": words}
        )

    assert answer(cast) == NEW
    assert PlanSection.objects.get(plan=cast.plan, slug="english").turns == {}


def test_pages_that_are_long_over_are_forgotten(cast):
    section = PlanSection.objects.get(plan=cast.plan, slug="english")
    now = timezone.now()
    turns.note_turn(section, cast.teacher, "a" * 32, 3, at=now - timedelta(hours=2))
    turns.note_turn(section, cast.head, "b" * 32, 1, at=now)

    assert list(section.turns) == [f"{cast.head.pk}:{'b' * 32}"]
