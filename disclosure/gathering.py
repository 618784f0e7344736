"""The whole record of one child, in order, with what is withheld for review taken out."""

import json
from typing import Any

from django.apps import apps

from children.models import Child
from disclosure import masking, reading
from disclosure.masking import MARK, Masks
from disclosure.registry import CHAPTERS, EARLIER, EARLIER_TITLE

EDITION = 1  # of the layout, for whoever reads the JSON in years


def gather(child: Child) -> tuple[dict[str, Any], list[masking.Masked]]:
    """Read every table that is in the list of chapters; about two queries for each."""
    masks = Masks()
    chapters = []
    for label, chapter in sorted(CHAPTERS.items(), key=lambda item: item[1].order):
        masks.chapter = chapter.title
        entries = reading.READERS[chapter.reader](apps.get_model(label), chapter, child, masks)
        chapters.append({"order": chapter.order, "title": chapter.title, "entries": entries})
    masks.chapter = EARLIER_TITLE
    entries = [
        entry
        for label, chapter in CHAPTERS.items()
        for copy in copies_of(label)
        for entry in reading.earlier(copy, chapter, child, masks)
    ]
    chapters.append({"order": EARLIER, "title": EARLIER_TITLE, "entries": entries})
    return {"edition": EDITION, "chapters": chapters}, masks.items


def copies_of(label: str) -> list[Any]:
    """The tables of typed copies of a table's rows, if it has one."""
    return [
        model
        for model in apps.get_models()
        if (tracked := getattr(model, "pgh_tracked_model", None)) is not None
        and tracked._meta.label_lower == label
    ]


def resolved(content: Any, words: dict[int, str]) -> Any:
    """The same content with words in the place of every number."""
    match content:
        case {"withheld": int(number)} if set(content) == {MARK}:
            return words[number]
        case dict():
            return {key: resolved(value, words) for key, value in content.items()}
        case list():
            return [resolved(value, words) for value in content]
    return content


def as_json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
