"""What the triggers record, and that nobody can change it afterwards."""

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from accounts import wall
from audit.models import Event
from tests.factories.accounts import UserFactory
from tests.factories.children import ChildFactory, EnrolmentFactory

# Tables with a record of their own, or none of ours (decisions 30)
UNWATCHED = {
    "account_emailconfirmation": "the library's, never written: links are signed, not stored",
    "accounts_accountmail": "the outbox",
    "accounts_opensession": "sessions; their beginning and end are recorded by audit.record",
    "accounts_tries": "counters; refusals are recorded by audit.record",
    "attendance_day": "the load and its file's hash; later changes in attendance_replacedday",
    "attendance_replacedday": "is a record itself",
    "attendance_termsummary": "worked out from the marks",
    "audit_event": "is the record",
    "audit_seal": "the seals over the record",
    "notifications_email": "the outbox",
    "pep_answer": "the writing steps",
    "pep_kepttext": "words of one person, for that person",
    "pep_plansection": "a counter of saves; completing is recorded by audit.record",
    "pep_writingstep": "is a record itself",
    "retention_filetoremove": "the outbox of a deletion that is recorded; holds no name",
    "schools_district": "national reference, loaded whole",
    "schools_postcode": "national reference, loaded whole",
}
# Not ours: what these libraries keep
OTHERS = {"admin", "auth", "contenttypes", "pghistory", "sessions", "socialaccount"}


def test_every_table_of_ours_is_watched_or_says_why_not(db):
    tables = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in OTHERS and not model._meta.db_table.endswith("event")
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgname LIKE 'audit_%' GROUP BY 1"
        )
        watched = {name for name, count in cursor.fetchall() if count == 3}

    assert tables - watched - set(UNWATCHED) == set()


def test_a_change_keeps_who_before_and_after(authority):
    user = UserFactory()
    with wall.opened([901], actor=wall.Actor(user_id=user.pk, seat="adviser:901", request_id="r")):
        child = ChildFactory(given_name="Amara")
        child.given_name = "Zofia"
        child.save()

        event = Event.objects.get(kind="row.update", table="children_child")

    assert event.before == {"given_name": "Amara"}
    assert event.after == {"given_name": "Zofia"}
    assert (event.child_id, event.authority_id) == (child.pk, 901)
    assert (event.actor_id, event.seat, event.request_id) == (user.pk, "adviser:901", "r")


def test_a_row_about_a_child_names_the_child(open_wall):
    enrolment = EnrolmentFactory()

    event = Event.objects.get(kind="row.insert", table="children_enrolment")

    assert event.child_id == enrolment.child_id
    assert event.row == str(enrolment.pk)


def test_changes_made_by_plain_sql_are_recorded_too(open_wall):
    ChildFactory.create_batch(3)

    with connection.cursor() as cursor:
        cursor.execute("UPDATE children_child SET known_as = 'Ama'")

    assert Event.objects.filter(kind="row.update", table="children_child").count() == 3


def test_an_update_that_changes_nothing_is_not_recorded(open_wall):
    child = ChildFactory()
    child.save()

    assert not Event.objects.filter(kind="row.update", table="children_child").exists()


def test_a_password_is_not_copied(db):
    """Not of a row that is made or deleted, nor before or after an update."""
    user = UserFactory()
    user.set_password("a-new-long-password")
    user.save()
    user.delete()

    made, changed, deleted = Event.objects.filter(table="accounts_user").order_by("id")

    hidden = {"password": "(not kept)"}
    assert made.after["password"] == deleted.before["password"] == "(not kept)"
    assert (changed.before, changed.after) == (hidden, hidden)


@pytest.mark.parametrize("verb", ["UPDATE audit_event SET kind = 'x'", "DELETE FROM audit_event"])
def test_the_application_cannot_change_the_record(open_wall, verb):
    ChildFactory()

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb)


def test_a_state_of_a_dated_row_is_copied_as_it_was(open_wall):
    child = ChildFactory(given_name="Amara")
    child.given_name = "Zofia"
    child.save()

    copies = events_of(child)

    assert [copy.given_name for copy in copies] == ["Amara", "Zofia"]


def events_of(child):
    model = apps.get_model("children", "ChildEvent")
    return list(model.objects.filter(pgh_obj_id=child.pk).order_by("pgh_id"))
