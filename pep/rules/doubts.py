"""Who keeps which fact of the record, and so is asked when somebody calls it wrong."""

from collections.abc import Collection
from enum import StrEnum


class Keeper(StrEnum):
    """Whose record a fact is; the values are those of a section's owner."""

    SOCIAL_WORKER = "social_worker"
    SCHOOL = "school"
    VIRTUAL_SCHOOL = "virtual_school"


# By the key of the fact; the social worker keeps all that is not named (PEP form 2 to 8)
KEEPERS = {
    "attendance": Keeper.VIRTUAL_SCHOOL,  # marks are loaded by the virtual school
    "days": Keeper.VIRTUAL_SCHOOL,
    "place": Keeper.VIRTUAL_SCHOOL,
    "sen": Keeper.SCHOOL,
    "attainment": Keeper.SCHOOL,
    "pp_plus": Keeper.VIRTUAL_SCHOOL,  # who agrees to it, and pays
}


def keeper_of(key: str, *, there: Collection[Keeper], asks: Keeper | None) -> Keeper:
    """Who is asked about a fact: its keeper, the virtual school where there is none.

    `there` are those who have somebody; nobody is asked what they themselves called wrong.
    """
    keeper = KEEPERS.get(key, Keeper.SOCIAL_WORKER)
    return keeper if keeper in there and keeper is not asks else Keeper.VIRTUAL_SCHOOL
