"""What a load did, or why it did nothing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from files.csv_format import Faults

BATCH = 500  # rows a statement


@dataclass(slots=True)
class Tally:
    """Rows of one kind: how many are new, changed, taken out, or as they were."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


@dataclass(slots=True)
class Outcome:
    """What a load did, kind by kind, with the warnings of the return's own rules."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    warnings: Faults = field(default_factory=Faults)
    files: dict[str, int] = field(default_factory=dict)

    def of(self, kind: str) -> Tally:
        return self.tallies.setdefault(kind, Tally())

    @property
    def has_changes(self) -> bool:
        return any(one.added or one.changed or one.removed for one in self.tallies.values())

    def counts(self) -> dict[str, dict[str, int]]:
        """As plain values, for JSON and for the record of the load."""
        return {
            kind: {
                "added": one.added,
                "changed": one.changed,
                "removed": one.removed,
                "unchanged": one.unchanged,
            }
            for kind, one in self.tallies.items()
        }


def settle(
    kind: str,
    model: type[models.Model],
    *,
    existing: Iterable[Any],
    wanted: Mapping[Any, Mapping[str, Any]],
    key: Callable[[Any], Any],
    surplus: Callable[[Any], bool] = lambda row: False,
    outcome: Outcome,
) -> dict[Any, Any]:
    """Make the stored rows of a kind the wanted ones, touching only those that differ.

    Rows nobody wants are deleted where `surplus` says so. Ranges are shortened before others are
    lengthened, so that no two overlap on the way. A few statements, whatever the number of rows.
    """
    tally = outcome.of(kind)
    found: dict[Any, Any] = {}
    gone: list[Any] = []
    for row in existing:
        this = key(row)
        if this in wanted:
            found[this] = row
        elif surplus(row):
            gone.append(row)
    new: list[Any] = []
    shorter: list[Any] = []
    other: list[Any] = []
    changed_fields: set[str] = set()
    for this, values in wanted.items():
        row = found.get(this)
        if row is None:
            row = model(**values)
            new.append(row)
            found[this] = row
            continue
        differing = [name for name, value in values.items() if getattr(row, name) != value]
        if not differing:
            tally.unchanged += 1
            continue
        shortens = "ended_on" in differing and _is_shorter(row, values["ended_on"])
        for name in differing:
            setattr(row, name, values[name])
        changed_fields.update(differing)
        (shorter if shortens else other).append(row)
    manager = model._default_manager
    if gone:
        manager.filter(pk__in=[row.pk for row in gone]).delete()
    for rows in (shorter, other):
        if rows:
            manager.bulk_update(rows, sorted(changed_fields), batch_size=BATCH)
    if new:
        manager.bulk_create(new, batch_size=BATCH)
    tally.added += len(new)
    tally.changed += len(shorter) + len(other)
    tally.removed += len(gone)
    return found


def _is_shorter(row: models.Model, ended_on: Any) -> bool:
    before = getattr(row, "ended_on", None)
    return ended_on is not None and (before is None or ended_on < before)
