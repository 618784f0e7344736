"""One field of a form as plain values, and the lines of the error summary.

We own the ids and ARIA: `<id>-hint`, `<id>-error`, `<id>-info`, in that order in
aria-describedby. Django 5.2 would add ids of its own that point at nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet
from django.utils.safestring import SafeString

from ui.parts import ErrorLine
from ui.widgets import DATE_PARTS, DateBoxes

COUNT_SHOWN_FROM = 75  # per cent of the limit


@dataclass(frozen=True, slots=True)
class Option:
    """One radio or checkbox. The reveal is the follow-up question's markup, straight after it."""

    id: str
    value: str
    label: str
    is_chosen: bool
    hint: str = ""
    reveal: SafeString | str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """One of the three boxes of a date."""

    id: str
    name: str
    label: str
    value: str
    width: int
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class Previous:
    """Last term's answer: its words, and who gave it ("Summer term 2026, by Ruth Aldous")."""

    words: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """Everything `vsforms/field.html` prints."""

    kind: str  # input, textarea, select, file, password, radios, checkboxes, checkbox, date, hidden
    id: str
    name: str
    label: str
    hint: str
    errors: Sequence[str]
    described_by: str
    widget: SafeString | str = ""
    options: Sequence[Option] = ()
    boxes: Sequence[Box] = ()
    label_css: str = "govuk-label--s"
    legend_css: str = "govuk-fieldset__legend--s"
    is_heading: bool = False
    is_inline: bool = False
    is_small: bool = False
    prefix: str = ""
    suffix: str = ""
    limit: int | None = None
    threshold: int | None = None
    previous: Previous | None = None
    extra_classes: str = field(default="")


def kind_of(bound: BoundField) -> str:
    """Which markup a field takes, by its widget."""
    widget = bound.field.widget
    if widget.is_hidden:
        return "hidden"
    table: tuple[tuple[type, str], ...] = (
        (DateBoxes, "date"),
        (forms.CheckboxSelectMultiple, "checkboxes"),
        (forms.RadioSelect, "radios"),
        (forms.CheckboxInput, "checkbox"),
        (forms.Textarea, "textarea"),
        (forms.Select, "select"),
        (forms.FileInput, "file"),
        (forms.PasswordInput, "password"),
    )
    return next((kind for types, kind in table if isinstance(widget, types)), "input")


def field_id(bound: BoundField) -> str:
    """The bare id of a field, which the error summary links to."""
    return str(bound.auto_id or f"id_{bound.html_name}")


def _wrong_parts(bound: BoundField) -> frozenset[int]:
    """Which boxes of a date are wrong; all of them when the fault does not say."""
    faults = bound.form.errors.get(bound.name)
    if not faults:
        return frozenset()
    for error in faults.as_data():
        parts = (error.params or {}).get("parts")
        if parts:
            return frozenset(parts)
    return frozenset(range(len(DATE_PARTS)))


def _described_by(base: str, *, hint: bool, errors: bool, info: bool) -> str:
    ids = [f"{base}-hint"] * hint + [f"{base}-error"] * errors + [f"{base}-info"] * info
    return " ".join(ids)


def _option_hints(bound: BoundField) -> dict[str, str]:
    return getattr(bound.field, "option_hints", {})


def _options(bound: BoundField, base: str) -> list[Option]:
    value = bound.value()
    if isinstance(value, (list, tuple, set)):
        chosen = {str(item) for item in value}
    else:
        chosen = set() if value is None else {str(value)}
    hints = _option_hints(bound)
    options: list[Option] = []
    for key, label in bound.field.choices:  # type: ignore[attr-defined]
        if key == "" or key is None:
            continue
        number = len(options)
        option_id = base if number == 0 else f"{base}-{number + 1}"
        text = str(key)
        options.append(Option(option_id, text, str(label), text in chosen, hints.get(text, "")))
    return options


def _boxes(bound: BoundField, base: str) -> list[Box]:
    values = bound.field.widget.decompress(bound.value())
    wrong = _wrong_parts(bound)
    return [
        Box(
            id=f"{base}-{part.key}",
            name=f"{bound.html_name}_{number}",
            label=part.label,
            value=values[number],
            width=part.width,
            is_wrong=number in wrong,
        )
        for number, part in enumerate(DATE_PARTS)
    ]


_WIDGET_CLASSES = {
    "input": "govuk-input",
    "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
    "textarea": "govuk-textarea",
    "select": "govuk-select",
    "file": "govuk-file-upload",
}
_ERROR_CLASSES = {
    "input": "govuk-input--error",
    "password": "govuk-input--error",
    "textarea": "govuk-textarea--error",
    "select": "govuk-select--error",
    "file": "govuk-file-upload--error",
}


def _widget(
    bound: BoundField,
    *,
    kind: str,
    base: str,
    described_by: str,
    width: str,
    counted: bool,
    rows: int | None,
) -> SafeString:
    css = [_WIDGET_CLASSES[kind]]
    if width:
        css.append(width if width.startswith("govuk-") else f"govuk-input--width-{width}")
    if counted:
        css.append("govuk-js-character-count")
    if bound.errors:
        css.append(_ERROR_CLASSES[kind])
    own = bound.field.widget.attrs.get("class")
    if own:
        css.append(own)
    attrs: dict[str, Any] = {"id": base, "class": " ".join(css)}
    if described_by:
        attrs["aria-describedby"] = described_by
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if kind == "textarea":
        attrs["rows"] = rows or bound.field.widget.attrs.get("rows") or 5
        attrs["cols"] = False  # False leaves an attribute out
        attrs["maxlength"] = False  # the surplus is named, never cut off
    return bound.as_widget(attrs=attrs)


def describe(
    bound: BoundField,
    *,
    count: int | None = None,
    previous: Previous | None = None,
    width: str = "",
    label_size: str = "s",
    heading: bool = False,
    inline: bool = False,
    small: bool = False,
    prefix: str = "",
    suffix: str = "",
    rows: int | None = None,
    reveals: dict[str, SafeString] | None = None,
    hint: str | None = None,
) -> Described:
    """Turn a bound field into plain values. Options as the layout objects pass them."""
    base = field_id(bound)
    kind = kind_of(bound)
    if kind == "textarea" and count is None:
        count = getattr(bound.field, "counted_to", None)
    hint_text = str(bound.help_text if hint is None else hint)
    errors = [str(error) for error in bound.errors]
    info = kind == "textarea" and count is not None
    described_by = _described_by(base, hint=bool(hint_text), errors=bool(errors), info=info)
    described = Described(
        kind=kind,
        id=base,
        name=bound.html_name,
        label=str(bound.label),
        hint=hint_text,
        errors=errors,
        described_by=described_by,
        label_css=f"govuk-label--{label_size}" if label_size else "",
        legend_css=f"govuk-fieldset__legend--{label_size}" if label_size else "",
        is_heading=heading,
        is_inline=inline,
        is_small=small,
        prefix=prefix or getattr(bound.field, "prefix", ""),
        suffix=suffix,
        limit=count if info else None,
        threshold=COUNT_SHOWN_FROM if info else None,
        previous=previous,
    )
    if kind == "hidden":
        return replace(described, widget=bound.as_hidden())
    if kind in {"radios", "checkboxes"}:
        revealed = reveals or {}
        options = [
            replace(option, reveal=revealed.get(option.value, ""))
            for option in _options(bound, base)
        ]
        return replace(described, options=options)
    if kind == "checkbox":
        option = Option(base, "on", str(bound.label), bool(bound.value()), hint_text)
        return replace(described, options=[option])
    if kind == "date":
        return replace(described, boxes=_boxes(bound, base))
    return replace(
        described,
        widget=_widget(
            bound,
            kind=kind,
            base=base,
            described_by=described_by,
            width=width or getattr(bound.field, "width", ""),
            counted=info,
            rows=rows,
        ),
    )


def _target(bound: BoundField) -> str:
    """The id of the exact input a fault belongs to."""
    base = field_id(bound)
    if kind_of(bound) == "date":
        first = min(_wrong_parts(bound), default=0)
        return f"{base}-{DATE_PARTS[first].key}"
    return base


def _lines_of_form(form: forms.BaseForm) -> Iterable[ErrorLine]:
    for words in form.non_field_errors():
        yield ErrorLine(str(words))
    for name in form.fields:
        if name in form.errors:
            bound = form[name]
            for words in form.errors[name]:
                hidden = bound.field.widget.is_hidden
                yield ErrorLine(str(words), "" if hidden else _target(bound))


def error_lines(form: Any) -> list[ErrorLine]:
    """Every fault of a form or formset in the order of its fields, with where to mend it."""
    if not getattr(form, "is_bound", False):
        return []
    if isinstance(form, BaseFormSet):
        lines = [ErrorLine(str(words)) for words in form.non_form_errors()]
        for each in form.forms:
            lines += _lines_of_form(each)
        return lines
    return list(_lines_of_form(form))
