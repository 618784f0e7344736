"""The columns of repeating rows as fields an administrator fills in, one group for each column."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from pep.models import Question
from planforms.boxes import OptionsField
from planforms.rules import KEY, LONGEST_ANSWER, MOST_COLUMNS, OF_COLUMNS

SPARE = 2  # empty columns at the end of those there are
USUAL_LENGTH = 200
PUT_RIGHT = "Put right what is marked in the columns."
_KINDS = [(kind, label) for kind, label in Question.Kind.choices if kind in OF_COLUMNS]


class ColumnForm(forms.Form):
    """One column."""

    label = forms.CharField(
        label="What it asks", max_length=200, error_messages={"required": "Enter what it asks."}
    )
    key = forms.CharField(
        label="Name",
        max_length=40,
        help_text="Small letters, digits and “_”, like due_on. It stays, so that figures compare.",
        error_messages={"required": "Enter a name, like due_on."},
    )
    kind = forms.ChoiceField(label="Kind", choices=_KINDS, initial=Question.Kind.LINE)
    options = OptionsField(
        label="Options",
        help_text="Of a list, one a line: a value, “|” and its words: visit | A visit",
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
    )
    hint = forms.CharField(label="Hint", max_length=300, required=False)
    is_required = forms.BooleanField(label="Needed in each row", required=False)
    max_length = forms.IntegerField(
        label="Longest answer",
        required=False,
        min_value=1,
        max_value=LONGEST_ANSWER,
        help_text=f"In characters; {USUAL_LENGTH} if this is empty",
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            f"Enter a whole number from 1 to {LONGEST_ANSWER:,}.",
        ),
    )

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if not KEY.fullmatch(key) or key in {"id", "remove"}:
            raise ValidationError(
                "Begin with a small letter, then small letters, digits and “_”, like due_on. "
                "It cannot be “id” or “remove”."
            )
        return key

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_choice = data.get("kind") == Question.Kind.CHOICE
        if "options" in data and is_choice != bool(data["options"]):
            words = "Enter the options of the list." if is_choice else "Only a list has options."
            self.add_error("options", words)
        return data

    def column(self) -> dict[str, Any]:
        """The column as a form's file has it: nothing that says nothing."""
        found = {name: self.cleaned_data[name] for name in ("key", "kind", "label", "hint",
                 "options", "is_required", "max_length")}  # fmt: skip
        return {name: value for name, value in found.items() if value}


class _ColumnFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """The columns of one question, in the order of their numbers."""

    deletion_widget = forms.CheckboxInput

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields[ORDERING_FIELD_NAME].label = "Order"
        form.fields[DELETION_FIELD_NAME].label = "Take this column out"

    def clean(self) -> None:
        keys = [form.cleaned_data.get("key") for form in self.kept()]
        again = sorted({key for key in keys if key and keys.count(key) > 1})
        if again:
            raise ValidationError(
                [f"Two columns are called “{key}”. Give one another name." for key in again]
            )

    def kept(self) -> list[Any]:
        """The columns that stay or come, in order; one without a number is last."""
        kept = [
            form
            for form in self.forms
            if not form.cleaned_data.get(DELETION_FIELD_NAME)
            and (form.has_changed() or not form.empty_permitted)
        ]
        return sorted(
            kept, key=lambda form: form.cleaned_data.get(ORDERING_FIELD_NAME) or MOST_COLUMNS + 1
        )


ColumnFormSet = forms.formset_factory(
    ColumnForm,
    formset=_ColumnFormSet,
    extra=SPARE,
    max_num=MOST_COLUMNS,
    absolute_max=MOST_COLUMNS + SPARE,
    validate_max=True,
    can_delete=True,
    can_order=True,
)


class ColumnsWidget(forms.Widget):
    """A group of fields for each column; only of a question that has repeating rows."""

    is_shown = True  # what else a question of another kind is asked, its form says

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        return ColumnFormSet(data, prefix=name) if f"{name}-TOTAL_FORMS" in data else None

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return ""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        formset = value if isinstance(value, ColumnFormSet) else _unbound(name, value)
        is_shown = self.is_shown or isinstance(value, ColumnFormSet) or bool(value)
        return render_to_string(
            "admin/planforms/columns.html", {"formset": formset, "is_shown": is_shown}
        )


def _unbound(name: str, columns: Any) -> Any:
    return ColumnFormSet(prefix=name, initial=columns or [])


class ColumnsField(forms.Field):
    """Columns of repeating rows: a list of names and values, as a form's file has them."""

    widget = ColumnsWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        if value is None:
            return []
        if not value.is_valid():
            raise ValidationError([PUT_RIGHT, *value.non_form_errors()])
        return [form.column() for form in value.kept()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        if data is None:
            return bool(initial)
        return not data.is_valid() or self.clean(data) != (initial or [])
