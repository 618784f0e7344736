"""Bars of shares."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from ui.charts import drawing
from ui.charts.drawing import Size


@dataclass(frozen=True, slots=True)
class Stack:
    """One stacked bar: a number for each part, in the parts' order; all zero when no data."""

    label: str
    values: Sequence[float]


def _draw_stacks(size: Size, parts: Sequence[str], stacks: Sequence[Stack]) -> list[str]:
    left = drawing.label_room((stack.label for stack in stacks), size.width)
    right = size.width - 10.0
    out: list[str] = []
    x, y = left, 4.0
    for number, part in enumerate(parts):
        width = 14 + 6 + len(part) * drawing.LETTER_WIDTH + 14
        if x + width > size.width and x > left:
            x, y = left, y + 22
        out.append(_block(x, y, 14, 14, drawing.STACK_FILLS[number]))
        out.append(drawing.text(x + 20, y + 12, part))
        x += width
    first = y + 32
    for row, stack in enumerate(stacks):
        y = first + row * 40
        out.append(drawing.text(left - 10, y + 17, stack.label, anchor="end"))
        whole = sum(stack.values)
        if not whole:
            out.append(drawing.text(left, y + 17, "No data", css="t-muted"))
            continue
        room = right - left - 2 * (len(stack.values) - 1)
        x = left
        for number, value in enumerate(stack.values):
            if not value:
                continue
            width = room * value / whole
            out.append(_block(x, y, width, 26, drawing.STACK_FILLS[number]))
            if width > 34:
                share = f"{100 * value / whole:.0f}%"
                out.append(
                    drawing.text(
                        x + width / 2,
                        y + 18,
                        share,
                        css="t-strong",
                        anchor="middle",
                        fill=drawing.STACK_INKS[number],
                    )
                )
            x += width + 2
    return out


def _block(x: float, y: float, width: float, height: float, fill: str) -> str:
    outline = (
        f' stroke="{drawing.COLOURS[0]}" stroke-width="1.5"' if fill == drawing.OUTLINED else ""
    )
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:g}"'
    return f'<rect {place} fill="{fill}"{outline}/>'


def _legend_lines(parts: Sequence[str], left: float, width: int) -> int:
    used, x = 1, left
    for part in parts:
        wide = 34 + len(part) * drawing.LETTER_WIDTH
        if x + wide > width and x > left:
            used, x = used + 1, left
        x += wide
    return used


def stacked(
    *,
    key: str,
    title: str,
    desc: str,
    parts: Sequence[str],
    stacks: Sequence[Stack],
    note: str = "",
    label_head: str = "Term",
    table_name: str = "this chart",
) -> SafeString:
    """Bars of shares in the order of the parts, with the only legend we draw. At most four."""
    drawing.check(len(stacks) * len(parts))
    if not any(sum(stack.values) for stack in stacks):
        return drawing.NO_DATA
    drawings = []
    for width, css, end in ((560, "is-wide", ""), (360, "is-narrow", "-n")):
        rows = _legend_lines(parts, drawing.label_room((s.label for s in stacks), width), width)
        size = Size(width, 14 + rows * 22 + len(stacks) * 40)
        body = _draw_stacks(size, parts, stacks)
        drawings.append(
            drawing.svg(size, css=css, key=f"{key}{end}", title=title, desc=desc, body=body)
        )
    table_rows = []
    for stack in stacks:
        whole = sum(stack.values)
        shares = (f"{100 * v / whole:.0f}% ({v:g})" if whole else "no data" for v in stack.values)
        table_rows.append([stack.label, *shares])
    table = drawing.table(f"Show {table_name} as a table", title, [label_head, *parts], table_rows)
    return drawing.figure(drawings, note, table)
