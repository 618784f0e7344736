from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from ui.forms import DateField, LongTextField, MoneyField


@pytest.fixture
def seen_on():
    return DateField(missing="Enter the date they joined", subject="The date they joined")


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        pytest.param(["14", "10", "2026"], date(2026, 10, 14), id="numbers"),
        pytest.param(["1", "Oct", "2026"], date(2026, 10, 1), id="a month's short name"),
        pytest.param(["29", "2", "2024"], date(2024, 2, 29), id="a leap day"),
    ],
)
def test_a_real_date_is_read(seen_on, boxes, expected):
    assert seen_on.clean(boxes) == expected


@pytest.mark.parametrize(
    ("boxes", "words", "parts"),
    [
        pytest.param(["", "", ""], "Enter the date they joined", None, id="nothing"),
        pytest.param(["14", "10", ""], "The date they joined must include a year", {2}, id="year"),
        pytest.param(
            ["", "", "2026"],
            "The date they joined must include a day and a month",
            {0, 1},
            id="two",
        ),
        pytest.param(
            ["31", "11", "2026"], "The date they joined must be a real date", {0}, id="31st"
        ),
        pytest.param(
            ["1", "13", "2026"], "The date they joined must be a real date", {1}, id="13th"
        ),
        pytest.param(
            ["1", "ma", "2026"], "The date they joined must be a real date", {1}, id="word"
        ),
        pytest.param(
            ["1", "1", "26"],
            "The date they joined must have a year with 4 numbers, like 2026",
            {2},
            id="short year",
        ),
        pytest.param(
            ["9" * 5000, "1", "2026"], "The date they joined must be a real date", {0}, id="long"
        ),
        pytest.param(
            ["²", "1", "2026"], "The date they joined must be a real date", {0}, id="power"
        ),
    ],
)
def test_a_faulty_date_says_how_to_mend_it(seen_on, boxes, words, parts):
    with pytest.raises(ValidationError) as fault:
        seen_on.clean(boxes)

    assert fault.value.messages == [words]
    marked = (fault.value.error_list[0].params or {}).get("parts")
    assert (set(marked) if marked else None) == parts


def test_today_is_not_the_future_and_tomorrow_is():
    field = DateField(subject="The date", allow_future=False)
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)

    assert field.clean(today) == today
    with pytest.raises(ValidationError, match="must be today or in the past"):
        field.clean(tomorrow)


@pytest.mark.parametrize(
    ("typed", "pence"),
    [("480", 48000), ("£1,480.50", 148050), ("0.5", 50), ("0", 0), (" 12 ", 1200)],
)
def test_pounds_become_pence(typed, pence):
    assert MoneyField().clean(typed) == pence


@pytest.mark.parametrize("typed", ["a lot", "-1", "1.005", "", "NaN", "Infinity", "1e400000"])
def test_what_is_no_amount_says_how_to_type_one(typed):
    with pytest.raises(ValidationError) as fault:
        MoneyField().clean(typed)

    assert fault.value.messages == ["Enter the cost in pounds, like 480 or 480.50"]


def test_pence_are_shown_as_pounds():
    assert [MoneyField().prepare_value(value) for value in (48000, 48050, None)] == [
        "480",
        "480.50",
        None,
    ]


@pytest.mark.parametrize(
    ("text", "surplus"),
    [
        pytest.param("a" * 10, 0, id="exactly the limit"),
        pytest.param("a" * 11, 1, id="one above"),
        pytest.param("aaaa\r\naaaaa", 0, id="a line break is one character"),
        pytest.param("😀" * 5, 0, id="an emoji counts two, as in the browser"),
        pytest.param("😀" * 6, 2, id="emoji above"),
    ],
)
def test_length_is_counted_as_the_browser_counts(text, surplus):
    field = LongTextField(subject="What is going well", limit=10)

    if not surplus:
        assert "\r" not in field.clean(text)
        return
    with pytest.raises(ValidationError) as fault:
        field.clean(text)
    assert fault.value.messages == [
        f"What is going well must be 10 characters or less. You have {surplus} too many"
    ]


def test_a_null_byte_is_refused_in_plain_words():
    field = LongTextField(subject="What is going well", required=False)

    with pytest.raises(ValidationError) as refused:
        field.clean("a\x00b")

    assert refused.value.messages == [
        "What is going well has a character that cannot be saved. "
        "Delete it and type the words again"
    ]
