"""Taking what one was invited to: with a password, a carer's PIN, or the account one has."""

from datetime import datetime

from django.db import transaction

from accounts.actions import confirm_email
from accounts.models import User
from families.actions import set_first_pin
from notifications.actions import notify
from people.actions.inviting import NotNow, can_sign_in, held, is_by_pin, take_seat
from people.models import Invitation


@transaction.atomic
def accept(
    *, invitation: Invitation, given_name: str, family_name: str, password: str, at: datetime
) -> User:
    """Take the seat and choose a password: the one place where an account without one gets one.

    Raises NotNow when the invitation is over, and for an account that has a password: its owner
    signs in with it.
    """
    row, person = _newcomer(invitation, at=at)
    person.set_password(password)
    return _join(row, person, given_name=given_name, family_name=family_name, at=at)


@transaction.atomic
def accept_with_pin(
    *, invitation: Invitation, given_name: str, family_name: str, pin: str, at: datetime
) -> User:
    """Take a carer's place and choose a PIN: they come back by a link, without a password.

    Raises NotNow as `accept` does, and for whoever has or gets another role: a PIN is not enough.
    """
    row, person = _newcomer(invitation, at=at)
    if not is_by_pin(row):
        raise NotNow
    set_first_pin(user=person, pin=pin, at=at)
    return _join(row, person, given_name=given_name, family_name=family_name, at=at)


def _newcomer(invitation: Invitation, *, at: datetime) -> tuple[Invitation, User]:
    row = held(invitation.pk)
    person = User.objects.select_for_update().get(pk=row.person_id)
    if row.is_over(at) or can_sign_in(row) or not person.is_active:
        raise NotNow
    return row, person


def _join(
    row: Invitation, person: User, *, given_name: str, family_name: str, at: datetime
) -> User:
    person.given_name, person.family_name = given_name, family_name
    person.save(update_fields=["given_name", "family_name", "password"])
    confirm_email(user=person, at=at)  # the link came by it
    row.person = person
    take_seat(row, at=at)
    _tell_who_asked(row, at=at)
    return person


@transaction.atomic
def accept_signed_in(*, invitation: Invitation, by: User, at: datetime) -> None:
    """Take the seat with the account one has. Raises NotNow for another's invitation."""
    row = held(invitation.pk)
    if row.is_over(at) or row.person_id != by.pk:
        raise NotNow
    take_seat(row, at=at)
    _tell_who_asked(row, at=at)


def _tell_who_asked(row: Invitation, *, at: datetime) -> None:
    notify(
        recipients=[row.invited_by],
        key=f"accepted:{row.pk}",
        kind="invitation_accepted",
        text="Somebody you invited has accepted.",
        path="/notifications/",
        authority_id=row.authority_id,
        at=at,
    )
