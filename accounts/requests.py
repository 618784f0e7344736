"""The request a signed-in view gets, and the mark of those no person sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

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


V = TypeVar("V", bound=Callable[..., Any])


def sent_by_itself(view: V) -> V:
    """Mark a view that a page calls by itself.

    It counts as activity only if it says `active=1`: the person typed or clicked (ux 8.5).
    """
    view.is_sent_by_itself = True  # type: ignore[attr-defined]
    return view
