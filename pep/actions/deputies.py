"""Name who may check a plan they wrote in, and end it."""

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from pep import deputies
from pep.models import Deputy
from schools.rules import ONE_DAY


@transaction.atomic
def name_deputy(
    *, person_id: UUID, started_on: date, last_day: date, reason: str, by: User, at: datetime
) -> Deputy:
    """Let a checker agree plans they wrote in, from a day to a day. The same again changes nothing.

    Raises PermissionDenied for who is not the virtual school head, for oneself, and for somebody
    who does not check plans of this council.
    """
    seat = by.seat
    if seat is None or seat.authority_id is None or not by.may(Permission.NAME_DEPUTY):
        raise PermissionDenied
    people = {person.pk for person in deputies.could_be_named(seat.authority_id, on=started_on)}
    if person_id == by.pk or person_id not in people:
        raise PermissionDenied
    there: Deputy | None = (
        Deputy.objects.filter(
            authority=seat.authority_id, person=person_id, started_on__lte=last_day
        )
        .exclude(ended_on__lte=started_on)
        .first()
    )
    if there is not None:
        return there
    found: Deputy = Deputy.objects.create(
        authority_id=seat.authority_id,
        person_id=person_id,
        started_on=started_on,
        ended_on=last_day + ONE_DAY,
        reason=reason.strip(),
        named_at=at,
        named_by=by,
    )
    return found


@transaction.atomic
def end_deputy(*, deputy_id: UUID, on: date, by: User) -> None:
    """End it today; one that began today or later is taken away. Again changes nothing."""
    seat = by.seat
    if seat is None or not by.may(Permission.NAME_DEPUTY):
        raise PermissionDenied
    row = (
        Deputy.objects.select_for_update()
        .filter(pk=deputy_id, authority=seat.authority_id)
        .exclude(ended_on__lte=on)
        .first()
    )
    if row is None:
        return
    if row.started_on >= on:
        row.delete()
    else:
        row.ended_on = on
        row.save(update_fields=["ended_on"])
