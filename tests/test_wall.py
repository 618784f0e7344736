"""The wall in the database, over every table there is (decisions 4, 12 to 15)."""

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, transaction

from accounts import wall
from audit.models import Event
from children.models import Child
from tests.factories.children import ChildFactory, EnrolmentFactory, InvolvementFactory

# Tables with an authority that everybody may read: reference and membership (decisions 12)
OPEN_TABLES = {
    "accounts_councilsignin",
    "accounts_membership",
    "pep_form",
    "progress_example",
    "progress_intervention",
    "quality_bankcomment",
    "quality_rubric",
    "schools_authority",
    "schools_closedday",
    "schools_gsscode",
    "schools_policy",
    "schools_school",
    "schools_teachingperiod",
    "schools_term",
}


# What points from a walled table at another and is not compared when it is written
UNCOMPARED = {
    "disclosure_maskeditem.request_id": "written with its request, from one child's rows",
    "disclosure_requestfile.file_id": "made with the row, for its request",
    "disclosure_requestfile.request_id": "written with its request",
    "files_loadfile.file_id": "stored with the row, from one sending",
    "people_invitation.notice_id": "written with the invitation",
}


def walled_models():
    for model in apps.get_models():
        columns = {field.column for field in model._meta.concrete_fields}
        if "authority_id" in columns and model._meta.db_table not in OPEN_TABLES | {"audit_event"}:
            yield model


def test_every_table_with_an_authority_is_walled_or_listed_as_open(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        walled = {name for (name,) in cursor.fetchall()}

    tables = {model._meta.db_table for model in walled_models()}

    assert tables - walled == set()
    assert "children_childevent" in walled


def test_the_application_owns_nothing_and_cannot_bypass_the_wall(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone() == (0,)


def test_without_a_wall_opened_there_are_no_rows(authority):
    with wall.opened([901]):
        ChildFactory()
        assert Child.objects.count() == 1

    assert Child.objects.count() == 0


def test_a_wall_opened_for_one_authority_hides_the_other(authority, neighbour):
    with wall.opened([901, 902]):
        ChildFactory(authority=authority)
        theirs = ChildFactory(authority=neighbour)

    with wall.opened([901]):
        assert Child.objects.filter(pk=theirs.pk).count() == 0
        assert Child.objects.count() == 1


def test_the_record_of_another_authority_is_behind_the_wall(authority, neighbour):
    with wall.opened([901, 902]):
        ChildFactory(authority=authority)
        ChildFactory(authority=neighbour)

    with wall.opened([901]):
        rows = Event.objects.filter(table="children_child")
        assert set(rows.values_list("authority_id", flat=True)) == {901}


def test_a_nested_wall_is_put_back_on_leaving(authority, neighbour):
    with wall.opened([901]):
        with wall.opened([902]):
            assert wall.authorities_open() == [902]
        assert wall.authorities_open() == [901]


def test_an_exception_in_a_nested_wall_puts_the_former_back(authority):
    with wall.opened([901]):
        with pytest.raises(ZeroDivisionError), wall.opened([902]):
            raise ZeroDivisionError
        assert wall.authorities_open() == [901]


def test_a_row_cannot_be_moved_to_an_authority_outside_the_wall(authority, neighbour):
    with wall.opened([901]):
        child = ChildFactory(authority=authority)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Child.objects.filter(pk=child.pk).update(authority=902)


def test_a_row_of_one_authority_is_refused_under_a_child_of_the_other(open_wall, neighbour):
    child = ChildFactory()

    with pytest.raises(IntegrityError, match="differ in authority"), transaction.atomic():
        EnrolmentFactory(child=child, authority=neighbour)


def test_every_table_about_a_child_refuses_a_row_of_another_authority(db):
    """Each table with a child and an authority has the trigger that compares them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgname = 'same_authority_child_id'"
        )
        guarded = {name for (name,) in cursor.fetchall()}
    about_a_child = {
        model._meta.db_table
        for model in walled_models()
        if any(
            field.column == "child_id" and field.is_relation and field.db_constraint
            for field in model._meta.concrete_fields
        )
    }

    assert about_a_child - guarded == set()


def test_every_pointer_from_a_walled_table_to_another_is_compared_or_says_why_not(db):
    """Copies that history keeps of a row (its `event` tables) point where the row pointed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname || '.' || substr(t.tgname, length('same_authority_') + 1) "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgname LIKE 'same_authority_%'"
        )
        compared = {name for (name,) in cursor.fetchall()}
    walled = {model._meta.db_table for model in walled_models()}
    pointers = {
        f"{model._meta.db_table}.{field.column}"
        for model in walled_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model._meta.db_table in walled
        if not model._meta.db_table.endswith("event")
    }

    assert pointers - compared - set(UNCOMPARED) == set()
    assert set(UNCOMPARED) <= pointers - compared


def test_before_the_wall_opens_a_person_is_told_only_their_authorities(open_wall, neighbour):
    ours = InvolvementFactory()
    InvolvementFactory(child=ChildFactory(authority=neighbour))

    with wall.opened([]), connection.cursor() as cursor:
        cursor.execute(
            "SELECT role, authorities FROM reach_of_person(%s, %s, current_date)",
            [ours.person_id, ["social_worker"]],
        )
        assert cursor.fetchall() == [("social_worker", [901])]
        cursor.execute("SELECT count(*) FROM children_involvement")
        assert cursor.fetchone() == (0,)
