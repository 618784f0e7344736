import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts import wall
from audit.models import Event
from children.models import Child
from files.models import Load
from schools.models import School, SchoolLink
from tests.returns.conftest import REGISTER, SAMPLE

TRUTH = {
    2026: {
        "looked_after_31_march": 58,
        "children_started": 16,
        "children_ceased": 13,
        "children_with_episodes": 73,
        "episodes": 132,
        "uasc": 6,
        "oc2_cohort": 47,
        "oc3_only": 6,
        "missing_A": 11,
        "missing_M": 21,
    },
    2025: {
        "looked_after_31_march": 55,
        "children_started": 20,
        "children_ceased": 1,
        "children_with_episodes": 56,
        "episodes": 59,
        "uasc": 2,
        "oc2_cohort": 35,
    },
}


def run(*arguments):
    out, err = StringIO(), StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=err)
    return out.getvalue()


def test_the_register_is_loaded_with_closed_schools_and_successors(db):
    run("load_schools", REGISTER / "gias_sample.csv", "--links", REGISTER / "gias_links_sample.csv")
    before = Event.objects.count()

    said = run("load_schools", REGISTER / "gias_sample.csv")

    assert School.objects.count() == 1172
    assert School.objects.filter(status=School.Status.CLOSED).count() == 46
    closed = SchoolLink.objects.filter(kind__startswith="Successor", school__status=2)
    assert closed.exists()
    assert "1172 unchanged" in said
    assert Event.objects.count() == before


def test_the_figures_of_the_sample_are_those_of_the_return(council):
    run("load_roll", SAMPLE / "previous", "--authority", "E10000014")
    run("load_roll", SAMPLE / "current", "--authority", "850")

    for year, truth in TRUTH.items():
        found = json.loads(run("roll_figures", "--authority", "850", "--year", year))
        assert {name: found[name] for name in truth} == truth


def test_the_figures_are_the_same_when_the_folder_is_loaded_whole(council):
    said = json.loads(run("load_roll", SAMPLE, "--authority", "850", "--json"))

    found = json.loads(run("roll_figures", "--authority", "E10000014", "--year", 2025))
    assert {name: found[name] for name in TRUTH[2025]} == TRUTH[2025]
    assert said["counts"]["children"]["added"] == 79


def test_a_load_leaves_one_record_and_a_second_one_none(council):
    run("load_roll", SAMPLE, "--authority", "850")
    run("load_roll", SAMPLE, "--authority", "850")

    with wall.opened([850]):
        (load,) = Load.objects.all()
        assert (load.kind, load.state) == ("roll", "applied")


def test_faults_go_to_standard_error_with_file_and_line(council, tmp_path):
    (tmp_path / "header.csv").write_text("CHILD,SEX,DOB,ETHNIC,UPN,MOTHER\n1,F,31/02/2011,,,\n")
    err = StringIO()

    with pytest.raises(CommandError, match="Nothing was added: 1 fault"):
        call_command("load_roll", str(tmp_path), authority="850", stderr=err)

    assert "header.csv, line 1, MC_DOB: The column MC_DOB is missing" in err.getvalue()
    with wall.opened([850]):
        assert not Child.objects.exists()


@pytest.mark.parametrize("code", ["1", "E99999999", "Hampshire"])
def test_an_unknown_authority_is_said_plainly(council, code):
    with pytest.raises(CommandError, match="There is no authority with the code"):
        run("load_roll", SAMPLE, "--authority", code)


def test_attendance_is_loaded_and_counted(council):
    run("load_roll", SAMPLE, "--authority", "850")

    said = json.loads(
        run("load_attendance", SAMPLE / "attendance/marks.csv", "--authority", "850", "--json")
    )
    again = json.loads(
        run("load_attendance", SAMPLE / "attendance/marks.csv", "--authority", "850", "--json")
    )

    assert said["counts"]["days"] == {"added": 11340, "changed": 0, "unchanged": 0}
    assert again["counts"]["days"] == {"added": 0, "changed": 0, "unchanged": 11340}
    with wall.opened([850]):
        assert Load.objects.filter(kind="attendance").count() == 1


def test_an_attendance_file_with_faults_says_them_all(council, tmp_path):
    run("load_roll", SAMPLE, "--authority", "850")
    path = tmp_path / "marks.csv"
    path.write_text("upn,date,session,code,urn\nX,2025-09-01,AM,/,1\nY,2025-09-01,AM,/,1\n")
    err = StringIO()

    with pytest.raises(CommandError, match="4 faults"):
        call_command("load_attendance", str(path), authority="850", stderr=err)

    assert [line.split(":")[0] for line in err.getvalue().splitlines()] == [
        "marks.csv, line 2, upn",
        "marks.csv, line 2, urn",
        "marks.csv, line 3, upn",
        "marks.csv, line 3, urn",
    ]
