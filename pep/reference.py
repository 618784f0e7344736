"""The forms shipped with the product, from our own files into their tables."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from pep.models import Form, FormVersion, Question, Section
from pep.rules import Readers

FORMS = Path(__file__).parent / "data" / "forms"


@lru_cache(maxsize=1)
def shipped_forms() -> tuple[dict[str, Any], ...]:
    """The contents of pep/data/forms, by file name."""
    return tuple(json.loads(path.read_text("utf-8")) for path in sorted(FORMS.glob("*.json")))


@lru_cache(maxsize=1)
def shipped_questions() -> frozenset[tuple[str, str]]:
    """The questions whose readers `pep.rights` decides, by section and key."""
    return frozenset(
        (section["slug"], question["key"])
        for form in shipped_forms()
        for section in form["sections"]
        for question in section["questions"]
    )


@transaction.atomic
def load_forms() -> int:
    """Publish every shipped edition not yet in the database; answer how many. Safe to repeat."""
    return sum(_publish(shipped) for shipped in shipped_forms())


def _publish(shipped: dict[str, Any]) -> bool:
    form, _ = Form.objects.get_or_create(phase=shipped["phase"], authority=None)
    number = shipped.get("edition", 1)
    if form.versions.filter(number=number, published_at__isnull=False).exists():
        return False
    version, _ = FormVersion.objects.get_or_create(form=form, number=number)
    version.sections.all().delete()  # of an edition that was never published
    sections = Section.objects.bulk_create(
        Section(version=version, place=place, **_without(section, "questions"))
        for place, section in enumerate(shipped["sections"], start=1)
    )
    usual = {"readers": Readers.SECTION}  # who reads a shipped question: `pep.rights`
    Question.objects.bulk_create(
        Question(section=section, place=place, **usual | question)
        for section, content in zip(sections, shipped["sections"], strict=True)
        for place, question in enumerate(content["questions"], start=1)
    )
    version.published_at = timezone.now()
    version.save(update_fields=["published_at"])
    return True


def _without(values: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != key}
