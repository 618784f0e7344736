"""One change of a row: each column with its value before and after, as far as it may be shown."""

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from audit.classes import FieldClass, class_of_column
from audit.models import Event
from oversight.log import field_label, model_of, reads_cases
from quality.blindness import GRADE_COLUMNS, keeps_grades_from

NOT_SHOWN = "(not shown)"
NOT_YET = "(shown once you have given your second mark)"
# What nobody is shown here: an address is asked for by its own page and reason [DP-4], and numbers
# only match records [DP-2]
NEVER = {FieldClass.ADDRESS, FieldClass.SECRET}
NUMBERS = {"upn", "uln", "value"}


@dataclass(frozen=True, slots=True)
class Change:
    """One column."""

    label: str
    before: str
    after: str


def rows(event: Event, user: User) -> list[Change]:
    """The columns of a change, by their names. One query for a change of grades, else none.

    Who reads no case content is shown what tells of nobody, and people's names and seats; who is
    to grade a child's plan unseeing, no grade of the child's.
    """
    before, after = event.before or {}, event.after or {}
    model = model_of(event.table)
    kept = GRADE_COLUMNS.get(event.table, frozenset())
    if kept and not keeps_grades_from(user, event.child_id):
        kept = frozenset()
    sees_cases = reads_cases(user)
    found = []
    for column in sorted({*before, *after}):
        kind = class_of_column(event.table, column)
        hidden = kind in NEVER or column in NUMBERS
        hidden = hidden or (kind is FieldClass.SPECIAL and not sees_cases)
        instead = NOT_SHOWN if hidden else NOT_YET if column in kept else None
        found.append(
            Change(
                label=field_label(model, column),
                before=_text(before.get(column), instead if column in before else None),
                after=_text(after.get(column), instead if column in after else None),
            )
        )
    return found


def _text(value: Any, instead: str | None) -> str:
    if instead is not None:
        return instead
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value)
