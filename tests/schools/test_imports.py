from datetime import date
from pathlib import Path

import pytest

import schools
from audit.models import Event
from children.models import Enrolment
from files.csv_format import ImportRefused
from returns.imports import load_register
from returns.imports.register import RegisterFiles
from schools.models import School, SchoolLink
from tests.factories.children import EnrolmentFactory
from tests.factories.schools import AuthorityFactory, SchoolFactory

SAMPLES = Path(schools.__file__).parent / "data" / "samples"


def sample():
    return (SAMPLES / "gias_sample.csv").read_bytes()


def load(register, links=None):
    files = RegisterFiles(register, "register.csv", links, "links.csv")
    return load_register(files, today=date(2026, 11, 21))


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


def test_the_roll_of_a_closed_school_goes_on_at_its_successor(open_wall, authority):
    closed = SchoolFactory(id=115993, status=School.Status.OPEN)
    child = EnrolmentFactory(school=closed, started_on=date(2018, 9, 3), year_group=3).child
    links = (SAMPLES / "gias_links_sample.csv").read_bytes()

    load(sample(), links)
    again = load(sample(), links)

    old, new = Enrolment.objects.filter(child=child).order_by("started_on")
    assert (old.school_id, old.ended_on) == (115993, date(2019, 4, 1))
    assert (new.school_id, new.started_on, new.ended_on) == (147021, date(2019, 4, 1), None)
    assert new.year_group == 3
    assert not again.has_changes


def test_a_closed_school_keeps_its_day_and_its_successor(db):
    load(sample(), (SAMPLES / "gias_links_sample.csv").read_bytes())

    link = SchoolLink.objects.filter(kind__startswith="Successor", school__status=2).first()
    assert link.school.closed_on is None or link.school.closed_on <= date(2026, 12, 31)
    assert School.objects.open_for_placement().count() == 1126
