"""Words several pages of a plan share."""

from datetime import datetime

from django.utils import timezone

from ui.words import short_date, time_of_day


def when(moment: datetime | None) -> str:
    """20 Nov 2026, 2pm; empty without a moment."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{short_date(local.date())}, {time_of_day(local)}"
