"""Which school a child is on the roll of, and the SEN status named beside it."""

from datetime import date
from typing import Any
from uuid import UUID

from children.models import Enrolment, SenStatus
from children.rules import handover_ended_on
from files.csv_format import Faults, ImportRefused
from returns.csv_format.rows import Row
from returns.imports.context import Context
from returns.imports.outcome import settle
from returns.imports.ranges import Range, days_of, matched, parted, rows_of
from schools.models import Policy, School
from schools.rules import SchoolCalendar
from schools.summaries import calendar_of

MAIN = Enrolment.Kind.MAIN


def settle_enrolments(context: Context) -> None:
    """Make enrolments and SEN statuses what the companion says. Rows of the past stay."""
    said = list(rows_of(context, "enrolments"))
    if not said:
        return
    _refuse_unknown_schools(context, said)
    children = {context.children[row.child].pk for _, row in said}
    stored: dict[UUID, list[Enrolment]] = {}
    for row in Enrolment.objects.filter(child__in=children):
        stored.setdefault(row.child_id, []).append(row)
    ranges: dict[UUID, list[Range]] = {child: [] for child in children}
    spoken: set[UUID] = set()
    for file, row in said:
        one = _enrolment(context, file, row)
        if one is None:
            continue
        one.stored = matched(
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


def _enrolment(context: Context, file: str, row: Row) -> Range | None:
    days = days_of(context, file, row)
    if days is None:
        return None
    started_on, ended_on = days
    child = context.children[row.child].pk
    return Range(
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


def _as_stored(row: Enrolment) -> Range:
    return Range(
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
    ranges: dict[UUID, list[Range]],
) -> None:
    until = _AccessUntil(context)
    wanted: dict[Any, dict[str, Any]] = {}
    keys: dict[UUID, Any] = {}
    for rows in ranges.values():
        main = [one for one in rows if one.values["kind"] == MAIN]
        other = [one for one in rows if one.values["kind"] != MAIN]
        for one in [*parted(main, context, "URN"), *other]:
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

    Counted in school days of the authority's calendar; in weekdays, which is never longer, while
    none is entered. Three queries.
    """

    def __init__(self, context: Context) -> None:
        policy = Policy.objects.in_force(authority_id=context.authority.pk, on=context.today)
        self._days = policy.days_old_school_keeps_access
        self._calendar = calendar_of(context.authority.pk) or SchoolCalendar(())

    def after(self, ended_on: date | None) -> date | None:
        if ended_on is None:
            return None
        return handover_ended_on(ended_on, self._calendar, days=self._days)


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
