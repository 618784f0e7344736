"""Where a person is signed in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.middleware import LAST
from accounts.models import OpenSession, User


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One session that is still open."""

    id: UUID
    words: str
    began_at: datetime
    last_at: datetime
    first_seen_at: datetime
    is_this: bool


def sessions_of(user: User, *, this: str) -> list[SignedIn]:
    """List a person's open sessions, that with key `this` first, then the latest. Two queries."""
    rows = {
        row.session_key: row
        for row in OpenSession.objects.filter(user=user).select_related("device")
    }
    alive = Session.objects.filter(session_key__in=list(rows), expire_date__gt=timezone.now())
    found = [
        SignedIn(
            id=rows[session.session_key].pk,
            words=rows[session.session_key].device.words,
            began_at=rows[session.session_key].began_at,
            last_at=datetime.fromisoformat(
                session.get_decoded().get(LAST) or rows[session.session_key].began_at.isoformat()
            ),
            first_seen_at=rows[session.session_key].device.first_seen_at,
            is_this=session.session_key == this,
        )
        for session in alive
    ]
    return sorted(found, key=lambda one: (not one.is_this, -one.last_at.timestamp()))
