"""What may stand around repeating rows, and what some of their columns offer to pick from."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from django import forms
from django.utils.safestring import SafeString

from pep.forms.fields import stored

if TYPE_CHECKING:
    from pep.forms.section import SectionForm


class RowHelp(Protocol):
    """Help beside the rows of one question. `row_id` is empty for a row not saved yet."""

    def options(self, column: str) -> Sequence[tuple[str, str]]:
        """What a column of one line offers; none to have it written."""

    def before(self, row_id: str) -> SafeString:
        """Above the fields of a row."""

    def after(self, form: "SectionForm", number: str, row_id: str) -> SafeString:
        """Under them; `number` is the row's in the page, or the mark of the blank one."""

    def below(self, form: "SectionForm") -> SafeString:
        """Under all rows."""

    def in_a_line(self, form: "SectionForm", number: str, row_id: str) -> str:
        """A row that lacks nothing in one line: it is shown closed. Empty: it stays open."""


def offer(field: forms.Field, options: Sequence[tuple[str, str]], value: Any) -> None:
    """Have a line picked from a list. What is there already stays, also if no longer offered."""
    known = {text for text, _ in options}
    own = [(value, value)] if value and value not in known else []
    field.widget = forms.Select(choices=[("", "Choose one"), *options, *own])


def row_values(form: "SectionForm", key: str) -> dict[str, Mapping[str, Any]]:
    """The rows a form shows, by their number: what was sent, else what is held."""
    question = form.content.question(key)
    if question is None:
        return {}
    if not form.is_bound:
        held = {str(row.get("id")): row for row in form.held.get(key) or []}
        return {str(n): held.get(row_id, {}) for n, row_id in enumerate(form.row_ids[key])}
    _ = form.errors  # reads the form once
    return {
        str(number): {
            column.key: stored(column.kind, form.cleaned_data.get(f"{key}-{number}-{column.key}"))
            for column in question.columns
        }
        for number in range(len(form.row_ids[key]))
        if not form.cleaned_data.get(f"{key}-{number}-remove")
    }
