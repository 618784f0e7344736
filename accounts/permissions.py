"""Who may do what: one enum, one table from role to permissions; a role not named has none.

Section and field rights stand in the second table, `SECTION_RIGHTS` of `pep.rights`. Whether a
child is theirs is the other lock (`visible_to`).
"""

from enum import StrEnum

from accounts.roles import Role


class Permission(StrEnum):
    SEE_OVERVIEW = "see overview"
    SEE_CHILDREN = "see children"
    SEE_NAMED_CHILDREN = "see children named to them"
    SEE_HOME_ADDRESS = "see home address"
    SEE_PEPS = "see PEPs"
    WRITE_PEP = "write PEP"
    SEND_PEP = "send PEP"
    CHECK_PEP = "check PEP"
    AGREE_PEP = "agree PEP"
    SAMPLE_QUALITY = "draw PEPs for a second mark"
    SIGN_PEP = "sign PEP"
    NAME_DEPUTY = "name a deputy for checking PEPs"
    WITHDRAW_FILES = "withdraw a file from an agreed PEP"
    CHASE_PEPS = "see who PEPs wait for, and nudge them"
    TAKE_ALL_PLANS = "take all plans of a term away"
    SEE_ATTENDANCE = "see attendance"
    LOAD_FILES = "load files"
    LOAD_SCHOOLS = "load schools"
    SEE_SCHOOLS = "see schools"
    SEE_SCHOOL_HOME = "see school home"
    SEE_WORKLIST = "see worklist"
    SEE_FAMILY_PAGES = "see family pages"
    SEE_OWN_PAGES = "see own pages"
    SEE_WHO_LOOKED = "see who looked"
    SEE_RECORD = "see the record of who did what"
    SEE_UNUSUAL_READING = "see unusual reading"
    ANSWER_SUBJECT_ACCESS = "answer subject access"
    RELEASE_RECORDS = "release a whole record when asked to, as a second person"
    SEE_FIGURES = "see figures"
    SEE_NOTICES = "see notices"
    SEE_ACCOUNT = "see account"
    RESTRICT_RECORDS = "restrict records"
    GIVE_INSTRUCTIONS = "give safety instructions"
    OPEN_IN_EMERGENCY = "open in an emergency"
    GIVE_YOUNG_PERSON_CODE = "give a young person a sign-in code"
    RESET_CARER_PIN = "reset a carer's PIN"
    MANAGE_PEOPLE = "manage people"
    MANAGE_OWN_TEAM = "manage own team and schools"
    HAND_OVER = "hand over children"
    MANAGE_RETENTION = "manage how long records are kept"
    INVITE_COLLEAGUES = "invite colleagues"
    MANAGE_SETTINGS = "manage settings"
    MANAGE_INSTALLATION = "manage installation"


_EVERYONE = frozenset({Permission.SEE_NOTICES, Permission.SEE_ACCOUNT})
_READS_CASES = frozenset({Permission.SEE_CHILDREN, Permission.SEE_PEPS, Permission.SEE_ATTENDANCE})
_TEAM = _READS_CASES | {
    Permission.SEE_OVERVIEW,
    Permission.SEE_FIGURES,
    Permission.SEE_SCHOOLS,
    Permission.SEE_WORKLIST,
    Permission.CHASE_PEPS,
    Permission.SEE_HOME_ADDRESS,
    Permission.RESET_CARER_PIN,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIRTUAL_SCHOOL_HEAD: _TEAM
    | {
        Permission.WRITE_PEP,
        Permission.GIVE_YOUNG_PERSON_CODE,
        Permission.SEND_PEP,
        Permission.CHECK_PEP,
        Permission.AGREE_PEP,
        Permission.SAMPLE_QUALITY,
        Permission.NAME_DEPUTY,
        Permission.WITHDRAW_FILES,
        Permission.LOAD_FILES,
        Permission.LOAD_SCHOOLS,
        Permission.SEE_WHO_LOOKED,
        Permission.SEE_RECORD,
        Permission.SEE_UNUSUAL_READING,
        Permission.ANSWER_SUBJECT_ACCESS,
        Permission.RELEASE_RECORDS,
        Permission.TAKE_ALL_PLANS,
        Permission.RESTRICT_RECORDS,
        Permission.GIVE_INSTRUCTIONS,
        Permission.MANAGE_OWN_TEAM,
        Permission.HAND_OVER,
        Permission.MANAGE_RETENTION,
    },
    Role.ADVISER: _TEAM
    | {
        Permission.WRITE_PEP,
        Permission.GIVE_YOUNG_PERSON_CODE,
        Permission.SEND_PEP,
        Permission.CHECK_PEP,
        Permission.AGREE_PEP,
        Permission.RELEASE_RECORDS,
        Permission.GIVE_INSTRUCTIONS,
        Permission.OPEN_IN_EMERGENCY,
    },
    Role.OFFICER: _TEAM
    | {
        Permission.LOAD_FILES,
        Permission.LOAD_SCHOOLS,
        Permission.MANAGE_OWN_TEAM,
        Permission.HAND_OVER,
    },
    Role.FINANCE_OFFICER: frozenset({Permission.SEE_FIGURES}),
    Role.SOCIAL_WORKER: _READS_CASES
    | {
        Permission.WRITE_PEP,
        Permission.GIVE_YOUNG_PERSON_CODE,
        Permission.SIGN_PEP,
        Permission.SEE_WORKLIST,
        Permission.SEE_HOME_ADDRESS,
        Permission.GIVE_INSTRUCTIONS,
        Permission.OPEN_IN_EMERGENCY,
    },
    Role.TEAM_MANAGER: _READS_CASES
    | {
        Permission.SEE_WORKLIST,
        Permission.SEE_HOME_ADDRESS,
        Permission.SEE_WHO_LOOKED,
        Permission.HAND_OVER,
        Permission.GIVE_INSTRUCTIONS,
        Permission.OPEN_IN_EMERGENCY,
    },
    Role.DUTY_WORKER: _READS_CASES
    | {
        Permission.WRITE_PEP,
        Permission.SEE_WORKLIST,
        Permission.SEE_HOME_ADDRESS,
        Permission.GIVE_INSTRUCTIONS,
        Permission.OPEN_IN_EMERGENCY,
    },
    Role.REVIEWING_OFFICER: _READS_CASES | {Permission.SEE_WORKLIST, Permission.SEE_HOME_ADDRESS},
    Role.PERSONAL_ADVISER: _READS_CASES | {Permission.SEE_WORKLIST},
    # The rest of the authority, and another's: name, school and year of the children named to them
    Role.SEND_OFFICER: frozenset({Permission.SEE_NAMED_CHILDREN, Permission.SEE_PEPS}),
    Role.ADMISSIONS_OFFICER: frozenset({Permission.SEE_NAMED_CHILDREN}),
    Role.YOUTH_JUSTICE_WORKER: frozenset({Permission.SEE_NAMED_CHILDREN}),
    Role.AREA_VIRTUAL_SCHOOL: frozenset({Permission.SEE_NAMED_CHILDREN}),
    Role.DESIGNATED_TEACHER: _READS_CASES
    | {
        Permission.WRITE_PEP,
        Permission.GIVE_YOUNG_PERSON_CODE,
        Permission.SEND_PEP,
        Permission.SIGN_PEP,
        Permission.SEE_SCHOOL_HOME,
        Permission.SEE_HOME_ADDRESS,
        Permission.INVITE_COLLEAGUES,
    },
    Role.HEAD_TEACHER: _READS_CASES | {Permission.SEE_SCHOOL_HOME, Permission.INVITE_COLLEAGUES},
    Role.SAFEGUARDING_LEAD: _READS_CASES
    | {Permission.SEE_SCHOOL_HOME, Permission.SEE_HOME_ADDRESS},
    Role.INVITED_COLLEAGUE: frozenset({Permission.SEE_PEPS, Permission.WRITE_PEP}),
    Role.CARER: frozenset(
        {
            Permission.SEE_FAMILY_PAGES,
            Permission.GIVE_YOUNG_PERSON_CODE,
            Permission.SEE_PEPS,
            Permission.WRITE_PEP,
            Permission.SIGN_PEP,
        }
    ),
    Role.YOUNG_PERSON: frozenset(
        {
            Permission.SEE_OWN_PAGES,
            Permission.SEE_PEPS,
            Permission.WRITE_PEP,
            Permission.SIGN_PEP,
        }
    ),
    Role.GOVERNOR: frozenset({Permission.SEE_FIGURES}),
    Role.AUTHORITY_ADMINISTRATOR: frozenset(
        {Permission.MANAGE_PEOPLE, Permission.MANAGE_SETTINGS, Permission.SEE_RECORD}
    ),
    Role.SYSTEM_ADMINISTRATOR: frozenset(
        {
            Permission.MANAGE_PEOPLE,
            Permission.MANAGE_SETTINGS,
            Permission.MANAGE_INSTALLATION,
            Permission.SEE_RECORD,
            Permission.LOAD_SCHOOLS,
        }
    ),
}


def permissions_of(role: str) -> frozenset[Permission]:
    """Answer what a role may do; an unknown role may do nothing."""
    try:
        return PERMISSIONS[Role(role)] | _EVERYONE
    except (KeyError, ValueError):
        return frozenset()
