"""The lists shipped with the product, from our own files into their tables."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction

from progress.models import Example, Intervention

DATA = Path(__file__).parent / "data"


@lru_cache(maxsize=2)
def shipped(name: str) -> tuple[dict[str, Any], ...]:
    """The entries of progress/data/<name>.json."""
    return tuple(json.loads((DATA / f"{name}.json").read_text("utf-8")))


@transaction.atomic
def load_lists() -> int:
    """Write the shipped interventions and examples; answer how many were new or changed.

    Safe to repeat. An entry the product no longer ships is no longer offered; targets keep it.
    """
    held = {row.key: row for row in Intervention.objects.filter(authority=None)}
    written = sum(_write(Intervention, held, entry) for entry in shipped("interventions"))
    by_key = {row.key: row for row in Intervention.objects.filter(authority=None)}
    examples = {row.key: row for row in Example.objects.filter(authority=None)}
    for entry in shipped("examples"):
        help_used = by_key[entry["intervention"]].pk if entry.get("intervention") else None
        values = {**entry, "intervention_id": help_used}
        values.pop("intervention", None)
        written += _write(Example, examples, values)
    return written + _no_longer("interventions", Intervention) + _no_longer("examples", Example)


def _write(model: Any, held: dict[str, Any], entry: dict[str, Any]) -> bool:
    row = held.get(entry["key"]) or model(key=entry["key"], authority=None)
    values = {**entry, "is_offered": True}
    if not row._state.adding and all(getattr(row, name) == v for name, v in values.items()):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return True


def _no_longer(name: str, model: Any) -> int:
    keys = {entry["key"] for entry in shipped(name)}
    gone = model.objects.filter(authority=None, is_offered=True).exclude(key__in=keys)
    return int(gone.update(is_offered=False))
