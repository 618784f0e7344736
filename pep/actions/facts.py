"""What people say of facts shown from the record; the record itself is changed in the record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from pep.actions import doubting
from pep.models import FactWord, PersonalEducationPlan


def write_facts(
    plan: PersonalEducationPlan, slug: str, facts: Mapping[str, Any], *, by: User, at: datetime
) -> bool:
    """Write down "still right" or "this is wrong"; whether any of it is new."""
    held = {
        word.key: (word.is_right, word.note)
        for word in FactWord.objects.filter(plan=plan, section=slug, key__in=facts)
    }
    said = False
    for key, word in facts.items():
        if not word or held.get(key) == (word["is_right"], word.get("note", "")):
            continue
        FactWord.objects.update_or_create(
            plan=plan,
            section=slug,
            key=key,
            defaults={
                "authority_id": plan.authority_id,
                "child_id": plan.child_id,
                "is_right": word["is_right"],
                "note": word.get("note", ""),
                "said_at": at,
                "said_by": by,
            },
        )
        doubting.follow(
            plan,
            section=slug,
            key=key,
            is_right=word["is_right"],
            words=word.get("note", ""),
            by=by,
            at=at,
        )
        said = True
    return said
