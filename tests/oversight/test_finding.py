"""Unusual reading is found by day, set-based, by the authority's own numbers."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import audit
from accounts import wall
from accounts.roles import Role
from notifications.models import Notice
from oversight import finding
from oversight.models import UnusualReading
from schools.models import Policy
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.children import ChildFactory, InvolvementFactory

DAY = date(2026, 7, 6)  # in summer time, so that hours are London's
LONDON = ZoneInfo("Europe/London")


def at(hour, minute=0, *, on=DAY):
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=LONDON)


@pytest.fixture
def reader(open_wall, authority):
    """Somebody of the team, with small numbers to pass."""
    Policy.objects.create(
        authority=authority, started_on=date(2026, 1, 1), unusual_records_an_hour=3,
        unusual_records_a_day=4, unusual_times_the_usual=2, unusual_records_of_others=1,
    )  # fmt: skip
    user = UserFactory(family_name="Whitlow")
    MembershipFactory(user=user, role=Role.ADVISER, authority=authority)
    return user


def reads(user, children, *moments, role="adviser", authority_id=901):
    with wall.opened([901, 902], actor=wall.Actor(user_id=user.pk, seat=f"{role}:{authority_id}")):
        for child in children:
            for moment in moments:
                audit.record(
                    kind="child.opened", at=moment, child_id=child.pk, authority_id=authority_id,
                    after={"page": "summary"},
                )  # fmt: skip


def found(on=DAY):
    finding.find(authority_id=901, on=on, at=at(4, on=on + timedelta(days=1)))
    return {row.reason: row.number for row in UnusualReading.objects.all()}


@pytest.mark.parametrize(
    ("children", "reasons"),
    [
        pytest.param(3, {}, id="as many as is usual in an hour"),
        pytest.param(4, {"many_an_hour": 4}, id="one more in an hour"),
        pytest.param(5, {"many_an_hour": 5, "many_a_day": 5}, id="and more than a day's number"),
    ],
)
def test_many_records(reader, children, reasons):
    reads(reader, ChildFactory.create_batch(children), at(10, 5), at(10, 40))

    assert found() == reasons


def test_hours_are_those_of_the_clock(reader):
    children = ChildFactory.create_batch(4)
    reads(reader, children[:2], at(10, 59))
    reads(reader, children[2:], at(11, 1))

    assert found() == {}


def test_a_day_is_measured_by_the_persons_own_days_before(reader):
    """Who opens five records every day may open nine."""
    children = ChildFactory.create_batch(9)
    for back in range(1, 6):
        reads(reader, children[:5], at(9, on=DAY - timedelta(days=back)))
    for number, child in enumerate(children):
        reads(reader, [child], at(8 + number))

    assert found() == {}

    reads(reader, ChildFactory.create_batch(2), at(18))
    assert found() == {"many_a_day": 11}
    assert UnusualReading.objects.get().usual == 5


@pytest.mark.parametrize(
    ("hour", "minute", "reasons"),
    [
        pytest.param(5, 59, {"out_of_hours": 1}, id="before six"),
        pytest.param(6, 0, {}, id="at six the day has begun"),
        pytest.param(21, 59, {}, id="just before ten"),
        pytest.param(22, 0, {"out_of_hours": 1}, id="at ten it is night"),
    ],
)
def test_out_of_hours(reader, hour, minute, reasons):
    reads(reader, [ChildFactory()], at(hour, minute))

    assert found() == reasons


@pytest.mark.parametrize(
    ("family_name", "is_found"),
    [("Whitlow", True), ("whitlow ", True), ("Whitlows", False), ("Okell", False)],
)
def test_a_child_of_the_readers_own_name(reader, family_name, is_found):
    child = ChildFactory(family_name=family_name)
    reads(reader, [child], at(10))

    assert ("own_name" in found()) == is_found
    children = [row.child_id for row in UnusualReading.objects.all()]
    assert children == ([child.pk] if is_found else [])


def test_children_of_another_adviser(reader, authority):
    other = UserFactory()
    theirs = ChildFactory.create_batch(2)
    for child in theirs:
        InvolvementFactory(child=child, person=other, role=Role.ADVISER)
    mine = ChildFactory()
    InvolvementFactory(child=mine, person=reader, role=Role.ADVISER)
    nobodys = ChildFactory()

    reads(reader, [theirs[0], mine, nobodys], at(10))
    assert found() == {}

    reads(reader, [theirs[1]], at(12))
    assert found() == {"not_theirs": 2}


@pytest.mark.parametrize("role", ["carer", "young_person"])
def test_families_read_their_own_at_any_hour(reader, role):
    reads(reader, [ChildFactory(family_name="Whitlow")], at(23), role=role)

    assert found() == {}


def test_finding_again_finds_nothing_new_and_keeps_the_note(reader):
    reads(reader, [ChildFactory()], at(23))
    found()
    UnusualReading.objects.update(note="On call", looked_into_at=at(9), looked_into_by=reader)

    assert finding.find(authority_id=901, on=DAY, at=at(5, on=DAY + timedelta(days=1))) == 0
    assert UnusualReading.objects.get().note == "On call"


def test_reading_of_another_authoritys_children_is_theirs_to_see(reader, neighbour):
    child = ChildFactory(authority=neighbour)
    reads(reader, [child], at(23), authority_id=902)

    assert found() == {}


def test_a_week_is_caught_up_and_the_head_told_once(reader, authority):
    head = MembershipFactory(role=Role.VIRTUAL_SCHOOL_HEAD, authority=authority).user
    reads(reader, [ChildFactory()], at(23, on=DAY - timedelta(days=6)))

    for _ in range(2):
        finding.find_lately(
            authority_id=901, today=DAY + timedelta(days=1), at=at(4, on=DAY + timedelta(days=1))
        )

    assert UnusualReading.objects.get().on == DAY - timedelta(days=6)
    notice = Notice.objects.get(recipient=head)
    assert notice.path == "/audit/unusual/"


@pytest.mark.parametrize("children", [2, 40])
def test_finding_costs_the_same_however_much_was_read(reader, django_assert_num_queries, children):
    reads(reader, ChildFactory.create_batch(children), at(10))

    with django_assert_num_queries(8):  # policy, savepoint and its end, one for each reason
        finding.find(authority_id=901, on=DAY, at=at(4, on=DAY + timedelta(days=1)))
