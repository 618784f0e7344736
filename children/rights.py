"""Which facts of a child's record each role reads: the access matrix as one table.

Whether the child is theirs is the other lock (`Child.objects.visible_to`). The sections of a plan
have a table of their own (`pep.rights`). A role not named here reads nothing.
"""

from enum import StrEnum

from accounts.roles import Role


class Fact(StrEnum):
    """A group of facts that pages show or leave out together."""

    EDUCATION = "education"  # school, year, history of schools, SEN status
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
    IDENTIFIERS = "identifiers"  # UPN, for those who match records only [DP-2]


_TEAM = frozenset(
    {
        Fact.EDUCATION,
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
    }
)
_SCHOOL = frozenset(
    {
        Fact.EDUCATION,
        Fact.ATTENDANCE,
        Fact.PLANS,
        Fact.LEGAL_STATUS,
        Fact.PLACEMENT,
        Fact.PEOPLE,
        Fact.PHONES,
    }
)

FIELD_RIGHTS: dict[Role, frozenset[Fact]] = {
    Role.VIRTUAL_SCHOOL_HEAD: _TEAM | {Fact.IDENTIFIERS},
    Role.ADVISER: _TEAM,
    Role.OFFICER: _TEAM | {Fact.IDENTIFIERS},
    Role.SOCIAL_WORKER: _TEAM,
    Role.TEAM_MANAGER: _TEAM,
    Role.DUTY_WORKER: _TEAM,
    Role.REVIEWING_OFFICER: _TEAM,
    Role.PERSONAL_ADVISER: frozenset(
        {Fact.EDUCATION, Fact.ATTENDANCE, Fact.PLANS, Fact.PEOPLE, Fact.PHONES}
    ),
    Role.DESIGNATED_TEACHER: _SCHOOL | {Fact.ADDRESS},
    Role.HEAD_TEACHER: _SCHOOL,
    Role.SAFEGUARDING_LEAD: _SCHOOL | {Fact.ADDRESS},
}
# A confidential home: the responsible authority's own people. A school asks the social worker.
CLEARED_FOR_CONFIDENTIAL = frozenset(
    {
        Role.VIRTUAL_SCHOOL_HEAD,
        Role.ADVISER,
        Role.OFFICER,
        Role.SOCIAL_WORKER,
        Role.TEAM_MANAGER,
        Role.DUTY_WORKER,
        Role.REVIEWING_OFFICER,
    }
)

# What a child's confidential placement hides from every reader who is not cleared for it [DP-4]
HIDDEN_WHEN_CONFIDENTIAL = frozenset({Fact.WHERE, Fact.CARERS, Fact.ADDRESS})


def facts_for(role: str | None, *, is_confidential: bool = False) -> frozenset[Fact]:
    """Answer the facts a role reads; with a confidential home, less to those without the right.

    A school's designated teacher and safeguarding lead may ask for an address with a reason, but
    not for a confidential one (access matrix; DP-4).
    """
    try:
        facts = FIELD_RIGHTS[Role(role)] if role else frozenset()
    except (KeyError, ValueError):
        return frozenset()
    if is_confidential and role not in CLEARED_FOR_CONFIDENTIAL:
        return facts - HIDDEN_WHEN_CONFIDENTIAL
    return facts
