"""A person's seat before one plan, and what it reads and writes: the tables, asked."""

from dataclasses import dataclass, field
from uuid import UUID

from accounts.roles import FAMILY_ROLES, SCHOOL_ROLES, Role
from pep import rules
from pep.models import Owner
from pep.rights.tables import (
    COLUMNS,
    EVERYONE,
    LEADS_TO_HOME,
    LEADS_TO_SCHOOL,
    MOVES_NONE,
    NOT_FOR,
    NOT_SHARED_WITH_CARER,
    READ_BY,
    RESTRICTED,
    ROWS_OF_SCHOOL,
    SECTION_RIGHTS,
    SHARED_WITH,
    STANDS_IN_FOR_SCHOOL,
    WHO,
    Narrowed,
    Right,
    for_every_reader,
)


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
    # The form's questions with a rule of their own
    narrowed: Narrowed = field(default_factory=dict, hash=False)

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
            allowed = SHARED_WITH.get(self.child_shares, frozenset())
            if self.role not in allowed:
                return Right.NONE
        right = SECTION_RIGHTS.get(self.role, {}).get(owner, Right.NONE)
        if owner == Owner.SCHOOL and not self.has_school and self.role in STANDS_IN_FOR_SCHOOL:
            right = Right.WRITE
        return right if self.is_writing_allowed else min(right, Right.READ)

    def may_read(self, *, owner: str, slug: str) -> bool:
        return self.right(owner=owner, slug=slug) >= Right.READ

    def knows_of(self, *, owner: str, slug: str) -> bool:
        """Whether this seat may know that a section is asked: of a few eyes only, by those alone.

        That it is asked tells why, such as that a child came here without a family (PEP-15).
        """
        return for_every_reader(slug, narrowed=self.narrowed) or self.may_read(
            owner=owner, slug=slug
        )

    def may_write(self, *, owner: str, slug: str, status: str) -> bool:
        """Whether a section may be written now: by right, and by the state the plan is in."""
        return self.right(owner=owner, slug=slug) == Right.WRITE and self.is_open(status)

    def is_open(self, status: str) -> bool:
        """Whether the plan's state lets this seat write its own parts."""
        who = WHO.get(self.role)
        return who is not None and rules.is_writable(rules.Status(status), who=who)

    def reads(self, *, slug: str, key: str) -> bool:
        """Whether one question is for this seat, of a section it may read."""
        asked = (slug, key)
        if asked in NOT_FOR.get(self.role, ()):
            return False
        if asked in RESTRICTED and self.role not in RESTRICTED[asked]:
            return False
        rule = self.narrowed.get(asked, rules.Readers.SECTION)
        if rule in READ_BY and self.role not in READ_BY[rule]:
            return False
        if rules.at_least(rule, rules.Readers.STAFF) and self.role in FAMILY_ROLES:
            return False
        leads_home = asked in LEADS_TO_HOME or rules.at_least(rule, rules.Readers.HOME)
        if self.is_home_hidden and leads_home:
            return self.is_of_the_school and self.role == Role.DESIGNATED_TEACHER
        leads_to_school = asked in LEADS_TO_SCHOOL or rules.at_least(rule, rules.Readers.SCHOOL)
        return self.knows_school or not leads_to_school

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
        return None if self.role in MOVES_NONE else WHO.get(self.role)

    @property
    def reads_whole_plan(self) -> bool:
        """Whether the full paper is for this seat: every part, and the child's where shared."""
        rights = SECTION_RIGHTS.get(self.role, {})
        if self.is_home_hidden and self.role != Role.DESIGNATED_TEACHER:
            return False  # the paper is one for all: it says how the child travels
        return not self.is_former_school and all(
            rights.get(owner.value, Right.NONE) >= Right.READ for owner in COLUMNS
        )
