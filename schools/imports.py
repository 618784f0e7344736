"""The school register, applied: only rows that differ are written."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from django.db import transaction

from schools.csv_format import LinkRow, RegisterRow
from schools.models import Authority, School, SchoolLink

BATCH = 500  # rows a statement


@dataclass(frozen=True, slots=True)
class RegisterOutcome:
    """How many rows of the register, or of its links, were new, changed, or as they were."""

    added: int
    changed: int
    unchanged: int


@transaction.atomic
def apply_register(rows: Iterable[RegisterRow]) -> RegisterOutcome:
    """Take in the register's schools; those not in the file stay as they are. Safe to repeat.

    Closed schools are kept: they are part of a child's history. Read and written in batches, so
    memory does not grow with the file.
    """
    authorities = dict(Authority.objects.values_list("code", "pk"))
    added = changed = unchanged = 0
    for batch in _batches(rows):
        stored = School.objects.in_bulk([row.urn for row in batch])
        new, differing = [], []
        for row in batch:
            values = _values(row, authorities)
            school = stored.get(row.urn)
            if school is None:
                new.append(School(pk=row.urn, **values))
            elif any(getattr(school, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(school, name, value)
                differing.append(school)
            else:
                unchanged += 1
        if new:
            School.objects.bulk_create(new)
        if differing:
            School.objects.bulk_update(differing, list(_values(batch[0], authorities)))
        added += len(new)
        changed += len(differing)
    return RegisterOutcome(added, changed, unchanged)


def _values(row: RegisterRow, authorities: Mapping[str, int]) -> dict[str, object]:
    values = asdict(row)
    del values["urn"]
    # Numbers of no English council (overseas, Wales) stay as text only
    values["authority_id"] = authorities.get(row.authority_code)
    return values


@transaction.atomic
def apply_links(rows: Iterable[LinkRow]) -> RegisterOutcome:
    """Take in what became of which school. A link to or from a school we lack is left out."""
    added = changed = unchanged = 0
    schools = set(School.objects.values_list("pk", flat=True))
    stored = {
        (link.school_id, link.linked_id, link.kind): link for link in SchoolLink.objects.all()
    }
    new, differing = [], []
    for row in rows:
        if row.urn not in schools:
            continue
        link = stored.get((row.urn, row.linked_urn, row.kind))
        if link is None:
            new.append(
                SchoolLink(
                    school_id=row.urn,
                    linked_id=row.linked_urn,
                    kind=row.kind,
                    established_on=row.established_on,
                )
            )
        elif link.established_on != row.established_on:
            link.established_on = row.established_on
            differing.append(link)
        else:
            unchanged += 1
    SchoolLink.objects.bulk_create(new, batch_size=BATCH)
    if differing:
        SchoolLink.objects.bulk_update(differing, ["established_on"], batch_size=BATCH)
    added, changed = len(new), len(differing)
    return RegisterOutcome(added, changed, unchanged)


def _batches(rows: Iterable[RegisterRow]) -> Iterable[list[RegisterRow]]:
    batch: list[RegisterRow] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
