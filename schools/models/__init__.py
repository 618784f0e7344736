"""Tables of authorities, their rules and calendars, and schools."""

from schools.models.authority import (
    Authority,
    AuthorityQuerySet,
    District,
    GssCode,
    Postcode,
)
from schools.models.calendar import (
    BankHoliday,
    BankHolidayQuerySet,
    ClosedDay,
    DateRange,
    TeachingPeriod,
    Term,
    TermQuerySet,
)
from schools.models.policy import (
    Policy,
    PolicyQuerySet,
)
from schools.models.school import (
    School,
    SchoolLink,
    SchoolQuerySet,
)

__all__ = [
    "Authority",
    "AuthorityQuerySet",
    "BankHoliday",
    "BankHolidayQuerySet",
    "ClosedDay",
    "DateRange",
    "District",
    "GssCode",
    "Policy",
    "PolicyQuerySet",
    "Postcode",
    "School",
    "SchoolLink",
    "SchoolQuerySet",
    "TeachingPeriod",
    "Term",
    "TermQuerySet",
]
