"""How many notices a person has not read, for the header: counted only when a page shows it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from accounts.requests import SignedInRequest
from notifications.models import Notice


class UnreadMiddleware:
    """Leave the count of unread notices with the request. Inside the wall; one query if asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            request.unread_notices = _counter(request)  # type: ignore[attr-defined]
        return self.get_response(request)


def _counter(request: HttpRequest) -> Callable[[], int]:
    def count() -> int:
        signed_in: SignedInRequest = request  # type: ignore[assignment]
        return Notice.objects.visible_to(signed_in.user).unread().count()

    return count
