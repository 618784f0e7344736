"""Passwords and the address they are reset by; the e-mails that takes."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest

import audit
from accounts import throttle
from accounts.actions.sessions import end_other_sessions, end_sessions
from accounts.models import AccountMail, User
from accounts.requests import address_of
from accounts.tasks import send_account_mail, send_after_commit
from accounts.throttle import Limit

RESETS = Limit("reset", 3, timedelta(hours=1), timedelta(hours=1))
CONFIRMATIONS = Limit("confirm", 3, timedelta(hours=1), timedelta(hours=1))
RESETS_OF_ADDRESS = Limit("reset from", 30, timedelta(hours=1), timedelta(hours=1))


def ask_for_reset(*, request: HttpRequest, email: str, at: datetime) -> None:
    """Send a link to choose a new password, if somebody has this address.

    An address nobody has costs the same work and gets no e-mail. Asked too often, nothing more is
    sent, and nothing says so. Raises TooMany when one network address asks for very many: in the
    transaction of the request, where the count stays.
    """
    email = email.strip().lower()
    throttle.spend(RESETS_OF_ADDRESS, address_of(request), at=at)
    user = User.objects.filter(email=email, is_active=True).first()
    audit.record(kind="reset_asked", at=at, table="accounts_user", row=user.pk if user else "")
    try:
        throttle.spend(RESETS, email, at=at)
    except throttle.TooMany:
        return
    owe_mail(user=user, kind=AccountMail.Kind.RESET, at=at)


def owe_mail(
    *, user: User | None, kind: AccountMail.Kind, at: datetime, former_address: str = ""
) -> None:
    """Owe a person an e-mail about their account; it is sent after the transaction."""
    mail = AccountMail.objects.create(
        user=user, kind=kind, asked_at=at, former_address=former_address
    )
    send_after_commit(send_account_mail, mail_id=mail.pk)


@transaction.atomic
def reset_password(*, user: User, password: str, at: datetime) -> None:
    """Set the password chosen through a link, which also proves the address; end all sessions.

    The second step stays asked for. The link counts once: it was made from the old password.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    confirm_email(user=user, at=at)
    end_sessions(user=user, at=at)
    audit.record(kind="password_reset", at=at, table="accounts_user", row=user.pk, actor_id=user.pk)
    owe_mail(user=user, kind=AccountMail.Kind.CHANGED, at=at)


@transaction.atomic
def change_password(*, request: HttpRequest, user: User, password: str, at: datetime) -> None:
    """Change one's own password and end one's other sessions."""
    user.set_password(password)
    user.save(update_fields=["password"])
    update_session_auth_hash(request, user)
    end_other_sessions(user=user, keep=request.session.session_key or "", at=at)
    audit.record(kind="password_changed", at=at, table="accounts_user", row=user.pk)
    owe_mail(user=user, kind=AccountMail.Kind.CHANGED, at=at)


@transaction.atomic
def confirm_email(*, user: User, at: datetime) -> None:
    """Note that a person reads the mail of the address they sign in with. Twice changes nothing."""
    if not user.email:
        return
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    # An address that was somebody's before and went to this person with the administrator's change
    EmailAddress.objects.filter(email=user.email).exclude(user=user).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    audit.record(kind="email_confirmed", at=at, table="accounts_user", row=user.pk)


def ask_to_confirm(*, user: User, at: datetime) -> None:
    """Owe a person the link that confirms their address; asked too often, the last one holds."""
    try:
        throttle.spend(CONFIRMATIONS, user.pk, at=at)
    except throttle.TooMany:
        return
    owe_mail(user=user, kind=AccountMail.Kind.CONFIRM, at=at)
