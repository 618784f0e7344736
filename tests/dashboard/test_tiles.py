"""What a tile says about a figure: a status only where something is set to compare with."""

from decimal import Decimal

import pytest

from dashboard.measures import MEASURES, Slug
from dashboard.views.tiles import mark_of
from pep.rules import Rate
from schools.models import Policy

POLICY = Policy(
    pep_on_time_target=Decimal("95"),
    attendance_target=Decimal("95"),
    attendance_concern=Decimal("90"),
)

MARKS = [
    pytest.param(Slug.ATTENDANCE, 950, ("good", "On target"), id="attendance at the target"),
    pytest.param(Slug.ATTENDANCE, 949, ("warn", "Below target"), id="attendance under the target"),
    pytest.param(Slug.ATTENDANCE, 900, ("warn", "Below target"), id="attendance at the concern"),
    pytest.param(Slug.ATTENDANCE, 899, ("bad", "Act now"), id="attendance under the concern"),
    pytest.param(Slug.PEPS_ON_TIME, 950, ("good", "On target"), id="PEPs at the target"),
    pytest.param(Slug.PEPS_ON_TIME, 949, ("warn", "Below target"), id="PEPs under the target"),
    pytest.param(Slug.NO_SCHOOL, 1, ("bad", "Act now"), id="one child without a school"),
    pytest.param(Slug.NO_SCHOOL, 0, ("none", ""), id="every child has a school"),
]


@pytest.mark.parametrize(("slug", "met", "expected"), MARKS)
def test_mark(slug, met, expected):
    assert mark_of(MEASURES[slug], Rate(met, 1000), POLICY) == expected


@pytest.mark.parametrize(
    "slug",
    [
        Slug.ON_ROLL,
        Slug.OUT_OF_AREA,
        Slug.FIRST_PEPS,
        Slug.PERSISTENTLY_ABSENT,
        Slug.SEVERELY_ABSENT,
    ],
)
@pytest.mark.parametrize("met", [0, 500, 1000])
def test_no_mark_where_no_policy_says_what_is_good(slug, met):
    assert mark_of(MEASURES[slug], Rate(met, 1000), POLICY) == ("none", "")
