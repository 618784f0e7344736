"""Whether, and for how long, a person may trust a device in place of their second step."""

from collections.abc import Iterable
from datetime import date

from accounts.roles import ADMINISTRATOR_ROLES, SCHOOL_ROLES, Seat
from schools.models import Policy


def days_of_trust(seats: Iterable[Seat], *, on: date) -> int:
    """Answer the days policy allows; 0 for never. School computers are shared: never there.

    A person of several authorities gets the shortest. One query for each.
    """
    seats = list(seats)
    if any(seat.role in SCHOOL_ROLES | ADMINISTRATOR_ROLES for seat in seats):
        return 0
    places = sorted({pk for seat in seats for pk in seat.authorities})
    return min(
        (Policy.objects.in_force(authority_id=pk, on=on).trusted_device_days for pk in places),
        default=0,
    )
