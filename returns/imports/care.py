"""Periods of care, legal statuses, placements and what happened in a year, from kept rows."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from children.models import PeriodOfCare
from placements.models import (
    Address,
    HealthReturn,
    LegalStatus,
    MissingEpisode,
    Placement,
    ReturnRow,
    Review,
)
from placements.rules import (
    CarePeriod,
    Episode,
    LegalStatusRange,
    PlacementRange,
    care_periods,
)
from returns.csv_format.folder import Return
from returns.csv_format.rows import Row
from returns.imports.context import Context
from returns.imports.outcome import settle
from returns.imports.places import Places


@dataclass(slots=True)
class _Care:
    """One child's care as the kept rows have it. `known_to`: the return says nothing later."""

    periods: list[CarePeriod]
    home_postcodes: dict[date, str]
    known_to: date | None
    is_uasc: bool


def settle_care(context: Context, kept: Mapping[UUID, Collection[ReturnRow]]) -> None:
    """Make the periods, statuses and placements of these children what their rows amount to."""
    concerned = {child for child, rows in kept.items() if _speaks_of_care(rows)}
    cares = {child: _care(kept[child]) for child in concerned}
    _settle_periods(context, cares)
    _settle_statuses(context, cares)
    _settle_placements(context, cares)


def _speaks_of_care(rows: Iterable[ReturnRow]) -> bool:
    return any(row.table in {"Episodes", "children"} for row in rows)


def _care(rows: Collection[ReturnRow]) -> _Care:
    episodes = [row.values for row in rows if row.table == "Episodes"]
    # The year's own last day: what was entered after it is not the return's to change
    years = [row.values["year"] for row in rows if row.table in {"Header", "Episodes"}]
    known_to = date(max(years), 3, 31) if episodes else None
    if episodes:
        usable = [_episode(values) for values in episodes]
        usable = [one for one in usable if one.ended_on is None or one.ended_on > one.started_on]
        periods = care_periods(usable)
    else:
        plain = next(row.values for row in rows if row.table == "children")
        periods = [_plain_period(plain)]
    return _Care(
        periods=periods,
        home_postcodes={
            date.fromisoformat(values["DECOM"]): values["HOME_POST"]
            for values in episodes
            if values["HOME_POST"]
        },
        known_to=known_to,
        is_uasc=any(row.table == "UASC" for row in rows),
    )


def _episode(values: Mapping[str, Any]) -> Episode:
    return Episode(
        started_on=date.fromisoformat(values["DECOM"]),
        reason_new=values["RNE"],
        legal_status=values["LS"],
        place=values["PLACE"],
        ended_on=date.fromisoformat(values["DEC"]) if values["DEC"] else None,
        reason_ended=values["REC"],
        category_of_need=values["CIN"],
        provider=values["PLACE_PROVIDER"],
        change_reason=values["REASON_PLACE_CHANGE"],
        home_postcode=values["HOME_POST"],
        postcode=values["PL_POST"],
        provider_urn=values["URN"],
    )


def _plain_period(values: Mapping[str, Any]) -> CarePeriod:
    """Care as children.csv has it: a start, and the legal status if it was given."""
    start = date.fromisoformat(values["care_start"])
    code = values["legal_status"]
    return CarePeriod(
        started_on=start,
        ended_on=None,
        reason_ended="",
        category_of_need="",
        legal_statuses=(LegalStatusRange(code, start),) if code else (),
        placements=(),
        moves_of_carer=0,
    )


def _kept_open(care: _Care, stored: Mapping[date, Any], started_on: date, ended_on: Any) -> Any:
    """The stored end, where it lies after all the return can know; else the return's."""
    row = stored.get(started_on)
    if ended_on is None and row is not None and row.ended_on is not None and care.known_to:
        return row.ended_on if row.ended_on > care.known_to else None
    return ended_on


def _by_child(rows: Iterable[Any]) -> dict[UUID, dict[date, Any]]:
    found: dict[UUID, dict[date, Any]] = {}
    for row in rows:
        found.setdefault(row.child_id, {})[row.started_on] = row
    return found


def _is_known(cares: Mapping[UUID, _Care]) -> Any:
    """Whether a stored row lies where the return has the say."""

    def says(row: Any) -> bool:
        known_to = cares[row.child_id].known_to
        return known_to is None or row.started_on <= known_to

    return says


def _settle_periods(context: Context, cares: Mapping[UUID, _Care]) -> None:
    existing = list(PeriodOfCare.objects.filter(child__in=cares))
    stored = _by_child(existing)
    wanted: dict[Any, dict[str, Any]] = {}
    for child, care in cares.items():
        for period in care.periods:
            ended_on = _kept_open(care, stored.get(child, {}), period.started_on, period.ended_on)
            row = stored.get(child, {}).get(period.started_on)
            kept_end = ended_on is not None and period.ended_on is None
            wanted[child, period.started_on] = {
                "authority_id": context.authority.pk,
                "child_id": child,
                "started_on": period.started_on,
                "ended_on": ended_on,
                "category_of_need": period.category_of_need,
                "end_reason": row.end_reason if kept_end and row else period.reason_ended,
                "short_breaks": bool(period.legal_statuses) and period.is_short_break,
            }
    settle(
        "periods of care",
        PeriodOfCare,
        existing=existing,
        wanted=wanted,
        key=lambda row: (row.child_id, row.started_on),
        surplus=_is_known(cares),
        outcome=context.outcome,
    )


def _settle_statuses(context: Context, cares: Mapping[UUID, _Care]) -> None:
    existing = list(LegalStatus.objects.filter(child__in=cares))
    stored = _by_child(existing)
    wanted: dict[Any, dict[str, Any]] = {}
    for child, care in cares.items():
        for status in (status for period in care.periods for status in period.legal_statuses):
            wanted[child, status.started_on] = {
                "authority_id": context.authority.pk,
                "child_id": child,
                "code": status.code,
                "started_on": status.started_on,
                "ended_on": _kept_open(
                    care, stored.get(child, {}), status.started_on, status.ended_on
                ),
            }
    settle(
        "legal statuses",
        LegalStatus,
        existing=existing,
        wanted=wanted,
        key=lambda row: (row.child_id, row.started_on),
        surplus=_is_known(cares),
        outcome=context.outcome,
    )


def _settle_placements(context: Context, cares: Mapping[UUID, _Care]) -> None:
    existing = list(Placement.objects.filter(child__in=cares))
    stored = _by_child(existing)
    lasting = [
        (child, care, period, _with_end(care, stored.get(child, {}), placement))
        for child, care in cares.items()
        for period in care.periods
        for placement in period.placements
    ]
    places = Places(
        context.authority,
        {placement.postcode for *_, placement in lasting}
        | {code for care in cares.values() for code in care.home_postcodes.values()},
    )
    wanted: dict[Any, dict[str, Any]] = {}
    for child, care, period, placement in lasting:
        home = _home_of(care, period)
        # Blank in the return for these two: there is no home to measure from [SSDA903]
        unmeasured = care.is_uasc or period.is_short_break
        wanted[child, placement.started_on] = {
            "authority_id": context.authority.pk,
            "child_id": child,
            "kind": placement.place,
            "provider": placement.provider,
            "provider_urn": placement.provider_urn,
            "started_on": placement.started_on,
            "ended_on": placement.ended_on,
            "is_temporary": placement.is_temporary,
            "change_reason": placement.change_reason,
            **places.facts(placement.postcode, home="" if unmeasured else home),
        }
    found = settle(
        "placements",
        Placement,
        existing=existing,
        wanted=wanted,
        key=lambda row: (row.child_id, row.started_on),
        surplus=_is_known(cares),
        outcome=context.outcome,
    )
    _settle_addresses(context, cares, lasting, found)


def _with_end(care: _Care, stored: Mapping[date, Any], placement: PlacementRange) -> PlacementRange:
    ended_on = _kept_open(care, stored, placement.started_on, placement.ended_on)
    return replace(placement, ended_on=ended_on)


def _home_of(care: _Care, period: CarePeriod) -> str:
    """The home before care, as the first episode of the period that names one has it."""
    for started_on in sorted(care.home_postcodes):
        if period.range.holds_on(started_on):
            return care.home_postcodes[started_on]
    return ""


def _settle_addresses(
    context: Context,
    cares: Mapping[UUID, _Care],
    lasting: Iterable[tuple[UUID, _Care, CarePeriod, PlacementRange]],
    placements: Mapping[Any, Placement],
) -> None:
    wanted: dict[Any, dict[str, Any]] = {}
    for child, care, period, placement in lasting:
        if placement.postcode:
            wanted[child, "placement", placement.started_on] = {
                "authority_id": context.authority.pk,
                "child_id": child,
                "kind": Address.Kind.PLACEMENT,
                "placement_id": placements[child, placement.started_on].pk,
                "started_on": placement.started_on,
                "postcode": placement.postcode,
            }
        if home := _home_of(care, period):
            wanted[child, "home", period.started_on] = {
                "authority_id": context.authority.pk,
                "child_id": child,
                "kind": Address.Kind.HOME,
                "placement_id": None,
                "started_on": period.started_on,
                "postcode": home,
            }
    settle(
        "addresses",
        Address,
        existing=Address.objects.filter(child__in=cares),
        wanted=wanted,
        key=lambda row: (row.child_id, str(row.kind), row.started_on),
        outcome=context.outcome,
    )


# What happened in a year


def settle_events(context: Context, one: Return) -> None:
    """Reviews, times missing and the health rows of one year's return."""
    _settle_reviews(context, one)
    _settle_missing(context, one)
    _settle_health(context, one)


def _base(context: Context, row: Row) -> dict[str, Any]:
    return {
        "authority_id": context.authority.pk,
        "child_id": context.children[row.child].pk,
    }


def _said_of(context: Context, one: Return) -> set[UUID]:
    """The children this return speaks of."""
    return {context.children[row.child].pk for row in one.rows("Header")}


def _settle_reviews(context: Context, one: Return) -> None:
    rows = one.rows("Reviews")
    if not rows:
        return
    first, last = one.year.started_on, max(row.must_day("REVIEW") for row in rows)
    wanted = {
        (context.children[row.child].pk, row.must_day("REVIEW")): {
            **_base(context, row),
            "held_on": row.must_day("REVIEW"),
            "code": row.text("REVIEW_CODE"),
        }
        for row in rows
    }
    settle(
        "reviews",
        Review,
        existing=Review.objects.filter(child__in=_said_of(context, one)),
        wanted=wanted,
        key=lambda row: (row.child_id, row.held_on),
        surplus=lambda row: first <= row.held_on <= last,
        outcome=context.outcome,
    )


def _settle_missing(context: Context, one: Return) -> None:
    rows = one.rows("Missing")
    if not rows:
        return
    first, last = one.year.started_on, max(row.must_day("MIS_START") for row in rows)
    wanted = {
        (context.children[row.child].pk, row.text("MISSING"), row.must_day("MIS_START")): {
            **_base(context, row),
            "kind": row.text("MISSING"),
            "started_on": row.must_day("MIS_START"),
            "ended_on": row.day("MIS_END"),
        }
        for row in rows
    }
    settle(
        "times missing",
        MissingEpisode,
        existing=MissingEpisode.objects.filter(child__in=_said_of(context, one)),
        wanted=wanted,
        key=lambda row: (row.child_id, row.kind, row.started_on),
        surplus=lambda row: first <= row.started_on <= last,
        outcome=context.outcome,
    )


_HEALTH_FLAGS = {
    "is_convicted": "CONVICTED",
    "had_development_check": "HEALTH_CHECK",
    "has_immunisations": "IMMUNISATIONS",
    "had_teeth_check": "TEETH_CHECK",
    "had_health_assessment": "HEALTH_ASSESSMENT",
    "substance_misuse": "SUBSTANCE_MISUSE",
    "intervention_received": "INTERVENTION_RECEIVED",
    "intervention_offered": "INTERVENTION_OFFERED",
}


def _settle_health(context: Context, one: Return) -> None:
    year = one.year.end_year
    wanted = {
        (context.children[row.child].pk, year): {
            **_base(context, row),
            "return_year": year,
            "sdq_score": row.number("SDQ_SCORE"),
            "sdq_reason": row.text("SDQ_REASON"),
            **{name: _flag(row.text(column)) for name, column in _HEALTH_FLAGS.items()},
        }
        for row in one.rows("OC2")
    }
    if wanted:
        settle(
            "health rows",
            HealthReturn,
            existing=HealthReturn.objects.filter(
                child__in=_said_of(context, one), return_year=year
            ),
            wanted=wanted,
            key=lambda row: (row.child_id, row.return_year),
            surplus=lambda row: True,
            outcome=context.outcome,
        )


def _flag(code: str) -> bool | None:
    return {"1": True, "0": False}.get(code)
