"""One question as a field of a form, and its answer as it is stored."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from pep.form_content import MOST_RADIOS, Column, Kind, QuestionContent, is_empty, named
from ui import layout as layouts
from ui.fields import Previous
from ui.forms import DateField, LongTextField, MoneyField, speak_plainly

RIGHT, WRONG = "right", "wrong"
BLANK = "__prefix__"  # of the row a script copies
ROW_IDS = UUID("5b0f5ab5-1c55-4a7c-8a5e-6d7a1f2f9d10")  # namespace of ids given to new rows
YES_NO = (("yes", "Yes"), ("no", "No"))
RIGHT_WRONG = ((RIGHT, "Yes, this is right"), (WRONG, "No, something is wrong"))


def normal(value: Any) -> Any:
    """One shape for the same answer: no blank text, no empty columns."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        rows = [{k: normal(v) for k, v in row.items() if not is_empty(normal(v))} for row in value]
        return rows or None
    if isinstance(value, str):
        value = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    return None if is_empty(value) else value


def digest(value: Any) -> str:
    """A short mark of an answer as the page showed it, to know what a save has changed."""
    text = json.dumps(normal(value), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def field_of(asked: QuestionContent | Column, label: str, hint: str, child: str) -> forms.Field:
    options = [(value, named(text, child)) for value, text in asked.options]
    common: dict[str, Any] = {"label": label, "help_text": hint, "required": False}
    match asked.kind:
        case Kind.TEXT:
            rows = 3 if isinstance(asked, Column) else 5
            return LongTextField(
                limit=asked.max_length, widget=forms.Textarea(attrs={"rows": rows}), **common
            )
        case Kind.CHOICE:
            return choice_of(label, options, hint)
        case Kind.CHOICES:
            return forms.MultipleChoiceField(
                choices=options, widget=forms.CheckboxSelectMultiple, **common
            )
        case Kind.YES_NO:
            return choice_of(label, YES_NO, hint)
        case Kind.DATE:
            return DateField(subject="The date", label=label, required=False)
        case Kind.NUMBER:
            return forms.IntegerField(
                min_value=0,
                widget=forms.TextInput(attrs={"inputmode": "numeric"}),
                error_messages={"invalid": "Enter a whole number, like 15"},
                **common,
            )
        case Kind.MONEY:
            return MoneyField(**common)
        case _:
            line = forms.CharField(max_length=min(asked.max_length, 200), **common)
            speak_plainly(line, "Your answer")
            return line


def choice_of(label: str, options: Sequence[tuple[str, str]], hint: str) -> forms.ChoiceField:
    few = len(options) <= MOST_RADIOS
    return forms.ChoiceField(
        label=label,
        help_text=hint,
        required=False,
        choices=list(options) if few else [("", "Choose one"), *options],
        widget=forms.RadioSelect if few else forms.Select,
    )


def laid_out(
    asked: QuestionContent | Column,
    name: str,
    previous: Previous | None,
    reveals: dict[str, list[Any]],
) -> Any:
    match asked.kind:
        case Kind.CHOICE | Kind.YES_NO if len(asked.options) <= MOST_RADIOS:
            inline = asked.kind == Kind.YES_NO and not reveals
            return layouts.Radios(name, reveals=dict(reveals), inline=inline)
        case Kind.CHOICE:
            return layouts.Select(name)
        case Kind.CHOICES:
            return layouts.Checkboxes(name)
        case Kind.DATE:
            return layouts.Date(name)
        case Kind.MONEY:
            return layouts.Money(name)
        case Kind.NUMBER:
            return layouts.Text(name, width="4")
        case _:
            return layouts.Text(name, previous=previous)


def shown(kind: str, value: Any) -> Any:
    """A stored answer as its field takes it."""
    if kind == Kind.YES_NO and isinstance(value, bool):
        return "yes" if value else "no"
    return value


def stored(kind: str, value: Any) -> Any:
    """What a field has read as it is stored: JSON, dates as text."""
    if kind == Kind.YES_NO:
        return {"yes": True, "no": False}.get(value)
    if kind == Kind.DATE and value is not None:
        return value.isoformat()
    return normal(value)


def asked_for(kind: str, words: str) -> str:
    match kind:
        case Kind.CHOICE | Kind.CHOICES | Kind.YES_NO | Kind.FACT:
            return f"Select an answer to “{words}”"
        case Kind.DATE:
            return f"Enter the date: “{words}”"
        case Kind.ROWS:
            return f"Add at least one answer to “{words}”"
        case _:
            return f"Enter an answer to “{words}”"


def whole_number(text: Any) -> int:
    try:
        return max(0, min(int(text or 0), 50))
    except ValueError:
        return 0


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
