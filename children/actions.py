"""What people do with a child's record that is written down."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

import audit
from accounts.models import Membership, User
from accounts.roles import FAMILY_ROLES, INVOLVED_ROLES, Role
from children.models import (
    Child,
    DoNotShare,
    Flag,
    Involvement,
    Opening,
    Restriction,
    SealKeeper,
    ShutOut,
    children_hidden_from,
)
from notifications.actions import notify
from schools.models import Policy

OPENED = "child.opened"
ADDRESS_SHOWN = "child.address_shown"
NOTE_SHOWN = "child.note_shown"
DOWNLOADED = "child.downloaded"


class RecordIsRestricted(Exception):
    """The record opens only once its reader has said why (ux 7.5)."""

    def __init__(self, child_id: UUID) -> None:
        super().__init__()
        self.child_id = child_id


def stop_if_restricted(*, child: Child, by: User) -> None:
    """Let a person into a record, or raise RecordIsRestricted. One query for the team, else none.

    Everything that shows or changes one child's record passes here, after `visible_to`.
    """
    if Restriction.objects.stopping(by).filter(child=child).exists():
        raise RecordIsRestricted(child.pk)


def record_opening(*, child: Child, by: User, page: str, at: datetime, kind: str = OPENED) -> None:
    """Write down that a person opened a page of a child's record [DP-2]. One query.

    A second one for who works with the child, to find for whom they stand in. Called before the
    page is made: one whose opening cannot be recorded is not shown (decisions 28). Who and in which
    seat comes from the transaction (`accounts.wall`).
    """
    audit.record(
        kind=kind,
        at=at,
        table=Child._meta.db_table,
        row=child.pk,
        child_id=child.pk,
        authority_id=child.authority_id,
        actor_id=by.pk,
        acting_for_id=_stands_in_for(child, by, on=timezone.localtime(at).date()),
        after={"page": page},
    )


def _stands_in_for(child: Child, by: User, *, on: date) -> UUID | None:
    """The allocated person this reader covers for, if they read the child by cover alone."""
    if by.seat is None or by.seat.role not in INVOLVED_ROLES - FAMILY_ROLES:
        return None
    rows = Involvement.objects.on(on).filter(child=child, role=by.seat.role)
    people = dict(rows.order_by("-is_cover", "pk").values_list("person_id", "is_cover"))
    if not people.get(by.pk):
        return None
    return next((person for person, is_cover in people.items() if not is_cover), None)


def record_download(*, child: Child, by: User, page: str, at: datetime) -> None:
    """Write down that a person took a paper about a child away [DP-2]. One query."""
    record_opening(child=child, by=by, page=page, at=at, kind=DOWNLOADED)


def record_address_shown(
    *, child: Child, by: User, at: datetime, address_id: object, reason: str
) -> None:
    """Write down that a home address was shown, to whom and why [DP-4]. One query."""
    audit.record(
        kind=ADDRESS_SHOWN,
        at=at,
        table="placements_address",
        row=address_id,
        child_id=child.pk,
        authority_id=child.authority_id,
        actor_id=by.pk,
        reason=reason,
    )


# Closed records --------------------------------------------------------------------------------


class AlreadyRestricted(Exception):
    """The child has a restriction that still runs: end it first."""


class NotTheirsToOpen(Exception):
    """The person may not open this record with a reason."""


@transaction.atomic
def restrict(
    *,
    child: Child,
    why: str,
    owner: User,
    shut_out: Iterable[User] = (),
    by: User,
    at: datetime,
) -> Restriction:
    """Close a record to the team until they give a reason, and hide it from those shut out.

    Raises AlreadyRestricted.
    """
    return _restrict(child, Restriction.Kind.RESTRICTED, why, owner, shut_out, (), by, at)


@transaction.atomic
def seal(
    *, child: Child, why: str, owner: User, keepers: Iterable[User], by: User, at: datetime
) -> Restriction:
    """Take a record out of every list, search and figure by name; a named few may open it [DP-8].

    On an adoption order the child gets a new identity: nothing here may lead from one to the
    other. The owner is a keeper too. Each is told where to find it. Raises AlreadyRestricted.
    """
    named = {owner, *keepers}
    restriction = _restrict(child, Restriction.Kind.SEALED, why, owner, (), named, by, at)
    notify(
        recipients=named - {by},
        key=f"sealed:{restriction.pk}",
        kind="record_sealed",
        text="You were named to open a sealed record. Only this page leads to it.",
        path=reverse("children:sealed"),
        authority_id=child.authority_id,
        child_id=child.pk,
        at=at,
    )
    return restriction


def _restrict(
    child: Child,
    kind: Restriction.Kind,
    why: str,
    owner: User,
    shut_out: Iterable[User],
    keepers: Iterable[User],
    by: User,
    at: datetime,
) -> Restriction:
    Child.objects.select_for_update().get(pk=child.pk)
    if Restriction.objects.current().filter(child=child).exists():
        raise AlreadyRestricted
    here = {"authority_id": child.authority_id, "child": child}
    restriction = Restriction.objects.create(
        kind=kind, why=why, owner=owner, started_on=timezone.localtime(at).date(), **here
    )
    ShutOut.objects.bulk_create(
        ShutOut(restriction=restriction, person=person, **here) for person in shut_out
    )
    SealKeeper.objects.bulk_create(
        SealKeeper(restriction=restriction, person=person, **here) for person in keepers
    )
    _record(f"child.{kind}", child, by=by, at=at, reason=why)
    return restriction


@transaction.atomic
def lift_restriction(*, restriction: Restriction, by: User, at: datetime) -> None:
    """End a restriction today. Again changes nothing."""
    held = Restriction.objects.select_for_update().get(pk=restriction.pk)
    today = timezone.localtime(at).date()
    if held.ended_on is not None and held.ended_on <= today:
        return
    held.ended_on = today
    held.save(update_fields=["ended_on"])
    _record("child.restriction_lifted", held.child, by=by, at=at)


@transaction.atomic
def open_restricted(*, child: Child, reason: str, by: User, at: datetime) -> Opening:
    """Pass a restriction with a reason, for a time; its owner is told (ux 7.5)."""
    restriction = Restriction.objects.stopping(by).select_related("owner").get(child=child)
    return _open(Opening.Kind.INTERRUPTED, child, reason, [restriction.owner], by=by, at=at)


@transaction.atomic
def open_sealed(*, restriction: Restriction, reason: str, by: User, at: datetime) -> Opening:
    """Open a sealed record, as one of the few named; its owner is told (DP-8).

    Raises NotTheirsToOpen.
    """
    if not SealKeeper.objects.filter(restriction=restriction, person=by).exists():
        raise NotTheirsToOpen
    return _open(Opening.Kind.SEALED, restriction.child, reason, [restriction.owner], by=by, at=at)


@transaction.atomic
def open_in_emergency(*, child: Child, reason: str, by: User, at: datetime) -> Opening:
    """Let a duty worker read a child who is not theirs, for a time; the virtual head is told.

    Raises NotTheirsToOpen for a child of another authority, sealed, or hidden from this person.
    """
    hidden = Child.objects.filter(pk=child.pk, pk__in=children_hidden_from(by))
    if by.seat is None or by.seat.authority_id != child.authority_id or hidden.exists():
        raise NotTheirsToOpen
    today = timezone.localtime(at).date()
    heads = Membership.objects.current(on=today).filter(
        role=Role.VIRTUAL_SCHOOL_HEAD, authority=child.authority_id
    )
    told = [row.user for row in heads.select_related("user").order_by("pk")]
    return _open(Opening.Kind.EMERGENCY, child, reason, told, by=by, at=at)


def _open(
    kind: Opening.Kind, child: Child, reason: str, told: list[User], *, by: User, at: datetime
) -> Opening:
    on = timezone.localtime(at).date()
    policy = Policy.objects.in_force(authority_id=child.authority_id, on=on)
    time = timedelta(minutes=policy.restricted_opening_minutes)
    if kind == Opening.Kind.EMERGENCY:
        time = timedelta(hours=policy.emergency_access_hours)
    opening = Opening.objects.create(
        authority_id=child.authority_id,
        child=child,
        kind=kind,
        person=by,
        role=by.seat.role if by.seat else "",
        reason=reason,
        began_at=at,
        until_at=at + time,
    )
    _record(f"child.opened_{kind}", child, by=by, at=at, reason=reason)
    notify(
        recipients=[person for person in told if person != by],
        key=f"opening:{opening.pk}",
        kind="record_opened",
        text=_TOLD[kind],
        path=reverse(_READ_AT[kind]),
        authority_id=child.authority_id,
        child_id=child.pk,
        at=at,
    )
    return opening


_TOLD = {
    Opening.Kind.INTERRUPTED: "A restricted record you answer for was opened. Read who and why.",
    Opening.Kind.SEALED: "A sealed record you answer for was opened. Read who and why.",
    Opening.Kind.EMERGENCY: "A record was opened in an emergency. Read who and why.",
}
# A sealed record is in no list of openings but its keepers' own
_READ_AT = {
    Opening.Kind.INTERRUPTED: "children:openings",
    Opening.Kind.SEALED: "children:sealed",
    Opening.Kind.EMERGENCY: "children:openings",
}


@transaction.atomic
def end_opening(*, opening: Opening, by: User, at: datetime) -> None:
    """End an opening before its time. Again changes nothing."""
    Opening.objects.filter(pk=opening.pk, until_at__gt=at).update(until_at=at)
    _record("child.opening_ended", opening.child, by=by, at=at)


# Safety instructions ---------------------------------------------------------------------------


@transaction.atomic
def give_instruction(
    *, child: Child, label: str, reason: str, review_on: date | None, by: User, at: datetime
) -> Flag:
    """Say what must not happen to a child, for all who work with them to see at once [DP-11].

    The label is shown in the identity bar without a further step; the reason stays with those who
    set it.
    """
    flag: Flag = Flag.objects.create(
        authority_id=child.authority_id,
        child=child,
        kind=Flag.Kind.STOP,
        label=label,
        reason=reason,
        review_on=review_on,
        started_on=timezone.localtime(at).date(),
    )
    _record("child.instruction_given", child, by=by, at=at)
    return flag


@transaction.atomic
def end_instruction(*, flag: Flag, by: User, at: datetime) -> None:
    """End an instruction today. Again changes nothing."""
    today = timezone.localtime(at).date()
    still = Q(ended_on__isnull=True) | Q(ended_on__gt=today)
    if Flag.objects.filter(still, pk=flag.pk).update(ended_on=today):
        _record("child.instruction_ended", flag.child, by=by, at=at)


# Do-not-share notes ----------------------------------------------------------------------------


@transaction.atomic
def write_note(
    *, child: Child, words: str, why: str, ended_on: date | None, by: User, at: datetime
) -> DoNotShare:
    """Keep words about a child that are passed on to nobody (decisions 11).

    `ended_on` is the first day it no longer holds. The record has that it was written, no words.
    """
    note: DoNotShare = DoNotShare.objects.create(
        authority_id=child.authority_id,
        child=child,
        words=words,
        why=why,
        given_by=by,
        started_on=timezone.localtime(at).date(),
        ended_on=ended_on,
    )
    _record("child.note_written", child, by=by, at=at)
    return note


@transaction.atomic
def show_notes(*, child: Child, reason: str, by: User, at: datetime) -> list[DoNotShare]:
    """Give the notes that hold now to a person cleared for them, once it is written down why."""
    rows = DoNotShare.objects.visible_to(by).on(timezone.localtime(at).date())
    _record(NOTE_SHOWN, child, by=by, at=at, reason=reason)
    return list(rows.filter(child=child).select_related("given_by").order_by("started_on", "pk"))


@transaction.atomic
def end_note(*, note: DoNotShare, by: User, at: datetime) -> None:
    """End a note today. Again changes nothing."""
    today = timezone.localtime(at).date()
    still = Q(ended_on__isnull=True) | Q(ended_on__gt=today)
    if DoNotShare.objects.filter(still, pk=note.pk).update(ended_on=today):
        _record("child.note_ended", note.child, by=by, at=at)


def _record(kind: str, child: Child, *, by: User, at: datetime, reason: str = "") -> None:
    audit.record(
        kind=kind,
        at=at,
        table=Child._meta.db_table,
        row=child.pk,
        child_id=child.pk,
        authority_id=child.authority_id,
        actor_id=by.pk,
        reason=reason,
    )
