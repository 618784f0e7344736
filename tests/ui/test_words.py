from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ui import words
from ui.templatetags import ui as tags


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [(14, 0, "2pm"), (15, 30, "3:30pm"), (0, 5, "12:05am"), (12, 0, "midday"), (0, 0, "midnight")],
)
def test_times_read_as_people_say_them(hour, minute, expected):
    assert words.time_of_day(datetime(2026, 1, 1, hour, minute, tzinfo=UTC)) == expected


def test_dates():
    day = date(2026, 11, 20)

    assert words.long_date(day) == "20 November 2026"
    assert words.day_and_date(day) == "Friday 20 November 2026"
    assert words.short_date(day) == "20 Nov 2026"


def test_a_moment_is_shown_in_london_time():
    moment = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # half past midnight on the 2nd in London

    assert tags.human_moment(moment) == "2 July 2026, 12:30am"


@pytest.mark.parametrize(
    ("share", "expected"),
    [(Decimal("0.9125"), "91.3%"), (0.05, "5.0%"), (None, "–"), (1, "100.0%")],
)
def test_percentages_round_half_up(share, expected):
    assert words.percent(share) == expected


@pytest.mark.parametrize(
    ("pence", "expected"),
    [
        (48000, "£480"),
        (48050, "£480.50"),
        (1_248_000, "£12,480"),
        (107_000_000, "£1.07m"),
        (99_999_999, "£999,999.99"),
        (-500, "−£5"),
        (None, "–"),
    ],
)
def test_money(pence, expected):
    assert words.money(pence) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], ""),
        (["Northmere"], "Northmere"),
        (["Northmere", "Thornley"], "Northmere and Thornley"),
        (["Northmere", "Thornley", "Calderbeck"], "Northmere, Thornley and Calderbeck"),
    ],
)
def test_several_names_are_joined_as_people_say_them(names, expected):
    assert words.in_words(names) == expected
