"""What every table of the admin shares: no deleting, search, and who may change what.

The seat is asked by plain attributes, since this lies below the app that knows the roles.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db import models
from django.http import HttpRequest

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    StackedInline = admin.StackedInline[Any, Any]
else:  # Django's own classes take no types in brackets
    _ModelAdmin = admin.ModelAdmin
    StackedInline = admin.StackedInline  # one in a table leaves its boxes without a label

SYSTEM = "system_administrator"


def is_system(request: HttpRequest) -> bool:
    """Whether the person runs the installation, not one authority of it."""
    seat = getattr(request.user, "seat", None)
    return seat is not None and str(getattr(seat.role, "value", seat.role)) == SYSTEM


def own_authority(request: HttpRequest) -> int | None:
    """The authority of the seat in use."""
    return getattr(getattr(request.user, "seat", None), "authority_id", None)


class NamedDateTime(AdminSplitDateTime):
    """A date and a time, each box with a name that is read out; Django names neither."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        for box, name in zip(self.widgets, ("Date", "Time"), strict=True):
            box.attrs["aria-label"] = name


class KeptAdmin(_ModelAdmin):
    """A table whose rows stay: added and changed, never deleted.

    `system_only`: an authority's administrator may look, the system's may change. `authority_path`
    is how a row is found to be an authority's; with it an authority's administrator sees and
    changes only their own.
    """

    system_only = False
    authority_path = ""
    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and self._may_write(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._may_write(request)

    def _may_write(self, request: HttpRequest) -> bool:
        return is_system(request) or not self.system_only

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)
        if self.authority_path and not is_system(request):
            rows = rows.filter(**{self.authority_path: own_authority(request)})
        return rows

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer an authority's administrator no authority but their own."""
        if db_field.name == "authority" and self.authority_path and not is_system(request):
            kwargs["queryset"] = db_field.remote_field.model.objects.filter(
                pk=own_authority(request)
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ReadOnlyAdmin(KeptAdmin):
    """A list to look things up in."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def all_but(model: type[models.Model], editable: Iterable[str]) -> list[str]:
    """The fields of a table that are shown but not changed."""
    kept = set(editable)
    return [
        field.name
        for field in model._meta.get_fields()
        if getattr(field, "editable", False)
        and not getattr(field, "auto_created", False)
        and field.name not in kept
    ]
