"""Words nobody expected: kept as they are, shown as words, or refused in a plain sentence."""

import html
import io
from datetime import UTC, datetime

import pikepdf
import pytest
from django.urls import reverse

from pep import actions, documents
from pep.models import Answer, Paper
from tests.factories.pep import Cast, fill
from tests.reading_papers import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
UGLY = [
    pytest.param("<script>alert(1)</script>", id="markup"),
    pytest.param('"><img src=x onerror=alert(1)>', id="markup out of an attribute"),
    pytest.param("{{7*7}} {% now 'Y' %} ${7*7}", id="template language"),
    pytest.param("Zofia Łaska, Đặng, Şahin and Ó Briain", id="names of everywhere"),
    pytest.param("She is 👩‍🔬 and 🎉", id="emoji"),
    pytest.param("She says مرحبا at home", id="right to left"),
    pytest.param('=HYPERLINK("http://example.org")', id="spreadsheet formula"),
    pytest.param("One line\nand another\n\nand a third", id="lines"),
]


@pytest.fixture
def cast(authority):
    return Cast(authority)


def address(cast, name="section"):
    return reverse(f"pep:{name}", args=[cast.plan.pk, "english"])


def held(cast):
    answers = Answer.objects.filter(plan=cast.plan, section="english", key="strengths")
    return answers.values_list("value", flat=True).first()


@pytest.mark.parametrize("words", UGLY)
def test_words_are_kept_and_shown_as_they_are(client, cast, words):
    client.force_login(cast.teacher)

    answer = client.post(address(cast, "autosave"), {"strengths": words})

    assert answer.status_code == 200
    assert held(cast) == words
    for page in (address(cast), reverse("pep:read", args=[cast.plan.pk]), address(cast, "history")):
        content = client.get(page).content.decode()
        for line in words.splitlines():
            assert html.escape(line) in content, page
        assert "<script>alert" not in content
        assert "<img src=x" not in content


@pytest.mark.parametrize("words", UGLY)
def test_words_are_printed_as_they_are(client, cast, words):
    fill(cast.plan, by=cast.teacher)
    Answer.objects.filter(plan=cast.plan, section="english", key="strengths").update(value=words)
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)

    paper = documents.render_pdf(Paper.objects.get().version)

    with pikepdf.open(io.BytesIO(paper)) as pdf:
        printed = words_of(pdf).replace(" ", "")
    for part in words.split():
        if part.isascii() or part.startswith(("Ł", "Đ", "Ş")):
            assert part in printed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param("a" * 20_000, "1,500 characters or less", id="twenty thousand letters"),
        pytest.param("a\x00b", "has a character that cannot be saved", id="a null byte"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence(client, cast, words, said):
    client.force_login(cast.teacher)
    client.post(address(cast, "autosave"), {"strengths": "She reads."})

    typed = {"strengths": words, "next_steps": "Write."}
    saved = client.post(address(cast, "autosave"), typed)
    sent = client.post(address(cast), typed | {"later": "1"})

    assert (saved.status_code, sent.status_code) == (422, 422)
    for answer in (saved, sent):
        assert said in answer.content.decode()
    assert held(cast) == "She reads."
    assert Answer.objects.get(plan=cast.plan, section="english", key="next_steps").value
    if words.isprintable():
        assert words in sent.content.decode()
