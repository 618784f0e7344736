"""What is owed around a placement, and by when: reviews, notices, plans, a school place."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from schools.rules import ONE_DAY, SchoolCalendar, add_months, add_school_days, add_working_days

FIRST_REVIEW_DAYS = 20  # working days from becoming looked after, PEP-6 [CPR10 reg 33]
SECOND_REVIEW_MONTHS = 3  # from the day the first was held, PEP-6 [CPR10 reg 33]
LATER_REVIEW_MONTHS = 6  # from the day the last was held, PEP-6 [CPR10 reg 33]
NOTICE_DAYS = 5  # working days after an emergency placement, PLA-5 [CPR10 reg 13]
PLACEMENT_PLAN_DAYS = 5  # working days where it could not be made before, PLA-6 [CPR10 reg 9]
ENDING_NOTICE_DAYS = (
    10  # working days where somebody could not be told before, PLA-7 [CPR10 reg 14]
)
EMERGENCY_SCHOOL_PLACE_DAYS = 20  # school days, ADM-7 [PELAC18]


class Recipient(StrEnum):
    """Who is told of a placement in writing, each by a paper of their own, PLA-5."""

    CHILD = "child"
    PARENT = "parent"
    CONTACT = "contact"  # a person with contact by order
    FORMER_CARER = "former_carer"
    HEALTH_BODY = "health_body"
    FORMER_HEALTH_BODY = "former_health_body"
    GP = "gp"
    FORMER_GP = "former_gp"
    SCHOOL = "school"
    REVIEWING_OFFICER = "reviewing_officer"
    AREA_AUTHORITY = "area_authority"


# Only these may be left out, where telling would put the child at risk of significant harm.
MAY_BE_LEFT_OUT = frozenset({Recipient.PARENT, Recipient.CONTACT, Recipient.FORMER_CARER})


@dataclass(frozen=True, slots=True)
class Withheld:
    """A decision not to tell one person, PLA-5: shown as "not told", never as overdue."""

    recipient: Recipient
    reason: str
    decided_by: str


class CannotBeLeftOut(Exception):
    """This recipient must be told whatever the risk, or no reason was given."""


def next_review_due(
    care_started_on: date, *, held: Sequence[date], bank_holidays: Collection[date]
) -> date:
    """The last day for the next looked-after review, PEP-6 [CPR10 reg 33].

    Counted from the day the last one was held, in calendar months; a day at a weekend stays.
    """
    if not held:
        return add_working_days(care_started_on, FIRST_REVIEW_DAYS, bank_holidays)
    months = SECOND_REVIEW_MONTHS if len(held) == 1 else LATER_REVIEW_MONTHS
    return add_months(max(held), months)


def placement_notice_due(
    placed_on: date, *, is_emergency: bool, bank_holidays: Collection[date]
) -> date:
    """The last day for written notice of a placement, PLA-5 [CPR10 reg 13].

    Before a planned placement starts, so at the latest the day before.
    """
    if is_emergency:
        return add_working_days(placed_on, NOTICE_DAYS, bank_holidays)
    return placed_on - ONE_DAY


def placement_plan_due(
    placed_on: date, *, is_emergency: bool, bank_holidays: Collection[date]
) -> date:
    """The last day for the placement plan, PLA-6 [CPR10 reg 9]."""
    if is_emergency:
        return add_working_days(placed_on, PLACEMENT_PLAN_DAYS, bank_holidays)
    return placed_on - ONE_DAY


def ending_notice_due(ended_on: date, bank_holidays: Collection[date]) -> date:
    """The last day for telling those who could not be told before it ended, PLA-7."""
    return add_working_days(ended_on, ENDING_NOTICE_DAYS, bank_holidays)


def notice_recipients(
    *, is_out_of_area: bool, withheld: Collection[Withheld] = ()
) -> tuple[Recipient, ...]:
    """Who must be told of a placement, PLA-5: the area authority only of one out of area.

    Raises CannotBeLeftOut for a decision the regulation does not allow, or without its reason
    and decider.
    """
    for decision in withheld:
        if decision.recipient not in MAY_BE_LEFT_OUT:
            raise CannotBeLeftOut(decision.recipient)
        if not (decision.reason.strip() and decision.decided_by.strip()):
            raise CannotBeLeftOut("A decision not to tell someone needs a reason and a name")
    left_out = {decision.recipient for decision in withheld}
    return tuple(
        recipient
        for recipient in Recipient
        if recipient not in left_out
        and (is_out_of_area or recipient is not Recipient.AREA_AUTHORITY)
    )


def school_place_due(placed_on: date, calendar: SchoolCalendar) -> date:
    """The last day for a school place after an emergency placement, ADM-7 [PELAC18]."""
    return add_school_days(placed_on, EMERGENCY_SCHOOL_PLACE_DAYS, calendar)


def needs_key_stage_4_approval(
    *, nc_year: int, disrupts_education: bool, is_emergency: bool = False
) -> bool:
    """Whether a move must wait for a nominated officer's approval, PLA-1, PLA-2 [CPR10 reg 10].

    The pupil is in key stage 4 (Years 10 and 11) and the move disrupts their education; not
    where the placement ends for immediate risk or in an emergency.
    """
    return nc_year in {10, 11} and disrupts_education and not is_emergency
