from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.rules import (
    AbsenceBand,
    AttendanceSummary,
    UnknownCode,
    absence_band,
    deletion_return_due,
    group_figures,
    new_pupil_return_due,
    percent,
    placeholder_due,
    summarise,
    trigger_reached,
)
from schools.rules import DateRange, SchoolCalendar

DAY = date(2026, 11, 16)


def register(text):
    """Marks from a line such as "/ x52 I x6": each code and how often it occurs."""
    words = text.split()
    pairs = zip(words[::2], words[1::2], strict=True)
    return [(DAY, code) for code, times in pairs for _ in range(int(times.removeprefix("x")))]


MIXED = r"/ x52 \ x50 L x3 B x4 V x2 I x6 M x1 U x2 N x1 Y4 x1 D x2 # x10"


@pytest.mark.parametrize(
    ("marks", "counts", "attendance", "absence", "persistent", "severe"),
    [
        pytest.param(MIXED, (121, 111, 7, 3), "91.74", "8.2645", False, False, id="8, mixed"),
        pytest.param(
            r"/ x45 \ x45 I x10", (100, 90, 10, 0), "90.00", "10.0000", True, False,
            id="9, exactly a tenth",
        ),
        pytest.param(
            r"/ x46 \ x45 I x9", (100, 91, 9, 0), "91.00", "9.0000", False, False,
            id="9b, just under a tenth",
        ),
        pytest.param(
            r"/ x172 \ x171 I x20 O x18", (381, 343, 20, 18), "90.03", "9.9738", False, False,
            id="10, shown as a tenth but under it",
        ),
        pytest.param(
            r"/ x25 \ x25 O x50", (100, 50, 0, 50), "50.00", "50.0000", True, True,
            id="11, exactly half",
        ),
        pytest.param(
            "Y4 x6 # x4", (0, 0, 0, 0), None, None, False, False, id="12, nothing possible"
        ),
        pytest.param(
            r"/ x10 \ x10 C2 x20", (40, 20, 20, 0), "50.00", "50.0000", True, True,
            id="13, part-time timetable",
        ),
        pytest.param(
            r"/ x10 \ x10 E x12 D x120 K x8", (40, 28, 12, 0), "70.00", "30.0000", True, False,
            id="14a, main school",
        ),
        pytest.param(
            r"/ x55 \ x55 I x10", (120, 110, 10, 0), "91.67", "8.3333", False, False,
            id="14b, second school",
        ),
    ],
)  # fmt: skip
def test_counting_a_register(marks, counts, attendance, absence, persistent, severe):
    summary = summarise(register(marks))

    assert (
        summary.possible,
        summary.present,
        summary.authorised,
        summary.unauthorised,
    ) == counts
    assert summary.attendance_percent(places=2) == (attendance and Decimal(attendance))
    assert summary.absence_percent(places=4) == (absence and Decimal(absence))
    assert (summary.is_persistent, summary.is_severe) == (persistent, severe)


def test_a_share_shown_as_a_tenth_is_not_a_tenth():
    summary = summarise(register(r"/ x172 \ x171 I x20 O x18"))

    assert summary.absence_percent() == Decimal("10.0")
    assert absence_band(summary) is AbsenceBand.BELOW_THRESHOLD


def test_two_schools_are_added_before_the_percentage_is_taken():
    main = summarise(register(r"/ x10 \ x10 E x12 D x120 K x8"))
    second = summarise(register(r"/ x55 \ x55 I x10"))

    both = main + second

    assert (both.possible, both.present, both.missed) == (160, 138, 22)
    assert both.attendance_percent(places=2) == Decimal("86.25")
    assert both.absence_percent(places=2) == Decimal("13.75")
    assert both.is_persistent


@pytest.mark.parametrize(
    ("possible", "missed", "expected"),
    [
        pytest.param(0, 0, AbsenceBand.NO_DATA, id="no session was possible"),
        pytest.param(100, 9, AbsenceBand.BELOW_THRESHOLD, id="just under a tenth"),
        pytest.param(100, 10, AbsenceBand.PERSISTENT, id="exactly a tenth counts"),
        pytest.param(100, 11, AbsenceBand.PERSISTENT, id="just over a tenth"),
        pytest.param(100, 49, AbsenceBand.PERSISTENT, id="just under half"),
        pytest.param(100, 50, AbsenceBand.SEVERE, id="exactly half counts"),
        pytest.param(1, 1, AbsenceBand.SEVERE, id="the only session missed"),
    ],
)
def test_absence_band(possible, missed, expected):
    summary = AttendanceSummary(present=possible - missed, unauthorised=missed)

    assert absence_band(summary) is expected


def test_a_code_not_in_use_that_day_is_refused():
    with pytest.raises(UnknownCode):
        summarise([(date(2024, 8, 18), "J1")])


def test_an_interview_counted_as_attendance_until_the_new_code():
    before = summarise([(date(2024, 7, 1), "J")])
    after = summarise([(date(2024, 9, 9), "J1")])

    assert (before.present, before.missed) == (1, 0)
    assert (after.present, after.authorised) == (0, 1)


def test_group_figures_are_sums_of_sessions():
    ten_percent_absent = AttendanceSummary(present=90, authorised=10)
    half_absent = AttendanceSummary(present=10, unauthorised=10)
    nothing_possible = AttendanceSummary()

    group = group_figures([ten_percent_absent, half_absent, nothing_possible])

    assert group.total.attendance_percent(places=2) == Decimal("83.33")
    assert (group.children, group.persistent, group.severe) == (2, 2, 1)
    assert group.persistent_percent() == Decimal("100.0")
    assert group.severe_percent() == Decimal("50.0")


def test_a_group_of_nobody_has_no_figures():
    group = group_figures([])

    assert group.total.attendance_percent() is None
    assert group.persistent_percent() is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "places", "expected"),
    [
        pytest.param(1, 3, 1, "33.3", id="rounds down"),
        pytest.param(2, 3, 1, "66.7", id="rounds up"),
        pytest.param(1, 8, 0, "13", id="half goes up"),
        pytest.param(1, 800, 1, "0.1", id="just over a tenth of one"),
        pytest.param(1, 2000, 1, "0.1", id="exactly half a tenth goes up"),
        pytest.param(0, 5, 1, "0.0", id="none of them"),
        pytest.param(5, 5, 1, "100.0", id="all of them"),
    ],
)
def test_percent(numerator, denominator, places, expected):
    assert str(percent(numerator, denominator, places=places)) == expected


@given(
    denominator=st.integers(1, 10**6),
    places=st.integers(0, 4),
    share=st.data(),
)
def test_percent_is_the_nearest_figure(denominator, places, share):
    numerator = share.draw(st.integers(0, denominator))

    shown = percent(numerator, denominator, places=places)

    # How far the shown figure is from the exact one, in units of its last digit.
    error = shown.scaleb(places) * denominator - numerator * 100 * 10**places
    assert -denominator < 2 * error <= denominator
    assert 0 <= shown <= 100


def test_percent_of_nothing_is_no_figure():
    assert percent(0, 0) is None


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        pytest.param(95, None, id="on the first trigger is not below it"),
        pytest.param(94, 95, id="below the first"),
        pytest.param(93, 95, id="on the second"),
        pytest.param(92, 93, id="below the second"),
        pytest.param(89, 90, id="below all: the lowest answers"),
    ],
)
def test_prevention_triggers(present, expected):
    summary = AttendanceSummary(present=present, unauthorised=100 - present)

    assert trigger_reached(summary) == expected


def test_an_authority_sets_its_own_triggers():
    assert trigger_reached(AttendanceSummary(present=94, authorised=6), triggers=(92,)) is None


def test_no_trigger_when_nothing_was_possible():
    assert trigger_reached(AttendanceSummary()) is None


def test_returns_about_the_register():
    assert new_pupil_return_due(date(2026, 11, 18)) == date(2026, 11, 23)
    assert deletion_return_due(date(2026, 11, 18)) == date(2026, 11, 18)


def test_a_placeholder_stands_five_school_days():
    calendar = SchoolCalendar(teaching_periods=(DateRange(date(2026, 11, 2), date(2026, 12, 19)),))

    assert placeholder_due(date(2026, 11, 13), calendar) == date(2026, 11, 20)
