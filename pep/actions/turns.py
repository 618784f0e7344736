"""The turns of an opened page: its saves count up, so that none takes the place of a later one."""

from datetime import datetime, timedelta

from accounts.models import User
from pep.models import PlanSection

REMEMBERED = timedelta(hours=1)  # no save is on its way for longer


def last_turn(section: PlanSection, by: User, window: str) -> int:
    """The highest turn of this page of this person that has arrived; nought if none has."""
    turn, _ = section.turns.get(_page(by, window), (0, 0))
    return int(turn)


def note_turn(section: PlanSection, by: User, window: str, turn: int, *, at: datetime) -> bool:
    """Note a turn higher than those before, and forget pages that are long over.

    The section is not stored here; answers whether it is to be.
    """
    if not window or turn <= last_turn(section, by, window):
        return False
    since = (at - REMEMBERED).timestamp()
    known = {page: noted for page, noted in section.turns.items() if noted[1] > since}
    section.turns = {**known, _page(by, window): [turn, int(at.timestamp())]}
    return True


def _page(by: User, window: str) -> str:
    return f"{by.pk}:{window}"
