"""What a form may be, said in sentences; rules and options as people write them."""

import json

import pytest

from pep.reference import shipped_forms
from planforms.rules import (
    HEADS,
    Known,
    RuleNotUnderstood,
    changes,
    faults_of_form,
    form_of_file,
    options_of,
    options_text,
    rule_of,
    rule_text,
    text_of_file,
)

SHIPPED = {form["phase"]: form for form in shipped_forms()}


def a_form():
    return json.loads(json.dumps(SHIPPED["SE"]))


def section(form, slug):
    return next(s for s in form["sections"] if s["slug"] == slug)


def question(form, slug, key):
    return next(q for q in section(form, slug)["questions"] if q["key"] == key)


OTHER_COLUMN = {"key": "other", "kind": "line", "label": "Other"}


def without(slug):
    def change(form):
        form["sections"] = [s for s in form["sections"] if s["slug"] != slug]

    return change


def set_question(of, named, /, **values):
    return lambda form: question(form, of, named).update(values)


def set_section(of, /, **values):
    return lambda form: section(form, of).update(values)


def many(number):
    return [[f"v{place}", "A value"] for place in range(number)]


def sections(number):
    def change(form):
        first = form["sections"]
        more = [{**first[0], "slug": f"more-{n}"} for n in range(number - len(first))]
        form["sections"] = first + more

    return change


def twice(form):
    form["sections"].append(section(form, "english"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without("about"), "No section has the statutory head “Education and training history”"),
        (without("meeting"), "Every plan needs “meeting_on” in the section “meeting”"),
        (set_section("send", shown_when={"fact": ["ehc_plan"]}), "asked of some children only"),
        (set_section("send", statutory_head="Other"), "none of the five statutory heads"),
        (set_section("english", owner="governor"), "the owner must be one of school"),
        (set_section("views", owner="school"), "belongs to child and to nobody else"),
        (set_section("english", slug="English!"), "small letters, digits and hyphens"),
        (set_section("english", shown_when={"answer": "a", "in": ["b"]}), "not on answers"),
        (set_section("english", shown_when={"fact": ["is_rich"]}), "no fact “is_rich”"),
        (set_section("english", shown_when={"phase": ["XX"]}), "no phase “XX”"),
        (set_section("english", shown_when={"python": "1"}), "a phase, a fact or an answer"),
        (set_section("english", questions=[]), "asks nothing"),
        (set_section("english", wild="1"), "“wild”, which no form has"),
        (twice, "the section “english” twice"),
        (set_question("english", "strengths", kind="line"), "is of the kind text"),
        (set_question("english", "progress", options=[]), "a choice has options"),
        (set_question("english", "progress", options=[["a", "A"], ["a", "B"]]), "twice"),
        (set_question("english", "progress", options=["a"]), "a value and its words"),
        (set_question("english", "progress", kind="slider"), "the kind must be one of"),
        (set_question("english", "strengths", label="x" * 201), "200 characters or less"),
        (set_question("english", "strengths", label=""), "has no “label”"),
        (set_question("english", "strengths", key="a-b"), "small letters, digits and “_”"),
        (set_question("english", "strengths", max_length=0), "from 1 to 20,000"),
        (set_question("english", "strengths", is_required="yes"), "must be true or false"),
        (
            set_question("english", "strengths", shown_when={"answer": "nothing", "in": ["a"]}),
            "no other question of this section",
        ),
        (
            set_question("english", "strengths", required_when={"answer": "progress", "in": ["z"]}),
            "no answer to “progress” “z”",
        ),
        (
            set_question("english", "strengths", shown_when={"answer": "barrier", "in": ["a"]}),
            "no choice and no yes or no",
        ),
        (set_question("views", "voice_share", options=[["all", "All"]]), "not “all”"),
        (set_question("targets", "targets", columns=[{"key": "id"}]), "has no “kind”"),
        (set_question("about", "child", key="secrets"), "the record has facts for"),
        (set_question("english", "strengths", label="a\x00b"), "that cannot be saved"),
        (set_question("english", "strengths", max_length=20_001), "from 1 to 20,000"),
        (set_question("targets", "targets", max_rows=51), "from 1 to 50"),
        (set_question("english", "progress", options=[["a b", "A"]]), "the value “a b” may have"),
        (set_question("english", "progress", options=[["a", "A" * 201]]), "the value “a” may have"),
        (set_question("english", "progress", options=many(61)), "has 61 options"),
        (set_question("targets", "targets", columns=[{}] * 17), "has 17 columns"),
        (
            set_question("targets", "targets", columns=[OTHER_COLUMN]),
            "needs the column “target”",
        ),
        (
            set_question("last-targets", "targets", columns=[OTHER_COLUMN]),
            "needs the column “outcome”",
        ),
        (set_section("english", questions=[{}] * 81), "has 81 questions"),
        (sections(41), "The form has 41 sections"),
    ],
)
def test_every_fault_is_said_in_a_sentence(change, words):
    """PEP-10: the five heads stay; the vocabulary is closed; a key keeps its kind."""
    form = a_form()
    known = Known({("english", "strengths"): "text"})
    assert faults_of_form(form, known) == []

    change(form)

    faults = faults_of_form(form, known)
    assert [fault for fault in faults if words in fault], faults
    assert all(fault.endswith(".") for fault in faults)


@pytest.mark.parametrize("head", HEADS)
def test_no_statutory_head_can_be_taken_out(head):
    """PEP-10."""
    form = a_form()
    form["sections"] = [s for s in form["sections"] if s.get("statutory_head") != head]

    assert any(head in fault for fault in faults_of_form(form))


@pytest.mark.parametrize("sections", [None, [], "x", [None], [[]], [{"slug": 1}], [{}] * 41])
def test_what_is_no_form_at_all_is_refused(sections):
    assert faults_of_form({"sections": sections})


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("", {}),
        ("answer to planned_move is yes", {"answer": "planned_move", "in": ["yes"]}),
        ("answer to a is not b or c", {"answer": "a", "not_in": ["b", "c"]}),
        (
            "fact is year_6 and phase is PR",
            {"all": [{"fact": ["year_6"]}, {"phase": ["PR"]}]},
        ),
    ],
)
def test_a_rule_in_words_and_back(text, condition):
    assert rule_of(text) == condition
    assert rule_text(condition) == text


@pytest.mark.parametrize("text", ["yes", "fact is not x", "import os", "answer is yes"])
def test_a_rule_that_is_none_says_how_to_write_one(text):
    with pytest.raises(RuleNotUnderstood):
        rule_of(text)


def test_options_in_lines_and_back():
    assert options_of("a | A visit\n\nb|B") == [["a", "A visit"], ["b", "B"]]
    assert options_text([["a", "A visit"]]) == "a | A visit"
    with pytest.raises(RuleNotUnderstood):
        options_of("a visit")


@pytest.mark.parametrize("phase", sorted(SHIPPED))
def test_a_file_gives_the_same_form_again(phase):
    form, faults = form_of_file(text_of_file(SHIPPED[phase]).encode())

    assert faults == []
    assert form["sections"] == SHIPPED[phase]["sections"]
    assert text_of_file(form) == text_of_file(SHIPPED[phase])


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xff\xfe\x00", "cannot be read"),
        (b"[" * 5000, "cannot be read"),
        (b'{"schema": NaN}', "cannot be read"),
        (b'{"schema": "other"}', "not a PEP form"),
        (b'{"schema": "virtual-school-pep-form", "schema_version": 2}', "reads version 1"),
        (
            b'{"schema": "virtual-school-pep-form", "schema_version": 1, "phase": "X", "a": 1}',
            "The phase must be one of",
        ),
        (
            b'{"schema": "virtual-school-pep-form", "schema_version": 1, "phase": "SE", "a": 1}',
            "“a”, which no form has",
        ),
        (b" " * 1_000_001, "larger than 1 MB"),
    ],
)
def test_a_file_that_is_no_form_is_refused(raw, words):
    form, faults = form_of_file(raw)

    assert form is None
    assert any(words in fault for fault in faults)


def test_changes_are_said_where_they_are():
    before, after = a_form(), a_form()
    question(after, "english", "strengths")["label"] = "What goes well?"
    section(after, "english")["questions"].reverse()
    after["sections"] = [s for s in after["sections"] if s["slug"] != "maths"]
    found = {(c.where, c.what) for c in changes(before, after)}

    assert found == {
        ("english.strengths", "Question"),
        ("english", "Order of questions"),
        ("maths", "Section taken out"),
    }
    assert changes(before, before) == []
