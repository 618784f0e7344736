"""The request a signed-in view gets, what its seat must be allowed, and where it came from."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Concatenate, TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, QueryDict

from accounts.permissions import Permission

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from accounts.models import User
    from accounts.roles import Seat


class SignedInRequest(HttpRequest):
    """A request of a known person in a seat, inside the transaction of `WallMiddleware`."""

    user: User
    seats: list[Seat]
    htmx: HtmxDetails
    written_as: str  # what the record calls this request


type_view = Callable[Concatenate[SignedInRequest, ...], HttpResponseBase]


def require_permission(*any_of: Permission) -> Callable[[type_view], type_view]:
    """Let a view be used only by a seat that has one of these permissions; else 403."""

    def decorate(view: type_view) -> type_view:
        @wraps(view)
        def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not any(request.user.may(permission) for permission in any_of):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.required_permissions = any_of  # type: ignore[attr-defined]
        return guarded

    return decorate


V = TypeVar("V", bound=Callable[..., Any])


def sent_by_itself(view: V) -> V:
    """Mark a view that a page calls by itself.

    It counts as activity only if it says `active=1`: the person typed or clicked (ux 8.5).
    """
    view.is_sent_by_itself = True  # type: ignore[attr-defined]
    return view


def address_of(request: HttpRequest) -> str:
    """The address a request came from, for the record; empty when it is none.

    Behind proxies of ours (`VS_PROXIES`) it is what the outermost of them wrote down. What the
    visitor put before that in the header is not believed.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.VS_PROXIES:
        hops = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        address = hops[-min(settings.VS_PROXIES, len(hops))] or address
    try:
        return str(ip_address(address))
    except ValueError:
        return ""


def open_before_second_step(view: V) -> V:
    """Mark a view that somebody who must set up a second step can use: to do so, or to leave."""
    view.is_open_before_second_step = True  # type: ignore[attr-defined]
    return view


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, be it nothing; None for a page that is only opened."""
    return request.POST if request.method == "POST" else None
