"""One change of a row: each column with its value before and after, as far as it may be shown."""

from dataclasses import dataclass
from typing import Any

from audit.classes import FieldClass, class_of_column
from audit.models import Event
from oversight.log import field_label, model_of

NOT_SHOWN = "(not shown)"
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


def rows(event: Event, *, reads_cases: bool) -> list[Change]:
    """The columns of a change, by their names. No query.

    Who reads no case content is shown what tells of nobody, and people's names and seats.
    """
    before, after = event.before or {}, event.after or {}
    model = model_of(event.table)
    found = []
    for column in sorted({*before, *after}):
        kind = class_of_column(event.table, column)
        hidden = kind in NEVER or column in NUMBERS
        hidden = hidden or (kind is FieldClass.SPECIAL and not reads_cases)
        found.append(
            Change(
                label=field_label(model, column),
                before=NOT_SHOWN if hidden and column in before else _text(before.get(column)),
                after=NOT_SHOWN if hidden and column in after else _text(after.get(column)),
            )
        )
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value)
