"""Calendars put together from their rows."""

from schools.models import ClosedDay, TeachingPeriod
from schools.rules import DateRange, SchoolCalendar


def calendar_of(authority_id: int) -> SchoolCalendar | None:
    """An authority's own school calendar; None while none is entered. Two queries."""
    periods = TeachingPeriod.objects.filter(authority=authority_id, school=None)
    ranges = tuple(
        DateRange(period.started_on, period.ended_on) for period in periods.order_by("started_on")
    )
    if not ranges:
        return None
    closed = ClosedDay.objects.filter(authority=authority_id, school=None)
    return SchoolCalendar(
        teaching_periods=ranges, closed_days=frozenset(closed.values_list("on", flat=True))
    )
