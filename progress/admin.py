"""The lists an authority adds to: kinds of help and good examples."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from progress.models import Example, Intervention
from ui.administration import KeptAdmin, is_system, own_authority


class ListAdmin(KeptAdmin):
    """What ships is read; an authority's administrator adds to it and changes what they added."""

    list_filter = ("is_offered",)
    list_select_related = ("authority",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if is_system(request):
            return rows
        return rows.filter(Q(authority=None) | Q(authority=own_authority(request)))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Shipped entries come with the product's own files, and would be written over."""
        if obj is not None and (
            obj.authority_id is None
            or not (is_system(request) or obj.authority_id == own_authority(request))
        ):
            return False
        return super().has_change_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        rows = db_field.remote_field.model.objects.all()
        if db_field.name == "intervention" and not is_system(request):
            kwargs["queryset"] = rows.for_authority(own_authority(request))
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "authority" and field is not None:
            field.required = True  # without one it would be a shipped entry
            if not is_system(request):
                field.queryset = field.queryset.filter(pk=own_authority(request))
        return field


@admin.register(Intervention)
class InterventionAdmin(ListAdmin):
    list_display = ("name", "category", "authority", "is_offered")
    search_fields = ("name", "evidence", "source")
    ordering = ("category", "name", "pk")


@admin.register(Example)
class ExampleAdmin(ListAdmin):
    list_display = ("text", "phase", "area", "authority", "is_offered")
    search_fields = ("text", "need", "key")
    ordering = ("phase", "area", "key", "pk")
