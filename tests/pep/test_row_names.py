"""What the repeated rows of a plan are called, where they do not fit one table."""

import pytest
from django.template.loader import render_to_string

from pep import comparing
from pep.form_content import Kind
from pep.templatetags.plan_rows import row_name, rows_by_name

LONG = [["Target", "Reads four whole books of her own choice by Easter, and tells us of them"]]


@pytest.mark.parametrize(
    ("key", "name"), [("targets", "Target 2"), ("courses", "Course 2"), ("unheard_of", "Entry 2")]
)
def test_a_row_is_called_what_it_is(key, name):
    assert row_name(key, 2) == name


def test_rows_keep_their_number_beside_one_that_says_nothing():
    named = rows_by_name({"key": "targets", "kind": Kind.ROWS, "rows": [LONG, [], LONG]})

    assert named == [("Target 1", LONG), ("Target 3", LONG)]


def test_facts_of_the_record_are_not_counted():
    assert rows_by_name({"key": "people", "kind": Kind.FACT, "rows": [LONG]}) == [("", LONG)]


def test_the_page_of_a_plan_calls_long_rows_the_same():
    question = {"key": "targets", "kind": Kind.ROWS, "label": "Targets", "rows": [LONG, LONG]}

    page = render_to_string("pep/answers.html", {"section": {"questions": [question]}})

    assert page.count("Target 1") == page.count("Target 2") == 1
    assert "<table" not in page


def test_beside_each_other_a_question_keeps_its_mark_and_a_label_gets_one():
    row = [["What is it about?", "Reading"], ["Goal", "Four books"]]
    question = {"kind": Kind.ROWS, "rows": [row], "words": ""}

    assert comparing.as_text(question) == "What is it about? Reading; Goal: Four books"
