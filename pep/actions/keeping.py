"""Words that could not be saved, kept for their author."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import audit
from accounts.models import User
from pep.models import KeptText, PlanSection


def keep_words(
    section: PlanSection,
    by: User,
    values: Mapping[str, Any],
    base_version: int,
    *,
    reason: str,
    at: datetime,
    window: str,
) -> KeptText | None:
    """Keep words for their author, beside those kept before; none to keep without words.

    What one window goes on to write takes the place of what it wrote; another window's stays.
    """
    if not values:
        return None
    kept = KeptText.objects.filter(
        plan_id=section.plan_id, section=section.slug, person=by, settled_at__isnull=True
    ).first()
    is_new = kept is None
    if kept is None:
        kept = KeptText(
            authority_id=section.authority_id,
            child_id=section.child_id,
            plan_id=section.plan_id,
            section=section.slug,
            person=by,
            values={},
        )
    before = {k: v for k, v in kept.values.items() if k in values and v != values[k]}
    if before and kept.window != window:
        kept.earlier = [*kept.earlier, before]
    order = [*values, *kept.order] if kept.window == window else [*kept.order, *values]
    kept.values, kept.order = {**kept.values, **values}, list(dict.fromkeys(order))
    kept.base_version, kept.reason, kept.made_at = base_version, reason, at
    kept.window = window
    kept.save()
    if is_new:
        audit.record_of(kept, kind=f"pep.words_kept.{reason}", at=at, by=by)
    return kept
