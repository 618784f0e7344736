"""What is asked when a plan moves on."""

from ui.forms import LongTextField, UiForm


class ReasonForm(UiForm):
    """Why a plan is sent back or reopened."""

    reason = LongTextField(
        label="What needs to change?",
        help_text="Say which section, and exactly what to write.",
        subject="What needs to change",
        error_messages={"required": "Enter what needs to change"},
    )


class ReopenForm(UiForm):
    """Why an agreed plan is opened again."""

    reason = LongTextField(
        label="Why do you need to open this PEP again?",
        help_text="The agreed version stays as it is and counts until the new one is agreed.",
        subject="Why you need to open it again",
        error_messages={"required": "Enter why you need to open it again"},
    )
