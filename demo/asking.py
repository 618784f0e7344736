"""Somebody asks for their whole record: the pages of such a request have something to show.

Only the request is written. The worker makes the record, as it makes any that is owed: a minute
after the site has started it stands to be reviewed.
"""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from demo.chance import Chance
from disclosure.models import SubjectRequest
from disclosure.rules import Asker, State, due_on
from schools.models import BankHoliday

ASKED_DAYS_AGO = 12
KNOWN_DAYS_AGO = 8
WORDS = "Everything that is written about me. I want to have read it before I am 16."


def write(seed: int, *, authority_id: int, child: UUID, by: User, today: date) -> SubjectRequest:
    """Note the request of one young person, who was known and is owed the record."""
    known_on = today - timedelta(days=KNOWN_DAYS_AGO)
    closed = set(BankHoliday.objects.filter(on__gte=known_on).values_list("on", flat=True))
    return SubjectRequest.objects.create(
        id=Chance(seed, "asking", authority_id).id(),
        authority_id=authority_id,
        child_id=child,
        asked_by=Asker.SELF.value,
        reason=WORDS,
        received_on=today - timedelta(days=ASKED_DAYS_AGO),
        identity_checked_on=known_on,
        identity_checked_by=by,
        due_on=due_on(starts_on=known_on, is_complex=False, days_stopped=0, closed=closed),
        state=State.MAKING.value,
        made_by=by,
        changed_at=timezone.make_aware(datetime.combine(known_on, time(10))),
    )
