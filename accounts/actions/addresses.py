"""A colleague gets another e-mail address: whoever had the account hears of it where they were."""

from datetime import datetime

from django.db import transaction

import audit
from accounts.actions.passwords import owe_mail
from accounts.actions.sessions import end_sessions
from accounts.models import AccountMail, User


@transaction.atomic
def note_moved(*, person: User, former: str, at: datetime) -> None:
    """End every session of a person whose address was changed, and tell the former address."""
    end_sessions(user=person, at=at)
    audit.record(kind="email_moved", at=at, table="accounts_user", row=person.pk)
    if former:
        owe_mail(user=person, kind=AccountMail.Kind.MOVED, at=at, former_address=former)
