"""Signing in with a council account: begun by a link, since a form may not lead to another host."""

from datetime import timedelta

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import actions, council_accounts
from accounts.adapters import SECOND_STEP_THERE
from accounts.council_accounts import NotLetIn, Why
from accounts.models import CouncilSignIn
from accounts.requests import address_of
from accounts.throttle import Limit, TooMany, spend, too_many

# Each asks the council's server; one school's staff may share a network address
BEGINNINGS = Limit("council sign-in", 200, timedelta(minutes=5), timedelta(minutes=5))
LONGEST_ADDRESS = 500


@login_not_required
@require_safe
def begin(request: HttpRequest, code: str) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("/")
    council = get_object_or_404(council_accounts.offered(), authority__code=code)
    try:
        spend(BEGINNINGS, address_of(request), at=timezone.now())
        wanted = request.GET.get("next", "")[:LONGEST_ADDRESS]
        return council_accounts.begin(request, council, next_url=wanted)
    except TooMany as error:
        return too_many(request, error.until)
    except NotLetIn as refused:
        return _refused(request, council, refused.why)


@login_not_required
@require_safe
def back(request: HttpRequest, code: str) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("/")
    council = get_object_or_404(council_accounts.offered(), authority__code=code)
    try:
        claims, wanted = council_accounts.finish(request, council)
        user, took_second_step = actions.enter_by_council_account(
            request=request, council=council, claims=claims, at=timezone.now()
        )
    except NotLetIn as refused:
        return _refused(request, council, refused.why)
    request.session.cycle_key()
    login = Login(
        user=user,
        email_verification="none",  # who they are does not hang on the address
        redirect_url=wanted,
        state={SECOND_STEP_THERE: took_second_step},
    )
    answer: HttpResponse = perform_login(request, login)
    return answer


def _refused(request: HttpRequest, council: CouncilSignIn, why: Why) -> HttpResponse:
    """Say in plain words why nobody is let in, and who can help; record it."""
    actions.note_refusal(council=council, why=why, at=timezone.now())
    context = {"council": council, "why": why.name.lower()}
    return render(request, "accounts/council_refused.html", context, status=403)
