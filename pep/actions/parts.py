"""The parts a save is merged by: answers, and of repeating groups their rows."""

from collections.abc import Collection, Mapping
from typing import Any

from accounts.models import User
from pep import rules
from pep.models import Answer, Written
from pep.written import is_from, written_parts


def held_of(answer: Answer, by: User, window: str) -> rules.Held:
    """An answer as the merge takes it: what this page wrote itself is older than any save."""

    def version(written: Written) -> int:
        return 0 if is_from(written, by, window) else written.version

    rows = {row_id: version(written) for row_id, written in answer.written_rows().items()}
    return rules.Held(answer.said, version(answer.written), rows)


def written_since(
    answers: Mapping[str, Answer], version: int, by: User, window: str
) -> dict[str, Written]:
    """The parts that were written since a version of the section, but by this page."""
    return {
        part: written
        for part, written in written_parts(answers).items()
        if written.version > version and not is_from(written, by, window)
    }


def is_met(part: str, conflicts: Collection[str]) -> bool:
    """Whether a part is one of those in conflict, a row of one, or the answer of one."""
    key, row_id = rules.split_part(part)
    return part in conflicts or (
        any(rules.split_part(other)[0] == key for other in conflicts)
        if not row_id
        else key in conflicts
    )


def rows_changed(before: Any, after: Any) -> list[str]:
    """The ids of repeating rows a save added, changed or removed."""
    then, now = (
        {row["id"]: row for row in value} if rules.is_rows(value) else {}
        for value in (before, after)
    )
    return [row_id for row_id in {**then, **now} if then.get(row_id) != now.get(row_id)]
