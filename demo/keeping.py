"""A refused load that need no longer be kept, on the list of the month for somebody to decide."""

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.core.files.base import ContentFile

from demo.chance import Chance
from files.models import Load, LoadFile, StoredFile
from retention.proposing import propose

SENT_DAYS_AGO = 200
NAME = "roll-without-birthdays.csv"
CONTENT = b"given_name,family_name\n"


def write(seed: int, *, authority_id: int, by: UUID, now: datetime) -> None:
    """Write the load as it was refused, and this month's list."""
    chance = Chance(seed, "keeping", authority_id)
    at = now - timedelta(days=SENT_DAYS_AGO)
    digest = sha256(CONTENT).hexdigest()
    load = Load.objects.create(
        id=chance.id(),
        authority_id=authority_id,
        kind=Load.Kind.ROLL,
        state=Load.State.REFUSED,
        sha256=digest,
        file_names=[NAME],
        faults=[
            {
                "file": NAME,
                "line": 0,
                "column": "date_of_birth",
                "value": "",
                "message": "The file has no column date_of_birth",
                "fix": "Add the column and send the file again",
                "is_whole": True,
            }
        ],
        fault_count=1,
        received_at=at,
        received_by_id=by,
    )
    stored = StoredFile(
        id=chance.id(),
        authority_id=authority_id,
        sha256=digest,
        size=len(CONTENT),
        content_type="text/csv",
        download_name=f"roll-{load.pk.hex[:6]}.csv",
        made_at=at,
        made_by_id=by,
    )
    stored.content.save("", ContentFile(CONTENT), save=False)
    stored.save(force_insert=True)
    LoadFile.objects.create(
        id=chance.id(), authority_id=authority_id, load=load, file=stored, name=NAME
    )
    propose(authority_id=authority_id, on=now.date(), at=now)
