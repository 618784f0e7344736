"""Trying to sign in: each try counted before it is heard, each refusal recorded.

A device a person has signed in with has tries of its own. All others share those of the account, so
guesses from elsewhere lock the account for strangers and never for the person at their own desk. An
address nobody has is counted, hashed and answered like any other.

No transaction of their own: what was counted and recorded must stay though TooMany is raised.
That of the request keeps it, since the view answers.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest

import audit
from accounts import devices, second_steps
from accounts.middleware import CONFIRMED
from accounts.models import KnownDevice, User
from accounts.requests import address_of
from accounts.throttle import Limit, TooMany, forgive, locked_until, spend

_LOCK = timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
PASSWORDS = Limit("password", settings.SIGN_IN_TRIES, _LOCK, _LOCK)
CONFIRMATIONS = Limit("confirmation", settings.SIGN_IN_TRIES, _LOCK, _LOCK)
SECOND_STEPS = Limit("second step", settings.SIGN_IN_TRIES, _LOCK, _LOCK)
# One school's staff may share an address; a list of leaked passwords tried on many accounts may not
ADDRESSES = Limit("address", settings.SIGN_IN_TRIES * 10, _LOCK, _LOCK)


def try_password(*, request: HttpRequest, email: str, password: str, at: datetime) -> User | None:
    """Answer whose email and password these are; None when they are nobody's.

    Raises TooMany, before the password is looked at.
    """
    email = email.strip().lower()
    found = User.objects.filter(email=email).values_list("pk", flat=True).first()
    key, known = _key_of(request, found or uuid4(), named=email)
    try:
        if not known:
            _refuse_busy_address(request, at=at)
        spend(PASSWORDS, key, at=at)
    except TooMany:
        audit.record(kind="sign_in_locked", at=at, table="accounts_user", row=found or "")
        raise
    user = authenticate(request, username=email, password=password)
    if user is None:
        audit.record(kind="sign_in_refused", at=at, table="accounts_user", row=found or "")
        if not known:
            _count_address(request, at=at)
        return None
    forgive(PASSWORDS, key)
    return user


def _key_of(request: HttpRequest, user_id: UUID, *, named: str) -> tuple[str, bool]:
    """Whose tries these count as: the device's with this person, or the account's. One query."""
    token = devices.token_of(request)
    token_hash = devices.token_hash(token)
    known = KnownDevice.objects.filter(user=user_id, token_hash=token_hash).exists()
    return (f"{user_id} {token_hash}" if known and token else named), known


def _refuse_busy_address(request: HttpRequest, *, at: datetime) -> None:
    until = locked_until(ADDRESSES, address_of(request), at=at)
    if until is not None:
        raise TooMany(until)


def _count_address(request: HttpRequest, *, at: datetime) -> None:
    """Count a refusal of this network address; that it was the last one shows at the next."""
    try:
        spend(ADDRESSES, address_of(request), at=at)
    except TooMany:
        return


def confirm_password(*, request: HttpRequest, password: str, at: datetime) -> bool:
    """Say whether the person at the keyboard knows the password, and note that they did.

    Raises TooMany, before the password is looked at.
    """
    user = request.user
    assert isinstance(user, User)  # noqa: S101 (for the type checker)
    spend(CONFIRMATIONS, user.pk, at=at)
    if not user.check_password(password):
        audit.record(kind="password_refused", at=at, table="accounts_user", row=user.pk)
        return False
    forgive(CONFIRMATIONS, user.pk)
    request.session[CONFIRMED] = at.isoformat()
    return True


def try_code(*, request: HttpRequest, user: User, code: str, at: datetime) -> bool:
    """Say whether a code of the app, or a backup code, is this person's, and use it up.

    Raises TooMany, before the code is looked at. A code counts once.
    """
    key = _spend_second_step(request, user, at=at)
    code = "".join(code.split())
    mine = Authenticator.objects.select_for_update().filter(user=user).order_by("pk")
    for authenticator in mine:
        if _takes(authenticator, code, at=at):
            return _passed(request, authenticator, key=key, at=at)
    return _refused(user, at=at)


def _takes(authenticator: Authenticator, code: str, *, at: datetime) -> bool:
    if authenticator.type == second_steps.CODES:
        return bool(authenticator.wrap().validate_code(code))
    if authenticator.type != second_steps.APP:
        return False
    step = second_steps.step_of_code(
        second_steps.secret_of(authenticator),
        code,
        at=at,
        after=int(authenticator.data.get(second_steps.LAST_STEP, 0)),
    )
    if step is None:
        return False
    authenticator.data[second_steps.LAST_STEP] = step
    authenticator.save(update_fields=["data"])
    return True


def try_passkey(
    *, request: HttpRequest, user: User, credential: dict[str, Any], at: datetime
) -> bool:
    """Say whether a passkey's answer to our challenge is this person's. Raises TooMany."""
    key = _spend_second_step(request, user, at=at)
    try:
        webauthn.parse_authentication_response(credential)
        authenticator = webauthn.complete_authentication(user, credential)
    except ValidationError:
        return _refused(user, at=at)
    return _passed(request, authenticator, key=key, at=at)


def _spend_second_step(request: HttpRequest, user: User, *, at: datetime) -> str:
    key, _ = _key_of(request, user.pk, named=str(user.pk))
    try:
        spend(SECOND_STEPS, key, at=at)
    except TooMany:
        audit.record(
            kind="second_step_locked", at=at, table="accounts_user", row=user.pk, actor_id=user.pk
        )
        raise
    return key


def _passed(request: HttpRequest, authenticator: Authenticator, *, key: str, at: datetime) -> bool:
    post_authentication(request, authenticator)
    forgive(SECOND_STEPS, key)
    if authenticator.type == second_steps.CODES:
        user_id = authenticator.user_id
        audit.record(
            kind="backup_code_used", at=at, table="accounts_user", row=user_id, actor_id=user_id
        )
    return True


def _refused(user: User, *, at: datetime) -> bool:
    audit.record(
        kind="second_step_refused", at=at, table="accounts_user", row=user.pk, actor_id=user.pk
    )
    return False
