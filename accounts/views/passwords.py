"""I cannot sign in; a new password by a link; the address confirmed by a link."""

from allauth.account.models import EmailConfirmationHMAC
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlsafe_base64_decode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts import actions
from accounts.forms import ChangePasswordForm, NewPasswordForm, ResetForm
from accounts.models import User
from accounts.permissions import Permission
from accounts.requests import SignedInRequest, posted, require_permission
from accounts.throttle import TooMany, too_many

RESET = "password_reset"  # whose, and by which token: out of the address, where it would be told on


@login_not_required
def cannot_sign_in(request: HttpRequest) -> HttpResponse:
    form = ResetForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_for_reset(
                request=request, email=form.cleaned_data["email"], at=timezone.now()
            )
        except TooMany as error:
            return too_many(request, error.until)
        return redirect("accounts:reset_sent")
    status = 422 if form.errors else 200
    return render(request, "accounts/cannot_sign_in.html", {"form": form}, status=status)


@login_not_required
@require_safe
def reset_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/reset_sent.html")


@login_not_required
@require_safe
def reset(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Take the link's token out of the address at once; the next page asks for the password."""
    request.session[RESET] = [uid, token]
    return redirect("accounts:new_password")


@login_not_required
@sensitive_post_parameters("password")
def new_password(request: HttpRequest) -> HttpResponse:
    user = _owner_of_link(request)
    if user is None:
        return render(request, "accounts/link_over.html", status=410)
    form = NewPasswordForm(posted(request), user=user)
    if request.method == "POST" and form.is_valid():
        del request.session[RESET]
        actions.reset_password(user=user, password=form.cleaned_data["password"], at=timezone.now())
        messages.success(request, "You have a new password. Sign in with it.")
        return redirect("accounts:sign_in")
    status = 422 if form.errors else 200
    return render(request, "accounts/new_password.html", {"form": form}, status=status)


def _owner_of_link(request: HttpRequest) -> User | None:
    uid, token = request.session.get(RESET, ("", ""))
    try:
        user = User.objects.get(pk=urlsafe_base64_decode(uid).decode(), is_active=True)
    except (User.DoesNotExist, ValidationError, ValueError):
        return None
    return user if default_token_generator.check_token(user, token) else None


@login_not_required
@require_safe
def email_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/email_sent.html")


@login_not_required
def confirm_email(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for one press before it counts: mail scanners follow links."""
    found = EmailConfirmationHMAC.from_key(key)
    address = found.email_address if found else None
    if address is None or address.email != address.user.email:
        return render(request, "accounts/link_over.html", status=410)
    if request.method == "POST":
        actions.confirm_email(user=address.user, at=timezone.now())
        messages.success(request, "Your email address is confirmed. Sign in.")
        return redirect("accounts:sign_in")
    return render(request, "accounts/confirm_email.html")


@sensitive_post_parameters("password", "current")
@require_permission(Permission.SEE_ACCOUNT)
def change_password(request: SignedInRequest) -> HttpResponse:
    form = ChangePasswordForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            is_theirs = actions.confirm_password(
                request=request, password=form.cleaned_data["current"], at=now
            )
        except TooMany as error:
            return too_many(request, error.until)
        if is_theirs:
            new = form.cleaned_data["password"]
            actions.change_password(request=request, user=request.user, password=new, at=now)
            messages.success(
                request, "Your password is changed. Your other devices are signed out."
            )
            return redirect("accounts:account")
        form.add_error("current", "Check your password")
    status = 422 if form.errors else 200
    return render(request, "accounts/change_password.html", {"form": form}, status=status)
