"""Draws the moves between states that the rules allow, so that docs/ cannot drift from the code.

A table of moves is a module's `MOVES` or `..._MOVES` in an app's `rules`: each state with the
states it may become.
"""

import importlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from types import ModuleType

from tooling.console import Refused, say
from tooling.paths import CHECKOUT

FILE = CHECKOUT / "docs" / "states.md"
HEAD = """# States and the moves between them

Drawn from the rules by `just diagrams`; not edited by hand.
"""
Moves = Mapping[StrEnum, frozenset[StrEnum]]


def document(modules: list[ModuleType]) -> str:
    """Return the page with one drawing for each table of moves."""
    drawings = [
        f"\n## {module.__name__}: {type(next(iter(moves))).__name__}\n\n{drawing(moves)}"
        for module in modules
        for moves in tables(module)
    ]
    return HEAD + "".join(drawings) + "".join(who_and_what(module) for module in modules)


def tables(module: ModuleType) -> Iterator[Moves]:
    for name, value in sorted(vars(module).items()):
        if name == "MOVES" or name.endswith("_MOVES"):
            yield value


def who_and_what(module: ModuleType) -> str:
    """Return a table of who may make each move and what it needs, where `MOVE_RULES` says so."""
    found = getattr(module, "MOVE_RULES", {})
    rows = [
        f"| {before.value} | {after.value} | {_list(rule.who)} | {_list(rule.needs)}"
        f"{', begins a version' if rule.begins_version else ''} |"
        for (before, after), rule in found.items()
    ]
    if not rows:
        return ""
    head = ["| From | To | Who | Needs |", "| --- | --- | --- | --- |"]
    return f"\n## {module.__name__}: who may make each move\n\n" + "\n".join(head + rows) + "\n"


def _list(values: Iterable[StrEnum]) -> str:
    return ", ".join(sorted(value.value.replace("_", " ") for value in values)) or "nothing"


def drawing(moves: Moves) -> str:
    """Return one drawing in Mermaid's words; the first state of the enumeration begins."""
    states = list(type(next(iter(moves))))
    lines = [f"    [*] --> {states[0].value}"]
    for before in states:
        becomes = moves.get(before, frozenset())
        lines += [f"    {before.value} --> {after.value}" for after in states if after in becomes]
        if not becomes:
            lines.append(f"    {before.value} --> [*]")
    return "```mermaid\nstateDiagram-v2\n" + "\n".join(lines) + "\n```\n"


def _rules() -> list[ModuleType]:
    sys.path.insert(0, str(CHECKOUT))
    found = {
        path.relative_to(CHECKOUT).parts[0]
        for pattern in ("*/rules.py", "*/rules/__init__.py")
        for path in CHECKOUT.glob(pattern)
    }
    return [importlib.import_module(f"{app}.rules") for app in sorted(found)]


def draw() -> None:
    FILE.write_text(document(_rules()))


def check() -> None:
    """Raises Refused when the page is not what would be drawn now."""
    if not FILE.exists() or FILE.read_text() != document(_rules()):
        raise Refused("docs/states.md is stale: the rules have changed. Type: just diagrams")
    say("docs/states.md shows the moves of the rules")
