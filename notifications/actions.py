"""Tell people something, once, in the transaction that causes it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.tasks import send_after_commit
from notifications import tasks
from notifications.models import Email, Notice


@transaction.atomic
def notify(
    *,
    recipients: Iterable[User],
    key: str,
    kind: str,
    text: str,
    path: str,
    authority_id: int,
    at: datetime,
    child_id: UUID | None = None,
) -> list[Notice]:
    """Tell each person once, in the service and by e-mail; the same key again tells nobody.

    `text` says what waits and names nobody; `path` is where to go, from the root of the site.
    Answers the notices that are new. The e-mails are sent after the transaction was kept.
    """
    people = {person.pk: person for person in recipients if person.is_active}
    told = set(
        Notice.objects.filter(recipient__in=people, key=key).values_list("recipient_id", flat=True)
    )
    notices = Notice.objects.bulk_create(
        [
            Notice(
                authority_id=authority_id,
                recipient_id=pk,
                key=key,
                kind=kind,
                text=text,
                child_id=child_id,
                path=path,
                made_at=at,
            )
            for pk in people
            if pk not in told
        ],
        ignore_conflicts=True,
    )
    # Of two who tell at once only one wrote its rows: the e-mail goes with the row that is there
    kept = set(Notice.objects.filter(pk__in=[n.pk for n in notices]).values_list("pk", flat=True))
    notices = [notice for notice in notices if notice.pk in kept]
    emails = Email.objects.bulk_create(
        Email(authority_id=authority_id, notice=notice, made_at=at, next_try_at=at)
        for notice in notices
        if people[notice.recipient_id].email
    )
    for email in emails:
        send_after_commit(tasks.send_email, authority_id=authority_id, email_id=email.pk)
    return notices


def mark_read(*, notice_id: UUID, by: User, at: datetime) -> Notice:
    """Mark a person's own notice read. Again changes nothing."""
    notice = Notice.objects.visible_to(by).get(pk=notice_id)
    if notice.read_at is None:
        notice.read_at = at
        notice.save(update_fields=["read_at"])
    return notice


def mark_all_read(*, by: User, at: datetime) -> int:
    """Mark all of a person's notices read; answer how many were not."""
    return Notice.objects.visible_to(by).unread().update(read_at=at)
