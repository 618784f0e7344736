"""Changing who works with a child, or with a whole caseload: dated, all at once, both are told."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

import audit
from accounts.administration import OWN_SEAT
from accounts.models import User
from accounts.roles import Role
from children.models import Child, Involvement
from notifications.actions import notify
from notifications.models import Notice
from people import rights, summaries
from people.actions.memberships import NotAllowed
from pep.models import PersonalEducationPlan

NOT_A_CANDIDATE = "Choose somebody who has this role today"


@transaction.atomic
def hand_over(*, child_ids: Sequence[UUID], role: str, to: User, by: User, at: datetime) -> int:
    """Make somebody the allocated colleague of these children from today. Answers how many changed.

    The former one loses them on the next click. Raises NotAllowed. A fixed number of statements,
    whatever the number of children.
    """
    seat = by.seat
    if seat is None or seat.authority_id is None or role not in rights.hands_over(by):
        raise NotAllowed(rights.NOT_YOURS)
    if to.pk == by.pk and seat.role not in {Role.VIRTUAL_SCHOOL_HEAD, Role.OFFICER}:
        raise NotAllowed(OWN_SEAT)
    on = timezone.localdate(at)
    able = summaries.candidates(role=role, authority_id=seat.authority_id, on=on)
    if not able.filter(pk=to.pk).exists():
        raise NotAllowed(NOT_A_CANDIDATE)
    visible = Child.objects.visible_to(by).filter(pk__in=child_ids, authority=seat.authority_id)
    return reallocate(
        child_ids=list(visible.values_list("pk", flat=True)), role=role, to=to, on=on, at=at
    )


@transaction.atomic
def reallocate(*, child_ids: Sequence[UUID], role: str, to: User, on: date, at: datetime) -> int:
    """Close and open the involvements on one day, with neither gap nor overlap.

    Also the checks of plans begun by the former adviser, and what they had not read yet.
    """
    rows = list(
        Involvement.objects.select_for_update(of=("self",))
        .filter(child__in=child_ids, role=role)
        .exclude(ended_on__lte=on)
        .order_by("pk")
    )
    kept = {row.child_id for row in rows if row.person_id == to.pk and not row.is_cover}
    moving = [row for row in rows if row.child_id not in kept]
    former = {row.person_id for row in moving if row.started_on <= on} - {to.pk}
    begun = [row.pk for row in moving if row.started_on <= on]
    Involvement.objects.filter(pk__in=begun).update(ended_on=on)
    # What was planned for later falls away with the change; the typed copies remember it
    Involvement.objects.filter(pk__in=[row.pk for row in moving if row.started_on > on]).delete()
    fresh = Child.objects.filter(pk__in=child_ids).exclude(pk__in=kept)
    places = dict(fresh.values_list("pk", "authority_id"))
    Involvement.objects.bulk_create(
        Involvement(
            authority_id=authority_id, child_id=child_id, person=to, role=role, started_on=on
        )
        for child_id, authority_id in places.items()
    )
    if places:
        _hand_on_work(list(places), role=role, former=former, to=to)
        _tell(places, role=role, former=former, to=to, at=at)
    return len(places)


def _hand_on_work(child_ids: list[UUID], *, role: str, former: set[UUID], to: User) -> None:
    if role == Role.ADVISER:
        PersonalEducationPlan.objects.filter(
            child__in=child_ids, checking_by__in=former,
            status=PersonalEducationPlan.Status.BEING_CHECKED,
        ).update(checking_by=to)  # fmt: skip
    unread = Notice.objects.filter(child_id__in=child_ids, recipient__in=former).unread()
    held = Notice.objects.filter(recipient=to, key__in=unread.values("key")).values("key")
    unread.exclude(key__in=held.values_list("key", flat=True)).update(recipient=to)


def _tell(places: dict[UUID, int], *, role: str, former: set[UUID], to: User, at: datetime) -> None:
    number = len(places)
    words = "One child has" if number == 1 else f"{number} children have"
    label = Role(role).label.lower()
    authority_id = next(iter(places.values()))
    common: dict[str, Any] = {
        "kind": "handed_over",
        "path": "/",
        "authority_id": authority_id,
        "at": at,
    }
    key = f"handed-over:{role}:{at.isoformat()}"
    notify(recipients=[to], key=key, text=f"{words} been handed over to you as {label}.", **common)
    notify(
        recipients=User.objects.filter(pk__in=former),
        key=key,
        text=f"{words} been handed over to somebody else as {label}.",
        **common,
    )
    audit.record(
        kind="children.handed_over",
        at=at,
        table="children_involvement",
        authority_id=authority_id,
        after={"role": role, "to": str(to.pk), "children": number},
    )


@transaction.atomic
def cover(
    *, absent: User, role: str, by_whom: User, started_on: date, ended_on: date, by: User,
    at: datetime,
) -> int:  # fmt: skip
    """Let somebody stand in for an absent colleague with all their children, for a time.

    Ends by itself. Answers for how many children. Raises NotAllowed.
    """
    seat = by.seat
    if seat is None or seat.authority_id is None or role not in rights.hands_over(by):
        raise NotAllowed(rights.NOT_YOURS)
    on = timezone.localdate(at)
    if by_whom.pk == absent.pk or by_whom.pk == by.pk:
        raise NotAllowed("Choose somebody else")
    able = summaries.candidates(role=role, authority_id=seat.authority_id, on=on)
    if not able.filter(pk=by_whom.pk).exists():
        raise NotAllowed(NOT_A_CANDIDATE)
    children = summaries.caseload_of(by, person=absent, role=role, on=on)
    covered = Involvement.objects.filter(
        person=by_whom, role=role, started_on__lt=ended_on, ended_on__gt=started_on
    ).values("child")
    rows = Involvement.objects.bulk_create(
        Involvement(
            authority_id=child.authority_id,
            child_id=child.pk,
            person=by_whom,
            role=role,
            is_cover=True,
            started_on=started_on,
            ended_on=ended_on,
        )
        for child in children.exclude(pk__in=covered)
    )
    if rows:
        notify(
            recipients=[by_whom],
            key=f"cover:{absent.pk}:{role}:{started_on}",
            kind="cover",
            text=f"You stand in for a colleague with {len(rows)} "
            f"{'child' if len(rows) == 1 else 'children'}.",
            path="/",
            authority_id=seat.authority_id,
            at=at,
        )
    return len(rows)


@transaction.atomic
def end_cover(*, person: User, role: str, by: User, at: datetime) -> int:
    """End somebody's cover today, and what was to come. Raises NotAllowed."""
    if role not in rights.hands_over(by):
        raise NotAllowed(rights.NOT_YOURS)
    on = timezone.localdate(at)
    rows = Involvement.objects.filter(
        person=person, role=role, is_cover=True,
        child__in=Child.objects.visible_to(by).values("pk"),
    ).exclude(ended_on__lte=on)  # fmt: skip
    planned = rows.filter(started_on__gt=on).update(ended_on=F("started_on"))
    return planned + rows.filter(started_on__lte=on).update(ended_on=on)
