"""A folder's returns and companions, checked whole, then taken into the roll in one transaction.

The return of a later year has the last word on a child, whatever the order the files come in:
each row of a return is kept with its year (`ReturnRow`), and periods of care, legal statuses and
placements are worked out anew from the kept rows.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO
from uuid import UUID

from django.db import connection, transaction

from children.codes import normalise_sex
from children.models import Child, Identifier
from children.rules import UPN_REASONS, fold_name
from files.csv_format import ImportRefused
from placements.models import ReturnRow
from returns.csv_format import folder
from returns.csv_format.rows import Row
from returns.imports import care, enrolments, involvements
from returns.imports.context import Context
from returns.imports.doubts import warn_about
from returns.imports.kept import settle_kept_rows
from returns.imports.outcome import BATCH, Outcome
from schools.models import Authority
from schools.rules import ReturnYear

NO_NAME_YET = "Child"  # given name until people.csv brings one; the family name is the CHILD


@transaction.atomic
def load_roll(
    files: Mapping[str, Path | bytes | BinaryIO],
    *,
    authority: Authority,
    today: date,
    year: ReturnYear | None = None,
    left_out: Mapping[str, Container[int]] = MappingProxyType({}),
) -> Outcome:
    """Take in a roll. Safe to repeat: a second time changes nothing. Raises ImportRefused.

    The wall must be open for the authority. `files` go by their path within the folder.
    """
    _one_load_at_a_time(authority)
    known = dict(
        Identifier.objects.filter(
            authority=authority, system=Identifier.System.SOCIAL_CARE, ended_on=None
        ).values_list("value", "child_id")
    )
    roll = folder.parse(files, year=year, known=known.keys(), left_out=left_out)
    if roll.faults:
        raise ImportRefused(roll.faults, roll.warnings)
    outcome = Outcome(warnings=roll.warnings, files=roll.files)
    context = Context(authority, today, roll, outcome)
    _read_stored(context, known)
    _settle_children(context)
    kept = settle_kept_rows(context)
    care.settle_care(context, kept)
    for one in roll.returns:
        care.settle_events(context, one)
    enrolments.settle_enrolments(context)
    involvements.settle_involvements(context)
    warn_about(roll, outcome.warnings)
    return outcome


def _one_load_at_a_time(authority: Authority) -> None:
    """Two loads of one authority wait for each other. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('returns.load'), %s)", [authority.pk])


def _read_stored(context: Context, known: Mapping[str, UUID]) -> None:
    """The authority's children by CHILD, and every kept row. Two queries."""
    children = Child.objects.filter(authority=context.authority).in_bulk()
    for number, child_id in known.items():
        if child_id in children:
            context.children[number] = children[child_id]
            context.numbers[child_id] = number
    context.kept = {
        (row.child_id, row.table, row.key): row
        for row in ReturnRow.objects.filter(authority=context.authority)
    }


# Who the children are


@dataclass(slots=True)
class _Facts:
    values: dict[str, Any] = field(default_factory=dict)
    upn: str | None = None
    file: str = ""
    line: int = 0


def _settle_children(context: Context) -> None:
    facts = _facts(context)
    _adopt_by_upn(context, facts)
    _spare_doubled_upns(context, facts)
    new: dict[str, Child] = {}
    changed: list[Child] = []
    fields: set[str] = set()
    tally = context.outcome.of("children")
    for number, one in facts.items():
        child = context.children.get(number)
        if child is None:
            child = Child(authority=context.authority, given_name=NO_NAME_YET, family_name=number)
            new[number] = child
        values = _with_upn(one)
        values["sort_name"] = _sort_name(child, values)
        differing = {name for name, value in values.items() if getattr(child, name) != value}
        for name in differing:
            setattr(child, name, values[name])
        if number in new:
            continue
        if differing:
            changed.append(child)
            fields |= differing
        else:
            tally.unchanged += 1
    Child.objects.bulk_create(new.values(), batch_size=BATCH)
    if changed:
        # A UPN that goes from one child to another must be free first
        freed = [child.pk for child in changed]
        if "upn" in fields:
            _free_upns(context, freed, {child.upn for child in changed})
        Child.objects.bulk_update(changed, sorted(fields), batch_size=BATCH)
    tally.added += len(new)
    tally.changed += len(changed)
    for number, child in new.items():
        context.children[number] = child
        context.numbers[child.pk] = number
    _settle_identifiers(context, facts)


def _free_upns(context: Context, changed: list[UUID], wanted: set[str]) -> None:
    Child.objects.filter(
        authority=context.authority, pk__in=changed, upn__in=wanted - {""}
    ).exclude(upn="").update(upn="")


def _sort_name(child: Child, values: Mapping[str, Any]) -> str:
    family = values.get("family_name", child.family_name)
    given = values.get("given_name", child.given_name)
    return fold_name(f"{family} {given}")[:210]


def _facts(context: Context) -> dict[str, _Facts]:
    """What the files say of each child, the later return over the earlier one."""
    facts: dict[str, _Facts] = {}
    for one in context.roll.returns:
        header = one.tables.get("Header")
        for row in one.rows("Header"):
            if not _is_stale(context, row.child, one.year):
                _note(facts, row, header.file if header else "", _of_header(row), row.text("UPN"))
        for row in one.rows("UASC"):
            if row.child in facts:
                facts[row.child].values |= {"is_uasc": True, "uasc_ended_on": row.day("DUC")}
    for companion in context.roll.companions:
        if companion.format.name not in {"children", "people"}:
            continue
        for row in companion.rows:
            values: dict[str, Any] = {
                "given_name": row.text("given_name"),
                "family_name": row.text("family_name"),
            }
            if "known_as" in companion.has:
                values["known_as"] = row.text("known_as")
            upn = None
            if companion.format.name == "children":
                values |= {
                    "date_of_birth": row.must_day("date_of_birth"),
                    "sex": normalise_sex(row.text("sex")),
                    "ethnicity": row.text("ethnicity"),
                }
                upn = row.text("UPN")
            _note(facts, row, companion.file, values, upn)
    return facts


def _of_header(row: Row) -> dict[str, Any]:
    return {
        "sex": normalise_sex(row.text("SEX")),
        "date_of_birth": row.must_day("DOB"),
        "ethnicity": row.text("ETHNIC"),
    }


def _note(
    facts: dict[str, _Facts], row: Row, file: str, values: dict[str, Any], upn: str | None
) -> None:
    one = facts.setdefault(row.child, _Facts())
    one.values |= values
    if upn is not None:
        one.upn, one.file, one.line = upn, file, row.line


def _is_stale(context: Context, number: str, year: ReturnYear) -> bool:
    """Whether a later return already spoke of this child."""
    child = context.children.get(number)
    header = context.kept.get((child.pk, "Header", "")) if child else None
    return header is not None and header.values["year"] > year.end_year


def _with_upn(facts: _Facts) -> dict[str, Any]:
    """UN1 to UN5 is a reason for having no UPN; a blank one says nothing."""
    values = dict(facts.values)
    if not facts.upn:
        return values
    if facts.upn in UPN_REASONS:
        return values | {"upn": "", "upn_reason": facts.upn}
    return values | {"upn": facts.upn, "upn_reason": ""}


def _adopt_by_upn(context: Context, facts: Mapping[str, _Facts]) -> None:
    """A child entered by hand, before the first return, is found by UPN and date of birth."""
    wanted = {
        one.upn: number
        for number, one in facts.items()
        if number not in context.children and one.upn and one.upn not in UPN_REASONS
    }
    if not wanted:
        return
    for child in Child.objects.filter(authority=context.authority, upn__in=wanted):
        number = wanted[child.upn]
        same = child.date_of_birth == facts[number].values.get("date_of_birth")
        if same and child.pk not in context.numbers:
            context.children[number] = child
            context.numbers[child.pk] = number


def _spare_doubled_upns(context: Context, facts: Mapping[str, _Facts]) -> None:
    """Two children with one UPN (rule 444): the second is left without, and it is said."""
    holders = dict(
        Child.objects.filter(authority=context.authority).exclude(upn="").values_list("upn", "pk")
    )
    taken: dict[str, str] = {}
    for number, one in facts.items():
        if not one.upn or one.upn in UPN_REASONS:
            continue
        child = context.children.get(number)
        holder = holders.get(one.upn)
        held_number = context.numbers.get(holder) if holder else None
        # The holder gives it up when its own row now says another
        held = facts.get(held_number) if held_number else None
        gives_up = held is not None and held.upn not in {None, "", one.upn}
        by_other = holder is not None and (child is None or holder != child.pk) and not gives_up
        if one.upn in taken or by_other:
            context.warn(
                one.file,
                one.line,
                "UPN",
                "Another child has this UPN, so this child is left without one (rule 444)",
                "Find out whose it is and correct the social-care system",
            )
            one.upn = None
        else:
            taken[one.upn] = number


def _settle_identifiers(context: Context, facts: Mapping[str, _Facts]) -> None:
    """The number of the social-care system and the UPN, each from the day we know it."""
    tally = context.outcome.of("identifiers")
    ids = {context.children[number].pk for number in facts}
    open_now: dict[tuple[UUID, str], Identifier] = {
        (row.child_id, row.system): row
        for row in Identifier.objects.filter(
            authority=context.authority, child__in=ids, ended_on=None
        )
    }
    new, ended = [], []
    for number in facts:
        child = context.children[number]
        for system, value in (
            (Identifier.System.SOCIAL_CARE, number),
            (Identifier.System.UPN, child.upn),
        ):
            stored = open_now.get((child.pk, system))
            if not value or (stored and stored.value == value):
                tally.unchanged += bool(value)
                continue
            if stored:
                stored.ended_on = context.today
                ended.append(stored)
            new.append(
                Identifier(
                    authority=context.authority,
                    child=child,
                    system=system,
                    value=value,
                    started_on=context.today if stored else child.date_of_birth,
                )
            )
    if ended:
        Identifier.objects.bulk_update(ended, ["ended_on"], batch_size=BATCH)
    Identifier.objects.bulk_create(new, batch_size=BATCH)
    tally.added += len(new)
    tally.changed += len(ended)
