"""What wrote each part of a section: its answers, and of repeating groups their rows."""

from collections.abc import Mapping

from accounts.models import User
from pep import rules
from pep.models import Answer, Written


def is_from(written: Written, by: User, window: str) -> bool:
    """Whether this page of this person wrote it: then it is theirs to go on with."""
    return written.person == str(by.pk) and written.window == window


def written_parts(answers: Mapping[str, Answer]) -> dict[str, Written]:
    """What wrote each part: of an answer with rows each of them, also those removed."""
    found = {}
    for key, answer in answers.items():
        rows = answer.written_rows()
        if not rows or rules.is_put_off(answer.said):
            found[key] = answer.written
        found |= {rules.row_part(key, row_id): written for row_id, written in rows.items()}
    return found


def written_here(answers: Mapping[str, Answer], by: User, window: str) -> frozenset[str]:
    """The parts this page of this person wrote last, also if it was never told so."""
    parts = written_parts(answers).items()
    return frozenset(part for part, written in parts if is_from(written, by, window))
