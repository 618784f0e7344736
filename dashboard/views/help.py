"""Pages anyone may read, signed in or not: help, privacy, accessibility, cookies, contact."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from schools.models import Authority


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "help/help.html", {"role": _role(request)})


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "help/privacy.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "help/accessibility.html")


@login_not_required
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    return render(request, "help/cookies.html")


@login_not_required
@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    return render(request, "help/contact.html", {"councils": _councils(request)})


def _role(request: HttpRequest) -> str:
    user = request.user
    return user.seat.role.value if isinstance(user, User) and user.seat else ""


def _councils(request: HttpRequest) -> list[Authority]:
    """The councils this person works with; none for someone not signed in. One query."""
    user = request.user
    if not isinstance(user, User) or user.seat is None:
        return []
    return list(Authority.objects.filter(pk__in=user.seat.authorities).order_by("name", "pk"))
