from datetime import date

import pytest

from families.rules import CODE_LETTERS, fits, is_code, is_obvious, shown_code, typed_code


@pytest.mark.parametrize(
    ("pin", "obvious"),
    [
        pytest.param("111111", True, id="one digit"),
        pytest.param("123456", True, id="up"),
        pytest.param("890123", True, id="up, over the end"),
        pytest.param("654321", True, id="down"),
        pytest.param("121212", True, id="a pair over and over"),
        pytest.param("123123", True, id="three over and over"),
        pytest.param("147258", True, id="along the keys"),
        pytest.param("482915", False, id="nothing to see in it"),
        pytest.param("123465", False, id="nearly a run"),
    ],
)
def test_obvious_pins(pin, obvious):
    assert is_obvious(pin) is obvious


def test_no_letter_of_a_code_looks_like_another():
    assert not set(CODE_LETTERS) & set("0O1IL2Z5S8B")
    assert len(CODE_LETTERS) ** 8 > 10**11


@pytest.mark.parametrize("text", ["acde 3467", "ACDE-3467", " acde3467\n"])
def test_a_code_is_known_however_it_was_typed(text):
    assert typed_code(text) == "ACDE3467"
    assert is_code(typed_code(text))
    assert shown_code(typed_code(text)) == "ACDE 3467"


@pytest.mark.parametrize("text", ["", "ACDE346", "ACDE34670", "ACDE346O", "ÄCDE3467"])
def test_what_is_no_code(text):
    assert not is_code(typed_code(text))


@pytest.mark.parametrize(
    ("given_name", "day", "month", "answer"),
    [
        pytest.param("amara jane", 9, 2, True, id="whole first name"),
        pytest.param("amara", 9, 2, True, id="first of two"),
        pytest.param("mari", 9, 2, True, id="known as"),
        pytest.param("jane", 9, 2, False, id="second name"),
        pytest.param("", 9, 2, False, id="no name"),
        pytest.param("amara", 2, 9, False, id="day and month changed over"),
        pytest.param("amara", 9, 3, False, id="another month"),
        pytest.param("amara", 8, 2, False, id="another day"),
    ],
)
def test_fits(given_name, day, month, answer):
    assert answer is fits(
        names={"amara jane", "mari", ""},
        date_of_birth=date(2012, 2, 9),
        given_name=given_name,
        day=day,
        month=month,
    )
