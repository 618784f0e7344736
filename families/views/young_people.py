"""A young person's way in."""

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from accounts import devices
from accounts.requests import posted
from accounts.throttle import TooMany, too_many
from families import actions
from families.forms import DOES_NOT_FIT, CodeForm


@login_not_required
@sensitive_post_parameters("code")
def young_person(request: HttpRequest) -> HttpResponse:
    """The code may come from a QR code after a "#", which the browser keeps to itself."""
    if request.user.is_authenticated:
        return render(request, "families/somebody_is_in.html")
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        typed = actions.Typed(**form.cleaned_data)
        try:
            user = actions.use_code(request=request, typed=typed, at=timezone.now())
        except TooMany as error:
            return too_many(request, error.until)
        if user is not None:
            login = Login(user=user, email_verification="none")
            answer: HttpResponse = perform_login(request, login)
            return answer
        form.add_error("code", DOES_NOT_FIT)
    status = 422 if form.errors else 200
    page = render(request, "families/young_person.html", {"form": form}, status=status)
    if not devices.token_of(request):
        devices.remember(page, devices.new_token())
    return page
