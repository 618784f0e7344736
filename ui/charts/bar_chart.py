"""Horizontal bars with a target."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from ui.charts import drawing
from ui.charts.drawing import Size


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; None where there is no data."""

    label: str
    value: float | None
    note: str = ""  # shown in the table beside the value: "376 of 412"


def _draw_bars(
    size: Size, bars: Sequence[Bar], unit: str, most: float, target: float | None
) -> list[str]:
    left = drawing.label_room((bar.label for bar in bars), size.width)
    right = size.width - 58.0
    room = right - left
    out: list[str] = []
    for number, bar in enumerate(bars):
        y = 13 + number * 34
        out.append(drawing.text(left - 10, y + 15, bar.label, anchor="end"))
        if bar.value is None:
            out.append(drawing.text(left, y + 15, "No data", css="t-muted"))
            continue
        out.append(
            f'<rect x="{left:.1f}" y="{y}" width="{room:.1f}" height="22" fill="{drawing.TRACK}"/>'
        )
        length = room * min(bar.value, most) / most
        out.append(
            f'<rect x="{left:.1f}" y="{y}" width="{length:.1f}" height="22" '
            f'fill="{drawing.COLOURS[0]}"/>'
        )
        out.append(drawing.text(right + 8, y + 16, drawing.shown(bar.value, unit), css="t-strong"))
    if target is not None:
        x = left + room * target / most
        end = 13 + len(bars) * 34 - 1
        out.append(f'<line class="tgt" x1="{x:.1f}" x2="{x:.1f}" y1="8" y2="{end}"/>')
        out.append(
            drawing.text(x, end + 16, f"Target {drawing.number(target, unit)}", anchor="middle")
        )
    return out


def bars(
    *,
    key: str,
    title: str,
    desc: str,
    bars: Sequence[Bar],
    unit: str = "%",
    most: float | None = None,
    target: float | None = None,
    note: str = "",
    label_head: str = "Group",
    value_head: str = "Value",
    table_name: str = "this chart",
) -> SafeString:
    """Horizontal bars from zero, each with its value, and a dashed target."""
    drawing.check(len(bars))
    known = [bar.value for bar in bars if bar.value is not None]
    if not known:
        return drawing.NO_DATA
    top = most or (100.0 if unit == "%" else max([*known, target or 0.0])) or 1.0
    height = 13 + len(bars) * 34 + (29 if target is not None else 4)
    drawings = [
        drawing.svg(size, css=css, key=f"{key}{end}", title=title, desc=desc, body=body)
        for size, css, end in (
            (Size(560, height), "is-wide", ""),
            (Size(360, height), "is-narrow", "-n"),
        )
        for body in (_draw_bars(size, bars, unit, top, target),)
    ]
    has_notes = any(bar.note for bar in bars)
    heads = [label_head, value_head, *(["Count"] if has_notes else [])]
    rows = [
        [bar.label, drawing.shown(bar.value, unit), *([bar.note] if has_notes else [])]
        for bar in bars
    ]
    return drawing.figure(
        drawings, note, drawing.table(f"Show {table_name} as a table", title, heads, rows)
    )
