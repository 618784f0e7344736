"""What is typed about a request for a whole record."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from disclosure.rules import Asker, Exemption
from ui.forms import DateField, LongTextField, ReasonField, UiForm, speak_plainly
from ui.layout import Date, Radios, Select, Text

REASON_LIMIT = 1000


class ReceiveForm(UiForm):
    """Who asks, since when, and for what."""

    asked_by = forms.ChoiceField(
        label="Who asks?",
        widget=forms.RadioSelect,
        choices=[(asker.value, asker.label) for asker in Asker],
        error_messages={"required": "Select who asks"},
    )
    asker_name = forms.CharField(
        label="Name of the person acting for the child",
        help_text="Only if somebody acts for the child. A carer has no right of their own",
        max_length=150,
        required=False,
    )
    received_on = DateField(
        label="When did the request come?",
        missing="Enter the day the request came",
        subject="The day the request came",
        allow_future=False,
    )
    reason = LongTextField(
        label="What was asked for, and why may this person ask?",
        subject="Your words",
        limit=REASON_LIMIT,
        error_messages={"required": "Enter what was asked for"},
    )
    layout = (Radios("asked_by"), Text("asker_name"), Date("received_on"), Text("reason"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self.fields["asker_name"], "The name")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_acting = data.get("asked_by") == Asker.ACTING
        if is_acting and not data.get("asker_name"):
            self.add_error("asker_name", "Enter the name of the person acting for the child")
        data["asker_name"] = data.get("asker_name", "") if is_acting else ""
        return data


class IdentityForm(UiForm):
    """That who asks is who they say."""

    checked_on = DateField(
        label="When did you check who they are?",
        missing="Enter the day you checked",
        subject="The day you checked",
        allow_future=False,
    )
    layout = (Date("checked_on"),)


class ReasonForm(UiForm):
    """Why two months more are needed, or why nothing is given."""

    reason = ReasonField(
        label="Reason",
        limit=REASON_LIMIT,
        missing="Enter the reason",
    )


class SecondForm(UiForm):
    """Who is to release what somebody else reviewed."""

    person = forms.ChoiceField(
        label="Who is to read it and release it?",
        help_text="They see this request alone, until they release it or send it back",
        error_messages={"required": "Select a person"},
    )
    layout = (Select("person"),)

    def __init__(
        self, data: Any = None, *, people: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a person"),
            *people,
        ]


class DecideForm(UiForm):
    """One decision about the parts that were ticked."""

    decision = forms.ChoiceField(
        label="What happens to the parts you ticked?",
        widget=forms.RadioSelect,
        choices=[
            ("release", "Give them"),
            *((one.value, f"Withhold: {one.label.lower()}") for one in Exemption),
        ],
        error_messages={"required": "Select whether to give or withhold them"},
    )
    reason = ReasonField(
        label="Why?",
        limit=REASON_LIMIT,
        missing="Enter why",
    )
    layout = (Radios("decision"), Text("reason"))

    def ticked(self) -> list[UUID]:
        """The parts that were ticked; what is no id is none."""
        found = []
        for value in self.data.getlist("item") if hasattr(self.data, "getlist") else []:
            try:
                found.append(UUID(value))
            except ValueError:
                continue
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.ticked():
            self.add_error(None, "Tick at least one part")
        return data
