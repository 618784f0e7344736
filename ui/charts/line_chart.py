"""Lines over weeks or terms."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.safestring import SafeString

from ui.charts import drawing
from ui.charts.drawing import Size


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name and a value for each label; None where there is no data."""

    name: str
    values: Sequence[float | None]
    is_before: bool = False  # dashed: last year, not this one


def _scale(values: Sequence[float]) -> tuple[float, float, float]:
    """Lowest, highest and step of an axis with about five lines, on round numbers."""
    low, high = min(values), max(values)
    span = (high - low) or max(abs(high), 1.0) * 0.1
    rough = span / 4
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    bottom, top = math.floor(low / step) * step, math.ceil(high / step) * step
    # All values on one line of the axis: room below it, so that the line has a place
    return (bottom, top, step) if top > bottom else (bottom - step, bottom + step, step)


def _spread(ends: list[tuple[float, int]], least: float) -> dict[int, float]:
    """Where end labels stand, kept apart."""
    places: dict[int, float] = {}
    ordered = sorted(ends)
    heights = [y for y, _ in ordered]
    for number, (before, after) in enumerate(pairwise(heights)):
        if after - before < least:
            middle = (before + after) / 2
            heights[number] = middle - least / 2
            heights[number + 1] = middle + least / 2
    for height, (_, index) in zip(heights, ordered, strict=True):
        places[index] = height
    return places


def _end_label(series: Series, unit: str) -> str:
    """The line's name and its last known value."""
    last = next((value for value in reversed(series.values) if value is not None), None)
    return f"{series.name}: {drawing.shown(last, unit)}"


def _draw_lines(
    size: Size, labels: Sequence[str], series: Sequence[Series], unit: str
) -> list[str]:
    known = [v for each in series for v in each.values if v is not None]
    low, high, step = _scale(known)
    longest = max(len(_end_label(each, unit)) for each in series) + 2
    left, top = 48.0, 14.0
    right = size.width - longest * drawing.LETTER_WIDTH
    bottom = size.height - 34.0
    gap = (right - left) / max(len(labels) - 1, 1)

    def y_of(value: float) -> float:
        return bottom - (value - low) / (high - low) * (bottom - top)

    out: list[str] = []
    for number in range(round((high - low) / step) + 1):
        value = round(low + number * step, 6)
        y = y_of(value)
        out.append(f'<line class="gr" x1="{left}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>')
        out.append(
            drawing.text(left - 8, y + 5, drawing.number(value, unit), css="t-muted", anchor="end")
        )
    every = max(1, math.ceil(len(labels) / (4 if size.width > 500 else 3)))
    for number, label in enumerate(labels):
        is_last = number == len(labels) - 1
        if is_last or (number % every == 0 and len(labels) - 1 - number >= every * 0.6):
            at = left + gap * number
            out.append(drawing.text(at, size.height - 10, label, css="t-muted", anchor="middle"))
    out.append(f'<line class="ax" x1="{left}" x2="{right:.1f}" y1="{bottom}" y2="{bottom}"/>')

    ends: list[tuple[float, int]] = []
    for index, each in enumerate(series):
        points = [
            None if value is None else (left + gap * number, y_of(value))
            for number, value in enumerate(each.values)
        ]
        now = sum(not other.is_before for other in series[:index])
        colour = drawing.COLOURS[3] if each.is_before else drawing.COLOURS[now]
        dash = ' stroke-dasharray="6 5"' if each.is_before else ""
        width = "2.5" if each.is_before else "3"
        runs = drawing.runs(points)
        for run in runs:
            if len(run) == 1:
                out.append(
                    f'<circle cx="{run[0][0]:.1f}" cy="{run[0][1]:.1f}" r="3" fill="{colour}"/>'
                )
                continue
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
            out.append(
                f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}" '
                f'stroke-linejoin="round"{dash}/>'
            )
        if runs:
            x, y = runs[-1][-1]
            out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>')
            ends.append((y, index))
    for index, y in _spread(ends, 20).items():
        css = "t-muted" if series[index].is_before else "t-strong"
        out.append(drawing.text(right + 10, y + 5, _end_label(series[index], unit), css=css))
    return out


def lines(
    *,
    key: str,
    title: str,
    desc: str,
    labels: Sequence[str],
    series: Sequence[Series],
    unit: str = "%",
    note: str = "",
    label_head: str = "Week starting",
    table_name: str = "this chart",
) -> SafeString:
    """Up to four lines over the same labels, each named at its end. The axis may not start at zero.

    `key` is unique on the page; `desc` gives the numbers that matter; empty when no value is known.
    """
    drawing.check(len(labels))
    if not any(value is not None for each in series for value in each.values):
        return drawing.NO_DATA
    drawings = [
        drawing.svg(size, css=css, key=f"{key}{end}", title=title, desc=desc, body=body)
        for size, css, end in (
            (Size(760, 300), "is-wide", ""),
            (Size(390, 250), "is-narrow", "-n"),
        )
        for body in (_draw_lines(size, labels, series, unit),)
    ]
    rows = [
        [label, *(drawing.shown(each.values[number], unit) for each in series)]
        for number, label in enumerate(labels)
    ]
    heads = [label_head, *(each.name for each in series)]
    return drawing.figure(
        drawings, note, drawing.table(f"Show {table_name} as a table", title, heads, rows)
    )
