"""A carer's link and PIN. Tries are counted before they are heard, as for passwords.

Trying runs in the transaction of the request: what was counted and recorded must stay though
TooMany is raised.
"""

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Func, Value
from django.http import HttpRequest
from django.utils import timezone

import audit
from accounts import devices, throttle
from accounts.actions import end_sessions, owe_mail
from accounts.models import AccountMail, KnownDevice, User
from accounts.permissions import Permission
from accounts.requests import address_of
from accounts.roles import Role
from accounts.tasks import send_after_commit
from accounts.throttle import Limit, TooMany
from children.models import Child
from families.letters import token_hash
from families.models import CarerLink, CarerPin
from families.rules import PIN_TRIES
from families.seats import is_only
from families.tasks import send_link

_LOCK = timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
LINKS = Limit("link", 3, _LOCK, _LOCK)
LINKS_OF_ADDRESS = Limit("link from", 30, timedelta(hours=1), timedelta(hours=1))
PINS = Limit("pin", PIN_TRIES, _LOCK, _LOCK)


class LinkIsOver(Exception):
    """The link was used, tried too often, or is too old."""


def ask_for_link(*, request: HttpRequest, way: CarerLink.Way, to: str, at: datetime) -> None:
    """Send a carer a link, if this email address or mobile number is one's.

    One nobody has costs the same work and gets no message. Asked too often, nothing more is sent,
    and nothing says so. Raises TooMany when one network address asks for very many.
    """
    throttle.spend(LINKS_OF_ADDRESS, address_of(request), at=at)
    user = _owner_of(to, way)
    audit.record(kind="link_asked", at=at, table="accounts_user", row=user.pk if user else "")
    try:
        throttle.spend(LINKS, to, at=at)
    except TooMany:
        return
    token = devices.token_of(request)
    link = CarerLink.objects.create(
        user=user, way=way, asked_at=at, asked_on=devices.token_hash(token) if token else ""
    )
    send_after_commit(send_link, link_id=link.pk)


def _owner_of(to: str, way: CarerLink.Way) -> User | None:
    """The one person with this address or number. Two with one number: neither. One query."""
    people = User.objects.filter(is_active=True)
    if way == CarerLink.Way.EMAIL:
        return people.filter(email=to.strip().lower()).first()
    digits = Func(
        F("phone"), Value(r"^\s*\+44|[^0-9]"), Value(""), Value("g"), function="regexp_replace"
    )
    number = re.sub(r"^\s*\+44|\D", "", to).removeprefix("0")
    found = people.annotate(digits=digits).filter(digits__in=[number, f"0{number}"])[:2]
    return found[0] if len(found) == 1 else None


def link_of(token: str, *, at: datetime) -> CarerLink | None:
    """The link of a token, while it may be used by this person. A few queries."""
    if not token:
        return None
    found = CarerLink.objects.alive(at=at).select_related("user")
    link: CarerLink | None = found.filter(token_hash=token_hash(token)).first()
    if link is None or link.user is None:
        return None
    return link if is_only(link.user, Role.CARER, on=timezone.localdate(at)) else None


def _held(link: CarerLink, *, at: datetime) -> CarerLink:
    """Lock a link before it is decided on. Raises LinkIsOver."""
    held = CarerLink.objects.select_for_update().filter(pk=link.pk, ended_at=None).first()
    if held is None or held.until_at is None or held.until_at <= at:
        raise LinkIsOver
    return held


def try_pin(*, request: HttpRequest, link: CarerLink, pin: str, at: datetime) -> bool:
    """Say whether this is the PIN of the link's carer, and use the link up.

    The last wrong one ends the link. A browser the carer has signed in with has tries of its own,
    so that nobody can make them wait there. Raises LinkIsOver, and TooMany before the PIN is
    looked at.
    """
    held, user = _held(link, at=at), link.user
    assert user is not None  # noqa: S101 (a link without a person has no token)
    key = _tries_of(request, user)
    try:
        throttle.spend(PINS, key, at=at)
    except TooMany:
        _record("pin_locked", user, at=at)
        raise
    if not check_password(pin, CarerPin.objects.get(user=user).pin):
        _record("pin_refused", user, at=at)
        held.wrong_pins += 1
        held.ended_at = at if held.wrong_pins >= PIN_TRIES else None
        held.save(update_fields=["wrong_pins", "ended_at"])
        return False
    throttle.forgive(PINS, key)
    _use_up(request, held, user, at=at)
    return True


@transaction.atomic
def choose_pin(*, request: HttpRequest, link: CarerLink, pin: str, at: datetime) -> None:
    """Set the PIN of a carer who has none, and use the link up. Raises LinkIsOver."""
    held, user = _held(link, at=at), link.user
    assert user is not None  # noqa: S101 (a link without a person has no token)
    # Two links opened at once: the PIN of the first counts
    if not set_first_pin(user=user, pin=pin, at=at):
        raise LinkIsOver
    if user.email:
        owe_mail(user=user, kind=AccountMail.Kind.CHANGED, at=at)
    _use_up(request, held, user, at=at)


def has_pin(user: User) -> bool:
    """One query."""
    return CarerPin.objects.filter(user=user).exists()


def set_first_pin(*, user: User, pin: str, at: datetime) -> bool:
    """Set the PIN of somebody who has none; answer whether it was set. Within a transaction."""
    _, is_new = CarerPin.objects.get_or_create(
        user=user, defaults={"pin": make_password(pin), "set_at": at}
    )
    if is_new:
        _record("pin_chosen", user, at=at)
    return is_new


def _tries_of(request: HttpRequest, user: User) -> str:
    """Whose tries these count as: the device's with this person, or the account's. One query."""
    token = devices.token_of(request)
    known = KnownDevice.objects.filter(user=user, token_hash=devices.token_hash(token))
    if token and known.exists():
        return f"{user.pk} {devices.token_hash(token)}"
    return str(user.pk)


def _use_up(request: HttpRequest, link: CarerLink, user: User, *, at: datetime) -> None:
    """End this link and any other of the person, and note whether the same browser asked."""
    CarerLink.objects.filter(user=user, ended_at=None).update(ended_at=at)
    same = link.asked_on == devices.token_hash(devices.token_of(request))
    _record("link_used", user, at=at, after={"way": link.way, "same_browser": same})


@transaction.atomic
def reset_pin(*, person: User, child: Child, by: User, at: datetime) -> None:
    """Forget a carer's PIN, for one who forgot it, and end their sessions and links.

    With their next link they choose a new one. For the virtual school's team; whether the carer
    cares for a child of theirs is the page's to decide. Raises PermissionDenied.
    """
    if person.pk == by.pk or not by.may(Permission.RESET_CARER_PIN):
        raise PermissionDenied
    CarerPin.objects.filter(user=person).delete()
    CarerLink.objects.filter(user=person, ended_at=None).update(ended_at=at)
    end_sessions(user=person, at=at)
    audit.record(
        kind="pin_reset",
        at=at,
        table="accounts_user",
        row=person.pk,
        child_id=child.pk,
        authority_id=child.authority_id,
    )
    if person.email:
        owe_mail(user=person, kind=AccountMail.Kind.CHANGED, at=at)


def _record(kind: str, user: User, *, at: datetime, after: dict[str, object] | None = None) -> None:
    audit.record(
        kind=kind, at=at, table="accounts_user", row=user.pk, actor_id=user.pk, after=after
    )
