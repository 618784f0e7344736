"""What every form of the site is made from."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils import timezone

from ui import layout as layouts
from ui import words
from ui.widgets import DATE_PARTS, DateBoxes

LONG_TEXT_LIMIT = 1500  # characters as the browser counts them
REASON_LIMIT = 500
OLDEST_YEAR = 1900
MOST_PENCE = 100_000_000_000  # a thousand million pounds: beyond it someone mistyped


class _UiForm(forms.BaseForm):
    """Shared by UiForm and UiModelForm: the helper, and no HTML `required`.

    A form lists its layout in `layout`; without one its fields come as they were declared.
    The page owns <form novalidate>, the token, hidden version, buttons.
    """

    use_required_attribute = False
    layout: tuple[Any, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if limit := getattr(field, "max_length", None):
                words = f"Your answer must be {limit:,} characters or less"
                field.error_messages.setdefault("max_length", words)

    def get_layout(self) -> tuple[Any, ...]:
        """The layout of this instance; override when it depends on the form's own facts."""
        if self.layout:
            return self.layout
        return tuple(layouts.Field(name) for name in self.fields)

    @property
    def helper(self) -> FormHelper:
        """What `{% crispy form %}` asks for."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.render_hidden_fields = True
        helper.include_media = False
        hidden = {name for name, item in self.fields.items() if item.widget.is_hidden}
        helper.layout = Layout(
            *(item for item in self.get_layout() if getattr(item, "name", item) not in hidden)
        )
        return helper


class UiForm(_UiForm, forms.Form):
    """A form shown through the pack: `{% crispy form %}`."""


class UiModelForm(_UiForm, forms.ModelForm):  # type: ignore[type-arg]
    """The same over a model."""


NO_NULLS = "{} has a character that cannot be saved. Delete it and type the words again"


def speak_plainly(field: forms.Field, subject: str) -> None:
    """Say in words what is wrong with a text that holds a null byte, as pasted words may."""
    for check in field.validators:
        if isinstance(check, ProhibitNullCharactersValidator):
            check.message = NO_NULLS.format(subject)


class LongTextField(forms.CharField):
    """Free text with a limit, counted the way the browser counts.

    `subject` opens the sentence: "What is going well must be 1,500 characters or less".
    """

    def __init__(
        self, *, subject: str = "Your answer", limit: int = LONG_TEXT_LIMIT, **kwargs: Any
    ) -> None:
        self.subject = subject
        self.counted_to = limit
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 5}))
        super().__init__(**kwargs)
        speak_plainly(self, subject)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text

    def validate(self, value: Any) -> None:
        super().validate(value)
        surplus = words.counted_length(value or "") - self.counted_to
        if surplus > 0:
            raise ValidationError(
                f"{self.subject} must be {self.counted_to:,} characters or less. "
                f"You have {surplus:,} too many",
                code="too_long",
            )


class ReasonField(LongTextField):
    """Why something is done; `missing` is said when nothing was typed."""

    def __init__(
        self,
        *,
        missing: str,
        subject: str = "Your reason",
        limit: int = REASON_LIMIT,
        **kwargs: Any,
    ) -> None:
        super().__init__(subject=subject, limit=limit, **kwargs)
        self.error_messages["required"] = missing


class DateField(forms.Field):
    """A date in three boxes; a fault marks only the boxes that are wrong.

    `missing` is said when nothing was typed ("Enter the date they joined"); `subject` opens the
    other sentences ("The date they joined must include a year").
    """

    widget = DateBoxes

    def __init__(
        self,
        *,
        missing: str = "Enter a date",
        subject: str = "The date",
        allow_future: bool = True,
        **kwargs: Any,
    ) -> None:
        self.subject = subject
        self.allow_future = allow_future
        kwargs.setdefault("help_text", "For example, 14 10 2026")
        super().__init__(**kwargs)
        self.error_messages["required"] = missing

    def _fault(self, sentence: str, code: str, parts: tuple[int, ...]) -> ValidationError:
        return ValidationError(f"{self.subject} {sentence}", code=code, params={"parts": parts})

    def to_python(self, value: Any) -> date | None:
        """The date typed; raises with the sentence of ux 9.3 and the boxes that are wrong."""
        if value is None or isinstance(value, date):
            return value
        boxes = [str(part).strip() for part in value]
        if not any(boxes):
            return None
        empty = tuple(number for number in range(3) if not boxes[number])
        if empty:
            names = " and ".join(f"a {DATE_PARTS[number].key}" for number in empty)
            raise self._fault(f"must include {names}", "incomplete", empty)
        return self._real_date(boxes)

    def _real_date(self, boxes: list[str]) -> date:
        day = words.typed_number(boxes[0])
        month = words.month_number(boxes[1])
        year = words.typed_number(boxes[2])
        wrong = tuple(
            number
            for number, fits in enumerate(
                (
                    day is not None and 1 <= day <= 31,
                    month is not None and 1 <= month <= 12,
                    year is not None,
                )
            )
            if not fits
        )
        if wrong or day is None or month is None or year is None:
            raise self._fault("must be a real date", "invalid", wrong)
        if not OLDEST_YEAR <= year <= 9999:
            raise self._fault("must have a year with 4 numbers, like 2026", "year", (2,))
        try:
            return date(year, month, day)
        except ValueError:
            raise self._fault("must be a real date", "invalid", (0,)) from None

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not self.allow_future and value > timezone.localdate():
            raise self._fault("must be today or in the past", "future", (0, 1, 2))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class MoneyField(forms.Field):
    """Pounds typed, pence kept: "£1,480.50" is 148050."""

    widget = forms.TextInput
    prefix = "£"
    width = "5"

    def __init__(self, *, subject: str = "the cost", **kwargs: Any) -> None:
        self.wording = f"Enter {subject} in pounds, like 480 or 480.50"
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**kwargs)
        self.error_messages["required"] = self.wording

    def to_python(self, value: Any) -> int | None:
        """Pence; raises when it is not an amount of pounds and whole pence, or is below nothing."""
        text = str(value if value is not None else "").strip().removeprefix("£").replace(",", "")
        if not text:
            return None
        try:
            pence = Decimal(text) * 100
        except InvalidOperation:
            raise ValidationError(self.wording, code="invalid") from None
        if not pence.is_finite() or not 0 <= pence <= MOST_PENCE or pence != int(pence):
            raise ValidationError(self.wording, code="invalid")
        return int(pence)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            pounds, rest = divmod(value, 100)
            return f"{pounds}.{rest:02d}" if rest else str(pounds)
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(self.prepare_value(initial)) != self.to_python(data)
        except ValidationError:
            return True
