"""Being looked after: on a day, for twelve months, until when, and whose responsibility it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from placements.codes import (
    ACCOMMODATED,
    ADOPTED,
    CARE_ORDERS,
    CHILD_ARRANGEMENTS,
    CUSTODY,
    PLACEMENT_ORDER,
    REMAND,
    SHORT_BREAKS,
    SPECIAL_GUARDIANSHIP,
    YOUTH_JUSTICE,
)
from placements.rules.episodes import CarePeriod
from schools.rules import ONE_DAY, DateRange, ReturnYear, anniversary

SDQ_FROM_BIRTHDAY = 4  # reached by 1 April at the start of the year [SSDA903]
SDQ_BEFORE_BIRTHDAY = 17  # not reached by 31 March at its end [SSDA903]
SDQ_BORDERLINE, SDQ_CONCERN = 14, 17  # total scores of the carers' questionnaire


class PlacPurpose(StrEnum):
    """Previously looked-after is three dated definitions, not one flag: COH-6."""

    ADVICE = "advice"  # the virtual school's duty to inform and advise
    GRANT = "grant"  # the school's pupil premium
    ADMISSIONS = "admissions"  # highest priority for a place


class Responsibility(StrEnum):
    """Who holds parental responsibility, as far as the legal status tells: COH-15."""

    PARENTS = "parents"
    SHARED = "shared"
    SHARED_WITH_ADOPTERS = "shared_with_adopters"
    ASK = "ask"


RESPONSIBILITY_LABELS = {
    Responsibility.PARENTS: "Parents. The council has none: consent is theirs unless delegated",
    Responsibility.SHARED: "Parents and the council, which may limit the parents' part",
    Responsibility.SHARED_WITH_ADOPTERS: "The council, parents and, once placed, the adopters",
    Responsibility.ASK: "Ask the social worker: the order itself says",
}


class SdqBand(StrEnum):
    NORMAL = "normal"
    BORDERLINE = "borderline"
    CONCERN = "concern"


@dataclass(frozen=True, slots=True)
class RollFigures:
    """Children of a return year; those only in short breaks do not count as starting or ceasing."""

    looked_after_31_march: int
    children_started: int
    children_ceased: int


def period_on(periods: Iterable[CarePeriod], day: date) -> CarePeriod | None:
    """The period of care a day falls in. On its last date the child is no longer looked after."""
    return next((period for period in periods if period.range.holds_on(day)), None)


def is_looked_after(periods: Iterable[CarePeriod], on: date) -> bool:
    """Whether a child is looked after on a day, COH-1."""
    return period_on(periods, on) is not None


def has_short_break(period: CarePeriod, during: DateRange) -> bool:
    """Whether a period holds V3 or V4 on any day of a range."""
    return any(
        status.code in SHORT_BREAKS
        and DateRange(status.started_on, status.ended_on).overlaps(during)
        for status in period.legal_statuses
    )


def is_continuous_twelve_months(periods: Sequence[CarePeriod], year: ReturnYear) -> bool:
    """Whether a child belongs to the outcomes cohort of a year, COH-14 [SSDA903].

    Looked after all year to 31 March: nothing started after 1 April or ended before 31 March,
    and no short breaks in the year. Starting on 1 April counts, and so does ending on 31 March.
    """
    first = year.started_on
    if any(first <= end < year.last_day for p in periods if (end := p.ended_on)):
        return False
    return any(
        period.started_on <= first
        and (period.ended_on is None or period.ended_on >= year.last_day)
        and not has_short_break(period, year.range)
        for period in periods
    )


def is_sdq_due(periods: Sequence[CarePeriod], *, date_of_birth: date, year: ReturnYear) -> bool:
    """Whether the year's return needs a score or the reason for none [SSDA903]."""
    return (
        anniversary(date_of_birth, SDQ_FROM_BIRTHDAY) <= year.started_on
        and anniversary(date_of_birth, SDQ_BEFORE_BIRTHDAY) > year.last_day
        and is_continuous_twelve_months(periods, year)
    )


def sdq_band(score: int) -> SdqBand:
    """The band of a total difficulties score, 0 to 40, of the carers' questionnaire."""
    if score >= SDQ_CONCERN:
        return SdqBand.CONCERN
    return SdqBand.BORDERLINE if score >= SDQ_BORDERLINE else SdqBand.NORMAL


def is_previously_looked_after(
    reason_ended: str,
    *,
    on: date,
    purpose: PlacPurpose = PlacPurpose.ADVICE,
    kinship_duty_from: date | None = None,
) -> bool:
    """Whether a reason for leaving care makes a child previously looked-after, COH-6 [CA89 s23ZZA].

    Adoption, special guardianship or a child arrangements order. From `kinship_duty_from`, the
    start of CWSA26 s6, special guardianship leaves the advice duty for the kinship one; grant
    and admissions are defined apart and stay. Without that date the old rule stays.
    """
    if reason_ended in SPECIAL_GUARDIANSHIP:
        moved = kinship_duty_from is not None and on >= kinship_duty_from
        return not (moved and purpose is PlacPurpose.ADVICE)
    return reason_ended in ADOPTED | CHILD_ARRANGEMENTS


def is_kinship_after_care(
    reason_ended: str, *, on: date, kinship_duty_from: date | None = None
) -> bool:
    """Whether special guardianship counts to the kinship cohort, COH-10 [CWSA26 s6]."""
    return (
        reason_ended in SPECIAL_GUARDIANSHIP
        and kinship_duty_from is not None
        and on >= kinship_duty_from
    )


def parental_responsibility(legal_status: str) -> Responsibility:
    """Who holds parental responsibility under a legal status, COH-15 [CA89 s33].

    Carers and homes hold none: they act under what the placement plan delegates.
    """
    if legal_status in ACCOMMODATED | YOUTH_JUSTICE:
        return Responsibility.PARENTS
    if legal_status in CARE_ORDERS:
        return Responsibility.SHARED
    if legal_status == PLACEMENT_ORDER:
        return Responsibility.SHARED_WITH_ADOPTERS
    return Responsibility.ASK


def is_only_remanded_to_custody(periods: Sequence[CarePeriod], on: date) -> bool:
    """Whether a child is looked after solely by remand to custody, COH-12 [CPR10 reg 47A].

    The only group in custody without a plan of education of ours: a detention placement plan
    covers it. A child in care before the remand keeps care plan and PEP.
    """
    period = period_on(periods, on)
    if period is None or not is_only_remanded(periods, on):
        return False
    placement = period.placement_on(on)
    ended_before = any(earlier.ended_on == period.started_on for earlier in periods)
    return placement is not None and placement.place in CUSTODY and not ended_before


def is_only_remanded(periods: Sequence[CarePeriod], on: date) -> bool:
    """Whether remand is the only reason a child is looked after, wherever they live, COH-12."""
    period = period_on(periods, on)
    return period is not None and all(status.code == REMAND for status in period.legal_statuses)


def roll_figures(children: Iterable[Sequence[CarePeriod]], year: ReturnYear) -> RollFigures:
    """The roll of a return year, from the periods of care of each child."""
    days = year.range
    looked_after = started = ceased = 0
    for periods in children:
        lasting = [period for period in periods if not period.is_short_break]
        looked_after += is_looked_after(periods, year.last_day)
        started += any(days.holds_on(period.started_on) for period in lasting)
        ceased += any(days.holds_on(end) for period in lasting if (end := period.ended_on))
    return RollFigures(
        looked_after_31_march=looked_after, children_started=started, children_ceased=ceased
    )


def last_day_looked_after(period: CarePeriod) -> date | None:
    """The last day of a period, for people: the day before it no longer holds."""
    return period.ended_on - ONE_DAY if period.ended_on else None
