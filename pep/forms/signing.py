"""What is asked of who signs an agreed plan."""

from typing import Any

from django import forms

from ui.forms import LongTextField, UiForm
from ui.layout import Radios, Text

AGREES, ADDS = "agrees", "adds"


class SignForm(UiForm):
    """That a person has read the plan, and what they have to add; of the version they read."""

    answer = forms.ChoiceField(
        label="What do you say to this PEP?",
        choices=[
            (AGREES, "I have read this and agree"),
            (ADDS, "I have something to add"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you agree or have something to add"},
    )
    remark = LongTextField(
        label="What do you want to add?",
        help_text="It is kept with this PEP, with your name and today’s date. "
        "The words that were agreed do not change.",
        subject="What you add",
        required=False,
    )
    sha256 = forms.CharField(widget=forms.HiddenInput)

    layout = (Radios("answer", reveals={ADDS: [Text("remark", rows=5)]}, inline=False), "sha256")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") == ADDS and not cleaned.get("remark", "").strip():
            if "remark" not in self.errors:
                self.add_error("remark", "Enter what you want to add")
        elif cleaned.get("answer") == AGREES:
            cleaned["remark"] = ""
        return cleaned
