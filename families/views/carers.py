"""A carer's way in: an address, a link, a PIN."""

from uuid import UUID

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import devices
from accounts.models import User
from accounts.permissions import Permission
from accounts.requests import SignedInRequest, posted, require_permission
from accounts.roles import Role
from accounts.throttle import TooMany, too_many
from children.actions import record_opening, stop_if_restricted
from children.models import Child, Involvement
from families import actions, texts
from families.forms import WRONG_PIN, AskByEmailForm, AskForm, NewPinForm, PinForm
from families.models import CarerLink

LINK = "carer_link"  # its token: out of the address, where it would be told on


@login_not_required
def ask(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("/")
    form = (AskForm if texts.are_offered() else AskByEmailForm)(posted(request))
    if request.method == "POST" and form.is_valid():
        way, to = form.way()
        try:
            actions.ask_for_link(request=request, way=way, to=to, at=timezone.now())
        except TooMany as error:
            return too_many(request, error.until)
        return redirect("families:link_sent")
    status = 422 if form.errors else 200
    answer = render(request, "families/ask.html", {"form": form}, status=status)
    if not devices.token_of(request):
        devices.remember(answer, devices.new_token())
    return answer


@login_not_required
@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "families/link_sent.html")


@login_not_required
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address at once. Nothing is used up: mail scanners follow links."""
    request.session[LINK] = token
    return redirect("families:pin")


@login_not_required
@sensitive_post_parameters("pin", "again")
def pin(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    found = actions.link_of(request.session.get(LINK, ""), at=now)
    if found is None or found.user is None:
        return render(request, "families/link_over.html", status=410)
    has_pin = actions.has_pin(found.user)
    form = (PinForm if has_pin else NewPinForm)(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            if _takes(request, found, form.cleaned_data["pin"], has_pin=has_pin):
                return _let_in(request, found.user)
        except TooMany as error:
            return too_many(request, error.until)
        except actions.LinkIsOver:
            return render(request, "families/link_over.html", status=410)
        form.add_error("pin", WRONG_PIN)
    status = 422 if form.errors else 200
    return render(request, "families/pin.html", {"form": form, "has_pin": has_pin}, status=status)


def _takes(request: HttpRequest, link: CarerLink, pin: str, *, has_pin: bool) -> bool:
    """Try the PIN, or set the first one. Raises TooMany and LinkIsOver."""
    now = timezone.now()
    if has_pin:
        return actions.try_pin(request=request, link=link, pin=pin, at=now)
    actions.choose_pin(request=request, link=link, pin=pin, at=now)
    return True


def _let_in(request: HttpRequest, user: User) -> HttpResponse:
    """Go on as after a password: whoever set up a second step is asked for it."""
    request.session.pop(LINK, None)
    answer: HttpResponse = perform_login(request, Login(user=user, email_verification="none"))
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.RESET_CARER_PIN)
def reset_pin(request: SignedInRequest, pk: UUID, person_pk: UUID) -> HttpResponse:
    """Forget a carer's PIN, for a carer who asked."""
    child = get_object_or_404(Child.objects.visible_to(request.user), pk=pk)
    stop_if_restricted(child=child, by=request.user)
    caring = Involvement.objects.current().filter(child=child, role=Role.CARER, person=person_pk)
    involvement = caring.select_related("person").first()
    if involvement is None:
        raise Http404
    back = reverse("dashboard:child_people", args=[child.pk])
    now = timezone.now()
    if request.method == "POST":
        actions.reset_pin(person=involvement.person, child=child, by=request.user, at=now)
        messages.success(
            request, "The PIN no longer works. They choose a new one with their next link."
        )
        return redirect(back)
    record_opening(child=child, by=request.user, page="carer’s PIN", at=now)
    context = {"carer": involvement.person, "back_url": back, "back_label": "People"}
    return render(request, "families/reset_pin.html", context)
