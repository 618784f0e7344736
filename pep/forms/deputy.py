"""Who is named to check plans they wrote in."""

from collections.abc import Sequence
from typing import Any

from django import forms

from ui.forms import DateField, UiForm
from ui.layout import Date, Select, Text


class DeputyForm(UiForm):
    """A checker, the days, and why another is not there."""

    person = forms.ChoiceField(
        label="Who may check PEPs they wrote in?",
        error_messages={"required": "Select a person"},
    )
    started_on = DateField(label="From which day?", missing="Enter the first day")
    last_day = DateField(label="Until which day?", missing="Enter the last day")
    reason = forms.CharField(
        label="Why is there nobody else to check?",
        max_length=500,
        error_messages={
            "required": "Enter why there is nobody else",
            "max_length": "Why there is nobody else must be 500 characters or less",
        },
    )

    def __init__(
        self, data: Any = None, *, people: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a person"),
            *people,
        ]

    def get_layout(self) -> tuple[Any, ...]:
        return (Select("person"), Date("started_on"), Date("last_day"), Text("reason"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("started_on"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "The last day must be the same as or after the first day")
        return data
