"""Rules and options as boxes of words, kept as the values of `pep.rules.conditions`."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from planforms.rules import RuleNotUnderstood, options_of, options_text, rule_of, rule_text


class RuleField(forms.CharField):
    """A rule as a line of words, kept as the closed vocabulary of `pep.rules.conditions`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"size": 90}))
        super().__init__(required=False, max_length=500, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return rule_text(value) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, dict):
            return value
        try:
            return rule_of(str(value or ""))
        except RuleNotUnderstood as error:
            raise ValidationError(f"{error}.") from None

    def validate(self, value: Any) -> None:
        """The section's own check says what is wrong with it."""

    def run_validators(self, value: Any) -> None:
        """Length was a matter of the words."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(" ".join(str(data or "").split()) != rule_text(initial or {}))


class OptionsField(forms.CharField):
    """Options, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4, "cols": 90}))
        super().__init__(required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return options_text(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        try:
            return options_of(str(value or ""))
        except RuleNotUnderstood as error:
            raise ValidationError(f"{error}.") from None

    def run_validators(self, value: Any) -> None:
        """They are values now, not text."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(str(data or "").split() != options_text(initial or []).split())
