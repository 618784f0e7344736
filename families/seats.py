"""Whom a link or a code may let in: people who belong here by a child alone.

Whoever also works here has a second step to take, which this way in does not ask for.
"""

from datetime import date

from accounts.models import User
from accounts.roles import Role
from accounts.seats import seats_of


def is_only(user: User, role: Role, *, on: date) -> bool:
    """Say whether this is the one role a person has. Two queries or a few more."""
    seats = seats_of(user, on=on)
    return bool(user.is_active and seats) and all(seat.role == role for seat in seats)
