"""The seals, on a real server: committed rows, other connections, an owner who tampers."""

import threading
from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from accounts import wall
from audit import rules
from audit.models import Event, Seal
from oversight import anchors, sealing
from oversight.verifying import Verified, faults
from tests.oversight.tampering import as_owner, own_connection, seal, wait_until_over, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _empty_record(transactional_db):
    """Without what loading the reference data wrote down."""
    as_owner(("TRUNCATE audit_event, audit_seal RESTART IDENTITY", []))


@pytest.fixture
def anchor_file(tmp_path, settings):
    settings.VS_AUDIT_ANCHORS = tmp_path / "anchors" / "anchors.txt"
    return settings.VS_AUDIT_ANCHORS


def verify(capsys):
    """The sentences of `verify_audit`; none when all is in order."""
    capsys.readouterr()
    found = Verified()
    sentences = list(faults(found, anchor_file=settings.VS_AUDIT_ANCHORS))
    if not sentences:
        call_command("verify_audit")
        return []
    with pytest.raises(CommandError) as refused:
        call_command("verify_audit")
    assert refused.value.returncode == 1
    assert capsys.readouterr().err.splitlines()[: len(sentences)] == sentences[:20]
    return sentences


def ids():
    return list(Event.objects.order_by("pk").values_list("pk", flat=True))


def test_what_is_sealed_is_in_order(capsys, anchor_file):
    write(3)

    assert seal() >= 3

    call_command("verify_audit")
    assert (
        "In order: 1 seals over 3 events, 0 anchors met. 0 events wait" in capsys.readouterr().out
    )


def test_each_seal_holds_the_one_before(anchor_file):
    write()
    seal()
    write()
    seal()

    first, second = Seal.objects.order_by("number")

    assert (first.number, second.number) == (1, 2)
    assert second.previous == first.hash


def test_sealing_again_changes_nothing(anchor_file):
    write(2)
    seal()

    assert seal() == 0
    assert Seal.objects.count() == 1


def test_sealing_catches_up_in_batches(capsys, anchor_file):
    with transaction.atomic():  # one transaction, cut in the middle
        write(5)
    write(3)

    assert seal(batch=2) == 8
    assert [s.count for s in Seal.objects.order_by("number")] == [2, 2, 2, 2]
    assert verify(capsys) == []


def test_events_of_every_authority_are_sealed(authority, neighbour, capsys, anchor_file):
    """Making the authorities is recorded as well, in the very transaction that makes them."""
    write(authority_id=authority.pk)
    write(authority_id=neighbour.pk)

    assert seal() == 4
    assert verify(capsys) == []


def test_what_a_transaction_at_work_wrote_is_not_sealed_and_not_lost(capsys, anchor_file):
    with own_connection() as other:
        other.cursor().execute(
            'INSERT INTO audit_event (at, kind, row, "table", seat, reason, request_id, device, '
            "transaction) VALUES (now(), 'slow', '', '', '', '', '', '', "
            "pg_current_xact_id()::text::bigint)"
        )
        write(2)  # later, but done sooner

        assert sealing.seal(at=timezone.now()) == 0
        other.commit()

    assert seal() == 3
    assert verify(capsys) == []
    kinds = list(Event.objects.order_by("transaction", "pk").values_list("kind", flat=True))
    assert kinds[0] == "slow"


def test_of_two_who_seal_at_once_one_does_nothing(anchor_file):
    write()
    wait_until_over()
    with own_connection() as other:
        other.cursor().execute("SELECT pg_advisory_xact_lock(%s)", [sealing.LOCK])

        assert sealing.seal(at=timezone.now()) == 0
        other.rollback()  # closing lets go of the lock too, but a moment later

    assert seal() == 1


def test_many_workers_seal_each_event_once(capsys, anchor_file):
    write(30)
    wait_until_over()

    def work():
        try:
            sealing.seal(at=timezone.now(), batch=3)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seal()

    assert sum(s.count for s in Seal.objects.all()) == 30
    assert verify(capsys) == []


def test_an_altered_event_is_named(capsys, anchor_file):
    write(3)
    seal()
    second = ids()[1]

    as_owner(("UPDATE audit_event SET reason = 'nothing to see' WHERE id = %s", [second]))

    assert verify(capsys) == [f"Seal 1: event {second} was altered"]


def test_each_column_is_sealed(capsys, anchor_file):
    values = {
        "at": "'2020-01-01'", "kind": "'x'", '"table"': "'x'", "row": "'x'",
        "child_id": "gen_random_uuid()", "authority_id": "7", "before": "'1.0'", "after": "'1.0'",
        "actor_id": "gen_random_uuid()", "seat": "'x'", "acting_for_id": "gen_random_uuid()",
        "reason": "'x'", "request_id": "'x'", "ip_address": "'192.0.2.1'", "device": "'phone'",
        "transaction": "transaction + 1", "taken_out": "gen_random_uuid()",
    }  # fmt: skip
    assert {name.strip('"') for name in values} | {"id"} == {
        field.column for field in Event._meta.concrete_fields
    }
    write(len(values))
    seal()
    changed = dict(zip(ids(), values.items(), strict=True))

    as_owner(
        *(
            (f"UPDATE audit_event SET {name} = {value} WHERE id = {row}", [])
            for row, (name, value) in changed.items()
        )
    )

    named = {int(sentence.split(" event ")[1].split()[0]) for sentence in verify(capsys)}
    assert named == set(changed)


def test_a_removed_event_is_named(capsys, anchor_file):
    write(3)
    seal()
    gone = ids()[1]

    as_owner(("DELETE FROM audit_event WHERE id = %s", [gone]))

    assert verify(capsys) == [f"Seal 1: event {gone} was removed"]


def test_a_backdated_event_is_named(capsys, anchor_file):
    write(3)
    seal()

    as_owner(
        (
            'INSERT INTO audit_event (at, kind, row, "table", seat, reason, request_id, device, '
            "transaction) SELECT at, 'signed_in', '', '', '', '', '', '', transaction "
            "FROM audit_event WHERE id = %s",
            [ids()[0]],
        )
    )

    assert verify(capsys) == [f"Seal 1: event {max(ids())} was inserted afterwards"]


def test_an_event_moved_to_another_transaction_is_named_twice(capsys, anchor_file):
    write(2)
    seal()
    write()
    seal()
    first, last = ids()[0], ids()[-1]

    as_owner(
        (
            "UPDATE audit_event SET transaction = "
            "(SELECT transaction FROM audit_event WHERE id = %s) WHERE id = %s",
            [last, first],
        )
    )

    assert sorted(verify(capsys)) == [
        f"Seal 1: event {first} was removed",
        f"Seal 2: event {first} was inserted afterwards",
    ]


def test_an_altered_seal_is_named(capsys, anchor_file):
    write()
    seal()

    as_owner(("UPDATE audit_seal SET made_at = made_at - interval '1 day'", []))

    assert verify(capsys) == ["Seal 1 was altered"]


def test_seals_made_anew_over_changed_events_are_shown_by_the_anchor(capsys, anchor_file):
    write()
    seal()
    former = Seal.objects.get()
    as_owner(
        ("UPDATE audit_event SET reason = 'x'", []),
        ("DELETE FROM audit_seal", []),
    )
    seal()  # as the one who tampered would, knowing how

    assert verify(capsys) == []  # nothing inside the database shows it
    anchor_file.parent.mkdir()
    anchor_file.write_text(f"2026-11-20 1 {former.hash}\n")
    assert verify(capsys) == ["Seal 1 is not the one of the anchor of 2026-11-20"]


def test_a_seal_made_anew_by_itself_does_not_fit_the_next(capsys, anchor_file):
    """Who alters one seal and works its hash out again must make all later ones anew too."""
    for _ in range(2):
        write()
        seal()
    first = Seal.objects.get(number=1)
    told = rules.Stretch(**{name: getattr(first, name) for name in rules.Stretch.__slots__})
    forged = replace(told, made_at=told.made_at - timedelta(days=1))

    as_owner(
        (
            "UPDATE audit_seal SET made_at = %s, hash = %s WHERE number = 1",
            [forged.made_at, rules.seal_hash(forged, bytes(first.leaves))],
        )
    )

    assert verify(capsys) == ["Seal 2 does not hold the hash of the seal before it"]


def test_a_seal_cut_out_of_the_middle_is_named(capsys, anchor_file):
    for _ in range(3):
        write()
        seal()

    as_owner(("DELETE FROM audit_seal WHERE number = 2", []))

    assert verify(capsys)[0] == "Seal 2 is gone: the next one is seal 3"


def test_cutting_off_the_end_with_its_seals_is_shown_by_the_anchor(capsys, anchor_file):
    for _ in range(2):
        write()
        seal()
    tomorrow = timezone.localdate() + timedelta(days=1)
    anchors.drop_anchor(path=anchor_file, today=tomorrow)
    as_owner(
        ("DELETE FROM audit_event WHERE id = %s", [ids()[-1]]),
        ("DELETE FROM audit_seal WHERE number = 2", []),
    )

    (sentence,) = verify(capsys)

    assert sentence.startswith("Seal 2 is gone: the anchor of ")


def test_the_anchor_is_dropped_once_a_day(anchor_file):
    write()
    seal()
    today = timezone.localdate()

    assert anchors.drop_anchor(path=anchor_file, today=today) is None  # the day is not over
    assert anchors.drop_anchor(path=anchor_file, today=today + timedelta(days=1)) is not None
    assert anchors.drop_anchor(path=anchor_file, today=today + timedelta(days=1)) is None

    last = Seal.objects.get()
    assert anchor_file.read_text() == f"{today.isoformat()} {last.number} {last.hash}\n"
    assert anchor_file.stat().st_mode & 0o077 == 0


def test_an_anchor_file_with_a_line_of_somebody_else_is_said(capsys, anchor_file):
    anchor_file.parent.mkdir()
    anchor_file.write_text("2026-11-20 1 abc\nnot an anchor\n")

    assert verify(capsys)[0] == "Anchor file: line 2 of the anchor file cannot be read"


def test_after_a_restore_to_a_younger_server_sealing_goes_on(capsys, anchor_file):
    """Transactions of a new server count from low on: those of the old one are all higher."""
    write(3)
    seal_as_on_a_server_further_on(upto_id=ids()[1])
    write(2)

    assert seal() == 3

    assert [(s.era, s.count) for s in Seal.objects.order_by("number")] == [(1, 2), (1, 1), (2, 2)]
    assert verify(capsys) == []
    assert seal() == 0


def test_after_a_restore_what_came_with_the_dump_is_still_held(capsys, anchor_file):
    write(2)
    seal_as_on_a_server_further_on(upto_id=ids()[1])
    write()
    seal()
    first = ids()[0]

    as_owner(("UPDATE audit_event SET transaction = 1 WHERE id = %s", [first]))

    assert verify(capsys) == [f"Seal 1: event {first} was altered"]


def seal_as_on_a_server_further_on(*, upto_id):
    """Give what is there the transactions of another server, and the seal it made there."""
    as_owner(("UPDATE audit_event SET transaction = transaction + %s", [2**40]))
    rows = list(sealing.columns(Event.objects.filter(pk__lte=upto_id).order_by("pk"), rules.FORM))
    leaves = rules.pack((row[0], rules.digest(row)) for row in rows)
    stretch = rules.Stretch(
        number=1, form=rules.FORM, made_at=timezone.now(), era=1, after_id=rules.FIRST,
        upto_transaction=rows[-1][-1], upto_id=upto_id, highest_id=upto_id, count=len(rows),
        previous=rules.FIRST_PREVIOUS,
    )  # fmt: skip
    Seal.objects.create(**asdict(stretch), leaves=leaves, hash=rules.seal_hash(stretch, leaves))


@pytest.mark.parametrize("verb", ["UPDATE audit_seal SET count = 0", "DELETE FROM audit_seal"])
def test_the_application_cannot_change_a_seal(verb):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb)


def test_verifying_reads_in_pieces(capsys, anchor_file, django_assert_max_num_queries):
    write(20)
    seal()

    with django_assert_max_num_queries(24):
        assert verify(capsys) == []
    with wall.opened([]):
        assert Seal.objects.get().count == 20
