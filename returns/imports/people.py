"""Which school, and who works with the child: from the companions a council sends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from accounts.models import Membership, User
from accounts.roles import AUTHORITY_ROLES
from children.models import Enrolment, Involvement, SenStatus
from files.csv_format import Faults, ImportRefused
from returns.imports.outcome import BATCH, settle
from schools.models import BankHoliday, Policy, School
from schools.rules import ONE_DAY, add_working_days

if TYPE_CHECKING:
    from returns.csv_format.rows import Row
    from returns.imports.roll import Context

MAIN = Enrolment.Kind.MAIN
ONE_AT_A_TIME = frozenset({"adviser", "reviewing_officer", "social_worker"})


@dataclass(slots=True)
class _Range:
    """A dated row as wanted: from the file, or stored and not spoken of."""

    child: UUID
    what: Any  # school, or person and role
    started_on: date
    ended_on: date | None
    values: dict[str, Any]
    stored: Any = None
    file: str = ""
    line: int = 0


def _ended(row: Row) -> date | None:
    """The first day it no longer holds: companions give the last one (decisions 16)."""
    last = row.day("end")
    return last + ONE_DAY if last else None


def _rows(context: Context, table: str) -> Iterable[tuple[str, Row]]:
    for companion in context.roll.companions:
        if companion.format.name == table:
            for row in companion.rows:
                yield companion.file, row


def _matched(said: _Range, stored: Iterable[Any], what: Callable[[Any], Any]) -> Any:
    """The stored row a row of the file speaks of: same start, or the one that is still open."""
    alike = [row for row in stored if what(row) == said.what]
    for row in alike:
        if row.started_on == said.started_on:
            return row
    still_open = [row for row in alike if row.ended_on is None and said.ended_on is None]
    return still_open[0] if len(still_open) == 1 else None


def _parted(ranges: list[_Range], context: Context, column: str) -> list[_Range]:
    """One at a time: a range that reaches into the next is ended where the next begins.

    Of two that begin on one day, the one of the file stays; of two of the file, the later line.
    """
    ordered = sorted(ranges, key=lambda one: (one.started_on, one.line > 0, one.line))
    parted: list[_Range] = []
    for one in ordered:
        before = parted[-1] if parted else None
        if before and before.started_on == one.started_on:
            if before.line:
                context.warn(
                    before.file,
                    before.line,
                    column,
                    f"Another row begins on the same day: line {one.line} was taken",
                    "Keep the row that is right",
                )
            parted[-1] = one
            continue
        if before and (before.ended_on is None or before.ended_on > one.started_on):
            if before.line and before.ended_on is not None:
                context.warn(
                    before.file,
                    before.line,
                    "end",
                    f"Ends after the next one begins (line {one.line}), so it was ended there",
                    "Correct the end",
                )
            before.ended_on = one.started_on
        parted.append(one)
    return parted


# Schools


def settle_enrolments(context: Context) -> None:
    """Make enrolments and SEN statuses what the companion says. Rows of the past stay."""
    said = list(_rows(context, "enrolments"))
    if not said:
        return
    _refuse_unknown_schools(context, said)
    children = {context.children[row.child].pk for _, row in said}
    stored: dict[UUID, list[Enrolment]] = {}
    for row in Enrolment.objects.filter(child__in=children):
        stored.setdefault(row.child_id, []).append(row)
    ranges: dict[UUID, list[_Range]] = {child: [] for child in children}
    spoken: set[UUID] = set()
    for file, row in said:
        one = _enrolment(context, file, row)
        if one is None:
            continue
        one.stored = _matched(
            one,
            (r for r in stored.get(one.child, []) if r.pk not in spoken),
            lambda r: r.school_id,
        )
        if one.stored is not None:
            spoken.add(one.stored.pk)
        ranges[one.child].append(one)
    for child, rows in stored.items():
        ranges[child] += [_as_stored(row) for row in rows if row.pk not in spoken]
    _write_enrolments(context, stored, ranges)
    _settle_sen(context, said)


def _refuse_unknown_schools(context: Context, said: list[tuple[str, Row]]) -> None:
    """A school nobody knows is a fault of form: the child would have none. One query.

    A school that had closed before the child came is a warning.
    """
    known = dict(
        School.objects.filter(pk__in={row.number("URN") for _, row in said}).values_list(
            "pk", "closed_on"
        )
    )
    faults = Faults()
    for file, row in said:
        if row.number("URN") not in known:
            faults.file = file
            faults.add(
                row.line,
                "URN",
                str(row.number("URN")),
                "No school of the register has this URN",
                "Correct the URN, or load the school register first",
            )
        elif (closed_on := known[row.number("URN") or 0]) and closed_on < row.must_day("start"):
            context.warn(
                file,
                row.line,
                "URN",
                f"This school closed on {closed_on:%d/%m/%Y}, before the child came",
                "Give the URN of the school that followed it",
            )
    if faults:
        raise ImportRefused(faults, context.outcome.warnings)


def _enrolment(context: Context, file: str, row: Row) -> _Range | None:
    started_on, ended_on = row.must_day("start"), _ended(row)
    if ended_on is not None and ended_on <= started_on:
        context.warn(
            file,
            row.line,
            "end",
            "The last day is before the first, so the row was not taken",
            "Correct the dates",
        )
        return None
    child = context.children[row.child].pk
    return _Range(
        child=child,
        what=row.number("URN"),
        started_on=started_on,
        ended_on=ended_on,
        values={
            "authority_id": context.authority.pk,
            "child_id": child,
            "school_id": row.number("URN"),
            "kind": row.text("kind") or MAIN,
            "year_group": row.number("nc_year"),
        },
        file=file,
        line=row.line,
    )


def _as_stored(row: Enrolment) -> _Range:
    return _Range(
        child=row.child_id,
        what=row.school_id,
        started_on=row.started_on,
        ended_on=row.ended_on,
        values={
            "authority_id": row.authority_id,
            "child_id": row.child_id,
            "school_id": row.school_id,
            "kind": row.kind,
            "year_group": row.year_group,
        },
        stored=row,
    )


def _write_enrolments(
    context: Context,
    stored: dict[UUID, list[Enrolment]],
    ranges: dict[UUID, list[_Range]],
) -> None:
    until = _AccessUntil(context)
    wanted: dict[Any, dict[str, Any]] = {}
    keys: dict[UUID, Any] = {}
    for rows in ranges.values():
        main = [one for one in rows if one.values["kind"] == MAIN]
        other = [one for one in rows if one.values["kind"] != MAIN]
        for one in [*_parted(main, context, "URN"), *other]:
            key = one.stored.pk if one.stored else (one.child, one.what, one.started_on)
            if one.stored:
                keys[one.stored.pk] = key
            wanted[key] = {
                **one.values,
                "started_on": one.started_on,
                "ended_on": one.ended_on,
                "access_until": until.after(one.ended_on),
            }
    settle(
        "enrolments",
        Enrolment,
        existing=[row for rows in stored.values() for row in rows],
        wanted=wanted,
        key=lambda row: row.pk,
        surplus=lambda row: True,  # one that began on the same day as another was corrected
        outcome=context.outcome,
    )


class _AccessUntil:
    """The first day a former school no longer reads the record (decisions 9).

    Counted in working days, which a school's holidays do not stretch: never longer than promised.
    """

    def __init__(self, context: Context) -> None:
        policy = Policy.objects.in_force(authority_id=context.authority.pk, on=context.today)
        self._days = policy.days_old_school_keeps_access
        self._bank_holidays = frozenset(BankHoliday.objects.values_list("on", flat=True))

    def after(self, ended_on: date | None) -> date | None:
        if ended_on is None:
            return None
        last = ended_on - ONE_DAY
        return add_working_days(last, self._days, self._bank_holidays) + ONE_DAY


def _settle_sen(context: Context, said: list[tuple[str, Row]]) -> None:
    """SEN status from the start of the enrolment that names it; a blank says nothing."""
    latest: dict[UUID, tuple[date, str]] = {}
    for _, row in said:
        code, start = row.text("sen"), row.must_day("start")
        child = context.children[row.child].pk
        if code and (child not in latest or latest[child][0] <= start):
            latest[child] = (start, code)
    stored: dict[UUID, list[SenStatus]] = {}
    existing = list(SenStatus.objects.filter(child__in=latest))
    for row in existing:
        stored.setdefault(row.child_id, []).append(row)
    wanted: dict[Any, dict[str, Any]] = {}
    for child, (start, code) in latest.items():
        rows = sorted(stored.get(child, []), key=lambda row: row.started_on)
        now = rows[-1] if rows else None
        if now is not None and now.code == code and now.ended_on is None:
            wanted[child, now.started_on] = {"code": code}
            continue
        if now is not None and now.ended_on is None and now.started_on < start:
            wanted[child, now.started_on] = {"ended_on": start}
        if now is not None and now.ended_on is not None:
            start = max(start, now.ended_on)
        elif now is not None:
            start = max(start, now.started_on)
        wanted[child, start] = {
            "authority_id": context.authority.pk,
            "child_id": child,
            "code": code,
            "started_on": start,
            "ended_on": None,
        }
    settle(
        "SEN statuses",
        SenStatus,
        existing=existing,
        wanted=wanted,
        key=lambda row: (row.child_id, row.started_on),
        outcome=context.outcome,
    )


# The people who work with a child


def settle_involvements(context: Context) -> None:
    """Make involvements what the companion says, and the people known; nobody is invited."""
    said = list(_rows(context, "involvements"))
    if not said:
        return
    people = _people(context, {row.text("email") for _, row in said})
    children = {context.children[row.child].pk for _, row in said}
    stored: dict[UUID, list[Involvement]] = {}
    for row in Involvement.objects.filter(child__in=children, is_cover=False):
        stored.setdefault(row.child_id, []).append(row)
    ranges: dict[tuple[UUID, str], list[_Range]] = {}
    spoken: set[UUID] = set()
    first_days: dict[tuple[UUID, str], date] = {}
    for file, row in said:
        child, role = context.children[row.child].pk, row.text("role")
        person = people[row.text("email")]
        started_on, ended_on = row.must_day("start"), _ended(row)
        if ended_on is not None and ended_on <= started_on:
            context.warn(
                file,
                row.line,
                "end",
                "The last day is before the first, so the row was not taken",
                "Correct the dates",
            )
            continue
        one = _Range(
            child=child,
            what=(person.pk, role),
            started_on=started_on,
            ended_on=ended_on,
            values=_involvement_values(context.authority.pk, child, person.pk, role),
            file=file,
            line=row.line,
        )
        one.stored = _matched(
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


def _involvement_as_stored(row: Involvement) -> _Range:
    return _Range(
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
    ranges: dict[tuple[UUID, str], list[_Range]],
) -> None:
    wanted: dict[Any, dict[str, Any]] = {}
    for (_, role), rows in ranges.items():
        for one in _parted(rows, context, "email") if role in ONE_AT_A_TIME else rows:
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
