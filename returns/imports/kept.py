"""Rows of a return kept as they came, newer ones over older: what care is worked out from."""

from collections.abc import Container, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from children.models import Child
from placements.models import ReturnRow
from returns.csv_format.folder import Return
from returns.csv_format.rows import Row
from returns.imports.context import Context
from returns.imports.outcome import settle
from schools.rules import ReturnYear

KEPT = ("Header", "Episodes", "UASC", "OC3", "AD1", "PlacedAdoption", "PrevPerm", "SWEpisodes")
KEPT_TABLES = (*KEPT, "DoLo", "children")


def settle_kept_rows(context: Context) -> dict[UUID, list[ReturnRow]]:
    """Keep the rows of these returns, newer ones over older; answer all kept rows by child.

    An episode of the year that the year's return no longer has was withdrawn: it goes.
    """
    wanted: dict[tuple[UUID, str, str], dict[str, Any]] = {}
    withdrawn: set[tuple[UUID, str, str]] = set()
    for one in context.roll.returns:
        fresh = set()
        for table in KEPT_TABLES:
            for row in one.rows(table):
                fresh.add(_want(context, wanted, row, one.year.end_year))
        if "Episodes" in one.tables:
            withdrawn |= _withdrawn(context, one, wanted, fresh)
    for row in context.roll.companion_rows("children"):
        _want(context, wanted, row, context.today.year)
    for key in withdrawn:
        wanted.pop(key, None)
    settle(
        "rows of the return",
        ReturnRow,
        existing=context.kept.values(),
        wanted=wanted,
        key=lambda row: (row.child_id, row.table, row.key),
        surplus=lambda row: (row.child_id, row.table, row.key) in withdrawn,
        outcome=context.outcome,
    )
    return _kept_by_child(context, wanted, withdrawn)


def _kept_by_child(
    context: Context,
    wanted: Mapping[tuple[UUID, str, str], Mapping[str, Any]],
    withdrawn: Container[tuple[UUID, str, str]],
) -> dict[UUID, list[ReturnRow]]:
    concerned = {key[0] for key in wanted}
    by_child: dict[UUID, list[ReturnRow]] = {child: [] for child in concerned}
    for key, row in context.kept.items():
        if key[0] in concerned and key not in wanted and key not in withdrawn:
            by_child[key[0]].append(row)
    for values in wanted.values():
        row = ReturnRow(**values)
        by_child[row.child_id].append(row)
    return by_child


def _want(
    context: Context, wanted: dict[Any, dict[str, Any]], row: Row, year: int
) -> tuple[UUID, str, str]:
    child = context.children[row.child]
    table = row.table.name
    key = "|".join(_plain(value) or "" for value in row.key[1:])
    full = (child.pk, table, key)
    stored = context.kept.get(full)
    if table == "Episodes" and stored is None and _is_superseded(context, child, row, year):
        return full
    if stored is not None and stored.values.get("year", 0) > year:
        return full
    values = {
        column.name: _plain(value)
        for column, value in zip(row.table.columns[1:], row.values[1:], strict=True)
    }
    wanted[full] = {
        "authority_id": context.authority.pk,
        "child_id": child.pk,
        "table": table,
        "key": key,
        "values": values | {"year": year},
    }
    return full


def _is_superseded(context: Context, child: Child, row: Row, year: int) -> bool:
    """Whether an episode still open at the end of its year is missing from a later return."""
    header = context.kept.get((child.pk, "Header", ""))
    return (
        header is not None
        and header.values["year"] > year
        and (row.day("DEC") is None or row.must_day("DEC") > ReturnYear(year).last_day)
    )


def _withdrawn(
    context: Context,
    one: Return,
    wanted: Mapping[Any, Mapping[str, Any]],
    fresh: Container[tuple[UUID, str, str]],
) -> set[tuple[UUID, str, str]]:
    """Episodes of the year, known from this or an earlier return, that this one has no longer."""
    children = {context.children[row.child].pk for row in one.rows("Episodes")}
    found = set()
    known: Iterable[tuple[Any, Mapping[str, Any]]] = [
        *((key, row.values) for key, row in context.kept.items() if key not in wanted),
        *((key, values["values"]) for key, values in wanted.items()),
    ]
    for key, values in known:
        child, table, _ = key
        if table != "Episodes" or child not in children or key in fresh:
            continue
        ends = values["DEC"]
        in_year = values["DECOM"] <= one.year.last_day.isoformat() and (
            not ends or ends >= one.year.started_on.isoformat()
        )
        if in_year and values["year"] <= one.year.end_year:
            found.add(key)
    return found


def _plain(value: date | int | str | None) -> Any:
    return value.isoformat() if isinstance(value, date) else value
