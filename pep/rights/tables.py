"""The tables: which role may do what with whose part of a plan, and what is for fewer eyes."""

from collections.abc import Collection, Mapping
from enum import IntEnum

from accounts.roles import FAMILY_ROLES, Role
from pep import rules
from pep.models import Owner


class Right(IntEnum):
    NONE = 0
    READ = 1
    WRITE = 2


_N, _R, _W = Right.NONE, Right.READ, Right.WRITE
COLUMNS = (Owner.SCHOOL, Owner.SOCIAL_WORKER, Owner.CARER, Owner.CHILD, Owner.VIRTUAL_SCHOOL)


def _row(*rights: Right) -> dict[str, Right]:
    return {owner.value: right for owner, right in zip(COLUMNS, rights, strict=True)}


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


# Who reads a question of an authority that is for few (`rules.Readers`): as the two above
READ_BY: dict[str, frozenset[Role]] = {
    rules.Readers.COUNCIL: RESTRICTED["people", "siblings"],
    rules.Readers.FEW: RESTRICTED["unaccompanied-status", ""],
}
Narrowed = Mapping[tuple[str, str], str]  # questions with a rule of their own (`FormContent`)


def for_every_reader(section: str, key: str = "", *, narrowed: Narrowed) -> bool:
    """Whether a section or question may stand in a paper that is one for all who read the plan."""
    if (section, "") in RESTRICTED or (section, key) in RESTRICTED:
        return False
    return narrowed.get((section, key)) not in READ_BY


def all_for_every_reader(section: str, keys: Collection[str], *, narrowed: Narrowed) -> bool:
    """Whether all of a section is for every reader: its files may hold what any question asks."""
    named = {*keys, *named_in(section, narrowed)}
    return all(for_every_reader(section, key, narrowed=narrowed) for key in named)


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
        ("views", "voice_helped"),
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
        ("pupil-premium", "pp_plus"),
        ("meeting", "attendees"),
    }
)
# Rows of facts from the record that name the school or its staff, by question
ROWS_OF_SCHOOL = {"child": {"School", "There since"}, "people": {Role.DESIGNATED_TEACHER.label}}


def named_in(section: str, narrowed: Narrowed) -> set[str]:
    """The questions of a section that are not for all who read it, by key; whoever reads them."""
    not_for_one = [name for names in NOT_FOR.values() for name in names]
    tables = (*RESTRICTED, *LEADS_TO_HOME, *LEADS_TO_SCHOOL, *not_for_one, *narrowed)
    return {key for slug, key in tables if slug == section and key}


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
SHARED_WITH: dict[str, frozenset[Role]] = {
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
WHO: dict[Role, rules.Who] = {
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
MOVES_NONE = FAMILY_ROLES | {Role.INVITED_COLLEAGUE}
