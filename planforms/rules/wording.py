"""Rules and options as a person writes them in a box, and back."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pep.rules import Condition, clauses

CLAUSE = re.compile(
    r"(?P<about>phase|fact|answer to (?P<key>[a-z0-9_]+)) is (?P<no>not )?(?P<names>.+)"
)


class RuleNotUnderstood(Exception):
    """A rule or an option cannot be read; the message says how to write it."""


def rule_text(condition: Condition) -> str:
    """A rule in words: `fact is year_6 and answer to planned_move is yes`."""
    return " and ".join(_clause_text(clause) for clause in clauses(condition))


def _clause_text(clause: Condition) -> str:
    if "answer" in clause:
        verb = "is" if "in" in clause else "is not"
        return (
            f"answer to {clause['answer']} {verb} {_list(clause.get('in', clause.get('not_in')))}"
        )
    name = "fact" if "fact" in clause else "phase"
    return f"{name} is {_list(clause[name])}"


def _list(names: Any) -> str:
    return " or ".join(map(str, names or ()))


def rule_of(text: str) -> dict[str, Any]:
    """The condition a person wrote; empty for an empty box. Raises RuleNotUnderstood."""
    found = [_clause_of(part) for part in re.split(r"\s+and\s+", " ".join(text.split())) if part]
    if len(found) > 1:
        return {"all": found}
    return found[0] if found else {}


def _clause_of(text: str) -> dict[str, Any]:
    read = CLAUSE.fullmatch(text)
    if read is None:
        raise RuleNotUnderstood(
            f"“{text}” is not a rule. Write “answer to planned_move is yes”, “fact is ehc_plan or "
            "year_6” or “phase is SE”, with “and” between them"
        )
    names = read["names"].split(" or ")
    if read["key"]:
        return {"answer": read["key"], "not_in" if read["no"] else "in": names}
    if read["no"]:
        raise RuleNotUnderstood(f"“{text}”: only an answer can be “is not”. Name those it is for")
    return {read["about"]: names}


def options_text(options: Iterable[Sequence[str]]) -> str:
    """Options one a line: `visit | A visit`."""
    return "\n".join(f"{value} | {label}" for value, label in options)


def options_of(text: str) -> list[list[str]]:
    """Options written one a line. Raises RuleNotUnderstood."""
    options = []
    for line in text.splitlines():
        if not line.strip():
            continue
        value, between, label = line.partition("|")
        if not between or not value.strip() or not label.strip():
            raise RuleNotUnderstood(
                f"“{line.strip()}” is not an option. Write a value, “|” and its words, "
                "like “visit | A visit”"
            )
        options.append([value.strip(), label.strip()])
    return options
