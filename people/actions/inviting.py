"""Asking somebody to take a seat: by e-mail, with an end, again, or not any more."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

import audit
from accounts.administration import OWN_SEAT
from accounts.models import Membership, User
from accounts.roles import ALLOCATED_ROLES, AUTHORITY_ROLES, Role
from accounts.seats import seats_of
from children.models import Child, Involvement
from families.actions import has_pin
from notifications.actions import notify
from notifications.links import TOKEN
from people import rights
from people.actions import handing_over, memberships
from people.actions.memberships import NotAllowed
from people.imports import Asked
from people.models import Invitation
from schools.models import Policy
from ui.words import long_date

PATH = f"/invite/{TOKEN}/"


class NotNow(Exception):
    """The invitation was accepted, withdrawn or is over: somebody was quicker."""


@transaction.atomic
def invite(
    *,
    email: str,
    given_name: str,
    family_name: str,
    role: str,
    authority_id: int | None,
    school_id: int | None,
    started_on: date,
    ended_on: date | None = None,
    by: User,
    at: datetime,
) -> Invitation:
    """Invite somebody to a seat. Raises NotAllowed.

    Whoever has an account gets the seat and a notice at once, and the page that asked does not say
    which it was. The same invitation again is sent no second time.
    """
    person = _account(email, given_name=given_name, family_name=family_name)
    words = rights.refusal(
        by=by, person=person, role=role, authority_id=authority_id, school_id=school_id
    )
    if words:
        raise NotAllowed(words)
    seat = by.seat
    home = seat.authority_id if seat else None
    if home is None:
        raise NotAllowed(rights.NOT_YOURS)
    invitation = _waiting(
        person, role=role, home=authority_id or home, school_id=school_id,
        started_on=started_on, ended_on=ended_on, by=by, at=at,
    )  # fmt: skip
    return _to_account_or_by_mail(invitation, at=at)


@transaction.atomic
def invite_all(*, rows: Iterable[Asked], by: User, at: datetime) -> int:
    """Invite everybody of a checked list, or nobody. Answers how many were asked or seated.

    Safe to repeat: whoever has the seat, or an invitation that waits, is left alone. Raises
    NotAllowed.
    """
    today = timezone.localdate(at)
    number = 0
    for row in rows:
        in_school = row.school_id is not None
        home = by.seat.authority_id if by.seat else None
        place: dict[str, Any] = {
            "authority_id": None if in_school else home, "school_id": row.school_id
        }  # fmt: skip
        held = Membership.objects.filter(user__email=row.email, role=row.role, **place)
        asked = Invitation.objects.waiting().filter(
            Q(authority=home), Q(school=row.school_id), person__email=row.email, role=row.role,
            child=None, expires_at__gt=at,
        )  # fmt: skip
        if held.exclude(ended_on__lte=today).exists() or asked.exists():
            continue
        invite(
            email=row.email,
            given_name=row.given_name,
            family_name=row.family_name,
            role=row.role,
            **place,
            started_on=row.started_on,
            by=by,
            at=at,
        )
        number += 1
    return number


@transaction.atomic
def invite_to_child(
    *,
    child: Child,
    email: str,
    given_name: str,
    family_name: str,
    role: str,
    by: User,
    at: datetime,
) -> Invitation:
    """Invite somebody who works with, or cares for, one child. Raises NotAllowed."""
    if role not in rights.gives_by_child(by):
        raise NotAllowed(rights.NOT_YOURS)
    person = _account(email, given_name=given_name, family_name=family_name)
    if person.pk == by.pk:
        raise NotAllowed(OWN_SEAT)
    invitation = _waiting(
        person, role=role, home=child.authority_id, child=child,
        started_on=timezone.localdate(at), by=by, at=at,
    )  # fmt: skip
    return _to_account_or_by_mail(invitation, at=at)


@transaction.atomic
def invite_colleague(
    *,
    child: Child,
    school_id: int,
    sections: Iterable[str],
    email: str,
    given_name: str,
    family_name: str,
    ended_on: date,
    by: User,
    at: datetime,
) -> Invitation:
    """Invite a colleague of the school to named sections of one pupil's plan, to a last day.

    The caller has made sure that the child is taught there. Raises NotAllowed.
    """
    sections = sorted(sections)
    is_theirs = by.seat is not None and by.seat.school_id == school_id
    if not is_theirs or rights.NOT_FOR_COLLEAGUES.intersection(sections):
        raise NotAllowed(rights.NOT_YOURS)
    person = _account(email, given_name=given_name, family_name=family_name)
    if person.pk == by.pk:
        raise NotAllowed(OWN_SEAT)
    invitation = _waiting(
        person, role=Role.INVITED_COLLEAGUE, home=child.authority_id, child=child,
        school_id=school_id, sections=sections, started_on=timezone.localdate(at),
        ended_on=ended_on, by=by, at=at,
    )  # fmt: skip
    return _to_account_or_by_mail(invitation, at=at)


@transaction.atomic
def end_colleague(*, row: Involvement, at: datetime) -> None:
    """End a colleague's part today; the caller has found it among their school's own."""
    Involvement.objects.filter(pk=row.pk).update(ended_on=timezone.localdate(at))


def _account(email: str, *, given_name: str, family_name: str) -> User:
    """The account of an address; one without a password is made for an address new to us."""
    person, is_new = User.objects.get_or_create(
        email=email, defaults={"given_name": given_name, "family_name": family_name}
    )
    if is_new:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    return person


def _waiting(
    person: User,
    *,
    role: str,
    home: int,
    by: User,
    at: datetime,
    started_on: date,
    ended_on: date | None = None,
    school_id: int | None = None,
    child: Child | None = None,
    sections: list[str] | None = None,
) -> Invitation:
    """The invitation of this seat that waits, with its latest terms; a new one when none does."""
    days = Policy.objects.in_force(authority_id=home, on=timezone.localdate(at)).invitation_days
    terms = {
        "sections": sections or [],
        "started_on": started_on,
        "ended_on": ended_on,
        "invited_by": by,
        "expires_at": at + timedelta(days=days),
    }
    place: dict[str, Any] = {
        "authority_id": home, "person": person, "role": role, "school_id": school_id,
        "child": child,
    }  # fmt: skip
    found = Invitation.objects.select_for_update(of=("self",)).filter(**place).waiting().first()
    if found is None:
        return Invitation.objects.create(**place, **terms, made_at=at)
    is_same = all(getattr(found, name) == terms[name] for name in ("sections", "ended_on"))
    if found.is_over(at) or not is_same:
        Invitation.objects.filter(pk=found.pk).update(**terms, times_sent=0)
        found.refresh_from_db()
    return found


def _to_account_or_by_mail(invitation: Invitation, *, at: datetime) -> Invitation:
    if invitation.person.is_active and can_sign_in(invitation):
        take_seat(invitation, at=at)
        notify(
            recipients=[invitation.person],
            key=f"seat:{invitation.pk}",
            kind="seat_given",
            text="You have been given a role in Virtual School. Choose it at the top of the page.",
            path="/account/",
            authority_id=invitation.authority_id,
            at=at,
        )
    elif invitation.times_sent == 0:
        _send(invitation, at=at)
    return invitation


def can_sign_in(invitation: Invitation) -> bool:
    """Whether the person invited has a way in that fits the role: a carer's may be a PIN."""
    person = invitation.person
    return person.has_usable_password() or (is_by_pin(invitation) and has_pin(person))


def is_by_pin(invitation: Invitation) -> bool:
    """Whether a PIN is the way in: for carers without another role. A few queries."""
    person, today = invitation.person, timezone.localdate()
    is_carer = invitation.role == Role.CARER and not person.has_usable_password()
    return is_carer and all(seat.role == Role.CARER for seat in seats_of(person, on=today))


def take_seat(invitation: Invitation, *, at: datetime) -> None:
    """Give what was promised, from today or the later first day, and close the invitation."""
    today = timezone.localdate(at)
    start = max(today, invitation.started_on)
    role, person = Role(invitation.role), invitation.person
    # The virtual school of an area has its seat from its own council
    is_ours = role in AUTHORITY_ROLES and role != Role.AREA_VIRTUAL_SCHOOL
    if invitation.child_id is None or is_ours:
        in_school = invitation.child_id is None and invitation.school_id is not None
        memberships.seat(
            person=person,
            role=role,
            authority_id=None if in_school else invitation.authority_id,
            school_id=invitation.school_id if in_school else None,
            started_on=start,
            ended_on=invitation.ended_on,
        )
    if invitation.child_id is not None:
        _involve(invitation, child_id=invitation.child_id, on=today, at=at)
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    audit.record_of(invitation, kind="invitation.accepted", at=at, by=person)


def _involve(invitation: Invitation, *, child_id: UUID, on: date, at: datetime) -> None:
    if invitation.role in ALLOCATED_ROLES:
        handing_over.reallocate(
            child_ids=[child_id],
            role=invitation.role,
            to=invitation.person,
            on=on,
            at=at,
        )
        return
    Involvement.objects.create(
        authority_id=invitation.authority_id,
        child_id=child_id,
        person=invitation.person,
        role=invitation.role,
        started_on=on,
        ended_on=invitation.ended_on,
        school_id=invitation.school_id,
        sections=invitation.sections,
    )


def _send(invitation: Invitation, *, at: datetime) -> None:
    """Put the e-mail into the outbox, once for each time it is sent. It names no child."""
    invitation.times_sent += 1
    until = long_date(timezone.localtime(invitation.expires_at).date())
    council = invitation.authority.display_name
    new = notify(
        recipients=[invitation.person],
        key=f"invitation:{invitation.pk}:{at.isoformat()}",
        kind="invitation",
        text=f"{council} has invited you to use Virtual School. The link shows who invited you "
        f"and what you will see. It works until {until}.",
        path=PATH,
        authority_id=invitation.authority_id,
        at=at,
    )
    invitation.notice = new[0] if new else invitation.notice
    invitation.save(update_fields=["times_sent", "notice"])


@transaction.atomic
def send_again(*, invitation: Invitation, at: datetime) -> None:
    """Send a new link for a new time; the old link opens nothing any more. Raises NotNow."""
    row = held(invitation.pk)
    policy = Policy.objects.in_force(authority_id=row.authority_id, on=timezone.localdate(at))
    row.expires_at = at + timedelta(days=policy.invitation_days)
    row.save(update_fields=["expires_at"])
    _send(row, at=at)
    audit.record(
        kind="invitation.sent_again",
        at=at,
        table="people_invitation",
        row=row.pk,
        authority_id=row.authority_id,
    )


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User, at: datetime) -> None:
    """Take an invitation back: its link opens nothing any more. Raises NotNow."""
    row = held(invitation.pk)
    row.withdrawn_at, row.withdrawn_by = at, by
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])


def held(pk: UUID) -> Invitation:
    """An invitation that still waits, locked until the transaction ends. Raises NotNow."""
    row = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("person", "authority")
        .get(pk=pk)
    )
    if not row.is_waiting:
        raise NotNow
    return row
