from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts import actions
from accounts.forms import SignInForm, SwitchForm
from accounts.models import User
from accounts.permissions import Permission, require_permission
from accounts.requests import SignedInRequest
from schools.models import Authority
from ui.theme import css


@login_not_required
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("/")
    if request.method != "POST":
        return render(request, "accounts/sign_in.html", {"form": SignInForm(request=request)})
    form = SignInForm(request.POST, request=request)
    if form.is_valid() and form.user is not None:
        actions.sign_in(request=request, user=form.user, at=timezone.now())
        return redirect(_where_next(request))
    if form.has_error("email") and form.cleaned_data.get("password"):
        known = User.objects.filter(email=request.POST.get("email", "").strip().lower())
        actions.sign_in_refused(
            user_id=known.values_list("pk", flat=True).first(), at=timezone.now()
        )
    return render(request, "accounts/sign_in.html", {"form": form}, status=422)


def _where_next(request: HttpRequest) -> str:
    """The page asked for before sign-in, if it is one of ours."""
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else settings.LOGIN_REDIRECT_URL


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        actions.sign_out(request=request, user=request.user, at=timezone.now())
        messages.success(request, "You have signed out")
    return redirect("accounts:sign_in")


@require_safe
@require_permission(Permission.SEE_ACCOUNT)
def account(request: SignedInRequest) -> HttpResponse:
    return render(request, "accounts/account.html", {"seats": request.seats})


@require_permission(Permission.SEE_ACCOUNT)
def switch(request: SignedInRequest) -> HttpResponse:
    seat = request.user.seat
    form = SwitchForm(
        request.POST or None, seats=request.seats, initial={"seat": seat.key if seat else None}
    )
    if request.method == "POST" and form.is_valid():
        chosen = next(s for s in request.seats if s.key == form.cleaned_data["seat"])
        actions.take_seat(request=request, seat=chosen, at=timezone.now())
        return redirect("/")
    return render(
        request, "accounts/switch.html", {"form": form}, status=422 if form.errors else 200
    )


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
