"""A child's whole record: when it is due, who decides, and what stops its deletion."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from children import actions as children_actions
from children.models import Child
from disclosure.models import SubjectRequest
from retention import actions, deleting, proposing, records
from retention.models import Proposed, Tombstone
from tests.factories.children import ChildFactory, PeriodOfCareFactory
from tests.retention.deciding import (
    MONTH,
    NOW,
    approve,
    head_of,
    hold,
    propose,
    row_of,
    used,
    waiting,
)

IDENTIFIED = {"identity_checked_on": MONTH, "due_on": MONTH}
DECIDED = {"reason": "x", "decided_at": NOW}


# When it is due -----------------------------------------------------------------------------------


def due_on(child):
    found = dict(records.due(Child.objects.filter(pk=child.pk), other_years=6, on=date(2200, 1, 1)))
    return found[child.pk].on, found[child.pk].rule


def test_a_child_who_was_looked_after_is_kept_to_the_75th_birthday(head):
    child = ChildFactory(date_of_birth=date(1990, 5, 3))
    PeriodOfCareFactory(child=child)

    assert due_on(child) == (date(2065, 5, 4), "RET-1")


def test_a_child_who_died_in_care_is_kept_fifteen_years(head):
    child = ChildFactory(date_of_birth=date(2012, 5, 3))
    PeriodOfCareFactory(child=child, ended_on=date(2025, 6, 1), end_reason="E2")

    assert due_on(child) == (date(2040, 6, 2), "RET-1, died under 18")


@pytest.mark.parametrize("of", ["an order", "a seal"])
def test_an_adopted_child_is_kept_a_hundred_years(head, of):
    child = ChildFactory(date_of_birth=date(2012, 5, 3))
    PeriodOfCareFactory(
        child=child, ended_on=date(2025, 6, 1), end_reason="E11" if of == "an order" else "E4A"
    )
    at = datetime(2025, 6, 1, 9, tzinfo=UTC)
    if of == "a seal":
        children_actions.seal(child=child, why="Order", owner=head, keepers=[], by=head, at=at)

    assert due_on(child) == (date(2125, 6, 2), "RET-2")


@pytest.mark.parametrize(
    ("what", "is_use"),
    [
        ({}, True),
        ({"after": {"page": "record"}}, True),
        ({"kind": "row.update", "table": "children_flag"}, True),
        ({"after": {"page": records.PAGE}}, False),
        ({"kind": "row.update", "table": "retention_legalhold"}, False),
    ],
)
def test_others_are_kept_from_their_last_use(head, what, is_use):
    child = ChildFactory(date_of_birth=date(2020, 5, 3))
    at = timezone.now() + timedelta(days=30)
    used(child, at, **what)

    last = timezone.localdate(at) if is_use else timezone.localdate()
    assert due_on(child) == (last.replace(year=last.year + 6) + timedelta(days=1), "RET-5")


@pytest.mark.parametrize(("seat", "decision"), [("virtual_school_head:901", "approved"),
                                                ("social_worker:901", "gone")])  # fmt: skip
def test_that_the_head_looked_before_deciding_is_no_use_of_a_record(head, seat, decision):
    child = ChildFactory(date_of_birth=date(2020, 5, 3))
    later = timezone.now().replace(year=timezone.now().year + 7)
    proposing.propose(authority_id=901, on=later.date(), at=later)
    (row,) = waiting()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.seat', %s, true)", [seat])
    used(child, later + timedelta(days=1))

    decided = actions.approve(proposed_id=row.pk, reason="x", by=head, at=later + timedelta(days=2))

    assert decided.decision == decision


def test_others_are_never_kept_past_their_25th_birthday(head):
    child = ChildFactory(date_of_birth=date(2002, 5, 3))

    assert due_on(child) == (date(2027, 5, 4), "RET-5")


# The list -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("born", "is_listed"), [(date(1951, 10, 31), True),
                                                 (date(1951, 11, 1), False)])  # fmt: skip
def test_a_record_is_listed_from_the_day_it_is_due(head, born, is_listed):
    child = ChildFactory(date_of_birth=born)
    PeriodOfCareFactory(child=child)
    PeriodOfCareFactory(child=ChildFactory(date_of_birth=date(2015, 1, 1)))

    propose()

    assert [row.subject_id for row in waiting()] == ([child.pk] if is_listed else [])


def test_records_are_numbered_on_from_list_to_list(head, authority):
    def due_child():
        child = ChildFactory(authority=authority, date_of_birth=date(1950, 1, 1))
        PeriodOfCareFactory(child=child)

    due_child()
    propose()
    due_child()
    propose(date(2026, 12, 1))

    assert sorted(row.number for row in waiting()) == [1, 2]


def test_a_hold_keeps_a_record_off_the_list(head, child):
    held = hold(head, child)
    propose()
    assert waiting() == []

    actions.lift_hold(hold_id=held.pk, why="Closed", by=head, at=NOW)
    propose(date(2026, 12, 1))

    assert len(waiting()) == 1


def test_a_hold_of_everything_keeps_every_record_off_the_list(head, child):
    hold(head)
    propose()

    assert waiting() == []


def test_who_may_not_open_a_record_may_not_decide_about_it(head, child, authority):
    row = row_of(child)
    seal = children_actions.seal(
        child=child, why="An order", owner=head, keepers=[], by=head, at=timezone.now()
    )
    assert list(Proposed.objects.visible_to(head)) == []
    assert list(Proposed.objects.listed_to(head)) == [row]
    with pytest.raises(Proposed.DoesNotExist):
        approve(head, row)

    children_actions.open_sealed(restriction=seal, reason="Due", by=head, at=timezone.now())

    assert list(Proposed.objects.visible_to(head)) == [row]
    assert list(Proposed.objects.visible_to(head_of(authority))) == []


# What stops it ------------------------------------------------------------------------------------


@pytest.mark.parametrize("of", ["everything", "the child"])
def test_a_hold_placed_after_the_list_stops_the_deletion(head, child, of):
    row = row_of(child)
    hold(head, child if of == "the child" else None)

    with pytest.raises(deleting.OnHold):
        approve(head, row)

    assert Child.objects.filter(pk=child.pk).exists()
    assert [one.pk for one in waiting()] == [row.pk]


@pytest.mark.parametrize(("state", "is_kept"), [("received", True), ("review", True),
                                                ("released", False)])  # fmt: skip
def test_an_open_request_to_see_the_record_keeps_it(head, child, state, is_kept):
    row = row_of(child)
    SubjectRequest.objects.filter(child=child).update(
        state=state, identity_checked_by=head, **IDENTIFIED
    )

    if is_kept:
        with pytest.raises(deleting.OnHold):
            approve(head, row)
        Proposed.objects.filter(pk=row.pk).update(decision="kept", decided_by=head, **DECIDED)
        propose(date(2026, 12, 1))
        assert waiting() == []
    else:
        assert approve(head, row).decision == "approved"


def test_a_hold_of_another_child_stops_nothing(head, child):
    row = row_of(child)
    hold(head, ChildFactory())

    assert approve(head, row).decision == "approved"


def test_what_became_of_it_since_is_asked_again(head, child):
    row = row_of(child)
    Child.objects.filter(pk=child.pk).update(date_of_birth=date(1952, 1, 1))

    assert approve(head, row).decision == Proposed.Decision.GONE
    assert Child.objects.filter(pk=child.pk).exists()
    assert Tombstone.objects.count() == 0


def test_a_head_of_another_authority_can_approve_nothing_here(child, neighbour):
    row = row_of(child)

    with pytest.raises(Proposed.DoesNotExist):
        approve(head_of(neighbour), row)
