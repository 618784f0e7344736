"""What the repeated rows of a plan are called: `{% load plan_rows %}`. None of it queries."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

from pep.form_content import Kind

register = template.Library()

# One row of these answers, by the key its question keeps in every form; of others an entry
_CALLED = {
    "core": "Subject",
    "courses": "Course",
    "exams": "Subject",
    "eyfs_areas": "Area",
    "history": "School or setting",
    "now": "Subject",
    "parental_responsibility": "Person",
    "permissions": "Permission",
    "places": "Place",
    "requests": "Request",
    "subjects": "Subject",
    "suspensions": "Suspension",
    "targets": "Target",
}


@register.simple_tag
def row_name(key: str, number: int) -> str:
    """Target 2."""
    return f"{_CALLED.get(key, 'Entry')} {number}"


@register.filter
def rows_by_name(question: Mapping[str, Any]) -> list[tuple[str, Sequence[Any]]]:
    """Each row that says something, and what it is called; facts of the record have no name."""
    is_repeated = question["kind"] == Kind.ROWS
    return [
        (row_name(question["key"], number) if is_repeated else "", row)
        for number, row in enumerate(question["rows"], 1)
        if row
    ]
