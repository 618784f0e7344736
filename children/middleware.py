"""Where a person who is stopped at a restricted record is led: the page that asks why."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from children.actions import RecordIsRestricted


class RestrictedRecordMiddleware:
    """Answer RecordIsRestricted with the interruption page, which leads back (ux 7.5)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        if not isinstance(exception, RecordIsRestricted):
            return None
        request.is_stopped_at_a_record = True  # type: ignore[attr-defined]  # for words sent to it
        address = reverse("children:restricted", args=[exception.child_id])
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(address)
        if request.method == "GET":
            address = f"{address}?{urlencode({'next': request.path})}"
        return redirect(address)
