"""Which facts of a child's record each role reads: the access matrix as one table.

Whether the child is theirs is the other lock (`Child.objects.visible_to`). The sections of a plan
have a table of their own (`pep.rights`). A role not named here reads nothing.

What gives a hidden home away besides its address [DP-4] is decided here once, as a `Sight`: what
one seat may know of one child. Every page, list and paper asks it.
"""

from dataclasses import dataclass
from enum import StrEnum

from accounts.roles import FAMILY_ROLES, SCHOOL_ROLES, Role, Seat


class Fact(StrEnum):
    """A group of facts that pages show or leave out together."""

    EDUCATION = "education"  # year, timetable, moves of school, SEN status
    SCHOOL = "school"  # its name and its authority, now and before
    ATTENDANCE = "attendance"
    PLANS = "plans"
    QUALITY = "quality"  # grades of checked plans
    LEGAL_STATUS = "legal status"  # the label only
    PLACEMENT = "placement"  # kind of home and since when
    PLACEMENT_HISTORY = "placement history"  # homes before this one
    WHERE = "where they live"  # in or out of area, which area, distance
    ADDRESS = "address"  # on request, with a reason [DP-4]
    PEOPLE = "people"  # who works with the child
    PHONES = "phones of staff"
    CARERS = "carers"
    MEETING_PLACE = "meeting place"
    IDENTIFIERS = "identifiers"  # UPN, for those who match records only [DP-2]


_TEAM = frozenset(
    {
        Fact.EDUCATION,
        Fact.SCHOOL,
        Fact.ATTENDANCE,
        Fact.PLANS,
        Fact.QUALITY,
        Fact.LEGAL_STATUS,
        Fact.PLACEMENT,
        Fact.PLACEMENT_HISTORY,
        Fact.WHERE,
        Fact.ADDRESS,
        Fact.PEOPLE,
        Fact.PHONES,
        Fact.CARERS,
        Fact.MEETING_PLACE,
    }
)
_SCHOOL = frozenset(
    {
        Fact.EDUCATION,
        Fact.SCHOOL,
        Fact.ATTENDANCE,
        Fact.PLANS,
        Fact.LEGAL_STATUS,
        Fact.PLACEMENT,
        Fact.PEOPLE,
        Fact.PHONES,
        Fact.MEETING_PLACE,
    }
)
# A carer and a young person read of the child they live with, or are: pages of their own
_FAMILY = frozenset({Fact.EDUCATION, Fact.SCHOOL, Fact.ATTENDANCE, Fact.PLANS, Fact.MEETING_PLACE})
_NAMED = frozenset({Fact.EDUCATION, Fact.SCHOOL})

FIELD_RIGHTS: dict[Role, frozenset[Fact]] = {
    Role.VIRTUAL_SCHOOL_HEAD: _TEAM | {Fact.IDENTIFIERS},
    Role.ADVISER: _TEAM,
    Role.OFFICER: _TEAM | {Fact.IDENTIFIERS},
    Role.SOCIAL_WORKER: _TEAM,
    Role.TEAM_MANAGER: _TEAM,
    Role.DUTY_WORKER: _TEAM,
    Role.REVIEWING_OFFICER: _TEAM,
    Role.PERSONAL_ADVISER: frozenset(
        {
            Fact.EDUCATION,
            Fact.SCHOOL,
            Fact.ATTENDANCE,
            Fact.PLANS,
            Fact.PEOPLE,
            Fact.PHONES,
            Fact.MEETING_PLACE,
        }
    ),
    Role.DESIGNATED_TEACHER: _SCHOOL | {Fact.ADDRESS, Fact.QUALITY},
    Role.HEAD_TEACHER: _SCHOOL,
    Role.SAFEGUARDING_LEAD: _SCHOOL | {Fact.ADDRESS},
    # Name, school and year: a colleague beside the plan, the others on a page of their own
    Role.INVITED_COLLEAGUE: _NAMED,
    Role.SEND_OFFICER: _NAMED,
    Role.ADMISSIONS_OFFICER: _NAMED,
    Role.YOUTH_JUSTICE_WORKER: _NAMED,
    Role.AREA_VIRTUAL_SCHOOL: _NAMED,
    Role.CARER: _FAMILY,
    Role.YOUNG_PERSON: _FAMILY | {Fact.PEOPLE, Fact.PHONES, Fact.CARERS},
}
# A confidential home: the responsible authority's own people, and those who live in it. A school
# asks the social worker.
CLEARED_FOR_CONFIDENTIAL = frozenset(
    {
        Role.VIRTUAL_SCHOOL_HEAD,
        Role.ADVISER,
        Role.OFFICER,
        Role.SOCIAL_WORKER,
        Role.TEAM_MANAGER,
        Role.DUTY_WORKER,
        Role.REVIEWING_OFFICER,
        Role.CARER,
        Role.YOUNG_PERSON,
    }
)

# What a child's confidential home hides from every reader who is not cleared for it [DP-4]
HIDDEN_WHEN_CONFIDENTIAL = frozenset(
    {Fact.WHERE, Fact.CARERS, Fact.ADDRESS, Fact.SCHOOL, Fact.MEETING_PLACE}
)
NOT_SHOWN = "School not shown"
# Invited to the meeting: must see where to go, as the home's own people do
INVITED_TO_MEETINGS = FAMILY_ROLES | {Role.DESIGNATED_TEACHER}


def facts_for(role: str | None, *, is_confidential: bool = False) -> frozenset[Fact]:
    """Answer the facts a role reads; with a confidential home, less to those not cleared for it.

    A school's designated teacher and safeguarding lead may ask for an address with a reason, but
    not for a confidential one (access matrix; DP-4). They know their own school, and whoever is
    invited to a meeting knows its place.
    """
    try:
        known = Role(role) if role else None
    except ValueError:
        return frozenset()
    facts = FIELD_RIGHTS.get(known, frozenset()) if known else frozenset()
    if not is_confidential or known in CLEARED_FOR_CONFIDENTIAL:
        return facts
    kept = {
        fact
        for fact, roles in ((Fact.SCHOOL, SCHOOL_ROLES), (Fact.MEETING_PLACE, INVITED_TO_MEETINGS))
        if known in roles
    }
    return facts - HIDDEN_WHEN_CONFIDENTIAL | (facts & kept)


@dataclass(frozen=True, slots=True)
class Sight:
    """What one seat may know of one child; `is_hidden`: of a home this seat is not cleared for."""

    facts: frozenset[Fact]
    is_hidden: bool
    school_id: int | None = None

    def shows(self, fact: Fact) -> bool:
        return fact in self.facts

    def names_school(self, school_id: int | None) -> bool:
        """Whether a school may be named: with a hidden home, to a school only itself."""
        return self.shows(Fact.SCHOOL) and (not self.is_hidden or school_id == self.school_id)


def is_cleared(seat: Seat | None) -> bool:
    """Whether a seat may know all of a confidential home that its role may know of any."""
    return seat is not None and seat.role in CLEARED_FOR_CONFIDENTIAL


def sight_of(seat: Seat | None, *, is_confidential: bool = True) -> Sight:
    """What a seat may know of a child. Closed unless the home is said not to be confidential."""
    return Sight(
        facts=facts_for(seat.role if seat else None, is_confidential=is_confidential),
        is_hidden=is_confidential and not is_cleared(seat),
        school_id=seat.school_id if seat else None,
    )
