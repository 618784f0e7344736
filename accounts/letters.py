"""E-mails about a person's account. They hold no name; links are made when they are sent."""

import logging
from datetime import datetime
from smtplib import SMTPException
from uuid import UUID

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import AccountMail, User

logger = logging.getLogger(__name__)

_SUBJECTS = {
    AccountMail.Kind.RESET: "Choose a new password for Virtual School",
    AccountMail.Kind.CONFIRM: "Confirm your email address for Virtual School",
    AccountMail.Kind.CHANGED: "The way you sign in to Virtual School was changed",
    AccountMail.Kind.MOVED: "Your email address for Virtual School was changed",
}
_NOT_YOU = "If you did not ask for this, you do not need to do anything."


def deliver(mail_id: UUID, *, at: datetime) -> bool:
    """Send an e-mail that is owed, or leave it for the sweep; answer whether it went now.

    The row stays locked while it is sent, so that two workers never send it twice.
    """
    mail = (
        AccountMail.objects.select_for_update(skip_locked=True)
        .filter(pk=mail_id, done_at=None)
        .first()
    )
    if mail is None:
        return False
    sent = _sent(mail)
    mail.tries += 1
    mail.done_at = at if sent or mail.user is None else None
    mail.save(update_fields=["tries", "done_at"])
    return sent


def _sent(mail: AccountMail) -> bool:
    if mail.user is None or not (to := mail.former_address or mail.user.email):
        return False
    body = _body(mail, mail.user)
    message = EmailMessage(
        subject=_SUBJECTS[AccountMail.Kind(mail.kind)],
        body=f"{body}\n\nDo not reply to this email.\n",
        to=[to],
    )
    try:
        message.send()
    except (SMTPException, OSError):
        logger.warning("account mail %s could not be sent", mail.pk)
        return False
    return True


def _body(mail: AccountMail, user: User) -> str:
    match mail.kind:
        case AccountMail.Kind.RESET:
            return f"Choose a new password here within one hour: {_reset_link(user)}\n\n{_NOT_YOU}"
        case AccountMail.Kind.CONFIRM:
            return (
                "Confirm that this is your email address, then sign in: "
                f"{_confirmation_link(user)}\n\n{_NOT_YOU}"
            )
        case AccountMail.Kind.MOVED:
            return (
                "An administrator gave your account another email address. This one no longer "
                "signs in.\n\nIf you did not ask for that, tell your virtual school today."
            )
        case _:
            return (
                "Your password, or what you use as a second step, was changed.\n\n"
                "If that was not you, or not your administrator, tell them today. You can see "
                f"where you are signed in here: {_address(reverse('accounts:devices'))}"
            )


def _reset_link(user: User) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return _address(reverse("accounts:reset", args=[uid, token]))


def _confirmation_link(user: User) -> str:
    address, _ = EmailAddress.objects.get_or_create(user=user, email=user.email)
    return _address(reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key]))


def _address(path: str) -> str:
    return f"{settings.VS_BASE_URL.rstrip('/')}{path}"
