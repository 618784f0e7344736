"""What every stored field tells about a person: one reviewed table, read by whatever hides.

`CLASSES` names every column of every table, in one file for each part of the house. A test fails on
a field that is missing there, so a new one is decided about when it is made. A typed copy of a
state (`...event`) has its model's classes.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.apps import apps

from audit.classes.kinds import PUBLIC, SECRET, Classes, FieldClass
from audit.classes.of_children import OF_CHILDREN
from audit.classes.of_people import OF_PEOPLE
from audit.classes.of_plans import OF_PLANS
from audit.classes.of_service import OF_SERVICE

if TYPE_CHECKING:
    from django.db.models import Model

__all__ = [
    "CLASSES",
    "FieldClass",
    "Unclassified",
    "class_of_column",
    "classes_of",
    "names_to_hide",
]

CLASSES: Classes = {**OF_PEOPLE, **OF_CHILDREN, **OF_PLANS, **OF_SERVICE}
_COPY = "pgh_id pgh_created_at pgh_label pgh_obj"


class Unclassified(LookupError):
    """A field nobody has decided about."""


def classes_of(model: type[Model]) -> dict[str, FieldClass]:
    """Answer the class of every field of a model, by field name. Raises Unclassified."""
    tracked = getattr(model, "pgh_tracked_model", None)
    named = CLASSES.get((tracked or model)._meta.label_lower, {})
    known = {name: kind for kind, names in named.items() for name in names.split()}
    if tracked is not None:
        known |= dict.fromkeys(_COPY.split(), PUBLIC)
    fields = {field.name for field in model._meta.concrete_fields}
    if missing := fields - known.keys():
        raise Unclassified(f"{model._meta.label_lower}: {', '.join(sorted(missing))}")
    return {name: kind for name, kind in known.items() if name in fields}


def class_of_column(table: str, column: str) -> FieldClass:
    """Answer the class of a column as the record names it; what is not known is secret."""
    model = next((m for m in apps.get_models(True) if m._meta.db_table == table), None)
    if model is None:
        return SECRET
    field = next((f for f in model._meta.concrete_fields if column in {f.name, f.column}), None)
    return classes_of(model)[field.name] if field else SECRET


@cache
def names_to_hide() -> frozenset[str]:
    """Answer every field name that tells of a person in some table, for text without a table."""
    return frozenset(
        name
        for named in CLASSES.values()
        for kind, names in named.items()
        if kind is not PUBLIC
        for name in names.split()
    )
