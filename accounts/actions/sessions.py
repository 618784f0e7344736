"""Sessions: begun at sign-in, ended by the person, or by what takes their access away."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth import login, logout
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

import audit
from accounts import devices, second_steps
from accounts.middleware import BEGAN, COUNCIL, LAST, SEAT, SECOND_STEP, TRUST_DAYS
from accounts.models import KnownDevice, OpenSession, User
from accounts.roles import Seat

BY_COUNCIL = "council account"  # among the library's notes of which steps were taken
FIRST_STEPS = {"password", BY_COUNCIL}
BACKEND = "django.contrib.auth.backends.ModelBackend"


@transaction.atomic
def begin_session(*, request: HttpRequest, user: User, at: datetime) -> None:
    """Begin a session of its own after all steps were taken, and record it.

    The session gets a new key; the device is known from now on.
    """
    notes = get_authentication_records(request, user)
    steps = [note.get("type", "") for note in notes]
    council = council_of(notes)
    trust_days = request.session.pop(TRUST_DAYS, 0)
    login(request, user, backend=BACKEND)
    device = _known(request, user, at=at)
    if trust_days:
        device.trusted_until = at + timedelta(days=trust_days)
        device.save(update_fields=["trusted_until"])
    session = request.session
    session[BEGAN] = session[LAST] = at.isoformat()
    session[SECOND_STEP] = second_steps.is_set_up(user) or BY_COUNCIL in steps
    session[COUNCIL] = council
    session.save()  # its key is made only now
    OpenSession.objects.create(
        user=user, device=device, session_key=session.session_key or "", began_at=at
    )
    audit.record(
        kind="signed_in",
        at=at,
        table="accounts_user",
        row=user.pk,
        actor_id=user.pk,
        after={
            "second_step": next((step for step in reversed(steps) if step), "none"),
            **({"first_step": BY_COUNCIL, "council": council} if council else {}),
        },
    )


def council_of(notes: list[dict[str, Any]]) -> int | None:
    """Answer whose council account was the first step, by the library's notes of the last one."""
    first = [note for note in notes if note["method"] in FIRST_STEPS]
    return first[-1].get("authority") if first else None


def _known(request: HttpRequest, user: User, *, at: datetime) -> KnownDevice:
    token = devices.token_of(request) or devices.new_token()
    request.device_token = token  # type: ignore[attr-defined]  # the answer leaves it as a cookie
    words = devices.words_of(request.headers.get("User-Agent", ""))
    device, _ = KnownDevice.objects.update_or_create(
        user=user,
        token_hash=devices.token_hash(token),
        defaults={"last_seen_at": at, "words": words},
        create_defaults={"first_seen_at": at, "last_seen_at": at, "words": words},
    )
    return device


def sign_out(*, request: HttpRequest, user: User, at: datetime) -> None:
    audit.record(kind="signed_out", at=at, table="accounts_user", row=user.pk)
    OpenSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)


def take_seat(*, request: HttpRequest, seat: Seat, at: datetime) -> None:
    """Change the hat worn for the rest of the session."""
    request.session[SEAT] = seat.key
    User.objects.filter(pk=str(request.user.pk)).update(last_seat=seat.key)
    audit.record(kind="seat_taken", at=at, after={"seat": seat.key})


@transaction.atomic
def end_session(*, session_id: UUID, user: User, at: datetime) -> bool:
    """End one of a person's own sessions; answer whether there was one."""
    return bool(_end(OpenSession.objects.filter(pk=session_id, user=user), user=user, at=at))


@transaction.atomic
def end_other_sessions(*, user: User, keep: str, at: datetime) -> int:
    """End all sessions of a person but the one with this key; answer how many."""
    return _end(OpenSession.objects.filter(user=user).exclude(session_key=keep), user=user, at=at)


@transaction.atomic
def end_sessions(*, user: User, at: datetime) -> int:
    """End every session of a person at once, and trust no device of theirs; answer how many.

    For what takes access away: an ended membership, a closed account, a lost phone.
    """
    KnownDevice.objects.filter(user=user).update(trusted_until=None)
    return _end(OpenSession.objects.filter(user=user), user=user, at=at)


def _end(sessions: QuerySet[OpenSession], *, user: User, at: datetime) -> int:
    keys = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    sessions.delete()
    if keys:
        audit.record(
            kind="sessions_ended",
            at=at,
            table="accounts_user",
            row=user.pk,
            after={"sessions": len(keys)},
        )
    return len(keys)
