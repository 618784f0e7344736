import random
import tracemalloc
from datetime import date, timedelta

import pytest
from django.db import connection

from accounts import wall
from attendance.imports import load_marks
from attendance.models import Day, ReplacedDay, TermSummary
from attendance.summaries import By, attendance_of, figures
from children.models import Child
from children.rules import upn_check_letter
from files.csv_format import ImportRefused, opened
from tests.factories.children import ChildFactory, EnrolmentFactory
from tests.factories.schools import SchoolFactory

TODAY = date(2026, 11, 21)
HEAD = "upn,date,session,code,urn\n"


def upn(number):
    body = f"99920{number:07d}"
    return upn_check_letter(body) + body


@pytest.fixture
def school(authority):
    return SchoolFactory(id=123456, authority=authority)


@pytest.fixture
def other_school(authority):
    return SchoolFactory(id=123457, authority=authority)


@pytest.fixture
def child(open_wall, authority, school):
    return EnrolmentFactory(child=ChildFactory(upn=upn(1)), school=school).child


def load(text, *, number=1, **options):
    return load_marks(
        opened(text.encode(), name="marks.csv", **options),
        authority_id=901,
        load_number=number,
        today=TODAY,
    )


def row(day="2026-11-16", session="AM", code="/", number=1, urn=123456):
    return f"{upn(number)},{day},{session},{code},{urn}\n"


def marks():
    return list(Day.objects.order_by("on", "school_id").values_list("on", "am", "pm"))


def test_marks_are_stored_and_summed_up(child):
    outcome = load(HEAD + row() + row(session="PM", code="I") + row("2026-11-17", code="L"))

    assert marks() == [
        (date(2026, 11, 16), "/", "I"),
        (date(2026, 11, 17), "L", ""),
    ]
    summary = TermSummary.objects.get()
    assert (summary.term_started_on, summary.possible, summary.attending) == (
        date(2026, 8, 1),
        3,
        2,
    )
    assert (summary.authorised, summary.ill, summary.late) == (1, 1, 1)
    assert (outcome.days_added, outcome.children) == (2, 1)


def test_a_second_time_changes_nothing(child):
    text = HEAD + row() + row(session="PM", code="\\")
    load(text)

    again = load(text, number=2)

    assert not again.has_changes
    assert Day.objects.get().load_number == 1
    assert not ReplacedDay.objects.exists()


def test_a_corrected_mark_replaces_the_old_one_and_keeps_it(child):
    load(HEAD + row(code="N") + row(session="PM", code="\\"))

    outcome = load(HEAD + row(code="I"), number=2)

    assert marks() == [(date(2026, 11, 16), "I", "\\")]
    old = ReplacedDay.objects.get()
    assert (old.am, old.pm, old.load_number, old.replaced_by) == ("N", "\\", 1, 2)
    assert (outcome.days_changed, outcome.days_added) == (1, 0)
    summary = TermSummary.objects.get()
    assert (summary.unauthorised, summary.authorised, summary.attending) == (0, 1, 1)


@pytest.mark.parametrize("other_day", ["2026-11-10", "2026-11-17"])
def test_a_term_that_comes_in_several_files_is_summed_up_whole(child, other_day):
    load(HEAD + row() + row(session="PM", code="I"))

    outcome = load(HEAD + row(other_day, code="L"), number=2)

    summary = TermSummary.objects.get()
    assert (summary.possible, summary.attending, summary.ill, summary.late) == (3, 2, 1, 1)
    assert (outcome.days_added, outcome.days_changed) == (1, 0)


def test_halves_that_lie_apart_become_one_day(child):
    load(HEAD + row() + row("2026-11-17") + row(session="PM", code="\\"))

    assert marks() == [(date(2026, 11, 16), "/", "\\"), (date(2026, 11, 17), "/", "")]


def test_a_file_sorted_by_date_is_taken_as_it_is(child, authority, school):
    ChildFactory(authority=authority, upn=upn(2))
    days = ("2026-11-16", "2026-11-17")
    sent = []

    def note(execute, sql, params, many, context):
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        load(
            HEAD
            + "".join(
                row(day, number=number) + row(day, "PM", "\\", number=number)
                for day in days
                for number in (1, 2)
            )
        )

    assert marks() == [(date.fromisoformat(day), "/", "\\") for day in days for _ in range(2)]
    assert not any("marks_merged" in sql for sql in sent)


def test_a_repeat_far_from_the_first_is_found(child):
    with pytest.raises(ImportRefused) as refused:
        load(HEAD + row() + row("2026-11-17") + row(code="I"))

    (fault,) = refused.value.faults
    assert (fault.line, fault.message) == (
        4,
        "This session is already on line 2, with another code",
    )
    assert not Day.objects.exists()


def test_one_fault_refuses_the_whole_file(child):
    with pytest.raises(ImportRefused) as refused:
        load(HEAD + row() + row("2026-11-17", code="??") + row("31/02/2026"))

    assert [(fault.line, fault.column) for fault in refused.value.faults] == [
        (3, "code"),
        (4, "date"),
    ]
    assert not Day.objects.exists()


def test_rows_left_out_are_not_read(child):
    outcome = load(HEAD + row() + row("2026-11-17", code="??"), left_out={3})

    assert outcome.days_added == 1


def test_a_former_upn_still_finds_its_child(child, authority):
    from children.models import Identifier

    Identifier.objects.create(
        authority=authority,
        child=child,
        system="upn",
        value=upn(9),
        started_on=date(2012, 1, 1),
        ended_on=date(2020, 1, 1),
    )

    load(HEAD + row(number=9))

    assert Day.objects.get().child_id == child.pk


def test_a_child_of_another_authority_is_unknown_here(child, neighbour):
    ChildFactory(authority=neighbour, upn=upn(2))

    with pytest.raises(ImportRefused) as refused:
        load(HEAD + row(number=2))

    assert [one.message for one in refused.value.faults] == [
        "No child of this authority has this UPN"
    ]


def test_marks_elsewhere_than_on_roll_are_a_warning(child, other_school):
    outcome = load(HEAD + row(urn=123457))

    assert [one.message for one in outcome.warnings] == [
        "1 child has marks of 1 days at school 123457 without being on its roll"
    ]


def test_a_dual_registered_session_is_counted_once(child, other_school):
    load(HEAD + row(code="D") + row(code="/", urn=123457))

    (one,) = attendance_of(
        authority_id=901, first_on=date(2026, 11, 16), last_on=date(2026, 11, 16)
    )
    assert figures(one.sessions).possible == 1


def test_behind_another_wall_nothing_is_found(child):
    load(HEAD + row())

    with wall.opened([902]):
        assert not Day.objects.exists()
        assert attendance_of(authority_id=901, first_on=TODAY, last_on=TODAY) == []


CODES = ["/", "L", "B", "I", "M", "O", "U", "N", "C", "C2", "E", "D", "X", "Y1", "#", "V", "K"]


@pytest.fixture
def year(open_wall, authority, school, other_school):
    """Three children with two years of varied marks, one of them at two schools."""
    dice = random.Random(903)  # noqa: S311 (sample data)
    for number in (1, 2, 3):
        ChildFactory(upn=upn(number))
    rows = []
    day = date(2024, 9, 2)
    while day <= date(2026, 7, 17):
        if day.weekday() < 5:
            for number in (1, 2, 3):
                for urn in (123456, 123457) if number == 3 else (123456,):
                    for session in ("AM", "PM"):
                        code = dice.choice(CODES[:1] * 20 + CODES)
                        code = "\\" if code == "/" and session == "PM" else code
                        rows.append((upn(number), day, session, code, urn))
        day += timedelta(days=1)
    dice.shuffle(rows)
    load(HEAD + "".join(",".join(map(str, one)) + "\n" for one in rows))
    return rows


PRESENT = {"/", "\\", "L", "B", "V", "K"}
AUTHORISED = {"I", "M", "C", "C2", "E"}
UNAUTHORISED = {"O", "U", "N"}


def counted(rows, key):
    """The same figures, mark by mark."""
    found = {}
    for one in rows:
        code = one[3]
        tally = found.setdefault(key(one), [0, 0, 0])
        tally[0] += code in PRESENT
        tally[1] += code in AUTHORISED
        tally[2] += code in UNAUTHORISED
    return {name: tuple(tally) for name, tally in found.items()}


def season(day):
    from schools.rules import StatisticalTerm

    term = StatisticalTerm.of(day)
    return f"{term.school_year}/{(term.school_year + 1) % 100:02} {term.season.value}"


@pytest.mark.parametrize(
    ("by", "key"),
    [
        (By.CHILD, lambda one: one[0]),
        (By.SCHOOL, lambda one: f"{one[0]}|{one[4]}"),
        (By.MONTH, lambda one: f"{one[0]}|{one[1]:%Y-%m}"),
        (By.WEEK, lambda one: f"{one[0]}|{one[1]:%G-W%V}"),
        (By.TERM, lambda one: f"{one[0]}|{season(one[1])}"),
    ],
)
def test_figures_are_those_of_counting_mark_by_mark(year, by, key):
    first, last = date(2024, 10, 9), date(2026, 5, 20)

    found = attendance_of(authority_id=901, first_on=first, last_on=last, by=by)

    assert {
        one.key: (one.sessions.present, one.sessions.authorised, one.sessions.unauthorised)
        for one in found
    } == counted([one for one in year if first <= one[1] <= last], key)


def test_kept_summaries_are_those_of_counting_mark_by_mark(year):
    expected = counted(year, lambda one: (one[0], one[4], season(one[1])))
    names = dict(Child.objects.values_list("pk", "upn"))

    assert {
        (names[one.child_id], one.school_id, season(one.term_started_on)): (
            one.attending + one.approved,
            one.authorised,
            one.unauthorised,
        )
        for one in TermSummary.objects.all()
    } == expected


def test_no_possible_session_makes_no_percentage(child):
    load(HEAD + row(code="Y4"))

    (one,) = attendance_of(authority_id=901, first_on=date(2026, 11, 1), last_on=TODAY)
    shown = figures(one.sessions)
    assert (shown.possible, shown.attendance_pct, shown.persistent) == (0, None, False)


@pytest.mark.parametrize("days", [300, 3000])
def test_memory_does_not_grow_with_the_file(child, tmp_path, days):
    path = tmp_path / "marks.csv"
    with path.open("w") as file:
        file.write(HEAD)
        for n in range(days):
            day = (date(2026, 11, 20) - timedelta(days=n)).isoformat()
            file.write(row(day) + row(day, "PM", "\\"))
    tracemalloc.start()
    load_marks(opened(path), authority_id=901, load_number=1, today=TODAY)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert Day.objects.count() == days
    assert peak < 6 * 1024 * 1024
