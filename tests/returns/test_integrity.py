"""What the nightly comparison finds."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from attendance.models import Day
from attendance.summaries import recompute_terms
from returns.integrity import faults
from tests.factories.children import ChildFactory
from tests.factories.schools import SchoolFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]
MONDAY = date(2026, 9, 7)


@pytest.fixture
def child(authority):
    return ChildFactory(authority=authority)


@pytest.fixture
def day(child):
    school = SchoolFactory(authority=child.authority)
    made = Day.objects.create(
        authority_id=child.authority_id,
        child_id=child.pk,
        on=MONDAY,
        school_id=school.pk,
        am="/",
        pm="I",
        load_number=1,
    )
    recompute_terms(
        authority_id=child.authority_id, children=[child.pk], first_on=MONDAY, last_on=MONDAY
    )
    return made


def found(authority):
    return {(fault.table, fault.rows) for fault in faults(authority_id=authority.pk)}


def test_sound_rows_have_no_faults(authority, day):
    assert found(authority) == set()


def test_a_mark_without_its_child_is_found(authority, day):
    Day.objects.filter(on=MONDAY).update(load_number=2)
    Day.objects.create(
        authority_id=authority.pk, child_id=uuid4(), on=MONDAY, school_id=day.school_id,
        am="/", pm="\\", load_number=1,
    )  # fmt: skip

    assert ("attendance_day", 1) in found(authority)


def test_a_summary_that_does_not_follow_its_marks_is_found(authority, day):
    Day.objects.filter(on=MONDAY).update(pm="\\")

    assert found(authority) == {("attendance_termsummary", 1)}


def test_a_code_of_another_time_is_found(authority, child, day):
    Day.objects.create(
        authority_id=authority.pk, child_id=child.pk, on=date(2024, 3, 4),
        school_id=day.school_id, am="K", pm="\\", load_number=1,
    )  # fmt: skip

    assert ("attendance_day", 1) in found(authority)


def test_the_command_ends_with_one_on_a_fault(authority, day):
    Day.objects.filter(on=MONDAY).update(pm="\\")

    with pytest.raises(CommandError) as refused:
        call_command("check_integrity", "--authority", "901")
    assert refused.value.returncode == 1


def test_the_command_is_content_with_sound_rows(authority, day, capsys):
    call_command("check_integrity")

    assert "No faults" in capsys.readouterr().err
