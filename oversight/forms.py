from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from accounts.roles import Role
from oversight.log import LogFilter
from oversight.looking import LookFilter
from oversight.rules import ACTIONS
from ui.forms import REASON_LIMIT, LongTextField, ReasonField, UiForm


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": f"{label}: enter a real date, like 14/10/2026"},
    )


class _Days(forms.Form):
    """From one day to another, both included."""

    use_required_attribute = False

    from_on = _day("From")
    to_on = _day("To")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("from_on"), cleaned.get("to_on")
        if first and last and last < first:
            raise ValidationError("The last day must be the same as or after the first day")
        return cleaned

    def days(self) -> tuple[date | None, date | None]:
        return self.cleaned_data.get("from_on"), self.cleaned_data.get("to_on")


class LookFilterForm(_Days):
    """What the list of who has looked is narrowed to."""

    person = forms.ChoiceField(
        label="Person",
        required=False,
        error_messages={"invalid_choice": "This person has not looked at the record"},
    )
    role = forms.ChoiceField(
        label="Role", required=False, choices=[("", "Any role"), *Role.choices]
    )
    field_order = ("person", "role", "from_on", "to_on")

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "Anybody"), *people]  # type: ignore[attr-defined]

    def chosen(self) -> LookFilter:
        """What a valid form asks for."""
        person = self.cleaned_data.get("person")
        first, last = self.days()
        return LookFilter(
            person=UUID(person) if person else None,
            role=self.cleaned_data.get("role", ""),
            from_on=first,
            to_on=last,
        )


class ExportForm(UiForm):
    """Why a list with names is taken away as a file (ux 7.25)."""

    reason = ReasonField(
        label="Why do you need the list as a file?",
        help_text="For example, the independent person asked for it in a complaint.",
        missing="Enter why you need the list as a file",
    )


class LogFilterForm(_Days):
    """What the log is narrowed to. The person and the child are named by their pages."""

    action = forms.ChoiceField(
        label="What was done",
        required=False,
        choices=[("", "Anything"), *((key, label) for key, (label, _) in ACTIONS.items())],
    )
    service = forms.BooleanField(label="Also what the service did by itself", required=False)
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    child = forms.UUIDField(required=False, widget=forms.HiddenInput)
    field_order = ("action", "from_on", "to_on", "service", "person", "child")

    def chosen(self, *, person: UUID | None = None) -> LogFilter:
        """What a valid form asks for; of a person whose page this is, theirs only."""
        first, last = self.days()
        return LogFilter(
            person=person or self.cleaned_data.get("person"),
            child=self.cleaned_data.get("child"),
            action=self.cleaned_data.get("action", ""),
            from_on=first,
            to_on=last,
            service=self.cleaned_data.get("service", False),
        )


class NoteForm(UiForm):
    """What came of looking into a day's reading."""

    note = LongTextField(
        label="What did you find out?",
        subject="Your note",
        limit=REASON_LIMIT,
        help_text="For example, she covered for Dan that week.",
        error_messages={"required": "Enter what you found out"},
    )


class FindPersonForm(forms.Form):
    """Whose doings to show: a name, posted, since names stand in no address."""

    use_required_attribute = False

    name = forms.CharField(
        label="Find a person by name",
        max_length=100,
        error_messages={
            "required": "Enter a name",
            "max_length": "The name must be 100 characters or less",
        },
    )
