"""The message with a carer's link. It holds no name; the link is made when it is sent."""

import hashlib
import logging
import secrets
from datetime import datetime
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from families import texts
from families.models import CarerLink
from families.rules import LINK_LASTS
from families.seats import is_only

logger = logging.getLogger(__name__)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def deliver(link_id: UUID, *, at: datetime) -> bool:
    """Make and send a link that is owed, or leave it for the sweep; answer whether it went now.

    Only the hash of its token stays here. The row is locked while it is sent, so that two workers
    never send two links.
    """
    link = (
        CarerLink.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("user")
        .filter(pk=link_id, done_at=None)
        .first()
    )
    if link is None:
        return False
    link.tries += 1
    user = link.user
    if user is None or not is_only(user, Role.CARER, on=timezone.localdate(at)):
        link.done_at = at
        link.save(update_fields=["tries", "done_at"])
        return False
    token = secrets.token_urlsafe(32)
    sent = _sent(link, user, token)
    if sent:
        link.done_at, link.until_at = at, at + LINK_LASTS
        link.token_hash = token_hash(token)
    link.save(update_fields=["tries", "done_at", "until_at", "token_hash"])
    return sent


def _sent(link: CarerLink, user: User, token: str) -> bool:
    address = f"{settings.VS_BASE_URL.rstrip('/')}{reverse('families:link', args=[token])}"
    minutes = int(LINK_LASTS.total_seconds() // 60)
    words = f"Sign in to Virtual School here within {minutes} minutes: {address}"
    try:
        if link.way == CarerLink.Way.TEXT:
            texts.send(to=user.phone, body=f"{words} It asks for your PIN.")
        else:
            _mail(user.email or "", words)
    except (SMTPException, OSError, texts.NotSent):
        logger.warning("sign-in link %s could not be sent", link.pk)
        return False
    return True


def _mail(address: str, words: str) -> None:
    EmailMessage(
        subject="Your link to sign in to Virtual School",
        body=f"{words}\n\nIt works once, and asks for your PIN.\n\n"
        "If you did not ask for this, you do not need to do anything. Nobody gets in without your "
        "PIN.\n\nDo not reply to this email.\n",
        to=[address],
    ).send()
