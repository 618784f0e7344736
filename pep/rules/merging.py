"""Two people in one section: what merges by itself and what one of them must settle.

A save says which version it began from. What others changed since and this save changes too is the
conflict; all else merges. The parts that merge are answers, and of repeating groups their rows: a
row is named by its question's key and its own `id`, "targets:5b0f…", and is None once removed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID, uuid5

from pep.rules.later import is_put_off

_BESIDE = UUID("3d1b9a4c-8f0e-4c55-9d2b-6a7e5f1c2b38")  # of rows kept beside others
_ROW = ":"  # between a question's key and a row's id; no key has one
Json: TypeAlias = Any  # what JSON can hold; answers are checked against their question elsewhere


@dataclass(frozen=True, slots=True)
class Held:
    """An answer as stored, and the section version that wrote it.

    `rows` are the versions of single rows, where they differ, also of rows that were removed.
    """

    value: Json
    version: int
    rows: Mapping[str, int] = field(default_factory=dict)

    def row(self, row_id: str) -> tuple[Json, int]:
        """One row, None if it is not there, and the version that wrote or removed it."""
        row = row_of(self.value, row_id)
        return row, self.rows.get(row_id, 0 if row is None else self.version)

    def is_newer(self, version: int) -> bool:
        """Whether any of the answer was written since a version."""
        if not _has_rows(self.value):
            return self.version > version
        return any(self.row(row["id"])[1] > version for row in self.value)


@dataclass(frozen=True, slots=True)
class Conflict:
    """One part two people changed: both wordings, for the person to choose."""

    mine: Json
    theirs: Json


@dataclass(frozen=True, slots=True)
class Merged:
    """The answers to write, and the conflicts, by part, that stop theirs from being written."""

    values: dict[str, Json]
    conflicts: dict[str, Conflict]

    @property
    def is_clean(self) -> bool:
        return not self.conflicts


def row_part(key: str, row_id: str) -> str:
    """Name one row of an answer."""
    return f"{key}{_ROW}{row_id}"


def split_part(part: str) -> tuple[str, str]:
    """The question's key, and the id of a row; empty where the part is the whole answer."""
    key, _, row_id = part.partition(_ROW)
    return key, row_id


def row_of(value: Json, row_id: str) -> Json:
    """One row of an answer, None if it is not there."""
    if not is_rows(value):
        return None
    return next((row for row in value if row["id"] == row_id), None)


def merge_save(*, base_version: int, mine: Mapping[str, Json], held: Mapping[str, Held]) -> Merged:
    """Merge the parts a save changed into the answers held, by version alone.

    `mine` are only what this person changed since `base_version`. Rows keep the order they are
    held in; new ones follow in the order they came.
    """
    merged = Merged({key: answer.value for key, answer in held.items()}, {})
    for part, value in mine.items():
        key, row_id = split_part(part)
        theirs = held.get(key) or Held(None, 0)
        if row_id:
            _merge_row(merged, key, row_id, value, theirs, base_version)
        else:
            _merge_answer(merged, key, value, theirs, base_version)
    return merged


def _merge_answer(merged: Merged, key: str, mine: Json, held: Held, base_version: int) -> None:
    if is_rows(mine or []) and (_has_rows(held.value) or held.rows):
        rows = {row["id"]: row for row in mine or []}
        there = [row["id"] for row in held.value] if _has_rows(held.value) else []
        for row_id in dict.fromkeys([*there, *rows]):
            _merge_row(merged, key, row_id, rows.get(row_id), held, base_version)
    elif held.value != mine and held.is_newer(base_version):
        merged.conflicts[key] = Conflict(mine=mine, theirs=held.value)
    else:
        merged.values[key] = mine


def _merge_row(
    merged: Merged, key: str, row_id: str, mine: Json, held: Held, base_version: int
) -> None:
    """One row; of an answer that was put off it is the first, unless that was said since."""
    if is_put_off(held.value):
        theirs, version = held.value, held.version
        if mine is None:
            return
    else:
        theirs, version = held.row(row_id)
    if version > base_version and theirs != mine:
        merged.conflicts[row_part(key, row_id)] = Conflict(mine=mine, theirs=theirs)
    else:
        merged.values[key] = _with_row(merged.values.get(key), row_id, mine)


def _with_row(rows: Json, row_id: str, row: Json) -> list[Json]:
    before = rows if is_rows(rows) else []
    if row is None:
        return [one for one in before if one["id"] != row_id]
    if row_of(before, row_id) is None:
        return [*before, row]
    return [row if one["id"] == row_id else one for one in before]


def keep_both(part: str, theirs: Json, mine: Json) -> dict[str, Json]:
    """Both wordings of one part, for a person to go on with; nothing of either is left out.

    Rows that differ stand one after the other, the one of mine under an id of its own: always the
    same one, so that keeping both twice adds it once.
    """
    key, row_id = split_part(part)
    if row_id and theirs is not None and mine is not None:
        beside = _beside(mine)
        return {row_part(key, beside): {**mine, "id": beside}}
    if isinstance(theirs, str) and isinstance(mine, str):
        return {part: f"{theirs}\n\n{mine}"}
    if row_id or not (is_rows(theirs) and is_rows(mine)):
        return {part: mine}
    held = {row["id"]: row for row in theirs}
    kept: dict[str, Json] = {}
    for row in [*theirs, *mine]:
        same = held.get(row["id"])
        own = same is not None and row != same
        kept.setdefault(_beside(row) if own else row["id"], row)
    return {part: [{**row, "id": row_id} for row_id, row in kept.items()]}


def _beside(row: Json) -> str:
    words = json.dumps(row, sort_keys=True, ensure_ascii=False)
    return str(uuid5(_BESIDE, words))


def _has_rows(value: Json) -> bool:
    return bool(value) and is_rows(value)


def is_rows(value: Json) -> bool:
    """Whether a value is repeating rows, or none of them."""
    return isinstance(value, list) and all(isinstance(row, dict) and "id" in row for row in value)
