"""That nothing of a child is left, and that the application can forget nothing by itself."""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, transaction

import audit
from accounts import wall
from accounts.models import User
from accounts.roles import Role
from audit.classes import FieldClass, classes_of
from audit.models import Event
from audit.rules import COLUMNS, FORM, REMAINS, TAKEN_OUT
from children.models import Child
from files.models import Load, StoredFile
from pep.models import AgreedVersion
from retention import actions, deleting, records
from retention.models import Proposed, Tombstone
from schools.models import Authority
from tests import every_table
from tests.every_table import WORDS
from tests.factories.accounts import UserFactory
from tests.factories.children import ChildFactory, InvolvementFactory
from tests.leftovers import places_of, stored_files
from tests.retention.deciding import KIND, MONTH, NOW, approve, propose, row_of, used

# That nothing is left -----------------------------------------------------------------------------


def columns_named(name):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
            "WHERE a.attname = %s AND c.relkind = 'r' AND NOT a.attisdropped "
            "AND c.relnamespace = 'public'::regnamespace",
            [name],
        )
        return {table for (table,) in cursor.fetchall()}


def histories():
    return {m._meta.db_table for m in apps.get_models() if hasattr(m, "pgh_tracked_model")}


def test_every_table_with_a_child_is_reached(db):
    """By the database's own account: a new one fails here until the deletion knows it."""
    reached = {model._meta.db_table for model in records.tables()}
    stored_without_link = {"audit_event"}

    assert columns_named("child_id") - reached - histories() == stored_without_link
    assert columns_named("pgh_obj_id") == histories()


def test_every_table_that_points_into_a_record_goes_with_it(db):
    """Through a row about a child; what it points at goes by CASCADE, or first."""
    reached = {model._meta.db_table for model in records.tables()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint "
            "WHERE contype = 'f'"
        )
        pointing = {source for source, target in cursor.fetchall() if target in reached}

    assert pointing - reached == {"notifications_email"}


def test_the_child_is_in_every_table_before_and_in_none_after(head, child, settings):
    used(child, NOW, actor_id=head.pk, reason=f"{every_table.GIVEN} is on holiday")
    for model in records.tables():
        assert records.rows_of(model, child.pk).exists(), model._meta.label
    before = {words: places_of(words) for words in WORDS}
    assert all(before.values()), before
    assert {
        "audit_event.after", "audit_event.reason", "children_childevent.given_name",
    } <= before[every_table.GIVEN]  # fmt: skip
    assert len(stored_files(settings)) > 1

    approve(head, row_of(child))
    deleting.remove_files(authority_id=901)

    assert {words: places_of(words) for words in WORDS} == {words: set() for words in WORDS}
    assert stored_files(settings) == []
    for model in records.tables():
        assert not records.rows_of(model, child.pk).exists(), model._meta.label
    for table in histories():
        assert rows_in(table, child) == 0, table
    assert not User.objects.filter(email=every_table.EMAIL).exists()


def rows_in(table, child):
    column = "child_id" if table in columns_named("child_id") else "pgh_obj_id"
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" = %s', [child.pk])
        return cursor.fetchone()[0]


def test_loads_keep_what_they_say_of_others(head, child):
    approve(head, row_of(child))

    load = Load.objects.get()
    assert (load.file_names, load.warnings) == (["roll.csv"], [])
    assert load.left_out == [{"line": 4, "value": "x"}]


def test_who_did_what_stays_without_what_it_said(head, child):
    used(child, NOW, actor_id=head.pk, reason="Wendeline is on holiday")
    opened = Event.objects.latest("pk")

    approve(head, row_of(child))

    after = Event.objects.get(pk=opened.pk)
    stone = Tombstone.objects.get()
    assert all(getattr(after, name) == getattr(opened, name) for name in REMAINS)
    assert not any(getattr(after, name) for name in TAKEN_OUT)
    assert after.taken_out == stone.pk
    assert Event.objects.filter(taken_out=stone.pk).count() == stone.events > 50
    assert not Event.objects.filter(child_id=child.pk, taken_out=None).exists()


def test_the_deletion_itself_is_told(head, child):
    row = row_of(child)
    before = StoredFile.objects.count()
    approve(head, row)

    stone = Tombstone.objects.get()
    assert (stone.subject_id, stone.rule, stone.number, stone.approved_by) == (
        child.pk, "RET-1", row.number, head,
    )  # fmt: skip
    assert stone.counts["children_child"] == 1
    assert stone.counts["files_storedfile"] == before - StoredFile.objects.count() > 1
    event = Event.objects.get(kind=actions.DELETED)
    assert event.after == {"rule": "RET-1", "counts": stone.counts, "events": stone.events}
    assert (event.reason, event.taken_out) == ("Checked by me", None)


def test_what_goes_out_of_an_event_is_all_that_tells_of_somebody():
    assert set(TAKEN_OUT) | set(REMAINS) == set(COLUMNS[FORM])
    told = {name for name, kind in classes_of(Event).items() if kind is not FieldClass.PUBLIC}
    assert told <= set(TAKEN_OUT)


@pytest.mark.parametrize("number", [901, 902])
def test_another_child_of_either_authority_is_untouched(head, child, number):
    other = every_table.make_child(
        Authority.objects.get(pk=number), given_name="Other", family_name="Elsewhere",
        upn="A999200000001", date_of_birth=date(2015, 1, 1), account="other@young.example",
        number="1",
    )  # fmt: skip
    before = [records.rows_of(model, other.pk).count() for model in records.tables()]
    events = Event.objects.filter(child_id=other.pk)
    told = list(events.order_by("pk").values())

    approve(head, row_of(child))

    assert [records.rows_of(model, other.pk).count() for model in records.tables()] == before
    assert list(events.order_by("pk").values()) == told
    assert all(rows_in(table, other) for table in histories())


def test_an_account_that_became_somebody_elses_stays(head, child, authority):
    account = User.objects.get(email=every_table.EMAIL)
    InvolvementFactory(child=ChildFactory(authority=authority), person=account, role=Role.CARER)

    approve(head, row_of(child))

    assert User.objects.filter(pk=account.pk).exists()


def test_a_deletion_taken_back_leaves_everything(head, child, settings):
    row = row_of(child)
    events = Event.objects.filter(child_id=child.pk).count()
    with transaction.atomic():
        approve(head, row)
        transaction.set_rollback(True)
    deleting.remove_files(authority_id=901)

    assert Child.objects.filter(pk=child.pk).exists()
    assert Event.objects.filter(child_id=child.pk, taken_out=None).count() == events
    assert len(stored_files(settings)) > 1


def test_approving_twice_deletes_once(head, child):
    row = row_of(child)

    assert approve(head, row).decision == approve(head, row).decision == "approved"
    assert Tombstone.objects.count() == 1


# What the application may not do by itself --------------------------------------------------------


def refused(match, sql, values=()):
    with (
        pytest.raises(ProgrammingError, match=match),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)


def tombstone_of(child, **fields):
    return Tombstone.objects.create(
        **{
            "authority_id": 901, "kind": KIND, "subject_id": child.pk, "number": 1,
            "rule": "RET-1", "due_on": MONTH, "counts": {}, "deleted_at": NOW,
            "approved_by": UserFactory(),
        } | fields
    )  # fmt: skip


FORGET = "SELECT retention_forget(%s)"


def approved(row):
    Proposed.objects.filter(pk=row.pk).update(
        decision="approved", reason="x", decided_at=NOW, decided_by=UserFactory()
    )


def test_nothing_is_taken_out_without_a_tombstone(child):
    refused("no tombstone", FORGET, [child.pk])


def test_nothing_is_taken_out_that_nobody_approved(child):
    row_of(child)
    stone = tombstone_of(child)

    refused("nobody has approved it", FORGET, [stone.pk])


def test_nothing_is_taken_out_of_a_living_record(child):
    row = row_of(child)
    approved(row)
    stone = tombstone_of(child)

    refused("the record was not deleted", FORGET, [stone.pk])


def test_a_record_that_is_out_of_sight_is_not_taken_for_gone(child, neighbour):
    """With the wall open for another authority alone, and what passes for its deletion."""
    with wall.opened([902]):
        Proposed.objects.create(
            authority=neighbour, proposal=propose(authority_id=902), kind=KIND, number=1,
            subject_id=child.pk, rule="RET-1", due_on=MONTH, decision="approved", reason="x",
            decided_at=NOW, decided_by=UserFactory(),
        )  # fmt: skip
        stone = tombstone_of(child, authority_id=902)
        audit.record(
            kind="row.delete", at=NOW, table="children_child", child_id=child.pk, authority_id=902
        )

        refused("the record was not deleted", FORGET, [stone.pk])


def test_a_row_that_is_still_there_keeps_what_was_said_of_it(child, head):
    """Writing down that somebody's account was deleted does not make it so."""
    row = row_of(child)
    approved(row)
    every = [(model, records.rows_of(model, child.pk)) for model in records.tables()]
    for _, rows in every:
        rows.delete()
    audit.record(kind="row.delete", at=NOW, table="accounts_user", row=head.pk)
    stone = tombstone_of(child)

    refused("a row is still there", FORGET, [stone.pk])


def test_a_tombstone_that_says_another_number_of_events_takes_nothing(child):
    row = row_of(child)
    approved(row)
    for model in records.tables():
        records.rows_of(model, child.pk).delete()
    stone = tombstone_of(child, events=3)

    refused("another number of events", FORGET, [stone.pk])


@pytest.mark.parametrize("table", sorted(histories()))
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "UPDATE {} SET pgh_label = 'x'"])
def test_the_typed_histories_are_append_only_by_right(db, table, verb):
    """The trigger's own guard is a setting of the session, which the application could make."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pgtrigger.ignore', array_agg(tgname)::text, true) FROM pg_trigger"
        )

    refused("permission denied", verb.format(table))


def test_an_agreed_plan_goes_with_an_approved_record_only(child):
    row = row_of(child)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        AgreedVersion.objects.filter(child=child)._raw_delete("default")
    approved(row)
    refused("permission denied", "UPDATE pep_agreedversion SET number = 9")
    pointing = AgreedVersion._meta.get_fields(include_hidden=True)
    for relation in [f for f in pointing if f.one_to_many or f.one_to_one]:
        of_child = {f"{relation.field.name}__child": child}
        relation.related_model.objects.filter(**of_child).delete()

    with transaction.atomic():
        assert AgreedVersion.objects.filter(child=child)._raw_delete("default") == 1
