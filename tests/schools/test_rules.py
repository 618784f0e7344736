from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schools.codes import bank_holidays
from schools.rules import (
    AcademicYear,
    CalendarEnds,
    DateRange,
    FinancialYear,
    KeyStage,
    Phase,
    ReturnYear,
    SchoolCalendar,
    Season,
    StatisticalTerm,
    add_months,
    add_school_days,
    add_working_days,
    are_gapless,
    compulsory_school_age_starts,
    default_terms,
    direction_timetable,
    easter_sunday,
    is_compulsory_school_age,
    is_other_provider,
    is_postcode,
    is_register_urn,
    is_social_care_urn,
    key_stage,
    nc_year,
    nc_year_name,
    normalise_laestab,
    normalise_postcode,
    phase,
    school_days_between,
    school_leaving_date,
    term_on,
    working_days_between,
)

HOLIDAYS = bank_holidays()

# A made-up year of 195 days, five of them INSET.
CALENDAR_2026 = SchoolCalendar(
    teaching_periods=(
        DateRange(date(2026, 9, 1), date(2026, 10, 24)),
        DateRange(date(2026, 11, 2), date(2026, 12, 19)),
        DateRange(date(2027, 1, 4), date(2027, 2, 13)),
        DateRange(date(2027, 2, 22), date(2027, 3, 26)),
        DateRange(date(2027, 4, 12), date(2027, 5, 29)),
        DateRange(date(2027, 6, 7), date(2027, 7, 22)),
    ),
    inset_days=frozenset(
        {
            date(2026, 9, 1),
            date(2026, 11, 2),
            date(2027, 1, 4),
            date(2027, 4, 12),
            date(2027, 6, 7),
        }
    ),
    closed_days=frozenset({date(2027, 5, 3)}),
)

days = st.dates(min_value=date(2024, 1, 1), max_value=date(2028, 6, 30))


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        pytest.param(date(2026, 11, 2), 10, date(2026, 11, 16), id="case 1, ten days"),
        pytest.param(date(2026, 11, 2), 20, date(2026, 11, 30), id="case 1, twenty days"),
        pytest.param(date(2026, 12, 17), 10, date(2027, 1, 5), id="case 2, over Christmas"),
        pytest.param(date(2026, 12, 17), 20, date(2027, 1, 19), id="case 2, twenty days"),
        pytest.param(date(2026, 12, 19), 10, date(2027, 1, 6), id="case 3, from a Saturday"),
        pytest.param(date(2026, 12, 19), 20, date(2027, 1, 20), id="case 3, twenty days"),
        pytest.param(date(2027, 3, 24), 10, date(2027, 4, 9), id="case 4, over Easter"),
        pytest.param(date(2027, 3, 24), 20, date(2027, 4, 23), id="case 4, twenty days"),
        pytest.param(date(2026, 12, 23), 5, date(2027, 1, 4), id="case 5, five days"),
        pytest.param(date(2026, 12, 23), 10, date(2027, 1, 11), id="case 5, ten days"),
        pytest.param(date(2026, 11, 2), 0, date(2026, 11, 2), id="day 0 is the event"),
    ],
)
def test_adding_working_days(start, count, expected):
    assert add_working_days(start, count, HOLIDAYS) == expected


@given(start=days, count=st.integers(min_value=1, max_value=40))
def test_counting_working_days_undoes_adding_them(start, count):
    end = add_working_days(start, count, HOLIDAYS)

    assert end.weekday() < 5
    assert end not in HOLIDAYS
    assert working_days_between(start, end, HOLIDAYS) == count


@given(start=days, first=st.integers(0, 15), second=st.integers(0, 15))
def test_working_days_add_up(start, first, second):
    halfway = add_working_days(start, first, HOLIDAYS)

    together = add_working_days(start, first + second, HOLIDAYS)

    assert add_working_days(halfway, second, HOLIDAYS) == together


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        pytest.param(date(2026, 10, 9), 3, date(2027, 1, 9), id="case 7, review 2"),
        pytest.param(date(2026, 12, 31), 6, date(2027, 6, 30), id="case 7, June has 30 days"),
        pytest.param(date(2026, 11, 30), 3, date(2027, 2, 28), id="case 7, February clamps"),
        pytest.param(date(2023, 12, 31), 2, date(2024, 2, 29), id="a leap year's February"),
        pytest.param(date(2026, 6, 15), 6, date(2026, 12, 15), id="into December"),
        pytest.param(date(2026, 7, 15), 6, date(2027, 1, 15), id="into January"),
    ],
)
def test_adding_months(start, months, expected):
    assert add_months(start, months) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param(date(2026, 9, 1), date(2027, 1, 1), 72, id="autumn"),
        pytest.param(date(2027, 1, 1), date(2027, 4, 1), 53, id="spring"),
        pytest.param(date(2027, 4, 1), date(2027, 9, 1), 65, id="summer"),
        pytest.param(date(2026, 9, 1), date(2027, 9, 1), 190, id="the whole year"),
        pytest.param(date(2026, 10, 26), date(2026, 11, 3), 0, id="half-term and INSET"),
        pytest.param(date(2026, 9, 3), date(2026, 9, 3), 0, id="no days at all"),
    ],
)
def test_counting_school_days(start, end, expected):
    assert school_days_between(start, end, CALENDAR_2026) == expected


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        pytest.param(date(2026, 12, 14), 20, date(2027, 1, 26), id="case 6, over Christmas"),
        pytest.param(date(2027, 3, 18), 20, date(2027, 5, 4), id="case 6, over Easter"),
        pytest.param(date(2026, 11, 20), 15, date(2026, 12, 11), id="case 18, fifteen days"),
        pytest.param(date(2026, 11, 20), 50, date(2027, 2, 22), id="case 18, fifty days"),
    ],
)
def test_adding_school_days(start, count, expected):
    assert add_school_days(start, count, CALENDAR_2026) == expected


@pytest.mark.parametrize(
    "calendar",
    [
        pytest.param(CALENDAR_2026, id="the calendar stops in July"),
        pytest.param(SchoolCalendar(teaching_periods=()), id="no terms were entered"),
    ],
)
def test_a_calendar_that_ends_too_soon_gives_no_date(calendar):
    with pytest.raises(CalendarEnds):
        add_school_days(date(2027, 7, 15), 20, calendar)


@pytest.mark.parametrize(
    ("day", "academic", "financial", "returned"),
    [
        pytest.param(date(2027, 3, 31), "2026/27", "2026-27", 2027, id="31 March"),
        pytest.param(date(2027, 4, 1), "2026/27", "2027-28", 2028, id="1 April"),
        pytest.param(date(2026, 8, 31), "2025/26", "2026-27", 2027, id="31 August"),
        pytest.param(date(2026, 9, 1), "2026/27", "2026-27", 2027, id="1 September"),
    ],
)
def test_the_three_kinds_of_year(day, academic, financial, returned):
    assert str(AcademicYear.of(day)) == academic
    assert str(FinancialYear.of(day)) == financial
    assert ReturnYear.of(day).end_year == returned
    for year in (AcademicYear.of(day), FinancialYear.of(day), ReturnYear.of(day)):
        assert year.range.holds_on(day)


def test_a_collection_is_named_by_the_year_it_starts_in():
    assert ReturnYear.of_collection("2024-25") == ReturnYear(2025)


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        pytest.param(2024, date(2024, 3, 31), id="2024"),
        pytest.param(2025, date(2025, 4, 20), id="2025"),
        pytest.param(2026, date(2026, 4, 5), id="2026"),
        pytest.param(2027, date(2027, 3, 28), id="2027"),
        pytest.param(2028, date(2028, 4, 16), id="2028"),
        pytest.param(2008, date(2008, 3, 23), id="an early Easter"),
        pytest.param(2038, date(2038, 4, 25), id="the latest Easter"),
    ],
)
def test_easter(year, expected):
    assert easter_sunday(year) == expected


@pytest.mark.parametrize(
    ("day", "season", "name"),
    [
        pytest.param(date(2026, 9, 1), Season.AUTUMN, "Autumn term 2026", id="first day"),
        pytest.param(date(2026, 12, 31), Season.AUTUMN, "Autumn term 2026", id="31 December"),
        pytest.param(date(2027, 1, 1), Season.SPRING, "Spring term 2027", id="1 January"),
        pytest.param(date(2027, 4, 11), Season.SPRING, "Spring term 2027", id="Easter holiday"),
        pytest.param(date(2027, 4, 12), Season.SUMMER, "Summer term 2027", id="summer begins"),
        pytest.param(date(2027, 8, 31), Season.SUMMER, "Summer term 2027", id="last day"),
    ],
)
def test_a_day_falls_in_a_term(day, season, name):
    terms = default_terms(AcademicYear(2026), date(2027, 4, 12))

    term = term_on(day, terms)

    assert (term.season, str(term)) == (season, name)


def test_terms_of_two_years_leave_no_gap():
    assert are_gapless([*default_terms(AcademicYear(2026)), *default_terms(AcademicYear(2025))])


def test_a_gap_between_terms_is_seen():
    autumn, _, summer = default_terms(AcademicYear(2026))

    assert not are_gapless([autumn, summer])


@given(start_year=st.integers(2000, 2090))
def test_default_terms_fill_the_year(start_year):
    year = AcademicYear(start_year)

    terms = default_terms(year)

    assert are_gapless(terms)
    assert (terms[0].started_on, terms[-1].ended_on) == (
        year.range.started_on,
        year.range.ended_on,
    )


@pytest.mark.parametrize(
    ("day", "school_year", "season"),
    [
        pytest.param(date(2026, 7, 31), 2025, Season.SUMMER, id="31 July"),
        pytest.param(date(2026, 8, 1), 2026, Season.AUTUMN, id="1 August"),
        pytest.param(date(2026, 12, 31), 2026, Season.AUTUMN, id="31 December"),
        pytest.param(date(2027, 1, 1), 2026, Season.SPRING, id="1 January"),
        pytest.param(date(2027, 3, 28), 2026, Season.SPRING, id="Easter Sunday"),
        pytest.param(date(2027, 3, 29), 2026, Season.SUMMER, id="Easter Monday"),
    ],
)
def test_statistical_terms(day, school_year, season):
    term = StatisticalTerm.of(day)

    assert term == StatisticalTerm(school_year, season)
    assert term.range.holds_on(day)


@given(day=days)
def test_every_day_lies_in_its_statistical_term_only(day):
    term = StatisticalTerm.of(day)

    others = [StatisticalTerm(term.school_year, season) for season in Season]

    assert [other for other in others if other.range.holds_on(day)] == [term]


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        pytest.param(date(2010, 8, 31), date(2026, 11, 21), 12, id="31 Aug 2010"),
        pytest.param(date(2010, 9, 1), date(2026, 11, 21), 11, id="1 Sep 2010"),
        pytest.param(date(2011, 8, 31), date(2026, 11, 21), 11, id="31 Aug 2011"),
        pytest.param(date(2011, 9, 1), date(2026, 11, 21), 10, id="1 Sep 2011"),
        pytest.param(date(2021, 9, 1), date(2026, 11, 21), 0, id="Reception, eldest"),
        pytest.param(date(2022, 8, 31), date(2026, 11, 21), 0, id="Reception, youngest"),
        pytest.param(date(2022, 9, 1), date(2026, 11, 21), -1, id="nursery"),
        pytest.param(date(2015, 2, 28), date(2026, 11, 21), 7, id="28 Feb 2015"),
        pytest.param(date(2010, 9, 1), date(2026, 8, 31), 10, id="the day before the new year"),
        pytest.param(date(2010, 9, 1), date(2026, 9, 1), 11, id="the new year"),
    ],
)
def test_year_group(born, on, expected):
    assert nc_year(born, on) == expected


@pytest.mark.parametrize(
    ("year", "expected_phase", "stage", "name"),
    [
        pytest.param(-1, Phase.EARLY_YEARS, KeyStage.EARLY_YEARS, "Nursery 2", id="nursery"),
        pytest.param(0, Phase.PRIMARY, KeyStage.EARLY_YEARS, "Reception", id="Reception"),
        pytest.param(2, Phase.PRIMARY, KeyStage.ONE, "Year 2", id="end of key stage 1"),
        pytest.param(6, Phase.PRIMARY, KeyStage.TWO, "Year 6", id="end of primary"),
        pytest.param(7, Phase.SECONDARY, KeyStage.THREE, "Year 7", id="start of secondary"),
        pytest.param(10, Phase.SECONDARY, KeyStage.FOUR, "Year 10", id="key stage 4"),
        pytest.param(11, Phase.SECONDARY, KeyStage.FOUR, "Year 11", id="end of secondary"),
        pytest.param(12, Phase.POST_16, KeyStage.POST_16, "Year 12", id="post-16"),
    ],
)
def test_phase_and_key_stage(year, expected_phase, stage, name):
    assert (phase(year), key_stage(year), nc_year_name(year)) == (
        expected_phase,
        stage,
        name,
    )


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        pytest.param(date(2021, 11, 21), date(2026, 12, 31), id="autumn birthday"),
        pytest.param(date(2022, 3, 31), date(2027, 3, 31), id="on the prescribed day"),
        pytest.param(date(2022, 4, 1), date(2027, 8, 31), id="the day after it"),
        pytest.param(date(2020, 2, 29), date(2025, 3, 31), id="29 February"),
    ],
)
def test_compulsory_school_age_starts(born, expected):
    assert compulsory_school_age_starts(born) == expected


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        pytest.param(date(2010, 9, 1), date(2027, 6, 25), id="eldest of Year 11 in 2026/27"),
        pytest.param(date(2011, 8, 31), date(2027, 6, 25), id="youngest of Year 11 in 2026/27"),
        pytest.param(date(2011, 9, 1), date(2028, 6, 30), id="30 June is a Friday"),
    ],
)
def test_school_leaving_date(born, expected):
    assert school_leaving_date(born) == expected
    assert is_compulsory_school_age(born, expected)
    assert not is_compulsory_school_age(born, expected + timedelta(days=1))


def test_directing_a_school_waits_twice_seven_days():
    timetable = direction_timetable(date(2026, 11, 9), intention_served_on=date(2026, 11, 17))

    assert timetable.reply_by == date(2026, 11, 16)
    assert timetable.adjudicator_until == date(2026, 11, 24)
    assert timetable.direct_from == date(2026, 11, 25)


def test_no_direction_before_the_notice_of_intention():
    assert direction_timetable(date(2026, 11, 9)).direct_from is None


@pytest.mark.parametrize(
    ("typed", "expected", "well_formed"),
    [
        pytest.param("so408zb", "SO40 8ZB", True, id="no space, lower case"),
        pytest.param("  EC3A  5DE ", "EC3A 5DE", True, id="too many spaces"),
        pytest.param("M1 1AA", "M1 1AA", True, id="shortest"),
        pytest.param("gir0aa", "GIR 0AA", True, id="the odd one"),
        pytest.param("SO40 8CB", "SO40 8CB", False, id="C is not used at the end"),
        pytest.param("QA1 1AA", "QA1 1AA", False, id="no area begins with Q"),
        pytest.param("SO40", "SO40", False, id="half a postcode"),
        pytest.param("", "", False, id="nothing"),
    ],
)
def test_postcodes(typed, expected, well_formed):
    assert normalise_postcode(typed) == expected
    assert is_postcode(expected) is well_formed


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("850/4123", "850/4123", id="as written"),
        pytest.param("8504123", "850/4123", id="seven digits"),
        pytest.param(" 850 / 4123 ", "850/4123", id="with spaces"),
        pytest.param("85/04123", None, id="slash in the wrong place"),
        pytest.param("850412", None, id="too short"),
    ],
)
def test_dfe_number_of_a_school(typed, expected):
    assert normalise_laestab(typed) == expected


def test_urns_of_three_kinds_are_kept_apart():
    assert is_register_urn(135823)
    assert not is_register_urn(1234567)
    assert is_other_provider(900_000_000)
    assert not is_other_provider(135823)
    assert is_social_care_urn("SC930585")
    assert is_social_care_urn("1234567")
    assert not is_social_care_urn("135823")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param((1, 5), (5, 9), False, id="one ends as the other begins"),
        pytest.param((1, 6), (5, 9), True, id="one day shared"),
        pytest.param((1, None), (5, 9), True, id="still open"),
        pytest.param((9, None), (5, 9), False, id="open from the other's end"),
    ],
)
def test_overlapping_ranges(first, second, expected):
    one, two = (
        DateRange(date(2026, 11, start), end and date(2026, 11, end))
        for start, end in (first, second)
    )

    assert one.overlaps(two) is expected
    assert two.overlaps(one) is expected
