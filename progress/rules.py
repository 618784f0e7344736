"""What a plan says of its targets, as plain values, and the one figure there is of them."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from attendance.rules import percent
from progress.codes import Outcome

_LOOKED_UP = frozenset({"id", "intervention", "predecessor"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """One target as its plan has it now."""

    id: UUID
    text: str
    area: str = ""
    area_name: str = ""
    need: str = ""
    measure: str = ""
    baseline: str = ""
    goal: str = ""
    at_school: str = ""
    at_home: str = ""
    by_child: str = ""
    owner: str = ""
    due_on: date | None = None
    is_child_agreed: bool | None = None
    is_funded: bool = False
    cost_pence: int | None = None
    source: str = ""
    intervention: str = ""  # by name
    predecessor: UUID | None = None

    def values(self) -> dict[str, Any]:
        """What is kept of it as it is; the other three are looked up."""
        names = (field.name for field in fields(self))
        return {n: getattr(self, n) for n in names if n not in _LOOKED_UP}


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a later plan says became of a target."""

    id: UUID
    outcome: Outcome
    evidence: str = ""
    impact: str = ""
    spent_pence: int | None = None


@dataclass(frozen=True, slots=True)
class TargetsMet:
    """Targets met of the targets reviewed [K].

    Of agreed targets that a later agreed plan has reviewed: `relevant` leaves out those no longer
    relevant, which nobody could meet; `open` are agreed targets no agreed plan has reviewed yet.
    A target partly met is not met.
    """

    met: int
    partly: int
    not_met: int
    not_relevant: int = 0
    open: int = 0

    @property
    def relevant(self) -> int:
        """The denominator."""
        return self.met + self.partly + self.not_met

    @property
    def percent(self) -> Decimal | None:
        """Targets met in a hundred, to one place, half up; None while there are none to count."""
        return percent(self.met, self.relevant)


def targets_met(outcomes: Iterable[str]) -> TargetsMet:
    """Count the outcomes of agreed targets; an empty one is a target not yet reviewed."""
    found = list(outcomes)
    return TargetsMet(
        met=found.count(Outcome.MET),
        partly=found.count(Outcome.PARTLY),
        not_met=found.count(Outcome.NOT_MET),
        not_relevant=found.count(Outcome.NOT_RELEVANT),
        open=found.count(""),
    )
