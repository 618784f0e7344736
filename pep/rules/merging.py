"""Two people in one section: what merges by itself and what one of them must settle.

A save says which version it began from. Answers changed since by others and by this save are the
conflict; all others merge. Repeating groups are lists of rows, each with an `id` of its own.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID, uuid5

_BESIDE = UUID("3d1b9a4c-8f0e-4c55-9d2b-6a7e5f1c2b38")  # of rows kept beside others
Json: TypeAlias = Any  # what JSON can hold; answers are checked against their question elsewhere


@dataclass(frozen=True, slots=True)
class Held:
    """An answer as stored, and the section version that wrote it."""

    value: Json
    version: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """One answer two people changed: both wordings, for the person to choose."""

    mine: Json
    theirs: Json


@dataclass(frozen=True, slots=True)
class Merged:
    """The answers to write, and the conflicts that stop them from being written."""

    values: dict[str, Json]
    conflicts: dict[str, Conflict]

    @property
    def is_clean(self) -> bool:
        return not self.conflicts


_ABSENT = object()


def merge_save(*, base_version: int, mine: Mapping[str, Json], held: Mapping[str, Held]) -> Merged:
    """Merge the answers a save changed into those held, by version alone.

    `mine` are only the answers this person changed since `base_version`.
    """
    values = {key: answer.value for key, answer in held.items()}
    conflicts = {}
    for key, value in mine.items():
        theirs = held.get(key)
        if theirs is not None and theirs.version > base_version and theirs.value != value:
            conflicts[key] = Conflict(mine=value, theirs=theirs.value)
        else:
            values[key] = value
    return Merged(values, conflicts)


def merge_answers(
    *, base: Mapping[str, Json], mine: Mapping[str, Json], theirs: Mapping[str, Json]
) -> Merged:
    """Merge two versions of a section's answers that began from the same one.

    Lists of rows merge row by row. An answer in conflict keeps their value until it is settled.
    """
    values: dict[str, Json] = {}
    conflicts: dict[str, Conflict] = {}
    for key in {**base, **theirs, **mine}:
        began, my, their = (answers.get(key, _ABSENT) for answers in (base, mine, theirs))
        merged = _merge_value(began, my, their)
        if isinstance(merged, Conflict):
            conflicts[key] = merged
            merged = their
        if merged is not _ABSENT:
            values[key] = merged
    return Merged(values, conflicts)


def _merge_value(base: Json, mine: Json, theirs: Json) -> Json:
    """One answer, or a Conflict."""
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    began = [] if base is _ABSENT or base is None else base
    if _is_rows(began) and _is_rows(mine) and _is_rows(theirs):
        rows = _merge_rows(began, mine, theirs)
        if rows is not None:
            return rows
    none_for_absent = (None if value is _ABSENT else value for value in (mine, theirs))
    return Conflict(*none_for_absent)


def _merge_rows(base: list[Json], mine: list[Json], theirs: list[Json]) -> list[Json] | None:
    """Rows in their order, then those only I added; None when one row was changed by both."""
    began, my, their = ({row["id"]: row for row in rows} for rows in (base, mine, theirs))
    merged = []
    for key in {**their, **my}:
        row = _merge_value(began.get(key, _ABSENT), my.get(key, _ABSENT), their.get(key, _ABSENT))
        if isinstance(row, Conflict):
            return None
        if row is not _ABSENT:
            merged.append(row)
    return merged


def keep_both(theirs: Json, mine: Json) -> Json:
    """Both wordings of one answer, for a person to go on with; nothing of either is left out.

    Rows that differ stand one after the other, the one of mine under an id of its own: always the
    same one, so that keeping both twice adds it once.
    """
    if isinstance(theirs, str) and isinstance(mine, str):
        return f"{theirs}\n\n{mine}"
    if not (_is_rows(theirs) and _is_rows(mine)):
        return mine
    held = {row["id"]: row for row in theirs}
    kept: dict[str, Json] = {}
    for row in [*theirs, *mine]:
        same = held.get(row["id"])
        own = same is not None and row != same
        kept.setdefault(_beside(row) if own else row["id"], row)
    return [{**row, "id": key} for key, row in kept.items()]


def _beside(row: Json) -> str:
    words = json.dumps(row, sort_keys=True, ensure_ascii=False)
    return str(uuid5(_BESIDE, words))


def _is_rows(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) and "id" in row for row in value)
