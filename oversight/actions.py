"""What people do about unusual reading, and what they print."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

import audit
from accounts.models import User
from audit.models import Event
from oversight.models import UnusualReading
from oversight.rules import PRINTED, printed_page

# Longer than any session lasts (decisions 42)
_PAGE_STANDS = timedelta(days=1)


@transaction.atomic
def look_into(*, reading_id: UUID, note: str, by: User, at: datetime) -> UnusualReading:
    """Note what came of looking into a day's reading. A second note takes the place of the first;
    the record keeps both."""
    reading: UnusualReading = (
        UnusualReading.objects.visible_to(by).select_for_update().get(pk=reading_id)
    )
    reading.looked_into_at, reading.looked_into_by, reading.note = at, by, note
    reading.save(update_fields=["looked_into_at", "looked_into_by", "note"])
    return reading


@transaction.atomic
def note_print(*, written_as: UUID, by: User, at: datetime) -> int:
    """Write down that a page was printed: what its reader opened with the request that made it.

    Nothing but that person's own openings counts, so that nobody writes down another's child or
    another's print. Answers how many events were written: none for a page that names no child.
    """
    opened = Event.objects.filter(
        actor_id=by.pk,
        at__gt=at - _PAGE_STANDS,
        request_id=str(written_as),
        kind__in=PRINTED,
    )
    events = list(opened.order_by("pk"))
    for event in events:
        audit.record(
            kind=PRINTED[event.kind],
            at=at,
            table=event.table,
            row=event.row,
            child_id=event.child_id,
            authority_id=event.authority_id,
            actor_id=by.pk,
            acting_for_id=event.acting_for_id,
            after={"page": printed_page(event.kind, str((event.after or {}).get("page", "")))},
        )
    return len(events)
