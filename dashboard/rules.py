"""What a plan's state is called in a list, and what needs a person today, in which order.

Plain values in, plain answers out; who sees which child was decided before.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Literal

from pep.rules import (
    BEING_WRITTEN,
    COUNTS_AS_AGREED,
    Clocks,
    Kind,
    Status,
    complete_by,
    status_label,
)

SOON_DAYS = 7  # a date this near is called by its days (ux 7.2)
FIRST_PLAN_WATCHED_DAYS = 365  # after a year without any plan, the term's deadline is what counts
FIRST_PLANS = frozenset({Kind.INITIAL, Kind.INTERIM})  # while nobody has written in them
Mark = Literal["good", "warn", "bad", "info", "none"]


@dataclass(frozen=True, slots=True)
class State:
    """A status as shown: kind of mark and word."""

    mark: Mark
    word: str


def days_word(days: int) -> str:
    """Due today, due tomorrow, due in 4 days."""
    return {0: "Due today", 1: "Due tomorrow"}.get(days, f"Due in {days} days")


def plan_state(
    *,
    status: str,
    due_on: date | None,
    on: date,
    needs_plan: bool = True,
    has_school: bool = True,
) -> State:
    """What to call this term's plan of a child in a list. No plan: status is empty.

    Late is a plan still being written after its date; one sent in waits for the virtual school.
    """
    if not status:
        if not needs_plan:
            return State("none", "Not needed")
        is_late = due_on is not None and due_on < on
        return State("bad", "Overdue") if is_late else State("none", "Not started")
    known = Status(status)
    if known in COUNTS_AS_AGREED:
        return State("good", status_label(known))
    if known not in BEING_WRITTEN:
        return State("info" if known is not Status.SUPERSEDED else "none", status_label(known))
    if due_on is not None and due_on < on:
        return State("bad", "Overdue")
    if due_on is not None and (due_on - on).days <= SOON_DAYS:
        return State("warn", days_word((due_on - on).days))
    if known is Status.SENT_BACK:
        return State("warn", status_label(known))
    mark: Mark = "none" if known is Status.NOT_STARTED else "info"
    return State(mark, status_label(known, has_school=has_school))


class Rank(IntEnum):
    """Order of a worklist: what the law dated first (ux 7.2)."""

    OVERDUE = 1
    NO_SCHOOL = 2
    NEW_TO_CARE = 3
    WAITING_ON_ME = 4
    SOON = 5
    INFORMATION = 6


class Why(IntEnum):
    """What a thing to do is about."""

    PLAN_OVERDUE = 1
    FIRST_PLAN_OVERDUE = 2
    NO_SCHOOL = 3
    NEW_TO_CARE = 4
    TO_CHECK = 5
    MY_PART = 6
    PLAN_DUE = 7
    NEWLY_ABSENT = 8
    SENT_BACK = 9
    QUERY = 10
    QUERY_ANSWERED = 11
    FIND_OUT = 12
    PART_OWED = 13
    FACT_DOUBTED = 14


RANKS = {
    Why.PLAN_OVERDUE: Rank.OVERDUE,
    Why.FIRST_PLAN_OVERDUE: Rank.OVERDUE,
    Why.NO_SCHOOL: Rank.NO_SCHOOL,
    Why.NEW_TO_CARE: Rank.NEW_TO_CARE,
    Why.TO_CHECK: Rank.WAITING_ON_ME,
    Why.MY_PART: Rank.WAITING_ON_ME,
    Why.PLAN_DUE: Rank.SOON,
    Why.NEWLY_ABSENT: Rank.INFORMATION,
    Why.SENT_BACK: Rank.INFORMATION,
    Why.QUERY: Rank.WAITING_ON_ME,
    Why.QUERY_ANSWERED: Rank.WAITING_ON_ME,
    Why.FIND_OUT: Rank.WAITING_ON_ME,
    Why.PART_OWED: Rank.WAITING_ON_ME,
    Why.FACT_DOUBTED: Rank.WAITING_ON_ME,
}


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """A looked-after child on a day, as far as a worklist needs it."""

    needs_plan: bool
    has_school: bool
    is_school_age: bool
    care_started_on: date
    has_had_plan: bool = False
    plan_status: str = ""
    plan_kind: str = ""
    plan_due_on: date | None = None
    sections_waiting: int = 0
    is_newly_absent: bool = False
    queries: int = 0  # of the virtual school, that wait for this person's part
    queries_answered: int = 0
    to_find_out: int = 0  # answers this person is to find out
    find_out_by: date | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to do about one child, with the date that makes it due, if any."""

    why: Why
    due_on: date | None = None
    count: int = 0  # of how many, where there may be several of one child

    @property
    def rank(self) -> Rank:
        return RANKS[self.why]


def work_of(
    facts: WorkFacts,
    *,
    on: date,
    checks_plans: bool,
    bank_holidays: Collection[date],
    complete_days: int,
) -> list[Work]:
    """What needs someone about one child on a day.

    `checks_plans`: for the virtual school, who check sent plans and watch school places; others
    get only what concerns the plan. A first plan is due by PEP-3, with the authority's own days.
    """
    found = []
    plan = _plan_work(
        facts, on=on, bank_holidays=bank_holidays, complete_days=complete_days, checks=checks_plans
    )
    if facts.sections_waiting and (plan is None or plan.why is not Why.PLAN_OVERDUE):
        plan = Work(Why.MY_PART, facts.plan_due_on)  # says the same, and whose part it is
    if plan is not None:
        found.append(plan)
    if facts.queries and not checks_plans:
        found.append(Work(Why.QUERY, facts.plan_due_on, facts.queries))
    if facts.to_find_out:
        found.append(Work(Why.FIND_OUT, facts.find_out_by, facts.to_find_out))
    if facts.queries_answered and checks_plans:
        found.append(Work(Why.QUERY_ANSWERED, None, facts.queries_answered))
    if checks_plans and facts.is_school_age and not facts.has_school:
        found.append(Work(Why.NO_SCHOOL))
    if checks_plans and facts.is_newly_absent:
        found.append(Work(Why.NEWLY_ABSENT))
    return found


def _plan_work(
    facts: WorkFacts,
    *,
    on: date,
    bank_holidays: Collection[date],
    complete_days: int,
    checks: bool,
) -> Work | None:
    if not facts.needs_plan and not facts.plan_status:
        return None
    if not facts.plan_status:
        in_care = (on - facts.care_started_on).days
        if not facts.has_had_plan and in_care <= FIRST_PLAN_WATCHED_DAYS:
            first_due = first_plan_due(
                facts.care_started_on, bank_holidays=bank_holidays, complete_days=complete_days
            )
            return Work(Why.NEW_TO_CARE if first_due >= on else Why.FIRST_PLAN_OVERDUE, first_due)
        if facts.plan_due_on and facts.plan_due_on < on:
            return Work(Why.PLAN_OVERDUE, facts.plan_due_on)
        return None
    status = Status(facts.plan_status)
    if status is Status.NOT_STARTED and facts.plan_kind in FIRST_PLANS and facts.plan_due_on:
        is_late = facts.plan_due_on < on
        return Work(Why.FIRST_PLAN_OVERDUE if is_late else Why.NEW_TO_CARE, facts.plan_due_on)
    if status in {Status.SENT_TO_CHECK, Status.BEING_CHECKED}:
        return Work(Why.TO_CHECK, facts.plan_due_on) if checks else None
    if status not in BEING_WRITTEN or facts.plan_due_on is None:
        return None
    if facts.plan_due_on < on:
        return Work(Why.PLAN_OVERDUE, facts.plan_due_on)
    if (facts.plan_due_on - on).days <= SOON_DAYS:
        return Work(Why.PLAN_DUE, facts.plan_due_on)
    return Work(Why.SENT_BACK, facts.plan_due_on) if status is Status.SENT_BACK else None


def first_plan_due(
    care_started_on: date, *, bank_holidays: Collection[date], complete_days: int
) -> date:
    """The last day for a first plan, PEP-3, by the authority's own days (LOCAL)."""
    return complete_by(
        care_started_on, bank_holidays=bank_holidays, clocks=Clocks(complete=complete_days)
    )


# Figures ------------------------------------------------------------------------------------------

SUPPRESSED_FROM, SUPPRESSED_TO = 1, 5  # counts not shown to readers outside the team


def is_suppressed(count: int, *, of: int | None = None) -> bool:
    """Whether a count, or what is left of its whole, is too small to be shown outside the team."""
    rest = None if of is None else of - count
    return any(
        number is not None and SUPPRESSED_FROM <= number <= SUPPRESSED_TO
        for number in (count, rest)
    )


def in_order(work: Iterable[Work]) -> list[Work]:
    """By rank, then by date; those without a date last."""
    return sorted(work, key=lambda item: (item.rank, item.due_on or date.max))
