"""Who may have which paper, and before whom its content is stood: `pep.rights` decides the rest."""

from dataclasses import replace
from hashlib import sha256

from accounts.roles import FAMILY_ROLES, NAMED_ONLY_ROLES, Role
from children.rights import CLEARED_FOR_CONFIDENTIAL
from papers.rules import OF_AGREED, Kind
from pep.models import AgreedVersion, PersonalEducationPlan
from pep.rights import Narrowed, Reader

# Of the copies for others: not for those who read a part of the plan only
_NO_COPIES_FOR_OTHERS = NAMED_ONLY_ROLES | {Role.INVITED_COLLEAGUE}
_NOT_FOR: dict[Kind, frozenset[Role]] = {
    Kind.SCHOOL: _NO_COPIES_FOR_OTHERS | FAMILY_ROLES,
    Kind.FAMILY: _NO_COPIES_FOR_OTHERS,
}


def may_have(kind: Kind, role: Role) -> bool:
    """Whether a paper of this kind is for this role at all."""
    return role not in _NOT_FOR.get(kind, frozenset())


def is_there(kind: Kind, plan: PersonalEducationPlan, *, version: AgreedVersion | None) -> bool:
    """Whether there is such a paper of a plan in its present state; `version` is the latest."""
    if kind in OF_AGREED:
        return version is not None
    return kind is not Kind.DRAFT or not plan.is_agreed


def kinds_open(
    plan: PersonalEducationPlan, reader: Reader, *, version: AgreedVersion | None
) -> list[Kind]:
    """The papers this reader may ask for, of a plan in its present state."""
    return [
        kind
        for kind in Kind
        if may_have(kind, reader.role) and is_there(kind, plan, version=version)
    ]


def needs_check_list(kind: Kind, role: Role) -> bool:
    """Whether somebody makes it for a family: first they read it, and say so [DP-5]."""
    return kind is Kind.FAMILY and role not in FAMILY_ROLES


def stands_before(kind: Kind, reader: Reader, *, is_confidential: bool) -> Reader | None:
    """Whose rights narrow a paper besides those of who asks; None where nobody else's do.

    Who asks for a family's copy of a child in a confidential home may hand it to somebody who
    must not find that home: only for the home's own people it is made as they may read [DP-4].
    """
    if kind is Kind.SCHOOL:
        role = Role.DESIGNATED_TEACHER
        is_hidden = is_confidential and role not in CLEARED_FOR_CONFIDENTIAL
    elif kind is Kind.FAMILY:
        role = Role.CARER
        is_hidden = is_confidential and reader.role not in FAMILY_ROLES
    else:
        return None
    return Reader(
        role=role,
        child_shares=reader.child_shares,
        is_home_hidden=is_hidden,
        narrowed=reader.narrowed,
    )


def of_the_file(*, narrowed: Narrowed) -> Reader:
    """Who reads what is handed over of a child in a confidential home: nobody cleared for it."""
    return Reader(role=Role.REVIEWING_OFFICER, is_home_hidden=True, narrowed=narrowed)


def mark(reader: Reader, *, is_confidential: bool) -> str:
    """A mark of what a reader may read of a plan: another one when anything of it changes."""
    seen = replace(reader, is_writing_allowed=False)
    words = [
        seen.role, seen.is_former_school, seen.child_shares, sorted(seen.named),
        seen.is_home_hidden, sorted(map(str, seen.not_named)), is_confidential,
    ]  # fmt: skip
    return sha256(repr(words).encode()).hexdigest()
