"""What need no longer be kept, on the list of the month for somebody to decide.

A refused load, and the record of somebody whose 75th birthday is over. Another such record is on
hold, so that it is not listed.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.core.files.base import ContentFile

from children.models import Child, PeriodOfCare
from children.rules import fold_name
from demo.chance import Chance
from files.models import Load, LoadFile, StoredFile
from retention.models import LegalHold
from retention.proposing import propose
from schools.rules import anniversary

SENT_DAYS_AGO = 200
NAME = "register-without-numbers.csv"
CONTENT = b"EstablishmentName,Town\n"  # names no child: a hold of one child keeps all that may
OLD = 77  # years
GROWN_OLD = (("Maureen", "Attercliffe"), ("Terence", "Birdwhistle"))


def write(seed: int, *, authority_id: int, by: UUID, head: UUID, now: datetime) -> None:
    """Write the load as it was refused, the two records, and this month's list."""
    chance = Chance(seed, "keeping", authority_id)
    at = now - timedelta(days=SENT_DAYS_AGO)
    digest = sha256(CONTENT).hexdigest()
    load = Load.objects.create(
        id=chance.id(),
        authority_id=authority_id,
        kind=Load.Kind.SCHOOLS,
        state=Load.State.REFUSED,
        sha256=digest,
        file_names=[NAME],
        faults=[
            {
                "file": NAME,
                "line": 0,
                "column": "URN",
                "value": "",
                "message": "The file has no column URN",
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
        download_name=f"schools-{load.pk.hex[:6]}.csv",
        made_at=at,
        made_by_id=by,
    )
    stored.content.save("", ContentFile(CONTENT), save=False)
    stored.save(force_insert=True)
    LoadFile.objects.create(
        id=chance.id(), authority_id=authority_id, load=load, file=stored, name=NAME
    )
    _grown_old(chance, authority_id=authority_id, head=head, now=now)
    propose(authority_id=authority_id, on=now.date(), at=now)


def _grown_old(chance: Chance, *, authority_id: int, head: UUID, now: datetime) -> None:
    """Two who were in care long ago; for the record of the second an inquiry has asked."""
    children = []
    for place, (given, family) in enumerate(GROWN_OLD):
        born = now.date().replace(year=now.year - OLD, day=1) - timedelta(days=200 * place)
        child = Child(
            id=chance.id(),
            authority_id=authority_id,
            given_name=given,
            family_name=family,
            sort_name=fold_name(f"{family} {given}"),
            date_of_birth=born,
        )
        child.save(force_insert=True)
        PeriodOfCare.objects.create(
            id=chance.id(),
            authority_id=authority_id,
            child=child,
            started_on=anniversary(born, 9),
            ended_on=anniversary(born, 16),
            end_reason="E4A",
        )
        children.append(child)
    LegalHold.objects.create(
        id=chance.id(),
        authority_id=authority_id,
        child=children[1],
        reason=LegalHold.Reason.INQUIRY,
        why="Letter of the inquiry into children’s homes, reference 1207",
        started_on=now.date() - timedelta(days=40),
        placed_at=now - timedelta(days=40),
        placed_by_id=head,
    )
