"""The roll over a return year: counted from the tables, never from a file."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from children.models import Child, PeriodOfCare
from placements import rules
from placements.models import LegalStatus, MissingEpisode, Placement, ReturnRow
from placements.rules import CarePeriod, LegalStatusRange, is_continuous_twelve_months
from schools.rules import ReturnYear


@dataclass(frozen=True, slots=True)
class RollFigures:
    """Children of one authority in the year to 31 March.

    Children seen only in short breaks are on the roll but neither start nor cease [SSDA903].
    Area is that of the placement on 31 March (PLA-8).
    """

    year: int
    looked_after_31_march: int
    children_started: int
    children_ceased: int
    children_with_episodes: int
    episodes: int
    uasc: int
    oc2_cohort: int
    oc3_only: int
    missing_A: int  # noqa: N815 (named as the return's own figures are)
    missing_M: int  # noqa: N815
    in_area: int
    out_of_area: int
    area_not_known: int
    outside_england: int
    over_20_miles: int


def roll_figures(*, authority_id: int, year: ReturnYear) -> RollFigures:
    """Count the roll of a year. Seven queries, whatever the number of children."""
    periods = care_periods_of(authority_id, until=year.last_day)
    of_year = {child: _touching(chain, year) for child, chain in periods.items()}
    counted = rules.roll_figures(periods.values(), year)
    with_episodes = {child for child, chain in of_year.items() if chain}
    missing = _missing(authority_id, year)
    areas = _areas(authority_id, year.last_day)
    return RollFigures(
        year=year.end_year,
        looked_after_31_march=counted.looked_after_31_march,
        children_started=counted.children_started,
        children_ceased=counted.children_ceased,
        children_with_episodes=len(with_episodes),
        episodes=_episodes(authority_id, year),
        uasc=_uasc(authority_id, year, with_episodes),
        oc2_cohort=sum(is_continuous_twelve_months(chain, year) for chain in periods.values()),
        oc3_only=_care_leavers(authority_id, year, with_episodes),
        missing_A=missing.get("A", 0),
        missing_M=missing.get("M", 0),
        **areas,
    )


def care_periods_of(authority_id: int, *, until: date) -> dict[UUID, list[CarePeriod]]:
    """Each child's periods of care begun by a day, with legal statuses. Two queries."""
    statuses: dict[UUID, list[LegalStatusRange]] = {}
    rows = LegalStatus.objects.filter(authority=authority_id, started_on__lte=until)
    for child, code, started_on, ended_on in rows.order_by("started_on", "pk").values_list(
        "child_id", "code", "started_on", "ended_on"
    ):
        statuses.setdefault(child, []).append(LegalStatusRange(code, started_on, ended_on))
    found: dict[UUID, list[CarePeriod]] = {}
    periods = PeriodOfCare.objects.filter(authority=authority_id, started_on__lte=until)
    for child, started_on, ended_on, reason, need in periods.order_by(
        "started_on", "pk"
    ).values_list("child_id", "started_on", "ended_on", "end_reason", "category_of_need"):
        during = [
            status
            for status in statuses.get(child, [])
            if status.started_on >= started_on and (not ended_on or status.started_on < ended_on)
        ]
        found.setdefault(child, []).append(
            CarePeriod(
                started_on=started_on,
                ended_on=ended_on,
                reason_ended=reason,
                category_of_need=need,
                legal_statuses=tuple(during),
                placements=(),
                moves_of_carer=0,
            )
        )
    return found


def _touching(chain: list[CarePeriod], year: ReturnYear) -> list[CarePeriod]:
    """Those that lie in the year; ending on 1 April is still of it, as the return has it."""
    return [one for one in chain if one.ended_on is None or one.ended_on >= year.started_on]


def _in_year(year: ReturnYear) -> Q:
    return Q(started_on__lte=year.last_day) & (
        Q(ended_on__isnull=True) | Q(ended_on__gte=year.started_on)
    )


def _episodes(authority_id: int, year: ReturnYear) -> int:
    first, last = year.started_on.isoformat(), year.last_day.isoformat()
    rows: QuerySet[ReturnRow] = ReturnRow.objects.filter(authority=authority_id, table="Episodes")
    return rows.filter(
        Q(values__DEC=None) | Q(values__DEC__gte=first), values__DECOM__lte=last
    ).count()


def _uasc(authority_id: int, year: ReturnYear, with_episodes: set[UUID]) -> int:
    """Unaccompanied at some time of the year while looked after, COH-11."""
    unaccompanied = Child.objects.filter(
        Q(uasc_ended_on__isnull=True) | Q(uasc_ended_on__gt=year.started_on),
        authority=authority_id,
        is_uasc=True,
    ).values_list("pk", flat=True)
    return len(with_episodes.intersection(unaccompanied))


def _care_leavers(authority_id: int, year: ReturnYear, with_episodes: set[UUID]) -> int:
    rows = ReturnRow.objects.filter(
        authority=authority_id, table="OC3", values__year=year.end_year
    ).values_list("child_id", flat=True)
    return len(set(rows) - with_episodes)


def _missing(authority_id: int, year: ReturnYear) -> dict[str, int]:
    found: dict[str, int] = {}
    rows = MissingEpisode.objects.filter(_in_year(year), authority=authority_id)
    for kind in rows.values_list("kind", flat=True):
        found[kind] = found.get(kind, 0) + 1
    return found


def _areas(authority_id: int, day: date) -> dict[str, int]:
    rows = Placement.objects.on(day).filter(authority=authority_id)
    counts = dict.fromkeys(
        ("in_area", "out_of_area", "area_not_known", "outside_england", "over_20_miles"), 0
    )
    names = {Placement.Area.IN: "in_area", Placement.Area.OUT: "out_of_area"}
    for area, country, miles in rows.values_list("area", "country", "distance_miles"):
        counts[names.get(area, "area_not_known")] += 1
        counts["outside_england"] += country not in {"", "E"}
        counts["over_20_miles"] += miles is not None and rules.is_over_20_miles(miles)
    return counts
