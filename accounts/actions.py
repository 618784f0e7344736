"""What people do with their own account, recorded."""

from datetime import datetime

from django.contrib.auth import login, logout
from django.http import HttpRequest

import audit
from accounts.middleware import BEGAN, LAST, SEAT
from accounts.models import User
from accounts.seats import Seat


def sign_in(*, request: HttpRequest, user: User, at: datetime) -> None:
    """Begin a session of its own, and record it."""
    login(request, user)
    request.session[BEGAN] = request.session[LAST] = at.isoformat()
    audit.record(kind="signed_in", at=at, table="accounts_user", row=user.pk, actor_id=user.pk)


def sign_in_refused(*, user_id: object | None, at: datetime) -> None:
    """Record a wrong password; for an address nobody has, only that it happened."""
    audit.record(kind="sign_in_refused", at=at, table="accounts_user", row=user_id or "")


def sign_out(*, request: HttpRequest, user: User, at: datetime) -> None:
    audit.record(kind="signed_out", at=at, table="accounts_user", row=user.pk)
    logout(request)


def take_seat(*, request: HttpRequest, seat: Seat, at: datetime) -> None:
    """Change the hat worn for the rest of the session."""
    request.session[SEAT] = seat.key
    User.objects.filter(pk=str(request.user.pk)).update(last_seat=seat.key)
    audit.record(kind="seat_taken", at=at, after={"seat": seat.key})
