"""Repeating rows: what a column offers to pick from, and the rows a form shows."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from pep.forms.base import SectionBase
from pep.forms.fields import stored


def offer(field: forms.Field, options: Sequence[tuple[str, str]], value: Any) -> None:
    """Have a line picked from a list. What is there already stays, also if no longer offered."""
    known = {text for text, _ in options}
    own = [(value, value)] if value and value not in known else []
    field.widget = forms.Select(choices=[("", "Choose one"), *options, *own])


def row_values(form: SectionBase, key: str) -> dict[str, Mapping[str, Any]]:
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
