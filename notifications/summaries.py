"""A person's notices as the page shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from notifications.models import Notice

TODAY, THIS_WEEK, EARLIER = "Today", "This week", "Earlier"


@dataclass(frozen=True, slots=True)
class NoticeGroup:
    """Notices under one heading, unread ones first."""

    title: str
    notices: Sequence[Notice]


def grouped(notices: Iterable[Notice], *, on: date) -> list[NoticeGroup]:
    """Put notices under Today, This week (from Monday) and Earlier; empty headings are left out."""
    monday = on - timedelta(days=on.weekday())
    groups: dict[str, list[Notice]] = {TODAY: [], THIS_WEEK: [], EARLIER: []}
    for notice in notices:
        day = timezone.localtime(notice.made_at).date()
        groups[TODAY if day >= on else THIS_WEEK if day >= monday else EARLIER].append(notice)
    return [
        NoticeGroup(title, sorted(found, key=lambda notice: notice.read_at is not None))
        for title, found in groups.items()
        if found
    ]
