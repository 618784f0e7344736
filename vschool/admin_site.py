"""The admin for administrators: people, settings and reference data; no case content."""

from collections.abc import Iterable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator

LIBRARIES = {"account", "mfa", "socialaccount"}


class Site(AdminSite):
    site_header = "Virtual School administration"
    site_title = "Virtual School administration"
    index_title = "People, settings and reference data"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Refuse a person without the right seat with 403, as everywhere; Django would send them
        to sign in again.
        """
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return guarded

    def register(self, model_or_iterable: Any, *args: Any, **options: Any) -> None:
        """Leave out Django's groups, since rights come from the table of roles (decisions 10), and
        the tables of sign-in, which hold secrets and have pages of their own.
        """
        models = (
            model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        )
        kept = [m for m in models if m is not Group and m._meta.app_label not in LIBRARIES]
        if kept:
            super().register(kept, *args, **options)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the one sign-in there is; a person without the right seat is refused."""
        if request.user.is_authenticated:
            if self.has_permission(request):
                return redirect("admin:index")
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", request.path))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Passwords are changed on the person's own account page, not here."""
        return redirect("accounts:account")
