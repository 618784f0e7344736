from datetime import date

import pytest

from attendance.csv_format import Marks
from files.csv_format import Faults, opened

UPN = "D999200012346"
CHILDREN = {UPN: "child-1", "T999200012347": "child-2"}
HEAD = "upn,date,session,code,urn\n"


def read(text, *, left_out=frozenset(), encoding="utf-8"):
    faults = Faults()
    marks = Marks(
        opened(text.encode(encoding), name="marks.csv", left_out=left_out),
        children=CHILDREN,
        schools={100001, 100002},
        today=date(2026, 11, 21),
        faults=faults,
    )
    return list(marks), faults, marks


def test_the_two_halves_of_a_day_become_one_row():
    days, faults, marks = read(
        HEAD + f"{UPN},2026-11-16,AM,/,100001\n{UPN},2026-11-16,PM,\\,100001\n"
    )

    assert days == [("child-1", "2026-11-16", 100001, "/", "\\", 2)]
    assert not faults
    assert (marks.rows, marks.has_no_repeats) == (2, True)


@pytest.mark.parametrize(
    "row",
    [
        f"{UPN},16/11/2026,am,i,100001",
        f"{UPN.lower()},2026-11-16,Morning, I ,100001",
        f" {UPN} ,16/11/2026,A,I, 100001 ",
    ],
)
def test_spelling_does_not_matter(row):
    days, faults, _ = read(HEAD + row + "\n")

    assert days == [("child-1", "2026-11-16", 100001, "I", "", 2)]
    assert not faults


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("A99920001234,2026-11-16,AM,/,100001", "upn", "13 characters. This has 12"),
        ("A999200012346,2026-11-16,AM,/,100001", "upn", "first letter does not fit"),
        (",2026-11-16,AM,/,100001", "upn", "empty"),
        (f"{UPN},31/02/2026,AM,/,100001", "date", "February 2026 has 28 days"),
        (f"{UPN},2026-11-23,AM,/,100001", "date", "in the future"),
        (f"{UPN},2026-11-16,EV,/,100001", "session", "AM or PM"),
        (f"{UPN},2026-11-16,AM,?,100001", "code", "not an attendance code"),
        (f"{UPN},2026-11-16,AM,,100001", "code", "empty"),
        (f"{UPN},2026-11-16,AM,H,100001", "code", "H was not a code in use on that day"),
        (f"{UPN},2026-11-16,PM,/,100001", "code", "/ is the code for mornings"),
        (f"{UPN},2026-11-16,AM,/,999999", "urn", "No school of the register"),
        (f"{UPN},2026-11-16,AM,/,SC123", "urn", "not a URN"),
    ],
)
def test_what_cannot_be_used_is_a_fault_that_says_why(row, column, words):
    days, faults, _ = read(HEAD + row + "\n")

    (fault,) = faults
    assert days == []
    assert (fault.line, fault.column, words in fault.message) == (2, column, True)


def test_a_code_is_judged_by_the_list_of_its_day():
    days, faults, _ = read(HEAD + f"{UPN},2024-07-01,AM,H,100001\n{UPN},2024-09-02,AM,H,100001\n")

    assert [on for _, on, *_ in days] == ["2024-07-01"]
    assert [fault.line for fault in faults] == [3]


def test_all_faults_of_one_row_are_told_at_once():
    _, faults, _ = read(HEAD + "nobody,yesterday,never,?,nowhere\n")

    assert [fault.column for fault in faults] == ["upn", "date", "session", "code", "urn"]


def test_a_session_twice_is_a_fault_with_or_without_the_same_code():
    row = f"{UPN},2026-11-16,AM,/,100001\n"

    _, faults, _ = read(HEAD + row + row + row.replace("/,", "I,"))

    assert [(one.line, one.message) for one in faults] == [
        (3, "This session is already on line 2, with the same code"),
        (4, "This session is already on line 2, with another code"),
    ]


def test_rows_out_of_order_are_not_vouched_for():
    one, two = f"{UPN},2026-11-16,AM,/,100001\n", f"{UPN},2026-11-17,AM,/,100001\n"

    assert read(HEAD + one + two)[2].has_no_repeats
    assert not read(HEAD + two + one)[2].has_no_repeats
    assert not read(HEAD + two + other_child(one) + one)[2].has_no_repeats
    assert not read(HEAD + one + other_child(one) + one + two)[2].has_no_repeats


def test_a_file_sorted_by_day_is_vouched_for():
    one, two = f"{UPN},2026-11-16,AM,/,100001\n", f"{UPN},2026-11-17,AM,/,100001\n"
    text = HEAD + one + other_child(one) + two + other_child(two)

    assert read(text)[2].has_no_repeats
    assert not read(text + two)[2].has_no_repeats


def other_child(row):
    return row.replace(UPN, "T999200012347")


def test_prospective_pupils_are_passed_over():
    days, faults, marks = read(HEAD + f"{UPN},2026-11-16,AM,Z,100001\n")

    assert (days, faults.count, marks.passed_over) == ([], 0, 1)


def test_lines_left_out_are_as_if_they_were_not_there():
    days, faults, _ = read(
        HEAD + f"nobody,2026-11-16,AM,/,100001\n{UPN},2026-11-16,AM,/,100001\n", left_out={2}
    )

    assert [line for *_, line in days] == [3]
    assert not faults


def test_a_missing_column_is_named_and_nothing_is_read():
    days, faults, _ = read("upn,date,session,code\n" + f"{UPN},2026-11-16,AM,/\n")

    assert days == []
    assert [fault.message for fault in faults] == ["The column urn is missing"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f'upn,date,session,code,urn\n{UPN},2026-11-16,AM,/,100001\n'
                     f'"{UPN}","2026-11-16","PM","\\",100001\n', id="quoted from some line on"),
        pytest.param(f'"urn","code",session,date,upn\n100001,/,AM,2026-11-16,{UPN}\n'
                     f"100001,\\,PM,16/11/2026,{UPN}\n", id="columns in another order"),
        pytest.param(f"upn,date,session,code,urn,notes\n{UPN},2026-11-16,AM,/,100001,\n"
                     f"{UPN},2026-11-16,PM,\\,100001,late\n", id="a column more"),
        pytest.param(f"upn;date;session;code;urn\n{UPN};2026-11-16;AM;/;100001;;\n"
                     f"{UPN};2026-11-16;PM;\\;100001;\n", id="delimiters at the end"),
    ],
)  # fmt: skip
def test_the_layout_of_the_file_does_not_matter(text):
    days, faults, marks = read(text)

    assert days == [("child-1", "2026-11-16", 100001, "/", "\\", 2)]
    assert (faults.count, marks.rows, marks.children_met) == (0, 2, ["child-1"])


def test_a_delimiter_inside_a_value_is_not_taken_for_one_between_values():
    right = f"{UPN},2026-11-16,AM,/,100001\n"

    days, faults, _ = read(
        HEAD + right + f'{UPN},2026-11-17,AM,"/,100001"\n' + f'{UPN},"2026-11-16,AM",/,100001,\n'
    )

    assert [on for _, on, *_ in days] == ["2026-11-16"]
    assert {fault.line for fault in faults} == {3, 4}
