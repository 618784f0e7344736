"""The seals over a record from which a deletion took what it said of a child, and only that."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts import wall
from accounts.roles import Role
from audit.models import Event
from oversight.verifying import Verified, faults
from retention import actions, proposing
from retention.models import Proposed, Tombstone
from tests.factories.accounts import MembershipFactory, UserFactory, seated
from tests.factories.children import ChildFactory, PeriodOfCareFactory
from tests.factories.schools import AuthorityFactory
from tests.oversight.tampering import as_owner, seal

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _anchors(tmp_path, settings):
    settings.VS_AUDIT_ANCHORS = tmp_path / "anchors.txt"


@pytest.fixture
def head(transactional_db):
    as_owner(("TRUNCATE audit_event, audit_seal RESTART IDENTITY", []))
    authority = AuthorityFactory(id=901)
    user = UserFactory()
    MembershipFactory(user=user, role=Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    for given_name, born in (("Ottoline", date(1948, 5, 3)), ("Kofi", date(2015, 5, 3))):
        with wall.opened([901]):
            child = ChildFactory(authority=authority, given_name=given_name, date_of_birth=born)
            PeriodOfCareFactory(child=child)
            child.ethnicity = "WIRI"
            child.save()
    return seated(user)


def delete(head):
    with wall.opened([901]):
        proposing.propose(authority_id=901, on=NOW.date(), at=NOW)
    with wall.opened([901]):
        row = Proposed.objects.get()
        actions.approve(proposed_id=row.pk, reason="Nobody asks", by=head, at=NOW)
        return Tombstone.objects.get()


def verify():
    found = Verified()
    return list(faults(found, anchor_file=settings.VS_AUDIT_ANCHORS)), found


def taken_out():
    with wall.opened([901]):
        return list(
            Event.objects.filter(taken_out__isnull=False)
            .order_by("pk")
            .values_list("pk", flat=True)
        )


ALTERED = "Deletion {}: an event it took from was altered, added or removed"


@pytest.mark.parametrize("sealed", ["before", "after", "both", "never"])
def test_the_record_is_in_order_after_a_deletion(head, sealed, capsys):
    if sealed in {"before", "both"}:
        seal()
    stone = delete(head)
    if sealed in {"after", "both"}:
        seal()

    assert verify()[0] == []
    call_command("verify_audit")

    assert f"{stone.events} events taken out by 1 approved deletions" in capsys.readouterr().out
    assert stone.events == len(taken_out()) > 4


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("actor_id = gen_random_uuid()", ALTERED),
        ("at = at + interval '1 day'", ALTERED),
        ("kind = 'signed_in'", ALTERED),
        ("reason = 'nothing to see'", "Seal 1: event {event} was altered"),
        ("after = '{\"a\": 1}'", "Seal 1: event {event} was altered"),
        ("taken_out = NULL", "Seal 1: event {event} was altered"),
        ("taken_out = gen_random_uuid()", ALTERED),
    ],
)
def test_an_altered_event_is_found_though_its_values_were_taken_out(head, change, sentence):
    seal()
    stone = delete(head)
    seal()
    event = taken_out()[0]

    as_owner((f"UPDATE audit_event SET {change} WHERE id = %s", [event]))

    assert sentence.format(stone.pk, event=event) in verify()[0]


@pytest.mark.parametrize("is_sealed", [True, False])
def test_an_event_nobody_took_from_cannot_pass_for_one(head, is_sealed):
    """Emptied by hand and marked as if the deletion had done it."""
    if is_sealed:
        seal()
    stone = delete(head)
    if is_sealed:
        seal()
    as_owner(
        (
            "UPDATE audit_event SET row = '', before = NULL, after = NULL, reason = '', "
            "ip_address = NULL, taken_out = %s WHERE id = (SELECT min(id) FROM audit_event "
            "WHERE taken_out IS NULL AND child_id IS NOT NULL)",
            [stone.pk],
        )
    )

    assert ALTERED.format(stone.pk) in verify()[0]


def test_an_event_cannot_be_emptied_under_a_deletion_that_never_was(head):
    seal()
    as_owner(
        (
            "UPDATE audit_event SET row = '', before = NULL, after = NULL, reason = '', "
            "ip_address = NULL, taken_out = '11111111-1111-4111-8111-111111111111' "
            "WHERE id = (SELECT min(id) FROM audit_event WHERE child_id IS NOT NULL)",
            [],
        )
    )

    (sentence,) = verify()[0]

    assert sentence == (
        "Deletion 11111111-1111-4111-8111-111111111111 is not in the record, and 1 events name it"
    )


def test_an_event_of_another_child_is_watched_as_before(head):
    seal()
    delete(head)
    seal()
    with wall.opened([901]):
        other = Event.objects.filter(child_id__isnull=False, taken_out=None).earliest("pk")

    as_owner(("UPDATE audit_event SET reason = 'x' WHERE id = %s", [other.pk]))

    assert verify()[0] == [f"Seal 1: event {other.pk} was altered"]


def test_what_the_deletion_says_it_took_is_sealed_with_it(head):
    """The tombstone may be changed by its owner; what was recorded of it may not."""
    seal()
    stone = delete(head)
    seal()
    as_owner(("UPDATE audit_event SET after = jsonb_set(after, '{events}', '1') "
              "WHERE \"table\" = 'retention_tombstone'", []))  # fmt: skip

    assert any(sentence.endswith("was altered") for sentence in verify()[0])
    assert any(str(stone.pk) in sentence for sentence in verify()[0])


def test_a_removed_event_is_found_though_its_values_were_taken_out(head):
    seal()
    stone = delete(head)
    seal()
    event = taken_out()[0]

    as_owner(("DELETE FROM audit_event WHERE id = %s", [event]))

    assert verify()[0] == [
        f"Seal 1: event {event} was removed",
        ALTERED.format(stone.pk),
    ]
