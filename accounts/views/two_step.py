"""Setting up the second step: an app or a passkey, and backup codes shown once."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import actions, second_steps
from accounts.forms import CODE_OF_APP, AppForm, ConfirmForm, NewPasskeyForm
from accounts.middleware import BEGAN, CONFIRMED, SECOND_STEP
from accounts.permissions import Permission
from accounts.requests import SignedInRequest, open_before_second_step, posted, require_permission
from accounts.throttle import TooMany, too_many

SECRET = "app_secret"  # noqa: S105 (where the session keeps it until a first code proves it)
FRESH = timedelta(minutes=10)
View = Callable[[SignedInRequest], HttpResponse]


def freshly_confirmed(view: View) -> View:
    """Ask for the password again when it was not typed within ten minutes."""

    @wraps(view)
    def guarded(request: SignedInRequest) -> HttpResponse:
        times = [request.session.get(name) for name in (BEGAN, CONFIRMED)]
        last = max((datetime.fromisoformat(time) for time in times if time), default=None)
        if last is None or timezone.now() - last > FRESH:
            back = request.path if request.method == "GET" else reverse("accounts:two_step")
            return redirect(f"{reverse('accounts:confirm')}?next={back}")
        return view(request)

    return guarded


@open_before_second_step
@sensitive_post_parameters("current")
@require_permission(Permission.SEE_ACCOUNT)
def confirm(request: SignedInRequest) -> HttpResponse:
    form = ConfirmForm(posted(request))
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["current"]
        try:
            is_theirs = actions.confirm_password(
                request=request, password=password, at=timezone.now()
            )
        except TooMany as error:
            return too_many(request, error.until)
        if is_theirs:
            return redirect(_safe_next(request))
        form.add_error("current", "Check your password")
    context = {"form": form, "forced": _is_forced(request)}
    return render(request, "accounts/confirm.html", context, status=422 if form.errors else 200)


def _safe_next(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else reverse("accounts:two_step")


def _is_forced(request: SignedInRequest) -> bool:
    """Whether nothing else opens before a second step is set up."""
    return not request.session.get(SECOND_STEP) and second_steps.is_needed(request.seats)


@open_before_second_step
@require_safe
@require_permission(Permission.SEE_ACCOUNT)
def two_step(request: SignedInRequest) -> HttpResponse:
    mine = second_steps.all_of(request.user)
    codes = next((one for one in mine if one.type == second_steps.CODES), None)
    context = {
        "factors": [
            {"id": one.pk, "name": second_steps.named(one), "since": one.created_at,
             "used": one.last_used_at, "is_app": one.type == second_steps.APP}
            for one in mine
            if one.type != second_steps.CODES
        ],
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "forced": _is_forced(request),
        "is_needed": second_steps.is_needed(request.seats),
    }  # fmt: skip
    return render(request, "accounts/two_step.html", context)


@open_before_second_step
@require_permission(Permission.SEE_ACCOUNT)
@freshly_confirmed
def app(request: SignedInRequest) -> HttpResponse:
    secret = request.session.setdefault(SECRET, second_steps.new_secret())
    form = AppForm(posted(request))
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        try:
            actions.add_app(user=request.user, secret=secret, code=code, at=timezone.now())
        except actions.NotTheirs:
            form.add_error("code", CODE_OF_APP)
        else:
            del request.session[SECRET]
            return _set_up(request)
    context = {
        "form": form,
        "qr": second_steps.qr_code(second_steps.setup_address(request.user, secret)),
        "secret": second_steps.in_groups(secret),
        "forced": _is_forced(request),
    }
    return render(request, "accounts/app.html", context, status=422 if form.errors else 200)


@open_before_second_step
@require_permission(Permission.SEE_ACCOUNT)
@freshly_confirmed
def passkey(request: SignedInRequest) -> HttpResponse:
    form = NewPasskeyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        name, credential = form.cleaned_data["name"], form.cleaned_data["credential"]
        try:
            actions.add_passkey(
                user=request.user, name=name, credential=credential, at=timezone.now()
            )
        except actions.NotTheirs:
            form.add_error(None, "The passkey did not answer. Try again")
        else:
            return _set_up(request)
    context = {
        "form": form,
        "options": json.dumps(webauthn.begin_registration(request.user, passwordless=False)),
        "forced": _is_forced(request),
    }
    return render(request, "accounts/passkey.html", context, status=422 if form.errors else 200)


def _set_up(request: SignedInRequest) -> HttpResponse:
    """Open the rest of the site; with the first second step come backup codes."""
    request.session[SECOND_STEP] = True
    has_codes = Authenticator.objects.filter(user=request.user, type=second_steps.CODES).exists()
    messages.success(request, "Your second step is set up.")
    if has_codes:
        return redirect("accounts:two_step")
    actions.make_codes(user=request.user, at=timezone.now())
    return redirect("accounts:codes")


@require_permission(Permission.SEE_ACCOUNT)
@freshly_confirmed
def codes(request: SignedInRequest) -> HttpResponse:
    """Backup codes: shown the first time this page is opened after they were made."""
    if request.method == "POST" and second_steps.is_set_up(request.user):
        actions.make_codes(user=request.user, at=timezone.now())
        return redirect("accounts:codes")
    found = Authenticator.objects.filter(user=request.user, type=second_steps.CODES).first()
    if found is None or found.wrap().did_view:
        return redirect("accounts:two_step")
    wrapped = found.wrap()
    wrapped.mark_as_viewed()
    context = {"codes": [second_steps.in_groups(code) for code in wrapped.get_unused_codes()]}
    return render(request, "accounts/codes.html", context)


@require_POST
@require_permission(Permission.SEE_ACCOUNT)
@freshly_confirmed
def remove(request: SignedInRequest) -> HttpResponse:
    factor = request.POST.get("factor", "")
    if factor.isdecimal() and len(factor) < 10:  # as many digits as a key has
        actions.remove_second_step(user=request.user, factor=int(factor), at=timezone.now())
        request.session[SECOND_STEP] = second_steps.is_set_up(request.user)
        messages.success(request, "That way of signing in is removed.")
    return redirect("accounts:two_step")
