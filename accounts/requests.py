"""The request a signed-in view gets, for annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from accounts.models import User
    from accounts.seats import Seat


class SignedInRequest(HttpRequest):
    """A request of a known person in a seat, inside the transaction of `WallMiddleware`."""

    user: User
    seats: list[Seat]
    htmx: HtmxDetails
