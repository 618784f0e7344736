from typing import Any

from django import forms
from django.utils import timezone

from retention.models import LegalHold, Proposed
from ui.forms import REASON_LIMIT, DateField, LongTextField, ReasonField, UiForm
from ui.layout import Date, Field, Radios


class HoldForm(UiForm):
    """Why nothing may be deleted, and until when."""

    reason = forms.ChoiceField(
        label="What is it for?",
        choices=LegalHold.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the hold is for"},
    )
    why = LongTextField(
        label="Say more",
        subject="Your words",
        limit=REASON_LIMIT,
        help_text="For example, the reference of the case, and who asked.",
        error_messages={"required": "Enter what the hold is about"},
    )
    ended_on = DateField(
        label="First day it no longer holds",
        subject="The day",
        required=False,
        help_text="Leave it empty if you do not know. For example, 14 10 2027",
    )
    layout = (Radios("reason"), Field("why"), Date("ended_on"))

    def clean_ended_on(self) -> Any:
        day = self.cleaned_data["ended_on"]
        if day and day <= timezone.localdate():
            raise forms.ValidationError("The day must be after today")
        return day


class LiftForm(UiForm):
    """Why things may be deleted again."""

    why = ReasonField(
        label="Why does the hold end?",
        help_text="For example, the court closed the case on 3 October.",
        missing="Enter why the hold ends",
    )


class DecideForm(UiForm):
    """Delete or keep, and why."""

    decision = forms.ChoiceField(
        label="What should happen?",
        choices=[
            (Proposed.Decision.APPROVED, "Delete it. This cannot be undone"),
            (Proposed.Decision.KEPT, "Keep it until next month’s list"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether to delete it or to keep it"},
    )
    reason = ReasonField(
        label="Why?",
        help_text="Your reason stays when the rest is gone, so name no child. For example, nobody "
        "has asked for it, and no case is open.",
        missing="Enter why",
    )
    layout = (Radios("decision"), Field("reason"))
