from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts.models import User
from accounts.seats import Seat
from ui.forms import UiForm
from ui.layout import Radios, Text

WRONG = "Check your email address and password"


class SignInForm(UiForm):
    """Email and password; the answer to a wrong one never says which (ux 7.1)."""

    email = forms.EmailField(
        label="Email address",
        error_messages={
            "required": "Enter your email address",
            "invalid": "Enter an email address in the right form, like name@example.org",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        error_messages={"required": "Enter your password"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    layout = (Text("email", label_size=""), Text("password", label_size=""))

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("email") and data.get("password"):
            self.user = authenticate(
                self.request, username=data["email"].lower(), password=data["password"]
            )
            if self.user is None:
                self.add_error("email", WRONG)
        return data


class SwitchForm(UiForm):
    """Which of several hats to wear."""

    seat = forms.ChoiceField(
        label="Which role do you want to work in?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select a role", "invalid_choice": "Select a role you have"},
    )
    layout = (Radios("seat"),)

    def __init__(self, *args: Any, seats: list[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["seat"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        field.choices = [(seat.key, seat.label) for seat in seats]
