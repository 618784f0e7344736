"""What a plan is, or may be, agreed without, for one reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pep import gaps
from pep.models import Gap, PersonalEducationPlan
from ui.words import long_date


@dataclass(frozen=True, slots=True)
class GapRow:
    """One part that is missing: who owes it, by when, why."""

    title: str
    who: str
    due: str
    is_late: bool
    reason: str
    named_by: str


def gap_rows(plan: PersonalEducationPlan, named: Sequence[Gap], *, on: date) -> list[GapRow]:
    """The gaps of a version in words. No query."""
    return [
        GapRow(
            title=gaps.title_of(gap, plan),
            who=gap.owed_by.name,
            due=long_date(gap.due_on),
            is_late=gap.due_on < on,
            reason=gap.reason,
            named_by=gap.named_by.name,
        )
        for gap in named
    ]
