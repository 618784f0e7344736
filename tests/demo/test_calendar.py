"""The made-up school years."""

from datetime import date

import pytest

from demo.calendar import Calendar, deadline, working_days_before
from schools.codes import bank_holidays
from schools.rules import are_gapless

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def calendar():
    return Calendar(TODAY, bank_holidays())


def test_every_year_has_190_days_for_pupils(calendar):
    assert [len(year.days) for year in calendar.years] == [190] * 5


def test_no_school_day_is_a_weekend_or_a_bank_holiday(calendar):
    assert not [day for day in calendar.days if day.weekday() > 4 or day in bank_holidays()]


def test_there_are_three_whole_years_before_the_present_one(calendar):
    assert calendar.first_day.year == 2023
    assert calendar.years[-2].year.start_year == 2026


def test_terms_leave_no_gap_and_end_after_their_deadline(calendar):
    assert are_gapless(calendar.terms)
    assert all(term.range.holds_on(deadline(term)) for term in calendar.terms)


def test_a_deadline_is_a_friday(calendar):
    assert {deadline(term).weekday() for term in calendar.terms} == {4}


def test_working_days_back_skip_a_weekend():
    assert working_days_before(date(2026, 11, 23), 1, frozenset()) == date(2026, 11, 20)
