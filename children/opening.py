"""Write down that a page names children without being one child's record: a list, a search."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.http import HttpResponseBase
from django.utils import timezone

import audit
from accounts.requests import SignedInRequest
from accounts.roles import Seat

LISTED = "children.listed"

type_view = Callable[Concatenate[SignedInRequest, ...], HttpResponseBase]


def where_to_file(seat: Seat | None) -> int | None:
    """The authority a reading of several children is filed under: the seat's, or its first one."""
    if seat is None:
        return None
    return seat.authority_id or next(iter(seat.authorities), None)


def lists_children(view: type_view) -> type_view:
    """Record each showing of a page that lists children by name. One query.

    Which children stood on it is not kept: a list is told by its page and by what its reader might
    see that day. One whose showing cannot be recorded is not shown (decisions 28).
    """

    @wraps(view)
    def recorded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        seat = request.user.seat
        if response.status_code < 300 and seat is not None:
            match = request.resolver_match
            audit.record(
                kind=LISTED,
                at=timezone.now(),
                table=match.view_name if match else "",
                row=next(iter(kwargs.values()), ""),
                authority_id=where_to_file(seat),
                actor_id=request.user.pk,
            )
        return response

    return recorded
