"""What somebody who was invited meets: who asked, what they will see, a password or PIN, in."""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.account.internal.flows.login import perform_login, perform_password_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts import wall
from accounts.models import User
from accounts.requests import posted
from accounts.roles import (
    ADMINISTRATOR_ROLES,
    NAMED_ONLY_ROLES,
    SCHOOL_ROLES,
    SECOND_STEP_ROLES,
    TEAM_ROLES,
    Role,
)
from notifications.links import authority_of, hash_of
from people.actions import accepting, inviting
from people.actions.inviting import NotNow, can_sign_in, is_by_pin
from people.forms import NewPinForm, PasswordForm
from people.models import Invitation

SEES: dict[Role, str] = {
    Role.DESIGNATED_TEACHER: "The looked-after pupils of your school from your first day: their "
    "education record and their personal education plans (PEPs), which you write.",
    Role.INVITED_COLLEAGUE: "One pupil’s name and the sections of their personal education plan "
    "(PEP) that you were asked to write, until the last day of the invitation.",
    Role.CARER: "How the child you care for is doing in school, their meetings, and your part of "
    "their personal education plan (PEP).",
    Role.GOVERNOR: "Figures. You see no child.",
    Role.FINANCE_OFFICER: "Figures. You see no child.",
}


def _sees(role: str) -> str:
    if role in SEES:
        return SEES[Role(role)]
    if role in TEAM_ROLES:
        return "The council’s looked-after children: their education and their plans."
    if role in SCHOOL_ROLES:
        return "The looked-after pupils of your school: their education record and their plans."
    if role in ADMINISTRATOR_ROLES:
        return "People, roles and settings. You read nothing of children."
    if role in NAMED_ONLY_ROLES:
        return "The name, school and year of the children a virtual school names to you."
    return "The children you work with, from the day you do to the day you no longer do."


@contextmanager
def _opened(token: str) -> Iterator[Invitation | None]:
    """Open the wall of the e-mail's authority and find what the link is for. Three queries."""
    authority_id = authority_of(token)
    with wall.opened([authority_id] if authority_id else [], actor=wall.Actor(seat="invitation")):
        found = Invitation.objects.filter(
            notice__email__token_hash=hash_of(token), withdrawn_at=None
        ).select_related("person", "authority", "school", "invited_by")
        yield found.first() if authority_id else None


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who asked and what it opens (step 1); taken by whoever has an account with the address."""
    with _opened(token) as found:
        if found is None:
            return render(request, "people/no_invitation.html", status=404)
        if found.accepted_at is not None:
            return render(request, "people/accepted.html")
        if found.is_over(timezone.now()):
            return render(request, "people/expired.html", {"token": token}, status=410)
        has_account = can_sign_in(found)
        is_theirs = request.user.is_authenticated and request.user.pk == found.person_id
        if request.method == "POST" and has_account and is_theirs:
            accepting.accept_signed_in(invitation=found, by=found.person, at=timezone.now())
            return redirect("/")
        context = {
            "invitation": found,
            "sees": _sees(found.role),
            "token": token,
            "has_account": has_account,
            "is_theirs": is_theirs,
            "steps": _steps(found),
            "by_pin": is_by_pin(found),
            "is_other": request.user.is_authenticated and not is_theirs,
        }
        return render(request, "people/invitation.html", context)


@login_not_required
@never_cache
@sensitive_post_parameters("password", "pin", "again")
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest, token: str) -> HttpResponse:
    """Name and password, or a carer's PIN (step 2); it signs in, and a second step follows."""
    with _opened(token) as found:
        if found is None or request.user.is_authenticated or not _may_join(found):
            return redirect("people:invitation", token=token)
        by_pin = is_by_pin(found)
        form = (NewPinForm if by_pin else PasswordForm)(posted(request), person=found.person)
        if request.method != "POST" or not form.is_valid():
            context = {"form": form, "invitation": found, "by_pin": by_pin, "steps": _steps(found)}
            status = 422 if form.errors else 200
            return render(request, "people/password.html", context, status=status)
        join = accepting.accept_with_pin if by_pin else accepting.accept
        try:
            person = join(invitation=found, at=timezone.now(), **form.cleaned_data)
        except NotNow:
            return redirect("people:invitation", token=token)
    messages.success(request, "Your account is ready.")
    return _go_in(request, person)


def _may_join(found: Invitation) -> bool:
    return found.is_waiting and not found.is_over(timezone.now()) and not can_sign_in(found)


def _steps(found: Invitation) -> int:
    """How many steps lie before the newcomer: the last is the second step of signing in."""
    return 3 if found.role in SECOND_STEP_ROLES else 2


def _go_in(request: HttpRequest, person: User) -> HttpResponse:
    """Go on as after the right password or PIN: to the second step, where there is one."""
    request.session.cycle_key()
    answer: HttpResponse = (
        perform_password_login(request, {}, Login(user=person, email=person.email))
        if person.has_usable_password()
        else perform_login(request, Login(user=person, email_verification="none"))
    )
    return answer


@login_not_required
@require_POST
def again(request: HttpRequest, token: str) -> HttpResponse:
    """Send a new link to the address the old one went to; the answer is always the same."""
    with _opened(token) as found:
        now = timezone.now()
        if found is not None and found.is_over(now) and found.person.is_active:
            inviting.send_again(invitation=found, at=now)
    return render(request, "people/sent_again.html")
