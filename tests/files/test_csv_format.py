from datetime import date
from io import BytesIO

import pytest

from files import csv_format, encodings
from files.csv_format import Faults, NotADate, opened, parsed_date
from files.encodings import Unreadable

ROWS = "CHILD,given_name\r\n1,Siân\r\n2,O\u2019Neill\r\n"


def read(content):
    faults = Faults(file="people.csv")
    table = opened(content, name="people.csv")
    return list(table.rows(faults)), faults


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(ROWS.encode(), id="UTF-8"),
        pytest.param(b"\xef\xbb\xbf" + ROWS.encode(), id="UTF-8 with a byte order mark"),
        pytest.param(ROWS.encode("cp1252"), id="Windows-1252"),
        pytest.param(ROWS.encode("utf-16"), id="UTF-16 with a byte order mark"),
        pytest.param(b"\xfe\xff" + ROWS.encode("utf-16-be"), id="UTF-16 the other way round"),
        pytest.param(ROWS.encode("utf-16-le"), id="UTF-16 without a byte order mark"),
        pytest.param(ROWS.encode("utf-16-be"), id="UTF-16 the other way, without a mark"),
        pytest.param(ROWS.replace(",", ";").encode(), id="semicolons"),
        pytest.param(ROWS.replace(",", "\t").encode(), id="tabs"),
        pytest.param(("sep=;\r\n" + ROWS.replace(",", ";")).encode(), id="the line Excel adds"),
        pytest.param(ROWS.replace("\r\n", "\n").encode(), id="line feeds"),
        pytest.param(ROWS.replace("\r\n", "\r").encode(), id="carriage returns"),
        pytest.param(("\r\n" + ROWS + ",\r\n\r\n").encode(), id="empty rows round it"),
    ],
)
def test_every_usual_way_of_writing_the_same_table_reads_the_same(content):
    rows, faults = read(content)

    assert [cells for _, cells in rows] == [["1", "Siân"], ["2", "O\u2019Neill"]]
    assert not faults


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rest", "workbook or a zip"),
        (b"\xd0\xcf\x11\xe0rest", "Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"<?xml version='1.0'?><Message/>", "XML"),
        ("CHILD\n" * 3).encode("utf-32") and (b"\xff\xfe\x00\x00" + b"C\0\0\0", "UTF-32"),
        (b"CHILD,name\n1,Si\x81n\n", "neither UTF-8"),
        ("CHILD,name\n1,Siân\n".encode() + "2,Siân\n".encode("cp1252"), "partly"),
        (b"\xff\xfeC\x00H", "UTF-16"),
        (b"\n\n,,\n", "no heading row"),
    ],
)
def test_what_is_not_a_table_of_text_is_refused_with_what_to_send_instead(content, words):
    with pytest.raises(Unreadable) as refused:
        opened(content)

    assert words in refused.value.message
    assert refused.value.fix


def test_line_numbers_are_those_of_the_file_after_a_line_break_in_a_value():
    rows, faults = read(b'CHILD,given_name\n1,"Mary\nAnn"\n\n2,Ben\n')

    assert rows == [(2, ["1", "Mary\nAnn"]), (5, ["2", "Ben"])]
    assert not faults


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"CHILD,name\n1,Ben,more\n2,Amara\n", 2, "3 values and the header has 2"),
        (b"CHILD,name\n1,Ben\n2\n", 3, "1 values and the header has 2"),
        (b'CHILD,name\n1,Ben\n2,"Amara\n3,Cleo\n', 3, "never closes"),
        (b'CHILD,name\n1,"Ben"x\n2,Amara\n', 2, "middle of a value"),
        (b"CHILD,name\n1,Ben\n2,Am\0ara\n", 3, "NUL"),
    ],
)
def test_a_row_that_cannot_be_read_is_a_fault_on_its_line(content, line, words):
    _, faults = read(content)

    assert [(one.line, words in one.message) for one in faults] == [(line, True)]


def test_a_missing_and_a_doubled_column_are_named():
    faults = Faults()
    table = opened(b" child ,Dob,DOB,extra\n1,2,3,4\n")

    found = table.locate(["CHILD", "DOB", "SEX"], faults=faults)

    assert found["CHILD"] == 0
    assert [one.message for one in faults] == [
        "The column DOB is there 2 times",
        "The column SEX is missing",
    ]
    assert table.unknown(["CHILD", "DOB"]) == ["extra"]


def test_all_faults_are_counted_and_the_first_ones_listed(monkeypatch):
    monkeypatch.setattr(csv_format, "MOST_LISTED", 3)

    _, faults = read(b"a,b\n" + b"1\n" * 10)

    assert faults.count == 10
    assert [one.line for one in faults] == [2, 3, 4]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("31/03/2026", date(2026, 3, 31)),
        (" 1/4/2026 ", date(2026, 4, 1)),
        ("2026-03-31", date(2026, 3, 31)),
        ("31-03-2026", date(2026, 3, 31)),
        ("29/02/2024", date(2024, 2, 29)),
        ("31/03/2026 00:00:00", date(2026, 3, 31)),
    ],
)
def test_dates_as_people_and_systems_write_them(text, expected):
    assert parsed_date(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("31/02/2026", "February 2026 has 28 days"),
        ("30/02/2024", "February 2024 has 29 days"),
        ("31/11/2026", "November 2026 has 30 days"),
        ("12/31/2026", "There is no month 31"),
        ("31/03/26", "This is not a date"),
        ("00/03/2026", "March 2026 has 31 days"),
        ("yesterday", "This is not a date"),
        ("1/1/0000", "There is no year 0"),
    ],
)
def test_a_day_that_is_not_in_the_calendar_says_why(text, words):
    with pytest.raises(NotADate) as refused:
        parsed_date(text)

    assert refused.value.message == words


@pytest.mark.parametrize("value", ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1"])
def test_nothing_we_write_out_runs_as_a_formula(value):
    assert csv_format.safe_cell(value) == f"'{value}"


def test_a_long_file_is_never_held():
    class Counting(BytesIO):
        largest = 0

        def read(self, size=-1):
            Counting.largest = max(Counting.largest, size if size and size > 0 else 1 << 40)
            return super().read(size)

        def read1(self, size=-1):
            return super().read1(min(size, 8192) if size and size > 0 else 8192)

    source = Counting(b"a,b\n" + b"1,2\n" * 200_000)
    table = opened(source)

    assert sum(1 for _ in table.rows(Faults())) == 200_000
    assert Counting.largest <= encodings.CHUNK


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n\n , \n3,4\r\n5,6\r7,8",
        'a,b\n1,2\n"3",4\n5,6\n',
        'a,b\n1,2\n"3\n3",4\n5\n6,6\n',
        'a,b\n1,6" nail\n3,4\n',
        'a,b\n1,"2"x\n3,4\n5\n',
        'a,b\n1,2\n"3,4\n5,6\n',
        "a,b\n1\n1,2,3\n1,2,,\n,\n,2\n",
        "a,b\n1,\0\n3,4\n",
        "a;b\n1;2,5\n3;4\n",
        "a,b\n1," + "x" * 20_001 + "\n3,4\n",
    ],
)
@pytest.mark.parametrize("left_out", [frozenset(), {2, 4}])
def test_texts_are_the_rows_not_yet_cut(text, left_out):
    table = opened(text.encode(), name="some.csv", left_out=left_out)
    expected, found = Faults(), Faults()

    rows = [
        (line, cells)
        for line, text, cut in table.texts(found)
        if (cells := cut or table.cells(line, text, found))
    ]

    assert rows == list(table.rows(expected))
    assert list(found) == list(expected)
