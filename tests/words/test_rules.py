import pytest

from words import rules


def test_no_secret_and_no_character_that_cannot_be_stored_is_held():
    posted = {
        "csrfmiddlewaretoken": ["t"],
        "new_password1": ["x"],
        "Old-Password": ["x"],
        "why": ["a\0b", "c"],
    }

    assert rules.held_values(posted) == {"why": ["ab", "c"]}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("Reads well", {"f": "Reads well"}, id="words"),
        pytest.param("  ", {}, id="blank"),
        pytest.param("2026", {}, id="a number"),
        pytest.param("0b8ab1cc-1111-4222-8333-444455556666", {}, id="a key"),
        pytest.param("yes", {}, id="a choice"),
        pytest.param("Đặng", {"f": "Đặng"}, id="any alphabet"),
    ],
)
def test_what_counts_as_words(value, expected):
    assert rules.words_of({"f": [value]}) == expected


@pytest.mark.parametrize(("length", "expected"), [(1_000_000, False), (1_000_001, True)])
def test_how_much_is_too_much(length, expected):
    assert rules.is_too_much({"": ["x" * length]}) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("strengths", "Strengths"),
        ("restrict-why", "Why"),
        ("aims-0-what_next", "Aims 1: what next"),
        ("facts_note", "Facts note"),
    ],
)
def test_a_field_is_called_by_its_name(name, expected):
    assert rules.label_of(name) == expected
