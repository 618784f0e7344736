"""Tell a virtual school head who, by their role, now sees every child of the roll.

Administrators give roles and read no case; one who gives a role of the team to an account of their
own would read all. The record shows it, and here somebody is told without having to look.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import TEAM_ROLES, Role
from audit.models import Event
from notifications.actions import notify

LOOKS_BACK = timedelta(days=3)  # for a worker that was away over a weekend; told once all the same

MADE_UP = "demonstration"  # a made-up council comes into being all at once


def tell_of_newcomers(*, authority_id: int, at: datetime) -> int:
    """Tell the virtual school heads of roles of the team given lately; answer how many notices.

    However they were given: by hand, by an invitation, in the administration or by a group of the
    council. Whoever gave it, got it or came later is not told. Two queries for each role given.
    """
    heads = User.objects.filter(
        memberships__in=Membership.objects.current(on=timezone.localdate(at)).filter(
            authority=authority_id, role=Role.VIRTUAL_SCHOOL_HEAD
        )
    ).distinct()
    told = 0
    given = list(_given(authority_id, at))
    for place, (event, _, role) in enumerate(given):
        # Who came with it or after it finds them there
        knew = [person_id for _, person_id, _ in given[place:]]
        knew += [event.actor_id] if event.actor_id else []
        told += len(
            notify(
                recipients=heads.exclude(pk__in=knew),
                key=f"joined:{event.row}",
                kind="joined_the_team",
                text=(
                    f"Somebody was made {_with_article(role.label)} and sees every child on the "
                    "roll. If you did not expect it, ask your administrator today."
                ),
                path=reverse("oversight:log"),
                authority_id=authority_id,
                at=at,
            )
        )
    return told


def _given(authority_id: int, at: datetime) -> Iterator[tuple[Event, UUID, Role]]:
    """Each role of the team given lately, from the record: by whom, to whom."""
    events = Event.objects.filter(
        authority_id=authority_id,
        kind="row.insert",
        at__gt=at - LOOKS_BACK,
        table=Membership._meta.db_table,
    ).exclude(reason=MADE_UP)
    for event in events.order_by("pk"):
        row = event.after or {}
        if row.get("role") in TEAM_ROLES:
            yield event, UUID(row["user_id"]), Role(row["role"])


def _with_article(label: str) -> str:
    words = label[0].lower() + label[1:]
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
