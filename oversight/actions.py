"""What people do about unusual reading."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from oversight.models import UnusualReading


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
