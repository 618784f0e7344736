"""Who may read and write which part of a plan: the second table of rights (decisions 10).

Page, PDF, autosave and saving all ask here. The first lock is the permission, the second whether
the child is theirs (`visible_to`); this is what is left to decide inside one plan.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone

import children.rights
import placements.rights
from accounts.models import Membership, User
from accounts.permissions import Permission
from accounts.roles import FAMILY_ROLES, SCHOOL_ROLES, Role
from children.models import Enrolment, Involvement
from children.rights import Fact, Sight
from pep import rules
from pep.models import Doubt, Owner, PersonalEducationPlan

if TYPE_CHECKING:
    from pep.form_content import SectionContent


class Right(IntEnum):
    NONE = 0
    READ = 1
    WRITE = 2


_N, _R, _W = Right.NONE, Right.READ, Right.WRITE
_COLUMNS = (Owner.SCHOOL, Owner.SOCIAL_WORKER, Owner.CARER, Owner.CHILD, Owner.VIRTUAL_SCHOOL)


def _row(*rights: Right) -> dict[str, Right]:
    return {owner.value: right for owner, right in zip(_COLUMNS, rights, strict=True)}


# From the access matrix [K, guidance]. School and virtual school may write the child's section
# with or for a child who has no door of their own; the school the carer's for one who has none;
# the virtual school the school's (no school place: PEP-13).
SECTION_RIGHTS: dict[Role, dict[str, Right]] = {
    #                          school, social worker, carer, child, virtual school
    Role.VIRTUAL_SCHOOL_HEAD: _row(_W, _R, _R, _W, _W),
    Role.ADVISER: _row(_W, _R, _R, _W, _W),
    Role.OFFICER: _row(_R, _R, _R, _N, _R),
    Role.SOCIAL_WORKER: _row(_R, _W, _R, _R, _R),
    Role.TEAM_MANAGER: _row(_R, _R, _R, _R, _R),
    Role.DUTY_WORKER: _row(_R, _W, _R, _R, _R),
    Role.REVIEWING_OFFICER: _row(_R, _R, _R, _R, _R),
    Role.PERSONAL_ADVISER: _row(_R, _N, _N, _N, _N),
    Role.SEND_OFFICER: _row(_R, _N, _N, _N, _N),
    Role.DESIGNATED_TEACHER: _row(_W, _R, _W, _W, _R),
    Role.HEAD_TEACHER: _row(_R, _R, _R, _R, _R),
    Role.SAFEGUARDING_LEAD: _row(_R, _R, _N, _R, _N),
    Role.INVITED_COLLEAGUE: _row(_W, _N, _N, _N, _N),  # of these, the sections named for them
    Role.CARER: _row(_R, _N, _W, _R, _N),
    Role.YOUNG_PERSON: _row(_N, _N, _N, _W, _N),
}

# Without a school its part is written by the virtual school and these (PEP-13)
STANDS_IN_FOR_SCHOOL = frozenset({Role.SOCIAL_WORKER, Role.DUTY_WORKER})

# Parts of the school's sections not shared with a carer: the virtual school's and school's money
NOT_SHARED_WITH_CARER = frozenset({"pupil-premium"})

# Sections and questions of a few eyes only, whatever the table above says, in no paper that is one
# for all (PEP-15, DP-6): section, key ("" for the whole section), and who reads
RESTRICTED: dict[tuple[str, str], frozenset[Role]] = {
    ("unaccompanied-status", ""): frozenset(
        {Role.SOCIAL_WORKER, Role.VIRTUAL_SCHOOL_HEAD, Role.ADVISER}
    ),
    ("people", "siblings"): frozenset(
        {
            Role.SOCIAL_WORKER,
            Role.DUTY_WORKER,
            Role.TEAM_MANAGER,
            Role.VIRTUAL_SCHOOL_HEAD,
            Role.ADVISER,
        }
    ),
}


def for_every_reader(section: str, key: str = "") -> bool:
    """Whether a section or question may stand in a paper that is one for all who read the plan."""
    return (section, "") not in RESTRICTED and (section, key) not in RESTRICTED


# What is asked about a child and leads to the home, by section and key: with a confidential home
# only for those cleared for it, and the designated teacher of the child's present school, who
# writes it, arranges the travel and is told to give no address [DP-4]. Free text elsewhere is for a
# person to check: a rule cannot find "her new school by the beach".
LEADS_TO_HOME = frozenset(
    {
        ("about", "travel"),
        ("care", "planned_move"),
        ("care", "planned_move_plan"),
        ("people", "home_school"),
        ("people", "siblings"),
        ("custody", "establishment"),
        ("custody", "release_home"),
        ("school-place", "place_plan"),
        ("wellbeing", "agencies"),
        ("wellbeing", "clubs"),
    }
)
# ... and to the school: for those and whoever is of that school
LEADS_TO_SCHOOL = frozenset(
    {
        ("about", "key_adult"),
        ("about", "history"),
        ("attainment", "placement_hours"),
        ("alternative-provision", "places"),
        ("ehc-plan", "named_school"),
        ("transition", "next_setting"),
        ("custody", "release_school"),
        ("pupil-premium", "requests"),
        ("meeting", "attendees"),
    }
)
# Rows of facts from the record that name the school or its staff, by question
ROWS_OF_SCHOOL = {"child": {"School", "There since"}, "people": {Role.DESIGNATED_TEACHER.label}}

# What one role does not read although it reads the section around it: no health for the office
NOT_FOR: dict[Role, frozenset[tuple[str, str]]] = {
    Role.OFFICER: frozenset(
        {
            ("care", "conditions"),
            ("care", "sdq_strategies"),
            ("health", "health"),
            ("health", "checks"),
        }
    )
}

# Who may read the child's own section, by the child's own choice (DP-7)
_SHARED_WITH: dict[str, frozenset[Role]] = {
    "school_and_social_worker": frozenset(
        {
            Role.VIRTUAL_SCHOOL_HEAD,
            Role.ADVISER,
            Role.DESIGNATED_TEACHER,
            Role.HEAD_TEACHER,
            Role.SOCIAL_WORKER,
            Role.TEAM_MANAGER,
            Role.DUTY_WORKER,
            Role.REVIEWING_OFFICER,
            Role.SAFEGUARDING_LEAD,
            Role.YOUNG_PERSON,
        }
    ),
    "social_worker": frozenset(
        {
            Role.VIRTUAL_SCHOOL_HEAD,
            Role.ADVISER,
            Role.SOCIAL_WORKER,
            Role.TEAM_MANAGER,
            Role.DUTY_WORKER,
            Role.YOUNG_PERSON,
        }
    ),
}
EVERYONE = "everyone"

# Whose hand it is when a plan moves, or is written in a state (`rules.WRITABLE`)
_WHO: dict[Role, rules.Who] = {
    Role.VIRTUAL_SCHOOL_HEAD: rules.Who.VIRTUAL_SCHOOL,
    Role.ADVISER: rules.Who.VIRTUAL_SCHOOL,
    Role.SOCIAL_WORKER: rules.Who.SOCIAL_WORKER,
    Role.DUTY_WORKER: rules.Who.SOCIAL_WORKER,
    Role.DESIGNATED_TEACHER: rules.Who.SCHOOL,
    Role.INVITED_COLLEAGUE: rules.Who.SCHOOL,
    Role.CARER: rules.Who.SCHOOL,
    Role.YOUNG_PERSON: rules.Who.SCHOOL,
}


# In whose place a seat signs an agreed plan
SIGNS_AS: dict[Role, rules.Signer] = {
    Role.DESIGNATED_TEACHER: rules.Signer.SCHOOL,
    Role.SOCIAL_WORKER: rules.Signer.SOCIAL_WORKER,
    Role.CARER: rules.Signer.CARER,
    Role.YOUNG_PERSON: rules.Signer.CHILD,
}

# Writes parts of a plan and never moves it
_MOVES_NONE = FAMILY_ROLES | {Role.INVITED_COLLEAGUE}


@dataclass(frozen=True, slots=True)
class Reader:
    """A person's seat before one plan."""

    role: Role
    is_former_school: bool = False
    has_school: bool = True  # the plan is with a school
    is_writing_allowed: bool = True  # by permission
    child_shares: str = EVERYONE
    named: frozenset[str] = frozenset()  # the sections an invited colleague was given
    is_home_hidden: bool = False  # a confidential home this seat is not cleared for
    not_named: frozenset[UUID] = frozenset()  # whose names lead to the home; asked if it is hidden

    def right(self, *, owner: str, slug: str) -> Right:
        """What this seat may do with a section, whatever state the plan is in."""
        if self.is_former_school and owner != Owner.SCHOOL:
            return Right.NONE  # a school a child left keeps its own sections, for the hand-over
        if self.role == Role.INVITED_COLLEAGUE and slug not in self.named:
            return Right.NONE
        if (slug, "") in RESTRICTED and self.role not in RESTRICTED[slug, ""]:
            return Right.NONE
        if self.role == Role.CARER and slug in NOT_SHARED_WITH_CARER:
            return Right.NONE
        if owner == Owner.CHILD and self.child_shares != EVERYONE:
            allowed = _SHARED_WITH.get(self.child_shares, frozenset())
            if self.role not in allowed:
                return Right.NONE
        right = SECTION_RIGHTS.get(self.role, {}).get(owner, Right.NONE)
        if owner == Owner.SCHOOL and not self.has_school and self.role in STANDS_IN_FOR_SCHOOL:
            right = Right.WRITE
        return right if self.is_writing_allowed else min(right, Right.READ)

    def may_read(self, *, owner: str, slug: str) -> bool:
        return self.right(owner=owner, slug=slug) >= Right.READ

    def may_write(self, *, owner: str, slug: str, status: str) -> bool:
        """Whether a section may be written now: by right, and by the state the plan is in."""
        return self.right(owner=owner, slug=slug) == Right.WRITE and self.is_open(status)

    def is_open(self, status: str) -> bool:
        """Whether the plan's state lets this seat write its own parts."""
        who = _WHO.get(self.role)
        return who is not None and rules.is_writable(rules.Status(status), who=who)

    def reads(self, *, slug: str, key: str) -> bool:
        """Whether one question is for this seat, of a section it may read."""
        asked = (slug, key)
        if asked in NOT_FOR.get(self.role, ()):
            return False
        if asked in RESTRICTED and self.role not in RESTRICTED[asked]:
            return False
        if self.is_home_hidden and asked in LEADS_TO_HOME:
            return self.is_of_the_school and self.role == Role.DESIGNATED_TEACHER
        return self.knows_school or asked not in LEADS_TO_SCHOOL

    def may_read_note(self, *, owner: str, slug: str, key: str) -> bool:
        """Whether what was asked or said about an answer is for this seat: as the answer is.

        `key` empty: of the whole section.
        """
        may_read = self.may_read(owner=owner, slug=slug)
        return may_read and (not key or self.reads(slug=slug, key=key))

    def may_note(self, *, owner: str, slug: str, key: str, status: str) -> bool:
        """Whether this seat may say something about an answer, or reply to what was said."""
        return (
            self.is_writing_allowed
            and rules.Status(status) in rules.TALKED_ABOUT
            and self.may_read_note(owner=owner, slug=slug, key=key)
        )

    def reads_row(self, *, key: str, label: str) -> bool:
        """Whether one row of a fact from the record is for this seat."""
        return self.knows_school or label not in ROWS_OF_SCHOOL.get(key, ())

    @property
    def is_of_the_school(self) -> bool:
        return self.role in SCHOOL_ROLES and not self.is_former_school

    @property
    def knows_school(self) -> bool:
        """Whether the child's school and its staff may be named to this seat."""
        return not self.is_home_hidden or self.is_of_the_school

    def name_of(self, person_id: UUID | None, name: str) -> str:
        """Name who wrote or is writing; "someone" where the name leads to the home [DP-4]."""
        is_hidden = not self.knows_school or (self.is_home_hidden and person_id in self.not_named)
        return "someone" if is_hidden else name

    @property
    def who(self) -> rules.Who | None:
        """In which hand this seat moves a plan; None for seats that move none."""
        return None if self.role in _MOVES_NONE else _WHO.get(self.role)

    @property
    def reads_whole_plan(self) -> bool:
        """Whether the full paper is for this seat: every part, and the child's where shared."""
        rights = SECTION_RIGHTS.get(self.role, {})
        if self.is_home_hidden and self.role != Role.DESIGNATED_TEACHER:
            return False  # the paper is one for all: it says how the child travels
        return not self.is_former_school and all(
            rights.get(owner.value, Right.NONE) >= Right.READ for owner in _COLUMNS
        )


def reader(
    user: User, plan: PersonalEducationPlan, *, shares: str = EVERYONE, on: date | None = None
) -> Reader:
    """Stand a person before a plan. One query for a school's or a colleague's seat, else none.

    One more for those not cleared for a confidential home, unless the plan came with the answer;
    and one or two for whose names lead to it, where the home is hidden.
    """
    seat = user.seat
    if seat is None:
        raise PermissionDenied
    is_former = False
    named: frozenset[str] = frozenset()
    on = on or timezone.localdate()
    if seat.role in SCHOOL_ROLES:
        is_former = day_read(user, plan, on=on) < on
    elif seat.role == Role.INVITED_COLLEAGUE:
        rows = Involvement.objects.on(on or timezone.localdate()).of_colleague(user)
        lists = rows.filter(child=plan.child_id, school=plan.school_id).values_list("sections")
        named = frozenset(slug for (slugs,) in lists for slug in slugs)
    is_home_hidden = sight(user, plan, on=on).is_hidden
    return Reader(
        role=seat.role,
        is_former_school=is_former,
        has_school=plan.school_id is not None,
        is_writing_allowed=user.may(Permission.WRITE_PEP),
        child_shares=shares or EVERYONE,
        named=named,
        is_home_hidden=is_home_hidden,
        not_named=_lead_home(user, plan) if is_home_hidden else frozenset(),
    )


def signs_as(user: User, plan: PersonalEducationPlan) -> rules.Signer | None:
    """In whose place a person signs this plan; None for those who do not.

    A school signs the plans it wrote: not those of the school before.
    """
    seat = user.seat
    if seat is None or not user.may(Permission.SIGN_PEP):
        return None
    if seat.role in SCHOOL_ROLES and seat.school_id != plan.school_id:
        return None
    return SIGNS_AS.get(seat.role)


def reads_files(reader: Reader, section: "SectionContent") -> bool:
    """Whether the files of a section are for a reader: who reads every question of it.

    A file says which question it is about to nobody, so it may hold what any of them asks [DP-4].
    """
    return reader.may_read(owner=section.owner, slug=section.slug) and all(
        reader.reads(slug=section.slug, key=question.key) for question in section.questions
    )


def may_invite(user: User, plan: PersonalEducationPlan, reader: Reader) -> bool:
    """Whether this seat asks colleagues of its school to write parts of the plan."""
    return (
        user.may(Permission.INVITE_COLLEAGUES)
        and user.seat is not None
        and user.seat.school_id == plan.school_id
        and not reader.is_former_school
    )


def _lead_home(user: User, plan: PersonalEducationPlan) -> frozenset[UUID]:
    """Whose names lead to a hidden home: the carers, and to a school the staff of any other.

    One query, two for a school's seat.
    """
    carers = Involvement.objects.filter(child=plan.child_id, role=Role.CARER)
    found = set(carers.values_list("person_id", flat=True))
    seat = user.seat
    if seat is not None and seat.role in SCHOOL_ROLES:
        schools = Enrolment.objects.filter(child=plan.child_id).exclude(school=seat.school_id)
        staff = Membership.objects.filter(school__in=schools.values("school"))
        here = Membership.objects.filter(school=seat.school_id)
        elsewhere = staff.exclude(user__in=here.values("user"))
        found |= set(elsewhere.values_list("user_id", flat=True))
    return frozenset(found)


def sight(user: User, plan: PersonalEducationPlan, *, on: date) -> Sight:
    """What a person may know of a plan's child: `home_is_confidential`, if the plan came with it.

    Else one query for those not cleared for a confidential home.
    """
    known: bool | None = getattr(plan, "home_is_confidential", None)
    if known is None:
        return placements.rights.sight_of(user, plan.child_id, on=on)
    return children.rights.sight_of(user.seat, is_confidential=known)


def grade_shown(user: User, plan: PersonalEducationPlan, sight: Sight) -> str:
    """The overall grade as this person may know it; empty for none.

    It is told with the virtual school's answer: sent back, or agreed. Whoever grades a plan a
    second time reads it once they have done so.
    """
    is_told = plan.is_agreed or plan.status == PersonalEducationPlan.Status.SENT_BACK
    if not is_told or not sight.shows(Fact.QUALITY) or plan.grade_hidden_from_id == user.pk:
        return ""
    return plan.quality


def day_read(user: User, plan: PersonalEducationPlan, *, on: date) -> date:
    """The day whose facts a person reads beside a plan: today, for a former school its last one.

    So that a school a child left learns neither the new school nor the new home (DP-4). One query
    for a school's seat, none for others.
    """
    seat = user.seat
    if seat is None or seat.role not in SCHOOL_ROLES:
        return on
    ends = list(
        Enrolment.objects.filter(child=plan.child_id, school=seat.school_id).values_list(
            "ended_on", flat=True
        )
    )
    ended = [end for end in ends if end is not None and end <= on]
    return max(ended) - timedelta(days=1) if ended and len(ended) == len(ends) else on


_KEEPS: dict[rules.Who, str] = {
    rules.Who.SOCIAL_WORKER: Owner.SOCIAL_WORKER,
    rules.Who.SCHOOL: Owner.SCHOOL,
}


def answers_doubt(reader: Reader, doubt: Doubt) -> bool:
    """Whether a person answers for a fact called wrong: its keeper, and the virtual school."""
    if reader.who is None or reader.is_former_school or not reader.is_writing_allowed:
        return False
    if not reader.knows_school and doubt.key in ROWS_OF_SCHOOL:
        return False
    is_theirs = _KEEPS.get(reader.who) == doubt.asked_of
    return is_theirs or reader.who is rules.Who.VIRTUAL_SCHOOL


def moves_plans(user: User) -> rules.Who | None:
    """In which hand this person's seat begins and moves plans; None for seats that do not."""
    if user.seat is None or user.seat.role in _MOVES_NONE:
        return None
    return _WHO.get(user.seat.role)


def shares_of(answers: dict[str, Any] | Any) -> str:
    """Read the child's wish from the answers of the child's section; everyone until said."""
    value = answers.get("voice_share") if answers else None
    return value if value in _SHARED_WITH else EVERYONE
