"""Who may release a record that somebody else reviewed, where a council has one head."""

from datetime import date

from accounts.models import Membership, User
from accounts.permissions import Permission, permissions_of
from accounts.roles import Role, Seat
from children.models import Child
from disclosure.models import SubjectRequest

RELEASING = [role for role in Role if Permission.RELEASE_RECORDS in permissions_of(role)]


def could_release(request: SubjectRequest, *, on: date) -> list[User]:
    """Those of the council who took no part in the review and see the child, by name.

    Two queries, and one for each of a handful of people.
    """
    decided = set(request.items.exclude(decided_by=None).values_list("decided_by", flat=True))
    rows = Membership.objects.current(on=on).filter(
        authority=request.authority_id, role__in=RELEASING, user__is_active=True
    )
    people = {
        row.user_id: row.user
        for row in rows.select_related("user").exclude(user__in=decided | {request.reviewed_by_id})
        if _sees(row, request)
    }
    return sorted(people.values(), key=lambda person: (person.name, person.pk))


def _sees(membership: Membership, request: SubjectRequest) -> bool:
    person = membership.user
    person.seat = Seat(
        role=Role(membership.role),
        authority_id=membership.authority_id,
        authorities=(request.authority_id,),
    )
    return Child.objects.visible_to(person).filter(pk=request.child_id).exists()
