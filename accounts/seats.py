"""Which hats a person may wear today, and which authorities each touches."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db import connection
from django.db.models import Q

from accounts.models import User
from accounts.roles import (
    AUTHORITY_ROLES,
    INVOLVED_ROLES,
    SCHOOL_ROLES,
    SEATED_BY_CHILD,
    Role,
    Seat,
)
from schools.models import Authority


def seats_of(user: User, *, on: date, council: int | None = None) -> list[Seat]:
    """List the seats a person has on a day, in a settled order.

    Two queries; one more for each school, and one for names where a seat has no authority.

    A membership gives a seat in its authority or school. An involvement with a child gives one in
    its role: for staff (social worker, IRO) only with a membership, for carer, young person and
    invited colleague by itself. The virtual school of an area belongs to its own authority and
    touches those whose children it was told of. What a group of the council gave counts
    only in a session begun with an account of that `council`, which has just said that the group
    still has them.
    """
    involved = _authorities_of_involvements(user, on)
    memberships = list(
        user.memberships.current(on=on)
        .filter(Q(by_group="") | Q(authority=council))
        .select_related("authority", "school")
        .order_by("role", "authority_id", "school_id", "pk")
    )
    seats = []
    for membership in memberships:
        role = Role(membership.role)
        if role in SCHOOL_ROLES and membership.school is not None:
            seats.append(
                Seat(
                    role=role,
                    school_id=membership.school_id,
                    school_name=membership.school.name,
                    authorities=_authorities_of_school(membership.school.pk, on),
                )
            )
        elif role in AUTHORITY_ROLES and membership.authority is not None:
            seats.append(
                Seat(
                    role=role,
                    authority_id=membership.authority_id,
                    authority_name=membership.authority.display_name,
                    authorities=(
                        tuple(involved.get(role.value, ()))
                        if role == Role.AREA_VIRTUAL_SCHOOL
                        else (membership.authority.pk,)
                    ),
                    is_made_up=membership.authority.is_made_up,
                )
            )
    seats += [
        Seat(role=Role(role), authorities=tuple(authorities))
        for role, authorities in sorted(involved.items())
        if role in SEATED_BY_CHILD
    ]
    return _named(seats)


def _named(seats: list[Seat]) -> list[Seat]:
    """Give seats without an authority of their own the council's name, when there is just one."""
    unnamed = {pk for seat in seats if seat.authority_id is None for pk in seat.authorities}
    if not unnamed:
        return seats
    found = Authority.objects.in_bulk(unnamed)
    return [
        seat
        if seat.authority_id is not None
        else replace(
            seat,
            authority_name=(
                found[seat.authorities[0]].display_name if len(seat.authorities) == 1 else ""
            ),
            is_made_up=any(found[pk].is_made_up for pk in seat.authorities),
        )
        for seat in seats
    ]


def _authorities_of_involvements(user: User, on: date) -> dict[str, list[int]]:
    """Map role to the authorities of the children a person is involved with. One query."""
    roles = sorted(role.value for role in INVOLVED_ROLES)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT role, authorities FROM reach_of_person(%s, %s, %s)", [user.pk, roles, on]
        )
        return {role: sorted(authorities) for role, authorities in cursor.fetchall()}


def _authorities_of_school(school_id: int, on: date) -> tuple[int, ...]:
    """Answer the authorities whose children a school teaches, or lately taught. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reach_of_school(%s, %s)", [school_id, on])
        return tuple(sorted(cursor.fetchone()[0] or ()))


def chosen(seats: Iterable[Seat], key: str | None) -> Seat | None:
    """Pick the seat named in the session, or last worked in; else the first, None without any."""
    seats = list(seats)
    return next((seat for seat in seats if seat.key == key), seats[0] if seats else None)
