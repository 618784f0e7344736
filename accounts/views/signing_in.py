"""The way in: password, second step, and what helps somebody who cannot."""

import json

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import actions, council_accounts, second_steps
from accounts.adapters import SecondStepStage
from accounts.forms import (
    WRONG,
    WRONG_BACKUP_CODE,
    WRONG_CODE,
    BackupCodeForm,
    CodeForm,
    PasskeyForm,
    SignInForm,
)
from accounts.middleware import TRUST_DAYS
from accounts.models import User
from accounts.requests import posted
from accounts.seats import seats_of
from accounts.throttle import TooMany, too_many
from accounts.trust import days_of_trust


@login_not_required
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("/")
    form = SignInForm(posted(request))
    if request.method == "POST" and form.is_valid():
        email, password = form.cleaned_data["email"].lower(), form.cleaned_data["password"]
        try:
            user = actions.try_password(
                request=request, email=email, password=password, at=timezone.now()
            )
        except TooMany as error:
            return too_many(request, error.until)
        if user is not None:
            request.session.cycle_key()
            login = Login(user=user, email=email, redirect_url=request.GET.get("next"))
            answer: HttpResponse = perform_password_login(request, {}, login)
            return answer
        form.add_error("email", WRONG)
    context = {
        "form": form,
        "councils": council_accounts.offered(),
        "next": request.GET.get("next", ""),
    }
    return render(request, "accounts/sign_in.html", context, status=422 if form.errors else 200)


def _waiting(request: HttpRequest) -> SecondStepStage | None:
    """The sign-in that waits for its second step, if its person may still sign in."""
    stage: SecondStepStage | None = LoginStageController.enter(request, SecondStepStage.key)
    return stage if stage and stage.login.user and stage.login.user.is_active else None


def _exit(stage: SecondStepStage) -> HttpResponse:
    """Go on with the sign-in, which is complete now."""
    answer: HttpResponse = stage.exit()
    return answer


@login_not_required
def code(request: HttpRequest) -> HttpResponse:
    stage = _waiting(request)
    if stage is None:
        return redirect("accounts:sign_in")
    user: User = stage.login.user
    now = timezone.now()
    days = days_of_trust(seats_of(user, on=timezone.localdate()), on=timezone.localdate())
    form = CodeForm(posted(request), trust_days=days)
    if request.method == "POST" and form.is_valid():
        try:
            passed = actions.try_code(
                request=request, user=user, code=form.cleaned_data["code"], at=now
            )
        except TooMany as error:
            return too_many(request, error.until)
        if passed:
            request.session[TRUST_DAYS] = days if form.cleaned_data.get("trust") else 0
            return _exit(stage)
        form.add_error("code", WRONG_CODE)
    return _second_step_page(request, user, form)


def _second_step_page(request: HttpRequest, user: User, form: CodeForm) -> HttpResponse:
    kinds = {authenticator.type for authenticator in second_steps.all_of(user)}
    options = webauthn.begin_authentication(user) if second_steps.PASSKEY in kinds else None
    context = {
        "form": form if second_steps.APP in kinds else None,
        "passkey": json.dumps(options) if options else "",
        "has_backup_codes": second_steps.CODES in kinds,
        "shown_code": second_steps.code_to_show(user, at=timezone.now()),
    }
    return render(request, "accounts/code.html", context, status=422 if form.errors else 200)


@login_not_required
@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    stage = _waiting(request)
    if stage is None:
        return redirect("accounts:sign_in")
    form = PasskeyForm(request.POST)
    if form.is_valid():
        try:
            passed = actions.try_passkey(
                request=request,
                user=stage.login.user,
                credential=form.cleaned_data["credential"],
                at=timezone.now(),
            )
        except TooMany as error:
            return too_many(request, error.until)
        if passed:
            return _exit(stage)
    messages.error(request, "The passkey was not accepted. Try again, or use another way.")
    return redirect("accounts:code")


@login_not_required
def recovery(request: HttpRequest) -> HttpResponse:
    stage = _waiting(request)
    if stage is None:
        return redirect("accounts:sign_in")
    form = BackupCodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            passed = actions.try_code(
                request=request,
                user=stage.login.user,
                code=form.cleaned_data["code"],
                at=timezone.now(),
            )
        except TooMany as error:
            return too_many(request, error.until)
        if passed:
            return _exit(stage)
        form.add_error("code", WRONG_BACKUP_CODE)
    return render(
        request, "accounts/recovery.html", {"form": form}, status=422 if form.errors else 200
    )


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        actions.sign_out(request=request, user=request.user, at=timezone.now())
        messages.success(request, "You have signed out.")
    return redirect("accounts:sign_in")
