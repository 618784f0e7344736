"""Figures for readers who see no child: no number from 1 to 5, said or left over (REP-2)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from attendance.models import TermSummary
from schools.rules import StatisticalTerm
from tests.factories.accounts import person
from tests.factories.children import ChildFactory, EnrolmentFactory, PeriodOfCareFactory
from tests.factories.placements import PlacementFactory
from tests.factories.schools import PolicyFactory, SchoolFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]


@pytest.fixture
def school(authority):
    PolicyFactory(authority=authority)
    return SchoolFactory(authority=authority)


@pytest.fixture
def tiles(client, authority):
    def tiles():
        client.force_login(person(Role.GOVERNOR, authority=authority))
        return {tile.label: tile for tile in client.get("/reports/").context["tiles"]}

    return tiles


def looked_after(school, number, *, area="in"):
    today = timezone.localdate()
    for _ in range(number):
        child = ChildFactory(authority=school.authority, date_of_birth=date(today.year - 12, 1, 1))
        PeriodOfCareFactory(child=child, started_on=today - timedelta(days=400))
        PlacementFactory(child=child, started_on=today - timedelta(days=400), area=area)
        EnrolmentFactory(child=child, school=school)
        yield child


def attended(child, school):
    term = StatisticalTerm.of(timezone.localdate()).range.started_on
    TermSummary.objects.create(
        authority_id=child.authority_id, child_id=child.pk, school_id=school.pk,
        term_started_on=term, possible=10, attending=9, approved=0, authorised=1, unauthorised=0,
        late=0, late_after_close=0, ill=0, excluded=0,
    )  # fmt: skip


def test_the_attendance_of_a_few_children_is_not_shown(school, tiles):
    for number, child in enumerate(looked_after(school, 8)):
        if number < 2:
            attended(child, school)

    assert tiles()["Attendance this year"].value == "Not shown"


def test_the_attendance_of_enough_children_is_shown(school, tiles):
    for child in looked_after(school, 6):
        attended(child, school)

    assert tiles()["Attendance this year"].value == "90.0"


def test_how_many_were_left_out_cannot_be_worked_out(school, tiles):
    list(looked_after(school, 7, area="out"))
    list(looked_after(school, 7, area="in"))
    assert "7 of 14" in tiles()["Living outside the area"].meta

    list(looked_after(school, 2, area=""))
    tile = tiles()["Living outside the area"]

    assert tile.value == "50.0"
    assert "14" not in tile.meta
