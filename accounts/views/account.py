"""One's own account: roles, devices, the session."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts import actions, second_steps
from accounts.forms import SwitchForm
from accounts.permissions import Permission
from accounts.requests import SignedInRequest, open_before_second_step, posted, require_permission
from accounts.summaries import sessions_of
from schools.models import Authority
from ui.theme import css


@require_safe
@require_permission(Permission.SEE_ACCOUNT)
def account(request: SignedInRequest) -> HttpResponse:
    context = {
        "seats": request.seats,
        "has_password": request.user.has_usable_password(),
        "has_second_step": second_steps.is_set_up(request.user),
        "sessions": len(sessions_of(request.user, this=request.session.session_key or "")),
    }
    return render(request, "accounts/account.html", context)


@require_safe
@require_permission(Permission.SEE_ACCOUNT)
def devices(request: SignedInRequest) -> HttpResponse:
    sessions = sessions_of(request.user, this=request.session.session_key or "")
    context = {
        "sessions": sessions,
        "others": sum(not session.is_this for session in sessions),
        "back_url": "/account/",
        "back_label": "Your account",
    }
    return render(request, "accounts/devices.html", context)


@require_POST
@require_permission(Permission.SEE_ACCOUNT)
def end_session(request: SignedInRequest) -> HttpResponse:
    """Sign out one other session, or all others."""
    now = timezone.now()
    try:
        chosen = UUID(request.POST.get("session", ""))
    except ValueError:
        this = request.session.session_key or ""
        actions.end_other_sessions(user=request.user, keep=this, at=now)
        messages.success(request, "All your other devices are signed out.")
    else:
        actions.end_session(session_id=chosen, user=request.user, at=now)
        messages.success(request, "That device is signed out.")
    return redirect("accounts:devices")


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.SEE_ACCOUNT)
def switch(request: SignedInRequest) -> HttpResponse:
    seat = request.user.seat
    form = SwitchForm(
        posted(request), seats=request.seats, initial={"seat": seat.key if seat else None}
    )
    if request.method == "POST" and form.is_valid():
        chosen = next(s for s in request.seats if s.key == form.cleaned_data["seat"])
        actions.take_seat(request=request, seat=chosen, at=timezone.now())
        return redirect("/")
    return render(
        request, "accounts/switch.html", {"form": form}, status=422 if form.errors else 200
    )


@open_before_second_step
@require_POST
@require_permission(Permission.SEE_ACCOUNT)
def stay(request: SignedInRequest) -> HttpResponse:
    """Answer the time-out warning: the middleware has just noted that someone is here."""
    return HttpResponse(status=204)


@login_not_required
@require_GET
def theme(request: HttpRequest) -> HttpResponse:
    """The council's colour as custom properties; the same for all its people."""
    seat = request.user.seat if request.user.is_authenticated else None
    authorities = seat.authorities if seat else ()
    accent = None
    if len(authorities) == 1:
        accent = Authority.objects.values_list("accent", flat=True).get(pk=authorities[0])
    response = HttpResponse(css(accent), content_type="text/css")
    response.headers["Cache-Control"] = "private, max-age=300"
    return response
