"""Giving and ending seats: today means at once, nobody their own, the last administrator stays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

import audit
from accounts.administration import LAST_ONE, is_last
from accounts.models import Membership, User
from accounts.roles import ADMINISTRATOR_ROLES
from people import rights


class NotAllowed(Exception):
    """This person may not do this to that seat. Carries the sentence for the page."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


@dataclass(frozen=True, slots=True)
class Ended:
    """A seat that was ended, with what its end was before: enough to undo it."""

    membership_id: UUID
    former_end: date | None
    end: date


@transaction.atomic
def give(
    *,
    person: User,
    role: str,
    authority_id: int | None,
    school_id: int | None,
    started_on: date,
    ended_on: date | None = None,
    by: User,
    at: datetime,
) -> Membership:
    """Give a seat from a day on. One that is open already is answered as it is. Raises NotAllowed.

    Recorded by the table's trigger, with who gave it.
    """
    words = rights.refusal(
        by=by, person=person, role=role, authority_id=authority_id, school_id=school_id
    )
    if words:
        raise NotAllowed(words)
    return seat(
        person=person,
        role=role,
        authority_id=authority_id,
        school_id=school_id,
        started_on=started_on,
        ended_on=ended_on,
    )


def seat(
    *,
    person: User,
    role: str,
    authority_id: int | None,
    school_id: int | None,
    started_on: date,
    ended_on: date | None = None,
) -> Membership:
    """Write the seat, once: what was decided before, by whoever had the right to."""
    place = {"authority_id": authority_id, "school_id": school_id}
    held = Membership.objects.current(on=started_on).filter(user=person, role=role, **place).first()
    if held is not None and (held.ended_on is None or held.ended_on == ended_on):
        if held.by_group:  # by hand from now on: no group takes it away again
            held.by_group = ""
            held.save(update_fields=["by_group"])
        return held
    return Membership.objects.create(
        user=person, role=role, started_on=started_on, ended_on=ended_on, **place
    )


@transaction.atomic
def end(*, membership_id: UUID, on: date, by: User, at: datetime) -> Ended:
    """End a seat on a day: gone on the next click when the day is today.

    Raises NotAllowed; Membership.DoesNotExist for one that is not theirs to see.
    """
    row = _locked(membership_id, by=by)
    _refuse(row, by=by)
    if is_last(row, on=timezone.localdate(at)):
        raise NotAllowed(LAST_ONE)
    former, day = row.ended_on, max(on, row.started_on)
    if former is None or former > day:
        row.ended_on = day
        row.save(update_fields=["ended_on"])
    return Ended(row.pk, former, day)


def _locked(membership_id: UUID, *, by: User) -> Membership:
    row = rights.seats_run(by).get(pk=membership_id)
    if row.role in ADMINISTRATOR_ROLES:
        # Two who end each other at once: the second waits, and then finds itself the last
        list(Membership.objects.select_for_update().filter(role=row.role).order_by("pk"))
    return Membership.objects.select_for_update(of=("self",)).get(pk=row.pk)


def _refuse(row: Membership, *, by: User) -> None:
    words = rights.refusal(
        by=by,
        person=row.user,
        role=row.role,
        authority_id=row.authority_id,
        school_id=row.school_id,
    )
    if words:
        raise NotAllowed(words)


@transaction.atomic
def end_all(*, person: User, on: date, by: User, at: datetime) -> list[Ended]:
    """End every open seat of a leaver that this administrator runs, all or none.

    The children stay allocated to them until they are handed over: without a seat an involvement
    opens nothing, and the caseload is not lost from sight. Raises NotAllowed.
    """
    rows = [
        row
        for row in rights.seats_run(by).filter(user=person).order_by("pk")
        if row.ended_on is None or row.ended_on > on
    ]
    ended = [end(membership_id=row.pk, on=on, by=by, at=at) for row in rows]
    if ended:
        audit.record(kind="person.left", at=at, table="accounts_user", row=person.pk)
    return ended


@transaction.atomic
def take_back(*, ended: Iterable[Ended], by: User, at: datetime) -> int:
    """Undo an ending just made: the seats are as they were. Answers how many.

    One that somebody has changed since is left alone. Raises NotAllowed.
    """
    number = 0
    for one in ended:
        row = _locked(one.membership_id, by=by)
        _refuse(row, by=by)
        if row.ended_on == one.end and one.former_end != one.end:
            row.ended_on = one.former_end
            row.save(update_fields=["ended_on"])
            number += 1
    return number


@transaction.atomic
def close_account(*, person: User, by: User, at: datetime) -> None:
    """Let a person sign in no more; what they wrote stays theirs. Raises NotAllowed."""
    _set_active(person, active=False, by=by, at=at)


@transaction.atomic
def open_account(*, person: User, by: User, at: datetime) -> None:
    """Let a person sign in again, with the seats they still have. Raises NotAllowed."""
    _set_active(person, active=True, by=by, at=at)


def _set_active(person: User, *, active: bool, by: User, at: datetime) -> None:
    words = rights.account_refusal(by=by, person=person)
    if words:
        raise NotAllowed(words)
    today = timezone.localdate(at)
    if not active:
        list(
            Membership.objects.select_for_update()
            .filter(role__in=sorted(ADMINISTRATOR_ROLES))
            .order_by("pk")
        )
        held = person.memberships.current(on=today)
        if any(is_last(row, on=today) for row in held.order_by("pk")):
            raise NotAllowed(LAST_ONE)
    if User.objects.filter(pk=person.pk).exclude(is_active=active).update(is_active=active):
        kind = "person.account_opened" if active else "person.account_closed"
        audit.record(kind=kind, at=at, table="accounts_user", row=person.pk)
