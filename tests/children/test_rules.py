from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from children.rules import (
    UPN_LETTERS,
    Enrolment,
    SchoolAccess,
    UpnFault,
    adoption_record_retention,
    age_on,
    display_name,
    fold_name,
    handover_ended_on,
    initials,
    is_adult,
    is_temporary_upn,
    is_uln,
    is_upn_reason,
    normalise_upn,
    record_retention,
    school_access,
    uln_check_digit,
    upn_check_letter,
    upn_fault,
)
from schools.rules import DateRange, SchoolCalendar

upn_bodies = st.from_regex(rf"[0-9]{{11}}[0-9{UPN_LETTERS}]", fullmatch=True)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("801200005001", "B", id="sum 93"),
        pytest.param("207000016049", "P", id="sum 266"),
        pytest.param("373203619001", "A", id="sum 230, remainder 0"),
        pytest.param("35142012345A", "L", id="temporary"),
        pytest.param("94212601901Z", "M", id="temporary, last letter"),
    ],
)
def test_upn_check_letter(body, expected):
    assert upn_check_letter(body) == expected
    assert upn_fault(expected + body) is None


@pytest.mark.parametrize(
    ("upn", "expected"),
    [
        pytest.param("A801200005001", UpnFault.CHECK_LETTER, id="wrong check letter"),
        pytest.param("Q207000016049", UpnFault.CHECK_LETTER, id="the much-copied slip"),
        pytest.param("B80120000500", UpnFault.FORM, id="12 characters"),
        pytest.param("B8012000050011", UpnFault.FORM, id="14 characters"),
        pytest.param("I801200005001", UpnFault.FORM, id="I is not used"),
        pytest.param("B80120000500O", UpnFault.FORM, id="O is not used at the end"),
        pytest.param("B80120A005001", UpnFault.FORM, id="letter in the middle"),
        pytest.param("B80120000500\u0661", UpnFault.FORM, id="a digit of another script"),
        pytest.param("UN1", UpnFault.FORM, id="a reason is not a UPN"),
        pytest.param("", UpnFault.FORM, id="nothing"),
    ],
)
def test_faults_of_a_upn(upn, expected):
    assert upn_fault(upn) is expected
    assert expected.is_hard


@pytest.mark.parametrize(
    ("upn", "expected"),
    [
        pytest.param("B801200005001", None, id="a council of the list"),
        pytest.param("P207000016049", UpnFault.AUTHORITY, id="not in the list"),
        pytest.param(upn_check_letter("001200005001") + "001200005001", None, id="pseudo code"),
        pytest.param(upn_check_letter("670200005001") + "670200005001", None, id="pseudo range"),
    ],
)
def test_an_unknown_authority_is_a_warning_only(upn, expected):
    fault = upn_fault(upn, authorities={"801", "850"})

    assert fault is expected
    assert fault is None or not fault.is_hard


def test_a_upn_is_normalised_before_it_is_judged():
    assert upn_fault(normalise_upn(" b801 200005001 ")) is None


@given(body=upn_bodies, place=st.integers(0, 10), digit=st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body, place, digit):
    upn = upn_check_letter(body) + body

    wrong = upn[: place + 1] + str((int(upn[place + 1]) + digit) % 10) + upn[place + 2 :]

    assert upn_fault(wrong) is UpnFault.CHECK_LETTER


def test_temporary_upns_and_reasons():
    assert is_temporary_upn("L35142012345A")
    assert not is_temporary_upn("B801200005001")
    assert is_upn_reason("UN4")
    assert not is_upn_reason("UN6")


@pytest.mark.parametrize(
    ("first_nine", "expected"),
    [
        pytest.param("100000001", "1000000019", id="sum 12"),
        pytest.param("123456789", "1234567899", id="sum 210"),
        pytest.param("100000004", "1000000043", id="sum 18"),
        pytest.param("999999999", "9999999998", id="sum 486"),
        pytest.param("100000000", "1000000000", id="check digit 0"),
    ],
)
def test_uln(first_nine, expected):
    assert f"{first_nine}{uln_check_digit(first_nine)}" == expected
    assert is_uln(expected)


def test_no_uln_where_the_remainder_is_nothing():
    assert uln_check_digit("200000001") is None
    assert not any(is_uln(f"200000001{digit}") for digit in range(10))


def test_the_placeholder_uln_is_let_through():
    assert uln_check_digit("999999999") == 8
    assert is_uln("9999999999")


@pytest.mark.parametrize("text", ["1000000018", "100000001", "100000001A", ""])
def test_not_a_uln(text):
    assert not is_uln(text)


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        pytest.param(date(2010, 11, 21), date(2026, 11, 20), 15, id="day before the birthday"),
        pytest.param(date(2010, 11, 21), date(2026, 11, 21), 16, id="birthday"),
        pytest.param(date(2012, 2, 29), date(2026, 2, 28), 13, id="29 February, the day before"),
        pytest.param(date(2012, 2, 29), date(2026, 3, 1), 14, id="29 February, on 1 March"),
        pytest.param(date(2012, 2, 29), date(2028, 2, 29), 16, id="29 February, leap year"),
        pytest.param(date(2026, 11, 1), date(2026, 11, 21), 0, id="three weeks old"),
    ],
)
def test_age(born, on, expected):
    assert age_on(born, on) == expected


def test_adult_on_the_eighteenth_birthday():
    assert not is_adult(date(2008, 11, 21), date(2026, 11, 20))
    assert is_adult(date(2008, 11, 21), date(2026, 11, 21))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("Zoë O'Néill-Łukasz", "zoe oneill lukasz", id="accents, apostrophe, hyphen"),
        pytest.param("  van   der Berg ", "van der berg", id="spaces"),
        pytest.param("GROẞ", "gross", id="capital sharp s"),
        pytest.param("Søren Ægir", "soren aegir", id="Nordic letters"),
        pytest.param("İbrahim", "ibrahim", id="dotted capital I"),
        pytest.param("O\u2019Brien", "obrien", id="curly apostrophe"),
        pytest.param("Нина", "нина", id="another script stays"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_name_key(name, expected):
    assert fold_name(name) == expected


@given(name=st.text())
def test_folding_a_key_changes_nothing(name):
    key = fold_name(name)

    assert fold_name(key) == key


def test_names_shown():
    assert initials(given_name="zofia", family_name="van der Berg") == "ZV"
    assert display_name(given_name="Zofia", family_name="Berg", known_as="Zosia") == "Zosia Berg"
    assert display_name(given_name="Zofia", family_name="Berg") == "Zofia Berg"


CALENDAR = SchoolCalendar(
    teaching_periods=(
        DateRange(date(2026, 9, 1), date(2026, 10, 24)),
        DateRange(date(2026, 11, 2), date(2026, 12, 19)),
    )
)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2026, 9, 9), SchoolAccess.NONE, id="before the place is agreed"),
        pytest.param(date(2026, 9, 10), SchoolAccess.CURRENT, id="place agreed"),
        pytest.param(date(2026, 10, 16), SchoolAccess.CURRENT, id="last day on roll"),
        pytest.param(date(2026, 10, 17), SchoolAccess.HANDING_OVER, id="left"),
        pytest.param(date(2026, 11, 13), SchoolAccess.HANDING_OVER, id="15th school day"),
        pytest.param(date(2026, 11, 14), SchoolAccess.NONE, id="the day after it"),
    ],
)
def test_what_a_school_sees_and_when(on, expected):
    enrolment = Enrolment(
        started_on=date(2026, 9, 14), ended_on=date(2026, 10, 17), agreed_on=date(2026, 9, 10)
    )

    assert school_access(enrolment, on, calendar=CALENDAR) is expected


def test_handover_without_a_calendar_is_never_longer():
    ended_on = date(2026, 12, 5)

    assert handover_ended_on(ended_on) == date(2026, 12, 26)
    assert handover_ended_on(ended_on, CALENDAR) == date(2026, 12, 26)
    assert handover_ended_on(date(2026, 10, 17)) < handover_ended_on(date(2026, 10, 17), CALENDAR)


@pytest.mark.parametrize(
    ("born", "died", "expected"),
    [
        pytest.param(date(2012, 7, 14), None, date(2087, 7, 14), id="75th birthday"),
        pytest.param(date(2012, 2, 29), None, date(2087, 3, 1), id="29 February"),
        pytest.param(date(2013, 1, 1), date(2026, 5, 3), date(2041, 5, 3), id="died at 13"),
        pytest.param(date(2005, 1, 1), date(2026, 5, 3), date(2080, 1, 1), id="died grown up"),
        pytest.param(date(2001, 6, 1), None, date(2076, 6, 1), id="left care long ago"),
    ],
)
def test_how_long_a_record_is_kept(born, died, expected):
    assert record_retention(born, died_on=died).keep_to == expected


def test_adoption_records_are_kept_a_hundred_years():
    assert adoption_record_retention(date(2026, 9, 15)).keep_to == date(2126, 9, 15)
