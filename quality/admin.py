from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, F, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from quality.models import Area, BankComment, Rubric
from ui.administration import KeptAdmin, NamedDateTime, StackedInline, is_system, own_authority

if TYPE_CHECKING:
    _RubricForm = ModelForm[Rubric]
else:  # Django's own class takes no types in brackets
    _RubricForm = ModelForm


class OwnOrShipped(KeptAdmin):
    """The shipped rows, to read, and those of the administrator's authority, to change."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if is_system(request):
            return rows
        return rows.filter(Q(authority=None) | Q(authority=own_authority(request)))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        theirs = obj is None or is_system(request) or obj.authority_id == own_authority(request)
        return theirs and super().has_change_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "authority" and field is not None and not is_system(request):
            field.queryset = field.queryset.filter(pk=own_authority(request))
            field.required = True
        return field


class AreaInline(StackedInline):
    model = Area
    extra = 0
    ordering = ("place",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and obj.published_at is None and _may_change(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An area of an edition not published yet: nothing was graded by it."""
        return self.has_add_permission(request, obj)


def _may_change(request: HttpRequest, rubric: Rubric) -> bool:
    return is_system(request) or rubric.authority_id == own_authority(request)


class RubricForm(_RubricForm):
    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("published_at") and (self.instance._state.adding or not self._has_areas()):
            raise ValidationError(
                "Save the edition first, look at its areas, then publish it: a published one "
                "never changes"
            )
        return data

    def _has_areas(self) -> bool:
        return self.instance.areas.exists()


@admin.register(Rubric)
class RubricAdmin(OwnOrShipped):
    """An edition of the rubric. A new one begins with the areas of the one before.

    Setting the time it is published closes it for good; checks begun from its day on use it.
    """

    form = RubricForm
    formfield_overrides = {DateTimeField: {"widget": NamedDateTime}}
    list_display = ("__str__", "authority", "scale", "started_on", "published_at")
    search_fields = ("authority__name", "authority__code", "=number")
    ordering = ("authority__code", "-number")
    list_select_related = ("authority",)
    inlines = (AreaInline,)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.published_at is not None:
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Rubric, form: Any, change: bool) -> None:
        # Its areas are saved after it: it is closed when they are in
        published_at, obj.published_at = obj.published_at, None
        super().save_model(request, obj, form, change)
        obj.published_at = published_at
        if not change:
            before = _edition_before(obj)
            areas = before.areas.all() if before else ()
            Area.objects.bulk_create(
                Area(
                    rubric=obj,
                    key=area.key,
                    place=area.place,
                    title=area.title,
                    description=area.description,
                    kind=area.kind,
                )
                for area in areas
            )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.instance.published_at is not None:
            form.instance.save(update_fields=["published_at"])


def _edition_before(rubric: Rubric) -> Rubric | None:
    """The newest published edition of the authority, else the shipped one."""
    published = Rubric.objects.filter(published_at__isnull=False).exclude(pk=rubric.pk)
    either = Q(authority=rubric.authority_id) | Q(authority=None)
    own_first = F("authority").asc(nulls_last=True)
    return published.filter(either).order_by(own_first, "-started_on", "-number").first()


@admin.register(BankComment)
class BankCommentAdmin(OwnOrShipped):
    """Words a checker may put into a comment."""

    list_display = ("words", "kind", "authority", "is_offered")
    list_filter = ("kind", "is_offered")
    search_fields = ("words",)
    ordering = ("kind", "words")
    list_select_related = ("authority",)
