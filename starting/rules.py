"""When a plan starts by itself, of which kind, and from which day its clock runs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from pep.rules import (
    BEING_WRITTEN,
    COUNTS_AS_AGREED,
    USUAL_CLOCKS,
    Clocks,
    Kind,
    Status,
    complete_after_school_change,
    complete_by,
    initiate_by,
    termly_due,
)
from schools.rules import DateRange, SchoolCalendar

# Years in which children change school because they are old enough: no school move (PLA-9)
ENTRY_YEARS = frozenset({0, 3, 7, 12})
ENTRY_MONTHS = frozenset({8, 9})


@dataclass(frozen=True, slots=True)
class PlanSeen:
    """A plan a child has, as far as the next one depends on it."""

    kind: Kind
    status: Status
    started_on: date
    complete_by: date
    school_id: int | None
    is_of_term: bool


@dataclass(frozen=True, slots=True)
class StartFacts:
    """A child of the PEP cohort on a day.

    `is_long_holiday`: schools are closed for long (PEP-8). `follows`: the schools that became the
    present one, which is no move (PLA-9).
    """

    care_started_on: date
    nc_year: int
    school_id: int | None = None
    school_started_on: date | None = None
    follows: frozenset[int] = frozenset()
    is_long_holiday: bool = False
    plans: tuple[PlanSeen, ...] = ()

    @property
    def of_this_care(self) -> list[PlanSeen]:
        """The plans of the present period of care, oldest first."""
        mine = [plan for plan in self.plans if plan.started_on >= self.care_started_on]
        return sorted(mine, key=lambda plan: plan.started_on)


@dataclass(frozen=True, slots=True)
class Start:
    """A plan to start; `clock_from` is the day its working days are counted from, if any are."""

    kind: Kind
    clock_from: date | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """By when a plan is to be begun and finished."""

    complete_by: date
    initiate_by: date | None = None


def plan_to_start(
    facts: StartFacts,
    *,
    term: DateRange,
    on: date,
    bank_holidays: Collection[date],
    clocks: Clocks = USUAL_CLOCKS,
) -> Start | None:
    """The plan that starts by itself for a child today, or none: PEP-1, PEP-2, PEP-5, PEP-8.

    A first one from the day care started, while that clock runs into the term; one after a school
    move; else the term's own. In a long school holiday the first two are interim plans. Who is
    long in care without a plan here has the term's deadline, not one of years ago. The caller has
    asked whether the child has a PEP at all (`is_in_cohort`).
    """
    plans = facts.of_this_care
    first_due = complete_by(facts.care_started_on, bank_holidays=bank_holidays, clocks=clocks)
    if not plans and first_due >= term.started_on:
        kind = Kind.INTERIM if facts.is_long_holiday else Kind.INITIAL
        return Start(kind, clock_from=facts.care_started_on)
    if is_school_move(facts):
        kind = Kind.INTERIM if facts.is_long_holiday else Kind.SCHOOL_CHANGE
        return Start(kind, clock_from=facts.school_started_on)
    return Start(Kind.TERMLY) if _wants_plan_of_term(facts, plans, on=on) else None


def _wants_plan_of_term(facts: StartFacts, plans: Sequence[PlanSeen], *, on: date) -> bool:
    """Whether the term's own plan is to start, PEP-5.

    One whose clock began before the term and still runs comes first: nobody writes two at once.
    An interim plan is replaced when schools open (PEP-8).
    """
    of_term = [plan for plan in plans if plan.is_of_term]
    if any(plan.kind is not Kind.INTERIM for plan in of_term):
        return False
    if of_term and facts.is_long_holiday:
        return False
    return not any(
        plan.kind in {Kind.INITIAL, Kind.SCHOOL_CHANGE}
        and plan.status not in COUNTS_AS_AGREED | {Status.SUPERSEDED}
        and plan.complete_by >= on
        for plan in plans
    )


def is_school_move(facts: StartFacts) -> bool:
    """Whether the child joined another school after the last plan began, PEP-4, PLA-9.

    Not by reaching the age for the next school, nor where the school itself became another.
    """
    plans = facts.of_this_care
    if not plans or facts.school_id is None or facts.school_started_on is None:
        return False
    last, joined_on = plans[-1], facts.school_started_on
    if last.school_id == facts.school_id or joined_on <= last.started_on:
        return False
    if goes_to_school(last, facts) or last.school_id in facts.follows:
        return False
    if last.school_id is None:
        return True
    return not (facts.nc_year in ENTRY_YEARS and joined_on.month in ENTRY_MONTHS)


def goes_to_school(plan: PlanSeen, facts: StartFacts) -> bool:
    """Whether a plan being written is given to the school the child is at, PEP-13, PLA-9.

    Where the record was put right, where the school became another, and where a first school was
    found before anybody wrote. An interim plan stays with the virtual school (PEP-8).
    """
    joined_on = facts.school_started_on
    if facts.school_id in {None, plan.school_id} or joined_on is None:
        return False
    if plan.status not in BEING_WRITTEN or plan.kind is Kind.INTERIM:
        return False
    if joined_on <= plan.started_on or plan.school_id in facts.follows:
        return True
    return plan.school_id is None and plan.status is Status.NOT_STARTED


def due_dates(
    start: Start,
    *,
    deadline_on: date,
    care_started_on: date,
    bank_holidays: Collection[date],
    clocks: Clocks = USUAL_CLOCKS,
    first_review_on: date | None = None,
    is_only_remanded: bool = False,
) -> Due:
    """By when a plan is due: PEP-2, PEP-3, PEP-4, PEP-7. Holidays stop no clock, PEP-8.

    Only remanded to the authority's accommodation, the care plan and with it the PEP is due in
    five working days (COH-12).
    """
    if start.clock_from is None:
        first_due = complete_by(care_started_on, bank_holidays=bank_holidays, clocks=clocks)
        return Due(termly_due(deadline_on=deadline_on, first_plan_due=first_due))
    if start.clock_from != care_started_on:
        return Due(
            complete_after_school_change(
                start.clock_from, bank_holidays=bank_holidays, clocks=clocks
            )
        )
    return Due(
        initiate_by=initiate_by(
            care_started_on,
            bank_holidays=bank_holidays,
            clocks=clocks,
            is_only_remanded=is_only_remanded,
        ),
        complete_by=complete_by(
            care_started_on,
            bank_holidays=bank_holidays,
            clocks=clocks,
            first_review_on=first_review_on,
        ),
    )


def is_long_holiday(calendar: SchoolCalendar, *, on: date, longer_than: int) -> bool:
    """Whether schools are closed for more than so many days around a day, PEP-8 (LOCAL).

    Where the calendar says nothing before or after the day, it is not known to be a holiday.
    """
    if any(period.holds_on(on) for period in calendar.teaching_periods):
        return False
    ends = [p.ended_on for p in calendar.teaching_periods if p.ended_on and p.ended_on <= on]
    begins = [p.started_on for p in calendar.teaching_periods if p.started_on > on]
    return bool(ends and begins) and (min(begins) - max(ends)).days > longer_than
