"""What changed between two versions of a form, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pep.rules import READERS_LABELS, Readers
from planforms.rules.wording import options_text, rule_text

Content = Mapping[str, Any]

LABELS = {
    "title": "Title",
    "group": "Heading",
    "owner": "Owner",
    "hint": "Hint",
    "guidance": "What a good answer has",
    "statutory_head": "Statutory head",
    "shown_when": "Asked when",
    "required_when": "Required when",
    "label": "Question",
    "kind": "Kind",
    "is_required": "Always required",
    "options": "Options",
    "columns": "Columns",
    "max_length": "Longest answer",
    "max_rows": "Most rows",
    "is_carried": "Carried over",
    "readers": "Who reads it",
}
USUAL = {"max_length": 1500, "max_rows": 4}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where, what, and the words before and after."""

    where: str
    what: str
    before: str = ""
    after: str = ""


def changes(before: Content, after: Content) -> list[Change]:
    """What a new version changes, in the order of the new one; what is gone comes last."""
    old = {section["slug"]: section for section in before["sections"]}
    new = {section["slug"]: section for section in after["sections"]}
    found: list[Change] = []
    for slug, section in new.items():
        if slug not in old:
            found.append(Change(slug, "New section", after=section["title"]))
            continue
        found += _differences(slug, old[slug], section)
        found += _questions(slug, old[slug], section)
    found += [
        Change(slug, "Section taken out", before=section["title"])
        for slug, section in old.items()
        if slug not in new
    ]
    found += _order("The form", [*old], [*new], "Order of sections")
    return found


def _questions(slug: str, before: Content, after: Content) -> Iterator[Change]:
    old = {question["key"]: question for question in before["questions"]}
    new = {question["key"]: question for question in after["questions"]}
    for key, question in new.items():
        if key not in old:
            yield Change(f"{slug}.{key}", "New question", after=question["label"])
        else:
            yield from _differences(f"{slug}.{key}", old[key], question)
    for key, question in old.items():
        if key not in new:
            yield Change(f"{slug}.{key}", "Question taken out", before=question["label"])
    yield from _order(slug, [*old], [*new], "Order of questions")


def _order(where: str, old: list[str], new: list[str], what: str) -> Iterator[Change]:
    was = [name for name in old if name in new]
    now = [name for name in new if name in old]
    if was != now:
        yield Change(where, what, ", ".join(was), ", ".join(now))


def _differences(where: str, old: Content, new: Content) -> Iterator[Change]:
    for name, label in LABELS.items():
        before, after = _words(name, old.get(name)), _words(name, new.get(name))
        if before != after:
            yield Change(where, label, before, after)


def _words(name: str, value: Any) -> str:
    if name in {"shown_when", "required_when"}:
        return rule_text(value or {})
    if name == "options":
        return options_text(value or [])
    if name == "columns":
        return "\n".join(column_text(column) for column in value or [])
    if name in {"is_required", "is_carried"}:
        return "Yes" if value else "No"
    if name == "readers":
        return READERS_LABELS[Readers(value or Readers.SECTION)]
    return str(USUAL.get(name, "") if value is None else value)


def column_text(column: Content) -> str:
    """One column of repeating rows, in a line."""
    listed = "; ".join(options_text(column.get("options") or []).splitlines())
    options = f" ({listed})" if listed else ""
    needed = ", required" if column.get("is_required") else ""
    return f"{column['key']}: {column['label']}, {column['kind']}{needed}{options}"
