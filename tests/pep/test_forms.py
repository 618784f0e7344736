"""The shipped forms, and the form of one section built from them."""

import pytest
from django.template import Context, Template

from pep.content import in_words
from pep.form_content import Column, Kind, QuestionContent, SectionContent, is_empty
from pep.forms import SectionForm, digest, normal
from pep.reference import shipped_forms
from pep.rules import holds

FORMS = {form["phase"]: form for form in shipped_forms()}
HEADS = {  # PEP-10 [CPR10 Sch 1 para 2]
    "Education and training history",
    "Existing arrangements, including special provision",
    "Planned changes and how disruption is kept small",
    "Leisure interests",
    "Role of the carer and others",
}


def a_section(*questions):
    return SectionContent("x", "X", "Learning", "school", 1, "", "", "", questions)


def a_form(section, data=None, answers=None, **more):
    return SectionForm(section, child="Amara", answers=answers or {}, data=data, **more)


@pytest.mark.parametrize("phase", sorted(FORMS))
def test_each_phase_has_a_form_with_the_five_statutory_heads(phase):
    """PEP-10: of sections every child has, whatever the facts."""
    sections = [s for s in FORMS[phase]["sections"] if not s.get("shown_when")]

    assert {s["statutory_head"] for s in sections if s.get("statutory_head")} == HEADS
    assert 11 <= len(sections) <= 16


@pytest.mark.parametrize("phase", sorted(FORMS))
def test_no_section_asks_more_than_eight_questions_of_everybody(phase):
    """What the record says is read, not answered: it is no question."""
    for section in FORMS[phase]["sections"]:
        asked = [q for q in section["questions"] if q["kind"] != "fact" and not q.get("shown_when")]
        assert len(asked) <= 8, section["slug"]


@pytest.mark.parametrize("phase", sorted(FORMS))
def test_nobody_is_asked_for_an_address_or_a_number(phase):
    for section in FORMS[phase]["sections"]:
        for question in section["questions"]:
            assert "address" not in question["key"]
            assert "upn" not in question["key"]


@pytest.mark.parametrize(
    ("condition", "answers", "expected"),
    [
        ({}, {}, True),
        ({"answer": "a", "in": ["x"]}, {"a": "x"}, True),
        ({"answer": "a", "in": ["x"]}, {}, False),
        ({"answer": "a", "in": ["yes"]}, {"a": True}, True),
        ({"answer": "a", "in": ["no"]}, {"a": False}, True),
        ({"answer": "a", "not_in": ["x"]}, {}, True),
        ({"answer": "a", "not_in": ["x"]}, {"a": "x"}, False),
    ],
)
def test_conditions(condition, answers, expected):
    assert holds(condition, answers) is expected


@pytest.mark.parametrize(
    ("value", "empty"), [(None, True), ("", True), ([], True), (False, False), (0, False)]
)
def test_no_and_nought_are_answers(value, empty):
    assert is_empty(value) is empty


def test_the_same_words_have_the_same_mark():
    assert digest("a\r\nb ") == digest("a\nb")
    assert digest(None) == digest("") == digest([])
    assert digest([{"id": "1", "a": ""}]) == digest([{"id": "1"}])
    assert digest("a") != digest("b")


def test_normal_keeps_no_and_nought():
    assert normal(False) is False
    assert normal(0) == 0


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        (Kind.TEXT, {"q": " She reads. "}, "She reads."),
        (Kind.YES_NO, {"q": "no"}, False),
        (Kind.DATE, {"q_0": "14", "q_1": "10", "q_2": "2026"}, "2026-10-14"),
        (Kind.NUMBER, {"q": "15"}, 15),
        (Kind.MONEY, {"q": "£1,480.50"}, 148050),
        (Kind.TEXT, {"q": ""}, None),
    ],
)
def test_answers_are_stored_as_plain_json(kind, typed, stored):
    form = a_form(a_section(QuestionContent("q", kind, "Q")), data=typed)

    assert form.answers() == {"q": stored}


def test_choices_not_on_the_form_are_not_taken():
    section = a_section(QuestionContent("q", Kind.CHOICE, "Q", options=(("a", "A"),)))
    form = a_form(section, data={"q": "z"})

    assert form.answers() == {}
    assert "q" in form.errors


def test_two_new_rows_have_two_ids():
    question = QuestionContent("r", Kind.ROWS, "R", columns=(Column("a", Kind.LINE, "A"),))
    typed = {"r-TOTAL_FORMS": "2", "r-0-id": "", "r-0-a": "x", "r-1-id": "", "r-1-a": "y"}
    rows = a_form(a_section(question), data=typed, row_seed="s").answers()["r"]

    assert rows[0]["id"] != rows[1]["id"]


def test_a_row_after_a_removed_one_gets_an_id_of_its_own():
    question = QuestionContent("r", Kind.ROWS, "R", columns=(Column("a", Kind.LINE, "A"),))
    section = a_section(question)
    typed = {"r-TOTAL_FORMS": "2", "r-0-id": "", "r-0-a": "x", "r-1-id": "", "r-1-a": "y"}
    _, second = a_form(section, data=typed, row_seed="s").answers()["r"]
    again = {"r-TOTAL_FORMS": "2", "r-0-id": second["id"], "r-0-a": "y", "r-1-id": "", "r-1-a": "z"}
    rows = a_form(section, data=again, answers={"r": [second]}, row_seed="s").answers()["r"]

    assert rows[0]["id"] == second["id"]
    assert rows[1]["id"] not in {second["id"]}


def test_more_rows_than_the_form_asks_for_are_all_taken_and_counted():
    question = QuestionContent(
        "r", Kind.ROWS, "R", columns=(Column("a", Kind.LINE, "A"),), max_rows=2
    )
    typed = {"r-TOTAL_FORMS": "9"} | {f"r-{n}-a": "x" for n in range(9)}

    form = a_form(a_section(question), data=typed, row_seed="s")

    assert len(form.answers()["r"]) == 9
    assert form.rows_over(question) == 9
    few = {"r-TOTAL_FORMS": "2", "r-0-a": "x", "r-1-a": "y"}
    assert a_form(a_section(question), data=few, row_seed="s").rows_over(question) == 0


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (Kind.CHOICE, "a", "Amara’s way"),
        (Kind.CHOICES, ["a", "b"], "Amara’s way, Another"),
        (Kind.YES_NO, False, "No"),
        (Kind.DATE, "2026-10-14", "14 October 2026"),
        (Kind.MONEY, 48050, "£480.50"),
        (Kind.TEXT, None, ""),
    ],
)
def test_answers_in_words(kind, value, shown):
    options = (("a", "{child}’s way"), ("b", "Another"))

    assert in_words(kind, value, options, "Amara") == shown


MANY = tuple((f"o{number}", f"Option {number}") for number in range(9))


@pytest.mark.parametrize(
    ("above", "is_folded"),
    [
        pytest.param({"kind": Kind.CHOICE, "options": MANY[:3]}, True, id="radios"),
        pytest.param({"kind": Kind.CHOICE, "options": MANY[2:4]}, False, id="no such option"),
        pytest.param({"kind": Kind.CHOICE, "options": MANY}, False, id="a long list"),
        pytest.param({"kind": Kind.CHOICES, "options": MANY[:3]}, False, id="boxes to tick"),
        pytest.param({"kind": Kind.CHOICE, "options": MANY[:3], "is_off": True}, False, id="off"),
    ],
)
def test_a_follow_up_is_on_the_page_wherever_its_question_stands(above, is_folded):
    """An authority may make a rule on any choice; nobody is asked for what is not on the page."""
    first = QuestionContent("first", label="First", **above)
    follow_up = QuestionContent(
        "more", Kind.TEXT, "Say more", shown_when={"answer": "first", "in": ["o1"]}
    )
    section = a_section(first, follow_up)

    page = Template("{% load crispy_forms_tags %}{% crispy form %}")
    html = page.render(Context({"form": a_form(section)}))

    assert (section.folded_under(follow_up) is not None) is is_folded
    assert 'name="more"' in html
