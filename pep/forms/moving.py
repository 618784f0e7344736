"""What is asked when a plan moves on."""

from collections.abc import Sequence
from typing import Any

from django import forms

from ui.forms import LongTextField, UiForm


class ReasonForm(UiForm):
    """Why a plan is sent back. Asks for the place when no query says it yet: `places`."""

    reason = LongTextField(
        label="What needs to change?",
        help_text="Say exactly what to write.",
        subject="What needs to change",
        error_messages={"required": "Enter what needs to change"},
    )
    section = forms.ChoiceField(
        label="Where is it?",
        help_text="What you wrote becomes a query there.",
        error_messages={"required": "Select the section that needs to change"},
    )

    def __init__(
        self, data: Any = None, *, places: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        if not places:
            del self.fields["section"]
            return
        field = self.fields["section"]
        field.choices = [("", "Choose a section"), *places]  # type: ignore[attr-defined]


class ReopenForm(UiForm):
    """Why an agreed plan is opened again."""

    reason = LongTextField(
        label="Why do you need to open this PEP again?",
        help_text="The agreed version stays as it is and counts until the new one is agreed.",
        subject="Why you need to open it again",
        error_messages={"required": "Enter why you need to open it again"},
    )
