"""Every stored field is decided about, and what hides follows the decision."""

import pytest
from django.apps import apps
from django.db import connection

from audit.classes import CLASSES, FieldClass, Unclassified, class_of_column, classes_of

# Views of another library over our own tables; they store nothing
NOT_STORED = {"pghistory.events", "pghistory.middlewareevents"}


def stored():
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label_lower not in NOT_STORED
    ]


@pytest.mark.parametrize("model", stored(), ids=lambda model: model._meta.label_lower)
def test_every_field_has_a_class(model):
    assert classes_of(model).keys() == {field.name for field in model._meta.concrete_fields}


def test_no_class_is_given_to_what_does_not_exist():
    there = {
        model._meta.label_lower: {field.name for field in model._meta.concrete_fields}
        for model in stored()
    }
    given = {
        label: [name for names in named.values() for name in names.split()]
        for label, named in CLASSES.items()
    }

    assert given.keys() <= there.keys(), "tables that are gone"
    for label, names in given.items():
        assert len(names) == len(set(names)), f"{label}: a field with two classes"
        assert set(names) <= there[label], f"{label}: fields that are gone"


def test_a_field_nobody_decided_about_is_named(monkeypatch):
    monkeypatch.setitem(CLASSES, "children.flag", {FieldClass.PUBLIC: "id authority child"})

    with pytest.raises(Unclassified, match=r"children\.flag: .*label"):
        classes_of(apps.get_model("children.flag"))


def test_the_record_keeps_no_address_and_no_secret(db):
    """What the audit triggers leave out is what the table calls address or secret."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, encode(t.tgargs, 'escape') FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname = 'audit_insert'"
        )
        hidden = {
            table: set(arguments.split("\\000")[1].split(",")) - {""}
            for table, arguments in cursor.fetchall()
        }
    told = {
        f"{table}.{column}"
        for model in stored()
        if (table := model._meta.db_table) in hidden
        for field in model._meta.concrete_fields
        if (column := field.column) not in hidden[table]
        and classes_of(model)[field.name] in {FieldClass.ADDRESS, FieldClass.SECRET}
    }

    assert told == KEPT_IN_THE_RECORD


# Where a child lives in the coarse, whose changes people must be able to follow; the page of the
# record shows them to those with the right only
KEPT_IN_THE_RECORD = {
    "placements_placement.provider_urn",
    "placements_placement.area",
    "placements_placement.area_authority_id",
    "placements_placement.country",
    "placements_placement.is_at_a_distance",
    "placements_placement.distance_miles",
    "pep_personaleducationplan.meeting_place",
}


@pytest.mark.parametrize(
    ("table", "column", "expected"),
    [
        ("children_child", "given_name", FieldClass.PERSONAL),
        ("children_involvement", "person_id", FieldClass.PERSONAL),
        ("placements_address", "postcode", FieldClass.ADDRESS),
        ("accounts_user", "password", FieldClass.SECRET),
        ("children_childevent", "ethnicity", FieldClass.SPECIAL),
        ("children_child", "a_column_that_is_gone", FieldClass.SECRET),
        ("a_table_that_is_gone", "id", FieldClass.SECRET),
    ],
)
def test_the_class_of_a_column(table, column, expected):
    assert class_of_column(table, column) is expected
