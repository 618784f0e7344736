"""Layout objects: how the fields of a form stand on the page. Catalogue: ui/README.md."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.utils import render_field
from django.forms import BaseForm
from django.template import Context
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ui.fields import Previous, describe


class Field:
    """One field in the markup its widget asks for. Options go to ui.fields.describe."""

    def __init__(self, name: str, **options: Any) -> None:
        self.name = name
        self.options = options

    def render(
        self, form: BaseForm, context: Context, template_pack: str = "vsforms", **kwargs: Any
    ) -> SafeString:
        """The field's markup; crispy keeps count of what was rendered."""
        if hasattr(form, "rendered_fields"):
            form.rendered_fields.add(self.name)
        described = describe(form[self.name], **self.described_options(form, context))
        template = get_template(f"{template_pack}/field.html")
        return SafeString(template.render({"described": described, "field": None}))

    def described_options(self, form: BaseForm, context: Context) -> dict[str, Any]:
        """Options that need the form or the context; plain ones by default."""
        return self.options


class Text(Field):
    """One line or several; `previous` is last term's answer, `width` is in characters."""

    def __init__(
        self,
        name: str,
        *,
        count: int | None = None,
        previous: Previous | None = None,
        width: str = "",
        label_size: str = "s",
        heading: bool = False,
        rows: int | None = None,
        prefix: str = "",
        suffix: str = "",
    ) -> None:
        super().__init__(
            name,
            count=count,
            previous=previous,
            width=width,
            label_size=label_size,
            heading=heading,
            rows=rows,
            prefix=prefix,
            suffix=suffix,
        )


class _Choices(Field):
    """Radios or checkboxes. `reveals` maps an option's value to the follow-ups shown under it.

    The form must leave out of its cleaned data what stands under an option not chosen.
    """

    def __init__(
        self,
        name: str,
        *,
        reveals: dict[str, Sequence[Any]] | None = None,
        inline: bool = False,
        small: bool = False,
        label_size: str = "s",
        heading: bool = False,
    ) -> None:
        super().__init__(name, inline=inline, small=small, label_size=label_size, heading=heading)
        self.reveals = reveals or {}

    def described_options(self, form: BaseForm, context: Context) -> dict[str, Any]:
        revealed = {
            value: mark_safe("".join(render_field(item, form, context) for item in items))  # noqa: S308 -- rendered templates
            for value, items in self.reveals.items()
        }
        return {**self.options, "reveals": revealed}


class Radios(_Choices):
    """One of a few."""


class Checkboxes(_Choices):
    """Any of a few."""


class Select(Field):
    """One of many."""

    def __init__(self, name: str, *, label_size: str = "s", width: str = "") -> None:
        super().__init__(name, label_size=label_size, width=width)


class Date(Field):
    """Three boxes."""

    def __init__(self, name: str, *, label_size: str = "s", heading: bool = False) -> None:
        super().__init__(name, label_size=label_size, heading=heading)


class File(Field):
    """A native file input; say types and size in the field's help_text."""

    def __init__(self, name: str, *, label_size: str = "s") -> None:
        super().__init__(name, label_size=label_size)


class Money(Field):
    """An amount in pounds with its sign before the box."""

    def __init__(self, name: str, *, label_size: str = "s") -> None:
        super().__init__(name, label_size=label_size, prefix="£", width="5")


class Upn(Field):
    """A UPN: thirteen characters, wide letters, never completed or corrected by the browser."""

    def __init__(self, name: str, *, label_size: str = "s") -> None:
        super().__init__(
            name,
            label_size=label_size,
            width="govuk-input--width-20 govuk-input--extra-letter-spacing",
        )

    def described_options(self, form: BaseForm, context: Context) -> dict[str, Any]:
        form.fields[self.name].widget.attrs.update(
            {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        )
        return self.options


class Section:
    """Fields under a heading of their own."""

    def __init__(self, title: str, *items: Any, hint: str = "") -> None:
        self.title = title
        self.items = items
        self.hint = hint

    def render(
        self, form: BaseForm, context: Context, template_pack: str = "vsforms", **kwargs: Any
    ) -> SafeString:
        """The heading, its hint, its fields."""
        inner = mark_safe("".join(render_field(item, form, context) for item in self.items))  # noqa: S308 -- rendered templates
        hint = format_html('<p class="govuk-body vs-muted">{}</p>', self.hint) if self.hint else ""
        return format_html(
            '<section class="vs-section"><h2 class="govuk-heading-m">{}</h2>{}{}</section>',
            self.title,
            hint,
            inner,
        )


class Together:
    """Short fields that make up one answer, side by side under one question."""

    def __init__(self, question: str, *items: Any, hint: str = "") -> None:
        self.question = question
        self.items = items
        self.hint = hint

    def render(
        self, form: BaseForm, context: Context, template_pack: str = "vsforms", **kwargs: Any
    ) -> SafeString:
        """The question as a legend, its hint, its fields."""
        inner = mark_safe("".join(render_field(item, form, context) for item in self.items))  # noqa: S308 -- rendered templates
        hint = format_html('<div class="govuk-hint">{}</div>', self.hint) if self.hint else ""
        return format_html(
            '<fieldset class="govuk-fieldset govuk-form-group">'
            '<legend class="govuk-fieldset__legend govuk-fieldset__legend--s">{}</legend>'
            '{}<div class="vs-together">{}</div></fieldset>',
            self.question,
            hint,
            inner,
        )


class Words:
    """A sentence between fields."""

    def __init__(self, words: str) -> None:
        self.words = words

    def render(
        self, form: BaseForm, context: Context, template_pack: str = "vsforms", **kwargs: Any
    ) -> SafeString:
        """The sentence as a paragraph, escaped."""
        return format_html('<p class="govuk-body">{}</p>', self.words)
