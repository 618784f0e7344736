"""Who may read and write which part of a plan: the second table of rights (decisions 10).

Page, PDF, autosave and saving all ask here. The first lock is the permission, the second whether
the child is theirs (`visible_to`); this is what is left to decide inside one plan.
"""

from pep.rights.seats import Reader
from pep.rights.standing import (
    answers_doubt,
    day_read,
    grade_shown,
    may_invite,
    moves_plans,
    reader,
    reads_all_of,
    reads_files,
    shares_of,
    sight,
    signs_as,
)
from pep.rights.tables import (
    EVERYONE,
    LEADS_TO_HOME,
    LEADS_TO_SCHOOL,
    NOT_FOR,
    RESTRICTED,
    ROWS_OF_SCHOOL,
    SECTION_RIGHTS,
    SIGNS_AS,
    Narrowed,
    Right,
    all_for_every_reader,
    for_every_reader,
)

__all__ = [
    "EVERYONE",
    "LEADS_TO_HOME",
    "LEADS_TO_SCHOOL",
    "NOT_FOR",
    "RESTRICTED",
    "ROWS_OF_SCHOOL",
    "SECTION_RIGHTS",
    "SIGNS_AS",
    "Narrowed",
    "Reader",
    "Right",
    "all_for_every_reader",
    "answers_doubt",
    "day_read",
    "for_every_reader",
    "grade_shown",
    "may_invite",
    "moves_plans",
    "reader",
    "reads_all_of",
    "reads_files",
    "shares_of",
    "sight",
    "signs_as",
]
