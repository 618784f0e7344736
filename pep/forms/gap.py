"""What a plan is agreed without, and what is said to somebody who called a fact wrong."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from pep.models import Doubt
from ui.forms import DateField, LongTextField, UiForm
from ui.layout import Checkboxes, Date, Radios, Select, Text
from ui.words import in_words, long_date


class GapForm(UiForm):
    """Which parts are missing, who owes them, by when, and why nobody waits any longer."""

    parts = forms.MultipleChoiceField(
        label="What is missing?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what is missing"},
    )
    owed_by = forms.ChoiceField(
        label="Who owes it?",
        help_text="They are told, and it stands in their work.",
        error_messages={"required": "Select who owes it"},
    )
    due_on = DateField(label="By when?", missing="Enter the day it is due")
    reason = LongTextField(
        label="Why can the PEP not wait for it?",
        help_text="Everyone who reads the whole PEP can read this.",
        subject="Why the PEP cannot wait",
        error_messages={"required": "Enter why the PEP cannot wait for it"},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        parts: Sequence[tuple[str, str]],
        people: Sequence[tuple[str, str]],
        not_theirs: Mapping[str, Mapping[str, str]],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.today = today
        self.not_theirs = not_theirs
        self.fields["parts"].choices = parts  # type: ignore[attr-defined]
        self.fields["owed_by"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a person"),
            *people,
        ]

    def get_layout(self) -> tuple[Any, ...]:
        return (Checkboxes("parts"), Select("owed_by"), Date("due_on"), Text("reason", rows=4))

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on < self.today:
            raise forms.ValidationError(f"The day must be {long_date(self.today)} or later")
        return due_on

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        not_theirs = self.not_theirs.get(data.get("owed_by", ""), {})
        if wrong := [not_theirs[part] for part in data.get("parts", ()) if part in not_theirs]:
            self.add_error("owed_by", f"Select who can give it, or leave out “{in_words(wrong)}”")
        return data


class DoubtForm(UiForm):
    """What whoever keeps a fact says to somebody who called it wrong."""

    answer = forms.ChoiceField(
        label="What did you find?",
        choices=[
            (Doubt.Answer.PUT_RIGHT, "I have had it put right in the record"),
            (Doubt.Answer.STANDS, "It is right as it is"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Select what you found"},
    )
    reply = LongTextField(
        label="What do you want to tell them?",
        help_text="Needed when it is right as it is: say why, or where it was checked.",
        subject="What you want to tell them",
        required=False,
    )

    def get_layout(self) -> tuple[Any, ...]:
        return (Radios("answer", inline=False), Text("reply", rows=4))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("answer") == Doubt.Answer.STANDS and not data.get("reply"):
            self.add_error("reply", "Enter why it is right as it is")
        return data
