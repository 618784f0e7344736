"""Buttons beside the form of a section, without a script: the words are saved before anything."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from pep import actions
from pep.models import Answer, Attachment, KeptText, Note, PersonalEducationPlan
from tests.factories.pep import Cast
from tests.pep.test_views import as_

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
NOBODYS = UUID(int=0)
WORDS = "She reads every day."


@pytest.fixture
def cast(authority):
    return Cast(authority, status=PersonalEducationPlan.Status.WITH_SCHOOL)


def section(cast):
    return reverse("pep:section", args=[cast.plan.pk, "english"])


def press(cast, then, who="teacher", words=WORDS, **more):
    marks = '{"strengths": "as it was"}'
    sent = {"version": "0", "marks": marks, "strengths": words, "then": then, **more}
    return as_(getattr(cast, who)).post(section(cast), sent)


def held(cast):
    return Answer.objects.values_list("value", flat=True).filter(key="strengths").first()


def pdf(content=b"%PDF-1.7\n0"):
    return SimpleUploadedFile("report.pdf", content)


def attached(cast):
    return actions.attach(
        plan_id=cast.plan.pk, section="english", upload=pdf(), by=cast.teacher, at=AT
    )


def query(cast):
    return actions.ask(
        plan_id=cast.plan.pk, section="english", key="strengths", words="Which books?",
        is_query=True, by=cast.adviser, at=AT,
    )  # fmt: skip


def test_a_file_goes_with_the_words_of_its_section(cast):
    answered = press(cast, "file", file=pdf())

    assert answered.url == section(cast)
    assert held(cast) == WORDS
    assert Attachment.objects.get().name == "report.pdf"


def test_a_file_that_is_refused_takes_no_words_with_it(cast):
    answered = press(cast, "file", file=pdf(b"no document"))

    assert answered.status_code == 422
    assert reverse("pep:attach", args=[cast.plan.pk, "english"]) in answered.text
    assert held(cast) == WORDS
    assert not Attachment.objects.exists()


def test_a_file_is_removed_after_the_words_are_saved(cast):
    row = attached(cast)

    press(cast, f"remove-file:{row.pk}")

    row.refresh_from_db()
    assert row.removed_at is not None
    assert held(cast) == WORDS


def test_a_query_is_sorted_and_opened_again_after_the_words_are_saved(cast):
    note = query(cast)

    press(cast, f"sorted:{note.pk}", who="adviser")
    assert Note.objects.get().sorted_at is not None
    press(cast, f"open-again:{note.pk}", who="adviser", words=f"{WORDS} And more.")

    assert Note.objects.get().sorted_at is None
    assert held(cast) == f"{WORDS} And more."


@pytest.mark.parametrize(
    ("then", "page"), [("ask", "/ask/"), ("colleague", "?section=english"), ("reply", "/note")]
)
def test_what_leads_to_another_page_saves_the_words(cast, then, page):
    which = f":{query(cast).pk}" if then == "reply" else ""

    answered = press(cast, then + which)

    assert page in answered.url
    assert held(cast) == WORDS


@pytest.mark.parametrize(
    "then", ["elsewhere", "reply:x", "remove-file:x", f"remove-file:{NOBODYS}", f"sorted:{NOBODYS}"]
)
def test_what_is_not_there_answers_404_and_keeps_the_words(cast, then):
    answered = press(cast, then)

    assert answered.status_code == 404
    assert WORDS in answered.text


def test_a_word_that_cannot_be_saved_stays_in_the_page_and_nothing_else_is_done(cast):
    row, long = attached(cast), "x" * 1501

    answered = press(cast, f"remove-file:{row.pk}", words=long)

    row.refresh_from_db()
    assert answered.status_code == 422
    assert long in answered.text
    assert "Your words come first" in answered.text
    assert row.removed_at is None


def test_words_in_conflict_are_kept_and_nothing_else_is_done(cast):
    row = attached(cast)
    press(cast, "", who="head", words="She sings.")

    answered = press(cast, f"remove-file:{row.pk}")

    row.refresh_from_db()
    assert answered.url == reverse("pep:conflict", args=[cast.plan.pk, "english"])
    assert KeptText.objects.get().values == {"strengths": WORDS}
    assert row.removed_at is None


def test_every_button_of_the_page_saves_its_words(cast):
    """No form but the words' own sends anything from the page, save the file a script sends."""
    attached(cast)
    query(cast)

    for who in ("teacher", "adviser"):
        page = as_(getattr(cast, who)).get(section(cast)).text
        content = page.partition("<main")[2].partition("</aside>")[0]
        forms = [part.partition(">")[0] for part in content.split("<form ")[1:]]
        assert len(forms) == 2
        assert 'id="section-form"' in forms[0]
        assert "data-upload" in forms[1]


@pytest.mark.parametrize("then", ["history", "blank"])
def test_a_page_of_the_section_opens_after_the_words_are_saved(cast, then):
    answered = press(cast, then)

    assert answered.url == reverse(f"pep:{then}", args=[cast.plan.pk, "english"])
    assert held(cast) == WORDS


def test_the_sections_beside_open_after_the_words_are_saved(cast):
    shown = as_(cast.teacher).get(section(cast)).context["page"]

    before, after = press(cast, "before"), press(cast, "next", words=f"{WORDS} And writes.")

    assert [before.url, after.url] == [shown.previous_url, shown.next_url]
    assert held(cast) == f"{WORDS} And writes."


def test_nothing_beside_the_words_leads_away_from_them_but_the_way_back(cast):
    """A link pressed without a script loses what was typed; who only reads has links."""
    attached(cast)
    press(cast, "next", who="head")

    def links(who):
        text = as_(getattr(cast, who)).get(section(cast)).text
        card = text.partition('<div class="vs-edit">')[2].partition("</aside>")[0]
        return [link for link in re.findall(r"<a [^>]*>", card) if "download" not in link]

    assert [link for link in links("teacher") if "_blank" not in link] == []
    assert len(links("social_worker")) >= 3
