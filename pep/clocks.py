"""The days a plan's clocks run to, as the authority of the child has settled them."""

from datetime import date

from pep import rules
from schools.models import Policy
from schools.rules import CalendarEnds, add_school_days
from schools.summaries import calendar_of

PAPERS_DAYS = 15  # school days for the common transfer file and the record, PEP-17


def clocks_on(*, authority_id: int, on: date) -> rules.Clocks:
    """The authority's own working days in force when a clock begins (decisions 19). One query."""
    return clocks_of(Policy.objects.in_force(authority_id=authority_id, on=on))


def clocks_of(policy: Policy) -> rules.Clocks:
    """The working days of one policy."""
    return rules.Clocks(
        initiate=policy.initiate_pep_working_days,
        complete=policy.complete_pep_working_days,
        after_school_change=policy.pep_after_school_change_working_days,
    )


def papers_due(joined_on: date, *, authority_id: int) -> date | None:
    """The last day for the file and record of a school left, PEP-17 [SI 2005/1437 reg 9].

    None while the authority's calendar does not reach so far. Two queries.
    """
    calendar = calendar_of(authority_id)
    if calendar is None:
        return None
    try:
        return add_school_days(joined_on, PAPERS_DAYS, calendar)
    except CalendarEnds:
        return None
