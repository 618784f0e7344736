from datetime import date, timedelta
from pathlib import Path

import pytest

import returns
import schools
from files.csv_format import Faults, opened
from returns.csv_format import folder, register
from schools.rules import ReturnYear

SAMPLE = Path(returns.__file__).parent / "data" / "sample-return"
REGISTER = Path(schools.__file__).parent / "data" / "samples"

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n1,F,18/10/2011,WBRI,UN1,0,\n"
EPISODES = (
    "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,"
    "HOME_POST,PL_POST,URN\n"
    "1,01/05/2025,S,V2,N1,U6,PR1,,,,SO143AB,SO144CD,SC123456\n"
)


def parse(*, year=None, known=(), **files):
    named = {f"{name}.csv": text.encode() for name, text in files.items() if text}
    return folder.parse(named, year=ReturnYear(year) if year else None, known=known)


def told(roll):
    return [(one.file, one.line, one.column, one.message) for one in roll.faults]


def test_the_sample_is_read_whole():
    roll = folder.parse(folder.sources(SAMPLE), year=None)

    assert not roll.faults
    assert [(one.year.end_year, len(one.rows("Episodes"))) for one in roll.returns] == [
        (2025, 59),
        (2026, 132),
    ]
    assert {one.format.name: len(one.rows) for one in roll.companions} == {
        "people": 79,
        "enrolments": 70,
        "involvements": 219,
    }
    assert [one.message for one in roll.warnings] == [
        "This file holds attendance marks and was not read"
    ]


def test_a_file_is_known_by_its_headings_in_any_order_and_case_and_by_no_name():
    roll = parse(a="dob,child,ETHNIC,Sex,upn,mother,mc_dob\n18/10/2011,1,WBRI,F,UN1,0,\n")

    (row,) = roll.returns[0].rows("Header")
    assert (row.child, row.day("DOB")) == ("1", date(2011, 10, 18))
    assert not roll.faults


def test_a_missing_column_is_named():
    roll = parse(h=HEADER, e=EPISODES.replace(",LS,", ",").replace(",V2,", ","))

    assert told(roll) == [("e.csv", 1, "LS", "The column LS is missing")]


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        (("01/05/2025", "31/02/2026"), "DECOM", "February 2026 has 28 days"),
        (("V2", "V9"), "LS", "This is not a code of LS"),
        (("U6", "H5"), "PLACE", "PLACE H5 is not in use in the year to 31 March 2026"),
        (("01/05/2025", ""), "DECOM", "DECOM is empty"),
        (("\n1,", "\n2,"), "CHILD", "This CHILD is not in Header, or the row there has a fault"),
    ],
)
def test_a_fault_of_form_says_where_and_why(change, column, words):
    roll = parse(h=HEADER, e=EPISODES.replace(*change), year=2026)

    assert told(roll) == [("e.csv", 2, column, words)]


def test_a_code_is_right_or_wrong_by_the_year_of_the_return():
    earlier = EPISODES.replace("2025", "2023").replace("U6", "H5")

    assert not parse(h=HEADER.replace(",F,", ",2,"), e=earlier).faults
    assert told(parse(h=HEADER.replace(",F,", ",2,"), e=EPISODES))[0][2] == "SEX"


def test_one_wrong_year_in_a_date_does_not_move_the_return():
    days = [date(2025, 4, 1) + timedelta(days=n) for n in range(200)] + [date(2051, 6, 1)]
    reviews = "".join(f"1,18/10/2011,{day:%d/%m/%Y},PN1\n" for day in days)

    roll = parse(h=HEADER, r="CHILD,DOB,REVIEW,REVIEW_CODE\n" + reviews)

    assert [one.year for one in roll.returns] == [ReturnYear(2026)]


def test_the_same_key_twice_is_a_fault_on_the_second_line():
    roll = parse(h=HEADER, e=EPISODES + EPISODES.splitlines()[1] + "\n")

    assert told(roll) == [
        (
            "e.csv",
            3,
            "CHILD, DECOM",
            "This row is a second one for the same CHILD and DECOM: see line 2",
        )
    ]


def test_two_tables_of_a_kind_in_one_folder_are_refused():
    roll = parse(h=HEADER, e=EPISODES, f=EPISODES)

    assert [one.message for one in roll.faults] == [
        "This is a second Episodes table: e.csv is one already"
    ]


def test_a_return_without_its_header_is_refused():
    assert told(parse(e=EPISODES))[0][3] == "The return has no Header file"


def test_headings_that_fit_nothing_are_refused():
    assert "fit no table" in told(parse(h=HEADER, x="a,b\n1,2\n"))[0][3]


def test_an_empty_folder_is_refused():
    assert told(parse())[0][3] == "No CSV file was found"


def test_columns_beyond_the_format_are_a_warning():
    roll = parse(h=HEADER.replace("MC_DOB\n", "MC_DOB,LEGACY_ID\n").replace("0,,\n", "0,,,\n"))

    assert [one.column for one in roll.warnings if one.line == 1] == ["LEGACY_ID"]


def test_names_survive_cp1252_utf16_marks_and_line_breaks():
    people = 'CHILD,given_name,family_name,known_as\n1,"Siân\nMair",O\u2019Neill,\n'
    for encoding in ("utf-8-sig", "cp1252", "utf-16"):
        roll = folder.parse({"h.csv": HEADER.encode(), "p.csv": people.encode(encoding)}, year=None)
        (row,) = roll.companion_rows("people")

        assert (row.text("given_name"), row.text("family_name")) == ("Siân Mair", "O\u2019Neill")
        assert not roll.faults


def test_a_fault_in_a_name_does_not_repeat_it():
    roll = parse(h=HEADER, p=f"CHILD,given_name,family_name\n1,{'Zofia' * 30},Farrant\n")

    (fault,) = roll.faults
    assert fault.value == ""
    assert "Zofia" not in str(fault)


def test_companions_may_come_alone_for_children_the_authority_has():
    people = "CHILD,given_name,family_name\n1,Amara,Okell\n"

    assert not parse(p=people, known={"1"}).faults
    assert told(parse(p=people))[0][3] == (
        "This CHILD is not in the Header or the roll, or the row there has a fault"
    )


def test_words_of_the_companions_become_what_is_stored():
    roll = parse(
        h=HEADER,
        i="CHILD,role,email,start,end\n1,Social Worker,Ben@Council.Example,01/09/2025,31/12/2025\n",
        n="CHILD,UPN,URN,start,end,nc_year,kind,sen\n1,,100001,01/09/2025,,-1,Main,EHC plan\n",
    )

    (involved,) = roll.companion_rows("involvements")
    (enrolled,) = roll.companion_rows("enrolments")
    assert (involved.text("role"), involved.text("email")) == (
        "social_worker",
        "ben@council.example",
    )
    assert (enrolled.number("nc_year"), enrolled.text("sen")) == (-1, "E")


def test_a_wrong_check_letter_is_a_fault():
    roll = parse(h=HEADER.replace("UN1", "A999200012346"))

    assert told(roll) == [
        ("h.csv", 2, "UPN", "This is not a UPN: its first letter does not fit the rest")
    ]


def test_the_register_sample_is_read_whole():
    faults = Faults()

    rows = list(register.schools(opened(REGISTER / "gias_sample.csv"), faults=faults))
    links = list(register.links(opened(REGISTER / "gias_links_sample.csv"), faults=faults))

    assert (len(rows), len(links), faults.count) == (1172, 474, 0)
    assert sum(row.status == 2 for row in rows) == 46
    closed = next(row for row in rows if row.closed_on)
    assert closed.postcode == "" or " " in closed.postcode


def test_faults_of_the_register_are_told_by_line():
    head = ",".join(f'"{name}"' for name in register.REGISTER_COLUMNS)
    blank = [""] * len(register.REGISTER_COLUMNS)

    def row(**cells):
        values = list(blank)
        for name, value in {"URN": "1", "EstablishmentStatus (code)": "1", **cells}.items():
            values[register.REGISTER_COLUMNS.index(name)] = value
        return ",".join(values)

    faults = Faults()
    content = "\r\n".join(
        [
            head,
            row(EstablishmentName="One"),
            row(EstablishmentName="Again"),
            row(URN="x", EstablishmentName="No number"),
            row(URN="2"),
            row(URN="3", EstablishmentName="Bad date", OpenDate="31-02-2020"),
            row(URN="4", EstablishmentName="Bad", **{"EstablishmentStatus (code)": "7"}),
        ]
    )
    made = list(register.schools(opened(content.encode("cp1252")), faults=faults))

    assert [one.urn for one in made] == [1]
    assert [(one.line, one.column) for one in faults] == [
        (3, "URN"),
        (4, "URN"),
        (5, "EstablishmentName"),
        (6, "OpenDate"),
        (7, "EstablishmentStatus (code)"),
    ]


def test_a_header_without_a_column_is_said_once_and_not_for_every_row():
    roll = parse(h=HEADER.replace("ETHNIC,", "").replace("WBRI,", ""), e=EPISODES)

    assert [line[1:3] for line in told(roll)] == [(1, "ETHNIC")]
