"""What every request passes: session limits, sign-in, the wall and its one transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import cast
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware as DjangoLoginRequired
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

import audit
from accounts import rules, seats, second_steps, wall
from accounts.requests import SignedInRequest, address_of
from accounts.roles import Seat

GetResponse = Callable[[HttpRequest], HttpResponseBase]
BEGAN, LAST, ROLE, SEAT = "began_at", "last_at", "role", "seat"
# Whether the person of this session has one and took it, or took the council's
SECOND_STEP = "second_step"
COUNCIL = "council"  # the authority whose council account began this session, if one did
TRUST_DAYS = "trust_days"  # chosen beside the code, kept until the session has begun
CONFIRMED = "confirmed_at"  # when the password was last typed in this session
_NOTE_EVERY_SECONDS = 60
# Machines' pages, answered while the database is away
OUTSIDE = ("/health/", "/csp-report/", "/static/")


class SessionLimitsMiddleware:
    """End a session that was idle or lasted too long for its role (decisions 42).

    What a page sends by itself does not keep a session alive (`accounts.requests.sent_by_itself`).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(OUTSIDE) and request.user.is_authenticated:
            self._enforce(request, now=timezone.now())
        return self.get_response(request)

    def _enforce(self, request: HttpRequest, *, now: datetime) -> None:
        session = request.session
        began = datetime.fromisoformat(session.setdefault(BEGAN, now.isoformat()))
        last = datetime.fromisoformat(session.setdefault(LAST, now.isoformat()))
        if rules.session_is_over(role=session.get(ROLE), began_at=began, last_at=last, now=now):
            logout(request)
            return
        request.signed_out_at = rules.ends_at(  # type: ignore[attr-defined]
            role=session.get(ROLE), began_at=began, last_at=now
        )
        request.idle_minutes = rules.limits_of(session.get(ROLE)).idle_minutes  # type: ignore[attr-defined]

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_: object
    ) -> None:
        if LAST not in request.session or request.path.startswith(OUTSIDE):
            return
        if getattr(view, "is_sent_by_itself", False) and request.POST.get("active") != "1":
            return
        now = timezone.now()
        last = datetime.fromisoformat(request.session[LAST])
        if (now - last).total_seconds() >= _NOTE_EVERY_SECONDS:
            request.session[LAST] = now.isoformat()


class LoginRequiredMiddleware(DjangoLoginRequired):
    """Deny by default. A partial request gets 401 and an empty body, never the sign-in page.

    After a button that was pressed too late the way leads back to the page it stood on: its own
    address shows nothing.
    """

    def handle_no_permission(  # type: ignore[override]  # a partial request is not redirected
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if getattr(request, "htmx", False):
            return HttpResponse(status=401)
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        messages.warning(request, TOO_LATE)
        return redirect_to_login(_page_of(request), resolve_url(settings.LOGIN_URL))


TOO_LATE = (
    "You had been signed out, so what you last pressed did nothing. Sign in, look at the page and "
    "press it again."
)


def _page_of(request: HttpRequest) -> str:
    """The page of this site a form was sent from; the first page when the browser does not say."""
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    parts = urlsplit(came_from if is_ours else "")
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


class WallMiddleware:
    """Open one transaction a request, behind the wall of the seat in use (decisions 14).

    An exception rolls the transaction back; a refusal is then recorded in one of its own.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(OUTSIDE):
            return self.get_response(request)
        seat = self._take_seat(request)
        user = request.user if request.user.is_authenticated else None
        actor = wall.Actor(
            user_id=user.pk if user else None,
            seat=seat.key if seat else "",
            request_id=str(uuid4()),
            ip_address=address_of(request),
            device=rules.device_kind(request.headers.get("User-Agent", "")),
        )
        cast(SignedInRequest, request).written_as = actor.request_id
        with wall.opened(seat.authorities if seat else (), actor=actor):
            response = self.get_response(request)
            failed: Exception | None = getattr(request, "failed", None)
            if failed is not None:
                transaction.set_rollback(True)
        if isinstance(failed, PermissionDenied | Http404):
            self._record_refusal(request, response.status_code, actor)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        request.failed = exception  # type: ignore[attr-defined]

    @staticmethod
    def _take_seat(request: HttpRequest) -> Seat | None:
        if not request.user.is_authenticated:
            return None
        signed_in = cast(SignedInRequest, request)
        signed_in.seats = seats.seats_of(
            signed_in.user, on=timezone.localdate(), council=request.session.get(COUNCIL)
        )
        seat = seats.chosen(signed_in.seats, request.session.get(SEAT) or signed_in.user.last_seat)
        signed_in.user.seat = seat
        role = seat.role.value if seat else None
        if request.session.get(ROLE) != role:
            request.session[ROLE] = role
        return seat

    @staticmethod
    def _record_refusal(request: HttpRequest, status: int, actor: wall.Actor) -> None:
        match = request.resolver_match
        row = next((v for v in match.kwargs.values() if isinstance(v, UUID)), "") if match else ""
        seat = request.user.seat if request.user.is_authenticated else None
        with wall.opened(seat.authorities if seat else (), actor=actor):
            audit.record(
                kind=f"refused.{status}",
                at=timezone.now(),
                table=match.view_name if match else "",
                row=row,
                authority_id=seat.authority_id if seat else None,
                after={"method": request.method},
            )


class SecondStepMiddleware:
    """Open nothing to a person whose role needs a second step before they have set one up.

    A session of someone who has one began with it: sign-in asks. What is left is the first visit,
    and a role that was given in mid-session. Pages for everybody, and those marked
    `accounts.requests.open_before_second_step`, stay open.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_: object
    ) -> HttpResponseBase | None:
        if request.path.startswith(OUTSIDE) or not request.user.is_authenticated:
            return None
        if request.session.get(SECOND_STEP) or not getattr(view, "login_required", True):
            return None
        if getattr(view, "is_open_before_second_step", False):
            return None
        if not second_steps.is_needed(cast(SignedInRequest, request).seats):
            return None
        if getattr(request, "htmx", False):
            return HttpResponse(status=401)
        return redirect("accounts:two_step")
