from datetime import date
from pathlib import Path

import pytest

import schools
from audit.models import Event
from files.csv_format import ImportRefused
from returns.imports import load_register
from returns.imports.register import RegisterFiles
from schools.models import School, SchoolLink
from tests.factories.schools import AuthorityFactory

SAMPLES = Path(schools.__file__).parent / "data" / "samples"


def sample():
    return (SAMPLES / "gias_sample.csv").read_bytes()


def load(register, links=None):
    return load_register(RegisterFiles(register, "register.csv", links, "links.csv"))


def test_a_row_that_changed_is_the_only_one_written(db):
    load(sample())
    before = Event.objects.count()

    outcome = load(sample().replace(b"The Aldgate School", b"Aldgate Academy"))

    assert (outcome.of("schools").changed, outcome.of("schools").unchanged) == (1, 1171)
    assert School.objects.get(pk=100000).name == "Aldgate Academy"
    assert Event.objects.count() == before + 1


def test_the_register_may_come_as_utf_8(db):
    load(sample().decode("cp1252").encode())

    assert School.objects.count() == 1172


def test_schools_know_their_authority_where_it_is_ours(db):
    hampshire = AuthorityFactory(id=850)

    load(sample())

    assert School.objects.filter(authority=hampshire).count() == 608
    assert School.objects.get(pk=100000).authority_id is None
    assert School.objects.get(pk=100000).authority_code == "201"


def test_a_school_that_leaves_the_file_stays(db):
    load(sample())
    head, first, *_ = sample().split(b"\r\n")

    load(head + b"\r\n" + first + b"\r\n")

    assert School.objects.count() == 1172


def test_a_fault_in_the_links_undoes_the_register(db):
    with pytest.raises(ImportRefused) as refused:
        load(sample(), b"URN,LinkURN,LinkType,LinkEstablishedDate\n100012,x,Successor,\n")

    assert [(one.file, one.line) for one in refused.value.faults] == [("links.csv", 2)]
    assert not School.objects.exists()


def test_a_closed_school_keeps_its_day_and_its_successor(db):
    load(sample(), (SAMPLES / "gias_links_sample.csv").read_bytes())

    link = SchoolLink.objects.filter(kind__startswith="Successor", school__status=2).first()
    assert link.school.closed_on is None or link.school.closed_on <= date(2026, 12, 31)
    assert School.objects.open_for_placement().count() == 1126
