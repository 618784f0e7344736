"""From the monthly list to a tombstone: what goes, what stops it, and that nothing is left."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction

from audit.models import Event
from files.models import Load, StoredFile
from retention import actions, deleting, proposing
from retention.models import FileToRemove, Proposal, Proposed, Tombstone
from returns import actions as load_actions
from returns import tasks as load_tasks
from schools.models import Policy
from tests.factories.children import ChildFactory
from tests.leftovers import places_of, stored_files
from tests.retention.deciding import head_of

SENT = datetime(2026, 7, 3, 23, 30, tzinfo=UTC)  # 4 July in London
MONTH = date(2026, 11, 1)
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PLANTED = ("Wendeline", "Quistrebert", "A999200098765", "44 Mulberry Slipway")
ROLL = f"given_name,family_name,upn,address\n{PLANTED[0]},{PLANTED[1]},{PLANTED[2]},{PLANTED[3]}\n"


@pytest.fixture
def load(head):
    """A roll that names a child, sent and refused."""
    sent = load_actions.receive(
        kind=Load.Kind.ROLL,
        uploads=[SimpleUploadedFile(f"{PLANTED[1]}.csv", ROLL.encode())],
        authority_id=901,
        options={},
        by=head,
        at=SENT,
    )
    load_tasks.check(authority_id=901, load_id=str(sent.pk))
    sent.refresh_from_db()
    assert sent.state == Load.State.REFUSED
    return sent


def propose(on=MONTH):
    return proposing.propose(authority_id=901, on=on, at=NOW)


def waiting():
    return list(Proposed.objects.waiting())


def hold(head, *, child=None, authority_id=901, ended_on=None, on=MONTH):
    return actions.place_hold(
        authority_id=authority_id, child=child, reason="court", why="Case 4", on=on,
        ended_on=ended_on, by=head, at=NOW,
    )  # fmt: skip


def approve(head, row, at=NOW):
    return actions.approve(proposed_id=row.pk, reason="Sent again", by=head, at=at)


# The list -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "is_listed"), [(119, True), (120, True), (121, False)])
def test_a_load_is_listed_from_the_day_it_is_due(load, authority, days, is_listed):
    """From 4 July to 1 November are 120 days."""
    Policy.objects.create(authority=authority, started_on=date(2026, 1, 1), refused_load_days=days)

    propose()

    assert [row.subject_id for row in waiting()] == ([load.pk] if is_listed else [])
    if is_listed:
        assert waiting()[0].due_on == date(2026, 7, 4) + timedelta(days=days)


@pytest.mark.parametrize("state", [s for s in Load.State.values if s != Load.State.REFUSED])
def test_only_a_refused_load_is_listed(load, state):
    Load.objects.filter(pk=load.pk).update(state=state)

    propose()

    assert waiting() == []


def test_a_month_is_listed_once_and_what_waits_is_not_listed_again(load):
    assert propose() is not None
    assert propose(date(2026, 11, 20)) is None
    propose(date(2026, 12, 1))

    assert len(waiting()) == 1
    assert Proposal.objects.count() == 2


def test_what_was_kept_is_listed_again_next_month(load, head):
    propose()
    actions.keep(proposed_id=waiting()[0].pk, reason="Still asked about", by=head, at=NOW)
    assert waiting() == []

    propose(date(2026, 12, 1))

    assert [row.subject_id for row in waiting()] == [load.pk]
    assert Load.objects.filter(pk=load.pk).exists()


# Holds --------------------------------------------------------------------------------------------


def test_a_hold_keeps_a_load_off_the_list_until_it_is_lifted(load, head):
    held = hold(head)
    propose()
    assert waiting() == []

    actions.lift_hold(hold_id=held.pk, why="Closed", by=head, at=NOW)
    propose(date(2026, 12, 1))

    assert len(waiting()) == 1


@pytest.mark.parametrize("of", ["everything", "a child"])
def test_a_hold_placed_after_the_list_stops_the_deletion(load, head, of):
    propose()
    hold(head, child=ChildFactory() if of == "a child" else None)

    with pytest.raises(deleting.OnHold):
        approve(head, waiting()[0])

    assert Load.objects.filter(pk=load.pk).exists()
    assert len(waiting()) == 1


@pytest.mark.parametrize(
    ("on", "is_stopped"),
    [(date(2026, 10, 31), False), (MONTH, True), (date(2026, 11, 8), True),
     (date(2026, 11, 9), False)],
)  # fmt: skip
def test_a_hold_holds_from_its_day_up_to_its_end(head, on, is_stopped):
    hold(head, ended_on=date(2026, 11, 9))

    assert bool(deleting.stopped_kinds(901, on=on)) is is_stopped


def test_a_hold_of_one_child_keeps_no_school_register(head):
    hold(head, child=ChildFactory())

    assert Load.Kind.SCHOOLS not in deleting.stopped_kinds(901, on=MONTH)


def test_a_hold_of_another_authority_stops_nothing_here(load, head, neighbour):
    hold(head, authority_id=902)

    assert deleting.stopped_kinds(901, on=MONTH) == set()


# Deleting -----------------------------------------------------------------------------------------


def test_nothing_goes_before_a_person_approves(load):
    propose()

    assert Load.objects.filter(pk=load.pk).exists()
    assert StoredFile.objects.count() == 1
    assert Tombstone.objects.count() == 0


def test_what_became_of_a_load_since_is_asked_again(load, head):
    propose()
    Load.objects.filter(pk=load.pk).update(state=Load.State.APPLIED)

    assert approve(head, waiting()[0]).decision == Proposed.Decision.GONE
    assert Load.objects.filter(pk=load.pk).exists()
    assert Tombstone.objects.count() == 0


def test_a_head_of_another_authority_can_approve_nothing_here(load, neighbour):
    other = head_of(neighbour)
    propose()

    with pytest.raises(Proposed.DoesNotExist):
        approve(other, waiting()[0])


def test_approving_twice_deletes_once(load, head):
    propose()
    row = waiting()[0]

    assert approve(head, row).decision == approve(head, row).decision == "approved"
    assert Tombstone.objects.count() == 1


def test_a_tombstone_says_what_and_who_and_nothing_it_held(load, head):
    propose()
    approve(head, waiting()[0])

    stone = Tombstone.objects.get()
    assert (stone.subject_id, stone.rule, stone.approved_by, stone.deleted_at) == (
        load.pk, "LOCAL-LOAD", head, NOW,
    )  # fmt: skip
    assert stone.counts == {"files_load": 1, "files_loadfile": 1, "files_storedfile": 1}
    event = Event.objects.get(kind=actions.DELETED)
    assert event.after == {"rule": "LOCAL-LOAD", "counts": stone.counts, "events": 0}
    assert event.reason == "Sent again"


@pytest.mark.parametrize(
    "verb", ["UPDATE retention_tombstone SET rule = ''", "DELETE FROM retention_tombstone"]
)
def test_the_application_can_neither_change_nor_delete_a_tombstone(load, head, verb):
    propose()
    approve(head, waiting()[0])

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb)


def test_after_it_no_table_and_no_file_holds_what_was_sent(load, head, settings):
    """The file, its name and the list of faults are gone, from the record of changes too."""
    Load.objects.filter(pk=load.pk).update(faults=[{"file": "f", "line": 2, "value": PLANTED[2]}])
    assert {"files_load.faults"} <= places_of(PLANTED[2])
    assert {"files_load.file_names", "files_loadfile.name"} <= places_of(PLANTED[1])
    (kept,) = stored_files(settings)
    assert PLANTED[3] in kept.read_text()
    propose()

    approve(head, waiting()[0])
    deleting.remove_files(authority_id=901)

    assert {words: places_of(words) for words in PLANTED} == {words: set() for words in PLANTED}
    assert stored_files(settings) == []
    assert FileToRemove.objects.count() == 0


def test_a_file_the_storage_will_not_give_up_stays_owed(load, head, settings, monkeypatch):
    propose()
    approve(head, waiting()[0])
    with monkeypatch.context() as broken:
        broken.setattr(type(default_storage._wrapped), "delete", _away)
        assert deleting.remove_files(authority_id=901) == 0
    assert FileToRemove.objects.count() == 1

    assert deleting.remove_files(authority_id=901) == 1
    assert stored_files(settings) == []


def _away(self, name):
    raise OSError


def test_a_deletion_taken_back_removes_no_file(load, head, settings):
    propose()
    with transaction.atomic():
        approve(head, waiting()[0])
        transaction.set_rollback(True)
    deleting.remove_files(authority_id=901)

    assert Load.objects.filter(pk=load.pk).exists()
    assert len(stored_files(settings)) == 1
