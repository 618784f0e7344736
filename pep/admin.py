from typing import Any

from django.contrib import admin
from django.db.models import DateTimeField, Q, QuerySet
from django.http import HttpRequest

from pep.models import Form, FormVersion, Question, Section
from ui.administration import KeptAdmin, NamedDateTime, StackedInline, is_system, own_authority


def _own_forms(request: HttpRequest, path: str = "") -> Q:
    """The shipped forms and, for an authority's administrator, those of the authority."""
    if is_system(request):
        return Q()
    return Q(**{f"{path}authority": None}) | Q(**{f"{path}authority": own_authority(request)})


class FrozenWhenPublished(KeptAdmin):
    """Rows of an edition: open until it is published, then as they are for good (a trigger)."""

    form_path = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(_own_forms(request, self.form_path))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and (_is_published(obj) or not _is_theirs(obj, request)):
            return False
        return super().has_change_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only what may still be written in."""
        if db_field.name == "form" and not is_system(request):
            kwargs["queryset"] = Form.objects.filter(authority=own_authority(request))
        if db_field.name in {"version", "section"}:
            path = "form__" if db_field.name == "version" else "version__form__"
            published = "published_at" if db_field.name == "version" else "version__published_at"
            rows = db_field.remote_field.model.objects.filter(**{f"{published}__isnull": True})
            if not is_system(request):
                rows = rows.filter(**{f"{path}authority": own_authority(request)})
            kwargs["queryset"] = rows
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def _version(row: Any) -> FormVersion | None:
    if isinstance(row, FormVersion):
        return row
    if isinstance(row, Section):
        return row.version
    return row.section.version if isinstance(row, Question) else None


def _is_published(row: Any) -> bool:
    version = _version(row)
    return version is not None and version.published_at is not None


def _is_theirs(row: Any, request: HttpRequest) -> bool:
    version = _version(row)
    form = version.form if version else row
    return is_system(request) or form.authority_id == own_authority(request)


@admin.register(Form)
class FormAdmin(FrozenWhenPublished):
    list_display = ("phase", "authority")
    list_filter = ("phase",)
    search_fields = ("phase", "authority__name")
    ordering = ("phase", "authority__code")
    list_select_related = ("authority",)
    authority_path = ""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "authority" and field is not None and not is_system(request):
            field.queryset = field.queryset.filter(pk=own_authority(request))
            field.required = True
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["phase", "authority"] if obj else []


class SectionInline(StackedInline):
    model = Section
    extra = 0
    can_delete = False
    fields = ("place", "slug", "title", "group", "owner")
    show_change_link = True
    ordering = ("place",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and not _is_published(obj) and _is_theirs(obj, request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)


@admin.register(FormVersion)
class FormVersionAdmin(FrozenWhenPublished):
    """An edition of a form. Setting the time it is published closes it for good."""

    form_path = "form__"
    formfield_overrides = {DateTimeField: {"widget": NamedDateTime}}
    list_display = ("form", "number", "published_at")
    search_fields = ("form__phase", "=number")
    ordering = ("form__phase", "-number")
    list_select_related = ("form",)
    inlines = (SectionInline,)


class QuestionInline(StackedInline):
    model = Question
    extra = 0
    can_delete = False
    ordering = ("place",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and not _is_published(obj) and _is_theirs(obj, request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)


@admin.register(Section)
class SectionAdmin(FrozenWhenPublished):
    form_path = "version__form__"
    list_display = ("version", "place", "slug", "title", "owner")
    list_filter = ("owner", "version__form__phase")
    search_fields = ("slug", "title", "group")
    ordering = ("version__form__phase", "version__number", "place")
    list_select_related = ("version__form",)
    inlines = (QuestionInline,)
