"""The people who work with a child: known from now on, invited by nobody."""

from datetime import date
from typing import Any
from uuid import UUID

from accounts.models import Membership, User
from accounts.roles import AUTHORITY_ROLES
from children.models import Involvement
from returns.imports.context import Context
from returns.imports.outcome import BATCH, settle
from returns.imports.ranges import Range, days_of, matched, parted, rows_of

ONE_AT_A_TIME = frozenset({"adviser", "reviewing_officer", "social_worker"})


def settle_involvements(context: Context) -> None:
    """Make involvements what the companion says, and the people known; nobody is invited."""
    said = list(rows_of(context, "involvements"))
    if not said:
        return
    people = _people(context, {row.text("email") for _, row in said})
    children = {context.children[row.child].pk for _, row in said}
    stored: dict[UUID, list[Involvement]] = {}
    for row in Involvement.objects.filter(child__in=children, is_cover=False):
        stored.setdefault(row.child_id, []).append(row)
    ranges: dict[tuple[UUID, str], list[Range]] = {}
    spoken: set[UUID] = set()
    first_days: dict[tuple[UUID, str], date] = {}
    for file, row in said:
        child, role = context.children[row.child].pk, row.text("role")
        person = people[row.text("email")]
        days = days_of(context, file, row)
        if days is None:
            continue
        started_on, ended_on = days
        one = Range(
            child=child,
            what=(person.pk, role),
            started_on=started_on,
            ended_on=ended_on,
            values=_involvement_values(context.authority.pk, child, person.pk, role),
            file=file,
            line=row.line,
        )
        one.stored = matched(
            one,
            (r for r in stored.get(child, []) if r.pk not in spoken),
            lambda r: (r.person_id, r.role),
        )
        if one.stored is not None:
            spoken.add(one.stored.pk)
        ranges.setdefault((child, role), []).append(one)
        first = first_days.get((person.pk, role), started_on)
        first_days[person.pk, role] = min(first, started_on)
    for child, rows in stored.items():
        for row in rows:
            if row.pk not in spoken:
                ranges.setdefault((child, row.role), []).append(_involvement_as_stored(row))
    _write_involvements(context, stored, ranges)
    _settle_memberships(context, first_days)


def _involvement_values(authority: int, child: UUID, person: UUID, role: str) -> dict[str, Any]:
    return {"authority_id": authority, "child_id": child, "person_id": person, "role": role}


def _involvement_as_stored(row: Involvement) -> Range:
    return Range(
        child=row.child_id,
        what=(row.person_id, row.role),
        started_on=row.started_on,
        ended_on=row.ended_on,
        values=_involvement_values(row.authority_id, row.child_id, row.person_id, row.role),
        stored=row,
    )


def _write_involvements(
    context: Context,
    stored: dict[UUID, list[Involvement]],
    ranges: dict[tuple[UUID, str], list[Range]],
) -> None:
    wanted: dict[Any, dict[str, Any]] = {}
    for (_, role), rows in ranges.items():
        for one in parted(rows, context, "email") if role in ONE_AT_A_TIME else rows:
            key = one.stored.pk if one.stored else (one.child, one.what, one.started_on)
            wanted[key] = {
                **one.values,
                "started_on": one.started_on,
                "ended_on": one.ended_on,
            }
    settle(
        "involvements",
        Involvement,
        existing=[row for rows in stored.values() for row in rows],
        wanted=wanted,
        key=lambda row: row.pk,
        surplus=lambda row: True,
        outcome=context.outcome,
    )


def _people(context: Context, emails: set[str]) -> dict[str, User]:
    """The people of these addresses; those new to us may sign in once somebody invites them."""
    known = {person.email or "": person for person in User.objects.filter(email__in=emails)}
    new = []
    for email in sorted(emails - known.keys()):
        given, family = _name_from(email)
        person = User(email=email, given_name=given, family_name=family)
        person.set_unusable_password()
        new.append(person)
    User.objects.bulk_create(new, batch_size=BATCH)
    tally = context.outcome.of("people")
    tally.added += len(new)
    tally.unchanged += len(known)
    return known | {person.email or "": person for person in new}


def _name_from(email: str) -> tuple[str, str]:
    """A name to go by until the person gives their own: what stands before the @."""
    words = email.partition("@")[0].replace("_", ".").replace("-", ".").split(".")
    named = [word.capitalize() for word in words if word] or [email]
    return named[0][:100], " ".join(named[1:])[:100]


def _settle_memberships(context: Context, first_days: dict[tuple[UUID, str], date]) -> None:
    """Staff belong to the authority from the first day they worked with one of its children."""
    staff = {key: day for key, day in first_days.items() if key[1] in AUTHORITY_ROLES}
    held = set(
        Membership.objects.filter(
            authority=context.authority, user__in={person for person, _ in staff}
        ).values_list("user_id", "role")
    )
    new = [
        Membership(user_id=person, role=role, authority=context.authority, started_on=day)
        for (person, role), day in sorted(staff.items(), key=lambda item: str(item[0]))
        if (person, role) not in held
    ]
    Membership.objects.bulk_create(new, batch_size=BATCH)
    tally = context.outcome.of("memberships")
    tally.added += len(new)
    tally.unchanged += len(staff) - len(new)
