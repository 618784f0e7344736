"""Send the e-mails that are owed; what could not be sent is tried again later."""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts import wall
from accounts.tasks import WalledTask, every_authority, send_after_commit
from notifications import links
from notifications.models import Email

logger = logging.getLogger(__name__)

RETRY_MINUTES = (1, 5, 15, 60, 240)  # after each failed try, the last one again and again
GIVE_UP_AFTER = 20  # tries: about three days
SWEEP_AFTER = timedelta(seconds=30)  # what the request itself sends needs no sweep
AT_ONCE = 200  # of one authority in one sweep

SUBJECT = "Something is waiting for you in Virtual School"
INVITED = "You are invited to use Virtual School"  # the one with a link that opens something


@shared_task(base=WalledTask)
def send_email(*, authority_id: int, email_id: str) -> None:
    """Send one e-mail that is owed. Safe to run twice: a sent one is left alone."""
    deliver(UUID(email_id), at=timezone.now())


def deliver(email_id: UUID, *, at: datetime) -> bool:
    """Send an e-mail and note it, or note when to try again; answer whether it went now.

    The row stays locked while it is sent, so that two workers never send it twice; a worker that
    dies between sending and noting may repeat one. It holds no name: only that something waits.
    """
    email = (
        Email.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("notice__recipient")
        .filter(pk=email_id, state=Email.State.WAITING)
        .first()
    )
    if email is None:
        return False
    email.tries += 1
    token = links.new_token() if links.TOKEN in email.notice.path else ""
    email.token_hash = links.hash_of(token) if token else ""
    try:
        _message(email, token=token).send()
    except (SMTPException, OSError):
        logger.warning("e-mail %s could not be sent, try %s", email.pk, email.tries)
        wait = RETRY_MINUTES[min(email.tries, len(RETRY_MINUTES)) - 1]
        email.next_try_at = at + timedelta(minutes=wait)
        if email.tries >= GIVE_UP_AFTER:
            email.state = Email.State.FAILED
    else:
        email.state, email.sent_at = Email.State.SENT, at
    email.save(update_fields=["tries", "next_try_at", "state", "sent_at", "token_hash"])
    return email.state == Email.State.SENT


def _message(email: Email, *, token: str) -> EmailMessage:
    notice = email.notice
    address = f"{settings.VS_BASE_URL.rstrip('/')}{notice.path.replace(links.TOKEN, token)}"
    begin = "Open this link to begin" if token else "Sign in to see it"
    return EmailMessage(
        subject=INVITED if token else SUBJECT,
        body=f"{notice.text}\n\n{begin}: {address}\n\nDo not reply to this email.\n",
        to=[notice.recipient.email or ""],
    )


@shared_task
def sweep() -> None:
    """Send for every e-mail whose time has come, one authority after the other."""
    now = timezone.now()
    for authority_id in every_authority():
        with wall.opened([authority_id], actor=wall.Actor(seat="task:notifications.sweep")):
            for pk in due(at=now):
                send_after_commit(send_email, authority_id=authority_id, email_id=pk)


def due(*, at: datetime) -> list[UUID]:
    """List the e-mails to send now, oldest first. One query."""
    return list(
        Email.objects.filter(
            state=Email.State.WAITING, next_try_at__lte=at, made_at__lte=at - SWEEP_AFTER
        )
        .order_by("next_try_at", "pk")
        .values_list("pk", flat=True)[:AT_ONCE]
    )
