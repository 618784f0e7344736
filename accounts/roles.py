"""The roles, which kind of belonging gives each, and the seat of somebody who works in one."""

from dataclasses import dataclass

from django.db import models


class Role(models.TextChoices):
    VIRTUAL_SCHOOL_HEAD = "virtual_school_head", "Virtual school head"
    ADVISER = "adviser", "Adviser"
    OFFICER = "officer", "Virtual school officer"
    FINANCE_OFFICER = "finance_officer", "Finance officer"
    SOCIAL_WORKER = "social_worker", "Social worker"
    TEAM_MANAGER = "team_manager", "Social work team manager"
    DUTY_WORKER = "duty_worker", "Duty social worker"
    REVIEWING_OFFICER = "reviewing_officer", "Reviewing officer"
    DESIGNATED_TEACHER = "designated_teacher", "Designated teacher"
    HEAD_TEACHER = "head_teacher", "Head teacher"
    SAFEGUARDING_LEAD = "safeguarding_lead", "Designated safeguarding lead"
    INVITED_COLLEAGUE = "invited_colleague", "Invited colleague"
    CARER = "carer", "Carer"
    YOUNG_PERSON = "young_person", "Young person"
    PERSONAL_ADVISER = "personal_adviser", "Personal adviser"
    SEND_OFFICER = "send_officer", "SEND officer"
    ADMISSIONS_OFFICER = "admissions_officer", "Admissions officer"
    YOUTH_JUSTICE_WORKER = "youth_justice_worker", "Youth justice worker"
    AREA_VIRTUAL_SCHOOL = "area_virtual_school", "Area virtual school"
    GOVERNOR = "governor", "Governor or inspector"
    AUTHORITY_ADMINISTRATOR = "authority_administrator", "Authority administrator"
    SYSTEM_ADMINISTRATOR = "system_administrator", "System administrator"


# The virtual school's own team: sees the authority's roll by membership (decisions 9)
TEAM_ROLES = frozenset({Role.VIRTUAL_SCHOOL_HEAD, Role.ADVISER, Role.OFFICER})
# Sees the pupils of a school by enrolment
SCHOOL_ROLES = frozenset({Role.DESIGNATED_TEACHER, Role.HEAD_TEACHER, Role.SAFEGUARDING_LEAD})
# Staff who see the children they are involved with, by a dated involvement and a membership
INVOLVED_STAFF_ROLES = frozenset(
    {
        Role.SOCIAL_WORKER,
        Role.TEAM_MANAGER,
        Role.DUTY_WORKER,
        Role.REVIEWING_OFFICER,
        Role.PERSONAL_ADVISER,
        Role.SEND_OFFICER,
        Role.ADMISSIONS_OFFICER,
        Role.YOUTH_JUSTICE_WORKER,
        Role.AREA_VIRTUAL_SCHOOL,
    }
)
# Belong by a child alone: the involvement itself is the seat
SEATED_BY_CHILD = frozenset({Role.CARER, Role.YOUNG_PERSON, Role.INVITED_COLLEAGUE})
# Sees the children they are involved with, by dated involvement
INVOLVED_ROLES = INVOLVED_STAFF_ROLES | SEATED_BY_CHILD
# Know a child by name, school and year, on a page of their own; they open no record
NAMED_ONLY_ROLES = frozenset(
    {
        Role.SEND_OFFICER,
        Role.ADMISSIONS_OFFICER,
        Role.YOUTH_JUSTICE_WORKER,
        Role.AREA_VIRTUAL_SCHOOL,
    }
)
# One at a time for each child; another is cover (decisions 18)
ALLOCATED_ROLES = frozenset({Role.SOCIAL_WORKER, Role.ADVISER, Role.REVIEWING_OFFICER})
# Runs people and settings, reads no case content
ADMINISTRATOR_ROLES = frozenset({Role.AUTHORITY_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR})
# Held by belonging to an authority; the rest by a school, or by a child
AUTHORITY_ROLES = (
    TEAM_ROLES | ADMINISTRATOR_ROLES | INVOLVED_STAFF_ROLES | {Role.FINANCE_OFFICER, Role.GOVERNOR}
)
# A group at the council may give these; who runs people, settings or the school is named by hand
GROUP_ROLES = AUTHORITY_ROLES - ADMINISTRATOR_ROLES - {Role.VIRTUAL_SCHOOL_HEAD}
# A child's page in plain words and large type
FAMILY_ROLES = frozenset({Role.CARER, Role.YOUNG_PERSON})
# Sees more than one family's child, or runs the service: a password alone is not enough
SECOND_STEP_ROLES = frozenset(Role) - FAMILY_ROLES


@dataclass(frozen=True, slots=True)
class Seat:
    """A role in one authority, one school, or by involvement with children.

    `authorities` is what the wall opens for: ids, empty for one who touches no child's data.
    """

    role: Role
    authority_id: int | None = None
    authority_name: str = ""
    school_id: int | None = None
    school_name: str = ""
    authorities: tuple[int, ...] = ()
    is_made_up: bool = False

    @property
    def key(self) -> str:
        """Name the seat in the session: role and place, nothing personal."""
        place = self.school_id if self.school_id is not None else self.authority_id
        return f"{self.role.value}:{place if place is not None else 'children'}"

    @property
    def label(self) -> str:
        place = self.school_name or self.authority_name
        return f"{self.role.label}, {place}" if place else self.role.label
