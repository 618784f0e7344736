"""The table at the end: for people, for a document, for programs (plain Python)."""

import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.measuring import Line

COLUMNS = ("", "measured", "floor", "ratio", "target", "met", "")
MARKDOWN = ("What", "Measured", "Floor", "Ratio", "Target", "Met", "Beside it")


def machine() -> str:
    """The class of this machine: enough to compare figures by, nothing that names it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {_system()}, Python {platform.python_version()}"
    )


def _system() -> str:
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except FileNotFoundError:
        return platform.system()
    facts = dict(line.split("=", 1) for line in lines if "=" in line)
    name, version = (facts.get(key, "").strip('"') for key in ("NAME", "VERSION_ID"))
    return f"{name.removesuffix(' GNU/Linux')} {version}"


def shown(value: float, unit: str) -> str:
    """A value with its unit, to three places that mean something."""
    if unit == "s":
        return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"
    return f"{value:.0f} {unit}"


def asked(line: Line) -> str:
    parts = []
    if line.target is not None:
        parts.append(f"{line.target:g}x")
    if line.budget is not None:
        parts.append(f"p95 {line.budget * 1000:.0f} ms")
    return ", ".join(parts)


def verdict(line: Line) -> str:
    return {True: "yes", False: "NO", None: ""}[line.met]


def cells(line: Line) -> tuple[str, ...]:
    beside = [line.note] if line.note else []
    if line.p95 is not None:
        beside.insert(0, f"p95 {shown(line.p95, line.unit)}")
    return (
        line.name,
        shown(line.value, line.unit),
        shown(line.floor, line.unit),
        f"{line.ratio:.2f}x" if line.ratio < 10 else f"{line.ratio:.1f}x",
        asked(line),
        verdict(line),
        ", ".join(beside),
    )


def table(lines: Sequence[Line]) -> str:
    """The lines under the names of their groups, in columns."""
    rows = [cells(line) for line in lines]
    widths = [max(map(len, column)) for column in zip(COLUMNS, *rows, strict=True)]
    text = [_row(COLUMNS, widths)]
    group = ""
    for line, row in zip(lines, rows, strict=True):
        if line.group != group:
            group = line.group
            text.append(f"\n{group} (floor: {line.floor_name})")
        text.append(_row(row, widths))
    return "\n".join(text) + "\n"


def _row(row: Iterable[str], widths: Sequence[int]) -> str:
    placed = [
        text.ljust(width) if place in (0, 6) else text.rjust(width)
        for place, (text, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(placed).rstrip()


def markdown(lines: Sequence[Line]) -> str:
    """The table as `docs/measured.md` keeps it."""
    text = []
    group = ""
    for line in lines:
        if line.group != group:
            group = line.group
            text += ["", f"### {group}", "", f"Floor: {line.floor_name}.", ""]
            text += ["| " + " | ".join(MARKDOWN) + " |", "|" + "---|" * len(MARKDOWN)]
        text.append("| " + " | ".join(cells(line)) + " |")
    return "\n".join(text).lstrip() + "\n"


def as_json(lines: Iterable[Line], **facts: Any) -> dict[str, Any]:
    """Everything measured, for a program that compares runs."""
    return {
        **facts,
        "machine": machine(),
        "lines": [
            {
                "group": line.group,
                "name": line.name,
                "value": line.value,
                "unit": line.unit,
                "floor": line.floor,
                "floor_name": line.floor_name,
                "ratio": line.ratio,
                "target": line.target,
                "p95": line.p95,
                "budget": line.budget,
                "met": line.met,
                "note": line.note,
            }
            for line in lines
        ],
    }
