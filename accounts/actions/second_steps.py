"""Second steps: set up by the person, taken off by them, or by an administrator for another."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

import audit
from accounts import administration, second_steps
from accounts.actions.passwords import owe_mail
from accounts.actions.sessions import end_sessions
from accounts.models import AccountMail, User
from accounts.permissions import Permission


class NotTheirs(Exception):
    """The code or passkey does not fit what was just set up."""


@transaction.atomic
def add_app(*, user: User, secret: str, code: str, at: datetime) -> None:
    """Give a person an authenticator app, in place of a former one, proven by a first code.

    Raises NotTheirs when the code is not the app's.
    """
    step = second_steps.step_of_code(secret, "".join(code.split()), at=at)
    if step is None:
        raise NotTheirs
    Authenticator.objects.filter(user=user, type=second_steps.APP).delete()
    made = TOTP.activate(user, secret).instance
    made.data[second_steps.LAST_STEP] = step
    made.save(update_fields=["data"])
    _note("second_step_added", user, second_steps.APP, at=at)


@transaction.atomic
def add_passkey(*, user: User, name: str, credential: dict[str, Any], at: datetime) -> None:
    """Give a person a passkey. Raises NotTheirs when it does not answer our challenge."""
    try:
        webauthn.parse_registration_response(credential)
        webauthn.complete_registration(credential)
    except (ValidationError, ValueError, TypeError, KeyError) as error:
        raise NotTheirs from error
    webauthn.WebAuthn.add(user, name, credential)
    _note("second_step_added", user, second_steps.PASSKEY, at=at)


@transaction.atomic
def make_codes(*, user: User, at: datetime) -> list[str]:
    """Make ten backup codes in place of any former ones, and answer them, this once."""
    User.objects.select_for_update().get(pk=user.pk)
    Authenticator.objects.filter(user=user, type=second_steps.CODES).delete()
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    _note("backup_codes_made", user, second_steps.CODES, at=at)
    return codes


@transaction.atomic
def remove_second_step(*, user: User, factor: int, at: datetime) -> bool:
    """Take off one of a person's own; backup codes go with the last. Answers whether it was there.

    A person of a role that needs one is led to set up another before anything else opens.
    """
    mine = Authenticator.objects.filter(user=user)
    found = mine.filter(pk=factor).exclude(type=second_steps.CODES).first()
    if found is None:
        return False
    kind = found.type
    found.delete()
    if not second_steps.is_set_up(user):
        mine.delete()
    _note("second_step_removed", user, kind, at=at)
    return True


def _note(kind: str, user: User, of: str, *, at: datetime) -> None:
    audit.record(kind=kind, at=at, table="accounts_user", row=user.pk, after={"kind": of})
    if kind != "backup_codes_made":
        owe_mail(user=user, kind=AccountMail.Kind.CHANGED, at=at)


@transaction.atomic
def reset_second_factor(*, person: User, by: User, reason: str, at: datetime) -> None:
    """Take every second step off another person, for a lost phone, and end their sessions.

    At their next sign-in they set one up anew, after their password. For administrators; whether
    the person is of their authority is the page's to decide (`accounts.administration`). Raises
    PermissionDenied without the permission, and for one's own.
    """
    if person.pk == by.pk or not by.may(Permission.MANAGE_PEOPLE):
        raise PermissionDenied
    if administration.second_step_refusal(person=person, at=at):
        raise PermissionDenied
    Authenticator.objects.filter(user=person).delete()
    end_sessions(user=person, at=at)
    audit.record(
        kind="second_step_reset", at=at, table="accounts_user", row=person.pk, reason=reason
    )
    owe_mail(user=person, kind=AccountMail.Kind.CHANGED, at=at)
