"""Who has a PEP of which kind, by when it is due, and the figures of how many were in time."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from attendance.rules import percent
from placements.codes import SHORT_BREAKS
from schools.rules import DateRange, add_working_days

INITIATE_DAYS = 10  # working days, PEP-2 [CPR10 reg 4]; LOCAL may differ, PEP-4
COMPLETE_DAYS = 20  # working days, PEP-3 [PELAC18]
SCHOOL_CHANGE_DAYS = 20  # working days, LOCAL, PEP-4
REMAND_DAYS = 5  # working days, remand to authority accommodation only: COH-12 [CPR10 reg 47B]
RECEPTION = 0


class Kind(StrEnum):
    """Why there is a plan; the values are those stored."""

    INITIAL = "initial"
    TERMLY = "termly"
    SCHOOL_CHANGE = "school_change"
    INTERIM = "interim"


@dataclass(frozen=True, slots=True)
class Clocks:
    """An authority's offsets in working days (LOCAL), PEP-4."""

    initiate: int = INITIATE_DAYS
    complete: int = COMPLETE_DAYS
    after_school_change: int = SCHOOL_CHANGE_DAYS


@dataclass(frozen=True, slots=True)
class PepAges:
    """Year groups that have a PEP (LOCAL), COH-5: -2 is the academic year of the third birthday."""

    from_year: int = -2
    to_year: int = 13


USUAL_CLOCKS = Clocks()
USUAL_AGES = PepAges()


@dataclass(frozen=True, slots=True)
class CohortFacts:
    """A child on one day, as far as having a PEP depends on it."""

    is_looked_after: bool
    legal_status: str
    nc_year: int
    is_adult: bool = False
    is_in_provision: bool = True  # on the roll of a school or early years setting
    is_only_remanded_to_custody: bool = False


@dataclass(frozen=True, slots=True)
class TermFacts:
    """A child at the snapshot of a term, with the plan met in it, if any."""

    is_in_cohort: bool
    care_started_on: date
    met_on: date | None = None
    agreed_on: date | None = None


@dataclass(frozen=True, slots=True)
class FirstPlanFacts:
    """A child's first plan in a period of care."""

    is_in_cohort: bool
    care_started_on: date
    care_ended_on: date | None = None
    agreed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many, and the percentage only when shown."""

    met: int
    counted: int

    def percent(self, *, places: int = 1) -> Decimal | None:
        return percent(self.met, self.counted, places=places)


def is_in_cohort(facts: CohortFacts, ages: PepAges = USUAL_AGES) -> bool:
    """Whether a child has a PEP: COH-3, COH-5, COH-12, PEP-1.

    Not in short breaks (V3, V4), and not when looked after only by remand to custody. Below
    Reception only where the child is in provision; having no school makes no difference after.
    """
    if not facts.is_looked_after or facts.is_adult or facts.legal_status in SHORT_BREAKS:
        return False
    if facts.is_only_remanded_to_custody:
        return False
    if not ages.from_year <= facts.nc_year <= ages.to_year:
        return False
    return facts.nc_year >= RECEPTION or facts.is_in_provision


def initiate_by(
    care_started_on: date,
    *,
    bank_holidays: Collection[date],
    clocks: Clocks = USUAL_CLOCKS,
    is_only_remanded: bool = False,
) -> date:
    """The last day for beginning a first PEP, PEP-2; after remand to the authority, COH-12."""
    days = min(REMAND_DAYS, clocks.initiate) if is_only_remanded else clocks.initiate
    return add_working_days(care_started_on, days, bank_holidays)


def complete_by(
    care_started_on: date,
    *,
    bank_holidays: Collection[date],
    clocks: Clocks = USUAL_CLOCKS,
    first_review_on: date | None = None,
) -> date:
    """The last day for a first PEP worth reviewing, PEP-3: earlier where the review is earlier."""
    due = add_working_days(care_started_on, clocks.complete, bank_holidays)
    return min(due, first_review_on) if first_review_on else due


def complete_after_school_change(
    joined_on: date,
    *,
    bank_holidays: Collection[date],
    clocks: Clocks = USUAL_CLOCKS,
) -> date:
    """The last day for a new PEP after a change of school (LOCAL), PEP-4."""
    return add_working_days(joined_on, clocks.after_school_change, bank_holidays)


def termly_due(*, deadline_on: date, first_plan_due: date | None = None) -> date:
    """The last day for a termly PEP: the term's deadline, PEP-7 (LOCAL).

    A child whose first plan is due only after the deadline has until then.
    """
    return max(deadline_on, first_plan_due) if first_plan_due else deadline_on


def is_overdue(due: date, *, on: date, agreed_on: date | None = None) -> bool:
    """Whether a plan is late on a day: due before it and not agreed by then."""
    return due < on and (agreed_on is None or agreed_on > on)


def is_counted_in_term(
    facts: TermFacts, *, term: DateRange, snapshot: date, bank_holidays: Collection[date]
) -> bool:
    """Whether a child is in the denominator of termly completion, PEPM-1 (LOCAL definition).

    In care at the start of the term, or with a 20th working day in care by the snapshot.
    """
    if not facts.is_in_cohort:
        return False
    twentieth = add_working_days(facts.care_started_on, COMPLETE_DAYS, bank_holidays)
    return facts.care_started_on <= term.started_on or twentieth <= snapshot


def is_met_in_term(facts: TermFacts, *, term: DateRange, snapshot: date) -> bool:
    """Whether a plan was met in the term and agreed by the snapshot, PEPM-1: sent is not agreed."""
    return (
        facts.met_on is not None
        and term.holds_on(facts.met_on)
        and facts.met_on <= snapshot
        and facts.agreed_on is not None
        and facts.agreed_on <= snapshot
    )


def termly_completion(
    children: Iterable[TermFacts],
    *,
    term: DateRange,
    snapshot: date,
    bank_holidays: Collection[date],
) -> Rate:
    """PEPM-1: plans met in the term and agreed, of the children who should have one."""
    counted = [
        facts
        for facts in children
        if is_counted_in_term(facts, term=term, snapshot=snapshot, bank_holidays=bank_holidays)
    ]
    met = sum(is_met_in_term(facts, term=term, snapshot=snapshot) for facts in counted)
    return Rate(met=met, counted=len(counted))


def initial_timeliness(
    children: Iterable[FirstPlanFacts], *, period: DateRange, bank_holidays: Collection[date]
) -> Rate:
    """PEPM-2: first plans agreed within 20 working days, of the children whose 20th fell in it.

    A child who had left care by that day is in neither number.
    """
    met = counted = 0
    for facts in children:
        twentieth = add_working_days(facts.care_started_on, COMPLETE_DAYS, bank_holidays)
        in_care = DateRange(facts.care_started_on, facts.care_ended_on).holds_on(twentieth)
        if facts.is_in_cohort and in_care and period.holds_on(twentieth):
            counted += 1
            met += facts.agreed_on is not None and facts.agreed_on <= twentieth
    return Rate(met=met, counted=counted)
