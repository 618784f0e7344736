"""The form in which an agreed plan is kept, its hash, and the names of its files."""

import hashlib
import json
import unicodedata
from typing import Any
from uuid import UUID

from schools.rules import AcademicYear, Season

ID_CHARACTERS = 6  # of the plan's id in a file name: no name, no initials


class NotCanonical(Exception):
    """The content holds something that has no single written form, such as a float."""


def canonical_json(content: object) -> str:
    """Content as one text that is always the same: sorted keys, NFC text, no floats.

    Dates and amounts are text or whole numbers before they come here. Raises NotCanonical.
    """
    return json.dumps(
        _canonical(content), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


def content_hash(canonical: str) -> str:
    """SHA-256 of a canonical text in UTF-8, in hexadecimal."""
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def download_name(
    *, season: Season, academic_year: AcademicYear, plan_id: UUID, version: int
) -> str:
    """The name a plan's PDF is downloaded under, such as pep-autumn-2026-3f9c2a-v2.pdf."""
    year = academic_year.start_year + (season is not Season.AUTUMN)
    return f"pep-{season}-{year}-{plan_id.hex[:ID_CHARACTERS]}-v{version}.pdf"


def _canonical(content: object) -> Any:
    match content:
        case None | bool() | int():
            return content
        case str():
            return _text(content)
        case list() | tuple():
            return [_canonical(value) for value in content]
        case dict():
            return _object(content)
        case _:
            raise NotCanonical(f"No canonical form for a value of type {type(content).__name__}")


def _object(content: dict[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in content.items():
        if not isinstance(key, str):
            raise NotCanonical("Keys must be text")
        name = _text(key)
        if name in found:
            raise NotCanonical("Two keys are the same text")
        found[name] = _canonical(value)
    return found


def _text(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical("Text that cannot be written as UTF-8") from None
    return unicodedata.normalize("NFC", str(text))
