"""What the tests about a child's whole record do over and over: list, decide, hold."""

from datetime import UTC, date, datetime

import audit
from accounts.roles import Role
from retention import actions, proposing
from retention.models import Proposed
from tests.factories.accounts import MembershipFactory, UserFactory, seated

MONTH = date(2026, 11, 1)
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
KIND = Proposed.Kind.CHILD_RECORD


def head_of(authority):
    user = UserFactory()
    MembershipFactory(user=user, role=Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    return seated(user)


def propose(on=MONTH, authority_id=901):
    return proposing.propose(authority_id=authority_id, on=on, at=NOW)


def waiting():
    return list(Proposed.objects.waiting().filter(kind=KIND))


def row_of(child):
    propose()
    (row,) = (one for one in waiting() if one.subject_id == child.pk)
    return row


def approve(head, row, at=NOW):
    return actions.approve(proposed_id=row.pk, reason="Checked by me", by=head, at=at)


def hold(head, child=None):
    return actions.place_hold(
        authority_id=901, child=child, reason="court", why="Case 4", on=MONTH, ended_on=None,
        by=head, at=NOW,
    )  # fmt: skip


def used(child, at, **what):
    audit.record(
        **{"kind": "child.opened", "at": at, "child_id": child.pk, "authority_id": 901} | what
    )
