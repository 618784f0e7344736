from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.forms import code_field, email_field
from families.models import CarerLink
from families.rules import PIN_LENGTH, is_obvious
from ui.forms import UiForm
from ui.layout import Radios, Text, Together
from ui.words import month_number

DOES_NOT_FIT = "Check the code, your first name and your birthday"
WRONG_PIN = "Check your PIN"


class AskByEmailForm(UiForm):
    email = email_field()
    layout: tuple[Any, ...] = (Text("email", label_size=""),)

    def way(self) -> tuple[CarerLink.Way, str]:
        """Where the link goes: the way, and the address or number."""
        return CarerLink.Way.EMAIL, self.cleaned_data["email"].lower()


class AskForm(UiForm):
    """Where text messages can be sent: either of the two."""

    by = forms.ChoiceField(
        label="How do you want to get your link?",
        choices=CarerLink.Way.choices,
        initial=CarerLink.Way.EMAIL,
        widget=forms.RadioSelect,
        error_messages={"required": "Select email or text message"},
    )
    to = forms.CharField(
        label="Your email address or mobile number",
        max_length=254,
        error_messages={
            "required": "Enter your email address or mobile number",
            "max_length": "Enter an email address or mobile number",
        },
        widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )
    layout = (Radios("by"), Text("to", label_size=""))

    def way(self) -> tuple[CarerLink.Way, str]:
        return CarerLink.Way(self.cleaned_data["by"]), self.cleaned_data["to"].lower()


def pin_field(label: str, *, new: bool = False, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=20,
        help_text=help_text,
        error_messages={"required": f"Enter {'a' if new else 'your'} PIN"},
        widget=forms.PasswordInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "new-password" if new else "current-password",
            }
        ),
    )


class PinForm(UiForm):
    pin = pin_field("Your PIN", help_text="The 6 digits you chose")
    layout = (Text("pin", label_size="", width="10"),)

    def clean_pin(self) -> str:
        return "".join(str(self.cleaned_data["pin"]).split())


class NewPinForm(UiForm):
    """The first PIN: six digits, twice, not one that anybody would try."""

    pin = pin_field("Choose a PIN", new=True, help_text="6 digits that you can remember")
    again = pin_field("Type the PIN again", new=True)
    layout = (Text("pin", label_size="", width="10"), Text("again", label_size="", width="10"))

    def clean_pin(self) -> str:
        pin = "".join(str(self.cleaned_data["pin"]).split())
        if len(pin) != PIN_LENGTH or not (pin.isascii() and pin.isdigit()):
            raise ValidationError("The PIN must be 6 digits, like the ones on a phone")
        if is_obvious(pin):
            raise ValidationError("This PIN is easy to guess. Choose another one")
        return pin

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        again = "".join(str(data.get("again", "")).split())
        if data.get("pin") and again and again != data["pin"]:
            self.add_error("again", "The two PINs must be the same")
        return data


class MonthField(forms.IntegerField):
    """A month by its number or its name."""

    def to_python(self, value: Any) -> int | None:
        return super().to_python(month_number(str(value or "").strip()) or value)


def birthday_field(kind: type[forms.IntegerField], label: str, most: int) -> forms.IntegerField:
    words = f"The {label.lower()} of your birthday must be a number from 1 to {most}"
    return kind(
        label=label,
        min_value=1,
        max_value=most,
        error_messages={
            "required": f"Enter the {label.lower()} of your birthday",
            "invalid": words,
            "min_value": words,
            "max_value": words,
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class CodeForm(UiForm):
    """A young person's code, first name and birthday."""

    code = code_field("Code", "Enter the code from your adult or your sheet")
    given_name = forms.CharField(
        label="First name",
        max_length=100,
        error_messages={"required": "Enter your first name"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    day = birthday_field(forms.IntegerField, "Day", 31)
    month = birthday_field(MonthField, "Month", 12)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Letters and digits; a browser that kept it would offer it to the next child
        self.fields["code"].widget.attrs |= {
            "inputmode": "text",
            "autocomplete": "off",
            "autocapitalize": "characters",
        }
        self.fields["month"].widget.attrs["inputmode"] = "text"

    layout = (
        Text("code", label_size="", width="10"),
        Text("given_name", label_size="", width="20"),
        Together(
            "When is your birthday?",
            Text("day", label_size="", width="2"),
            Text("month", label_size="", width="5"),
            hint="For example, 9 February or 9 2",
        ),
    )
