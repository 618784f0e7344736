from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.roles import Seat
from ui.forms import UiForm
from ui.layout import Field, Radios, Text

WRONG = "Check your email address and password"
# The same for a wrong code and a used one: it does not say that a code would have been right
WRONG_CODE = (
    "Check the code. Each one works once: if you have just used it, wait for the next one, half a "
    "minute at most"
)
WRONG_BACKUP_CODE = "Check the backup code. Each one can be used once"
CODE_OF_APP = "Check the code in your app. It changes every half minute"


def email_field(label: str = "Email address") -> forms.EmailField:
    return forms.EmailField(
        label=label,
        error_messages={
            "required": "Enter your email address",
            "invalid": "Enter an email address in the right form, like name@example.org",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )


def password_field(label: str, *, new: bool = False) -> forms.CharField:
    """A password to be typed or pasted, with the button that shows it."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=1000,  # hashing more would be work for nothing
        help_text="At least 12 characters. Three or more words make a good one" if new else "",
        error_messages={
            "required": "Enter a new password" if new else "Enter your password",
            "max_length": "Your password must be 1,000 characters or less",
        },
        widget=forms.PasswordInput(
            attrs={"autocomplete": "new-password" if new else "current-password"}
        ),
    )


class SignInForm(UiForm):
    """Email and password; the answer to a wrong one never says which (ux 7.1)."""

    email = email_field()
    password = password_field("Password")
    layout = (Text("email", label_size=""), Text("password", label_size=""))


def code_field(label: str, missing: str) -> forms.CharField:
    """One box for digits, which may be pasted with their spaces."""
    return forms.CharField(
        label=label,
        max_length=40,
        error_messages={"required": missing, "max_length": missing},
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "spellcheck": "false",
                "autocapitalize": "none",
            }
        ),
    )


class CodeForm(UiForm):
    """The six digits of the app; beside them, where policy has it, trust in this device."""

    code = code_field("Enter the 6-digit code from your app", "Enter the 6-digit code")
    trust = forms.BooleanField(required=False)

    def __init__(self, *args: Any, trust_days: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if trust_days:
            self.fields["trust"].label = f"Trust this device for {trust_days} days"
            self.fields["trust"].help_text = "Only if nobody else uses it"
        else:
            del self.fields["trust"]

    def get_layout(self) -> tuple[Any, ...]:
        code = Text("code", label_size="", width="10")
        return (code, Field("trust")) if "trust" in self.fields else (code,)


class BackupCodeForm(UiForm):
    code = code_field("Enter one of your backup codes", "Enter a backup code")
    layout = (Text("code", label_size="", width="10"),)


class AppForm(UiForm):
    code = code_field("Enter the 6-digit code the app now shows", "Enter the 6-digit code")
    layout = (Text("code", label_size="", width="10"),)


class PasskeyForm(UiForm):
    """What the browser's passkey answered, filled in by the script."""

    credential = forms.JSONField(
        widget=forms.HiddenInput,
        error_messages={
            "required": "Use the button to reach your passkey",
            "invalid": "The passkey did not answer. Try again",
        },
    )

    def clean_credential(self) -> dict[str, Any]:
        credential = self.cleaned_data["credential"]
        if not isinstance(credential, dict):
            raise ValidationError("The passkey did not answer. Try again")
        return credential


class NewPasskeyForm(PasskeyForm):
    name = forms.CharField(
        label="What do you call it?",
        help_text="For example, work laptop or phone",
        max_length=60,
        error_messages={
            "required": "Enter a name for this passkey",
            "max_length": "The name must be 60 characters or less",
        },
    )
    layout = (Text("name", label_size="", width="20"),)


class ResetForm(UiForm):
    email = email_field()
    layout = (Text("email", label_size=""),)


class NewPasswordForm(UiForm):
    """A password for this person: 12 characters, not on the list, not their own words."""

    password = password_field("New password", new=True)
    layout: tuple[Any, ...] = (Text("password", label_size=""),)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


class ConfirmForm(UiForm):
    """One's own password again, before something that a stranger at the desk should not do."""

    current = password_field("Your password")
    layout = (Text("current", label_size=""),)


class ChangePasswordForm(NewPasswordForm):
    current = password_field("Your password now")
    layout = (Text("current", label_size=""), Text("password", label_size=""))


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
