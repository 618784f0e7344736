"""The roles, and which kind of belonging gives each (plain values)."""

from django.db import models


class Role(models.TextChoices):
    VIRTUAL_SCHOOL_HEAD = "virtual_school_head", "Virtual school head"
    ADVISER = "adviser", "Adviser"
    OFFICER = "officer", "Virtual school officer"
    FINANCE_OFFICER = "finance_officer", "Finance officer"
    SOCIAL_WORKER = "social_worker", "Social worker"
    TEAM_MANAGER = "team_manager", "Social work team manager"
    REVIEWING_OFFICER = "reviewing_officer", "Reviewing officer"
    DESIGNATED_TEACHER = "designated_teacher", "Designated teacher"
    HEAD_TEACHER = "head_teacher", "Head teacher"
    INVITED_COLLEAGUE = "invited_colleague", "Invited colleague"
    CARER = "carer", "Carer"
    YOUNG_PERSON = "young_person", "Young person"
    PERSONAL_ADVISER = "personal_adviser", "Personal adviser"
    GOVERNOR = "governor", "Governor or inspector"
    AUTHORITY_ADMINISTRATOR = "authority_administrator", "Authority administrator"
    SYSTEM_ADMINISTRATOR = "system_administrator", "System administrator"


# The virtual school's own team: sees the authority's roll by membership (decisions 9)
TEAM_ROLES = frozenset({Role.VIRTUAL_SCHOOL_HEAD, Role.ADVISER, Role.OFFICER})
# Sees the pupils of a school by enrolment
SCHOOL_ROLES = frozenset({Role.DESIGNATED_TEACHER, Role.HEAD_TEACHER})
# Sees the children they are involved with, by dated involvement
INVOLVED_ROLES = frozenset(
    {
        Role.SOCIAL_WORKER,
        Role.TEAM_MANAGER,
        Role.REVIEWING_OFFICER,
        Role.CARER,
        Role.YOUNG_PERSON,
        Role.PERSONAL_ADVISER,
    }
)
# Runs people and settings, reads no case content
ADMINISTRATOR_ROLES = frozenset({Role.AUTHORITY_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR})
# Held by belonging to an authority; the rest by a school, or by a child
AUTHORITY_ROLES = (
    TEAM_ROLES
    | ADMINISTRATOR_ROLES
    | {
        Role.FINANCE_OFFICER,
        Role.SOCIAL_WORKER,
        Role.TEAM_MANAGER,
        Role.REVIEWING_OFFICER,
        Role.PERSONAL_ADVISER,
        Role.GOVERNOR,
    }
)
# A child's page in plain words and large type
FAMILY_ROLES = frozenset({Role.CARER, Role.YOUNG_PERSON})
