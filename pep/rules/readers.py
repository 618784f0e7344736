"""Who reads an answer besides what its section says: the rule a question of an authority carries.

A ladder, from the widest to the strictest: each lets fewer read than the one before. The shipped
questions have theirs in `pep.rights`; a rule here can narrow those too, and widen none.
"""

from enum import StrEnum


class Readers(StrEnum):
    SECTION = "section"
    SCHOOL = "school"
    HOME = "home"
    STAFF = "staff"
    COUNCIL = "council"
    FEW = "few"


READERS_LABELS = {
    Readers.SECTION: "Everyone who reads the part",
    Readers.SCHOOL: "Names the school: with a confidential home, those cleared for it and the "
    "school only",
    Readers.HOME: "Leads to the home: with a confidential home, those cleared for it and the "
    "designated teacher only",
    Readers.STAFF: "Not the carer and the young person; with a confidential home as above",
    Readers.COUNCIL: "Not the school and the family: social worker, team manager, duty worker, "
    "adviser and virtual school head; in no paper",
    Readers.FEW: "Social worker, adviser and virtual school head; in no paper",
}
LADDER = tuple(Readers)
# The strictest rule under which whoever writes a part still reads its question
_STRICTEST = {
    "school": Readers.STAFF,
    "carer": Readers.HOME,
    "child": Readers.HOME,
    "social_worker": Readers.FEW,
    "virtual_school": Readers.FEW,
}


def strictest_for(owner: str) -> Readers:
    """The strictest rule a question in a part of this owner may have; a new one begins with it."""
    return _STRICTEST.get(owner, Readers.FEW)


def can_be_written(owner: str, readers: str) -> bool:
    """Whether the owner of a part may read a question of it, and so answer it."""
    return LADDER.index(Readers(readers)) <= LADDER.index(strictest_for(owner))


def at_least(readers: str, other: Readers) -> bool:
    """Whether a rule is as strict as another, or stricter."""
    return LADDER.index(Readers(readers)) >= LADDER.index(other)
