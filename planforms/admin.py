"""Forms in the administration: an authority writes its own, tries it, publishes it.

An authority's administrator sees the shipped forms and those of the authority, and changes drafts
of the authority only; a published version stays as it is for good (a trigger).
"""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.defaultfilters import linebreaksbr
from django.urls import URLPattern, path

from pep.models import Form, FormVersion, Question, Section
from planforms import views
from planforms.contents import OF_QUESTION, OF_SECTION
from planforms.forms import (
    QuestionForm,
    QuestionFormSet,
    SectionForm,
    SectionFormSet,
    SectionRowForm,
)
from planforms.rules import column_text, options_text, rule_text
from ui.administration import KeptAdmin, StackedInline, is_system, own_authority

OUT_OF_THE_WAY = 1000  # places while rows are numbered anew


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


def number_anew(model: Any, formset: Any, owner: dict[str, Any]) -> None:
    """Save the rows of a formset in the order of their places, which may be given twice."""
    rows = model.objects.filter(**owner)
    rows.update(place=F("place") + OUT_OF_THE_WAY)
    formset.save(commit=False)
    for row in formset.deleted_objects:
        row.delete()
    kept = [
        form
        for form in formset.forms
        if form.instance not in formset.deleted_objects
        and (form.has_changed() or form.instance.pk in {r.pk for r in formset.get_queryset()})
    ]
    kept.sort(key=lambda form: form.cleaned_data.get("place") or 0)
    for place, form in enumerate(kept, start=1):
        form.instance.place = place
        form.instance.save()


@admin.register(Form)
class FormAdmin(FrozenWhenPublished):
    """The forms there are; an authority begins its own from here, or takes one in from a file."""

    list_display = ("phase", "authority")
    list_filter = ("phase",)
    search_fields = ("phase", "authority__name")
    ordering = ("phase", "authority__code")
    list_select_related = ("authority",)
    authority_path = ""
    change_list_template = "admin/planforms/forms.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("begin/<str:phase>/", view(views.begin), name="planforms_begin"),
            path("take-in/", view(views.take_in), name="planforms_take_in"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        more = {"phases": Form.Phase.choices, "may_begin": views.may_write(request)}
        return super().changelist_view(request, {**(extra_context or {}), **more})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "authority" and field is not None and not is_system(request):
            field.queryset = field.queryset.filter(pk=own_authority(request))
            field.required = True
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["phase", "authority"] if obj else []


IN_WORDS = {
    "options": "options_in_words",
    "columns": "columns_in_words",
    "required_when": "required_when_in_words",
    "shown_when": "shown_when_in_words",
}


def fields_for(names: Iterable[str], *, may_change: bool) -> list[str]:
    """What is kept as values is read in words by whoever may not change it."""
    return [name if may_change else IN_WORDS.get(name, name) for name in names]


class SaidInWords:
    """Values of a form in words."""

    @admin.display(description="Options")
    def options_in_words(self, row: Question) -> str:
        return linebreaksbr(options_text(row.options)) or "None"

    @admin.display(description="Columns")
    def columns_in_words(self, row: Question) -> str:
        lines = "\n".join(column_text(column) for column in row.columns)
        return linebreaksbr(lines) or "None"

    @admin.display(description="Required when")
    def required_when_in_words(self, row: Question) -> str:
        return rule_text(row.required_when) or "No rule"

    @admin.display(description="Asked when")
    def shown_when_in_words(self, row: Section | Question) -> str:
        return rule_text(row.shown_when) or "Always"


class OpenInline(StackedInline):
    """Rows of a draft; those of a published version are read."""

    extra = 0
    ordering = ("place",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and not _is_published(obj) and _is_theirs(obj, request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)


class SectionInline(OpenInline):
    model = Section
    form = SectionRowForm
    formset = SectionFormSet
    fields = ("place", "slug", "title", "group", "owner")
    show_change_link = True


@admin.register(FormVersion)
class FormVersionAdmin(FrozenWhenPublished):
    """A version of a form: its sections in order, its preview, what changed, and publishing."""

    form_path = "form__"
    list_display = ("form", "number", "published_at")
    search_fields = ("form__phase", "=number")
    ordering = ("form__phase", "-number")
    list_select_related = ("form",)
    readonly_fields = ("published_at",)
    inlines = (SectionInline,)
    change_form_template = "admin/planforms/version.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/preview/", view(views.preview), name="planforms_preview"),
            path("<uuid:pk>/changes/", view(views.changed), name="planforms_changes"),
            path("<uuid:pk>/publish/", view(views.publish), name="planforms_publish"),
            path("<uuid:pk>/save-as-a-file/", view(views.export), name="planforms_export"),
            *super().get_urls(),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["form", "number", "published_at"] if obj else self.readonly_fields

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        number_anew(Section, formset, {"version": form.instance})


class QuestionInline(SaidInWords, OpenInline):
    model = Question
    form = QuestionForm
    formset = QuestionFormSet
    readonly_fields = tuple(IN_WORDS.values())

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        may_change = self.has_change_permission(request, obj)
        return fields_for(("place", *OF_QUESTION), may_change=may_change)


@admin.register(Section)
class SectionAdmin(SaidInWords, FrozenWhenPublished):
    """A section and its questions, checked together."""

    form = SectionForm
    readonly_fields = (IN_WORDS["shown_when"],)
    form_path = "version__form__"
    list_display = ("version", "place", "slug", "title", "owner")
    list_filter = ("owner", "version__form__phase")
    search_fields = ("slug", "title", "group")
    ordering = ("version__form__phase", "version__number", "place")
    list_select_related = ("version__form",)
    inlines = (QuestionInline,)
    change_form_template = "admin/planforms/section.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A section is added on the page of its version, where it has a place."""
        return False

    def response_post_save_change(self, request: HttpRequest, obj: Section) -> HttpResponseRedirect:
        """Back to the form the section is of; the list of sections is of all forms."""
        return redirect("admin:pep_formversion_change", obj.version_id)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return fields_for(OF_SECTION, may_change=self.has_change_permission(request, obj))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        number_anew(Question, formset, {"section": form.instance})
