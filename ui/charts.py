"""Charts drawn on the server as SVG: presentation attributes and classes only, as the CSP asks.

Each comes as a figure with a wide and a narrow drawing (CSS shows one) and its numbers in a table
under "Show ... as a table". Missing data is a gap, never zero.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

COLOURS: Final = ("#0f5467", "#a84f08", "#6a4fa3", "#6b7a82")
STACK_FILLS: Final = ("#0f5467", "#a9cdd8", "#a84f08", "#56636a")
STACK_INKS: Final = ("#ffffff", "#14191c", "#ffffff", "#ffffff")
OUTLINED: Final = "#a9cdd8"
TRACK: Final = "#eef2f4"
NO_DATA: Final = mark_safe('<p class="vs-muted">No data yet.</p>')
MOST_VALUES = 30
LETTER_WIDTH = 7.6  # of 14 px text, on average


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name and a value for each label; None where there is no data."""

    name: str
    values: Sequence[float | None]
    is_before: bool = False  # dashed: last year, not this one


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; None where there is no data."""

    label: str
    value: float | None
    note: str = ""  # shown in the table beside the value: "376 of 412"


@dataclass(frozen=True, slots=True)
class Stack:
    """One stacked bar: a number for each part, in the parts' order; all zero when no data."""

    label: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class _Size:
    width: int
    height: int


def _number(value: float, unit: str) -> str:
    text = f"{value:.1f}".removesuffix(".0") if unit == "%" else f"{value:g}"
    return f"{text}{unit}"


def _shown(value: float | None, unit: str) -> str:
    return "no data" if value is None else _number(value, unit)


def _svg(
    size: _Size, *, css: str, key: str, title: str, desc: str, body: Iterable[str]
) -> SafeString:
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d" '
        'focusable="false">'
        '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}</svg>',
        css,
        size.width,
        size.height,
        key,
        key,
        key,
        title,
        key,
        desc,
        mark_safe("".join(body)),  # noqa: S308 -- every part is escaped where it is made
    )


def _text(
    x: float, y: float, words: str, *, css: str = "", anchor: str = "", fill: str = ""
) -> str:
    extra = f' class="{css}"' if css else ""
    extra += f' text-anchor="{anchor}"' if anchor else ""
    inner = f'<tspan fill="{fill}">{escape(words)}</tspan>' if fill else escape(words)
    return f'<text x="{x:.1f}" y="{y:.1f}"{extra}>{inner}</text>'


def _table(
    summary: str, caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]
) -> SafeString:
    head = format_html_join(
        "", '<th scope="col"{}>{}</th>', ((_n(i), h) for i, h in enumerate(heads))
    )
    body = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (row[0], format_html_join("", '<td class="n">{}</td>', ((c,) for c in row[1:])))
            for row in rows
        ),
    )
    return format_html(
        '<details class="vs-data"><summary>{}</summary>'
        '<div class="vs-scroll" tabindex="0" role="region" aria-label="{}">'
        '<table class="vs-table"><caption class="govuk-visually-hidden">{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div></details>",
        summary,
        caption,
        caption,
        head,
        body,
    )


def _n(column: int) -> SafeString:
    return mark_safe(' class="n"') if column else mark_safe("")


def _figure(drawings: Sequence[SafeString], note: str, table: SafeString) -> SafeString:
    caption = format_html("<figcaption>{}</figcaption>", note) if note else ""
    return format_html('<figure class="vs-fig">{}{}{}</figure>{}', *drawings, caption, table)


def _check(count: int) -> None:
    if count >= MOST_VALUES:
        raise ValueError("A chart holds fewer than 30 values; show more as a table")


# -- lines ---------------------------------------------------------------------------------------


def _scale(values: Sequence[float]) -> tuple[float, float, float]:
    """Lowest, highest and step of an axis with about five lines, on round numbers."""
    low, high = min(values), max(values)
    span = (high - low) or max(abs(high), 1.0) * 0.1
    rough = span / 4
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    return math.floor(low / step) * step, math.ceil(high / step) * step or step, step


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """Stretches without a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


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
    return f"{series.name}: {_shown(last, unit)}"


def _draw_lines(
    size: _Size, labels: Sequence[str], series: Sequence[Series], unit: str
) -> list[str]:
    known = [v for each in series for v in each.values if v is not None]
    low, high, step = _scale(known)
    longest = max(len(_end_label(each, unit)) for each in series) + 2
    left, top = 48.0, 14.0
    right = size.width - longest * LETTER_WIDTH
    bottom = size.height - 34.0
    gap = (right - left) / max(len(labels) - 1, 1)

    def y_of(value: float) -> float:
        return bottom - (value - low) / (high - low) * (bottom - top)

    out: list[str] = []
    for number in range(round((high - low) / step) + 1):
        value = round(low + number * step, 6)
        y = y_of(value)
        out.append(f'<line class="gr" x1="{left}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>')
        out.append(_text(left - 8, y + 5, _number(value, unit), css="t-muted", anchor="end"))
    every = max(1, math.ceil(len(labels) / (4 if size.width > 500 else 3)))
    for number, label in enumerate(labels):
        is_last = number == len(labels) - 1
        if is_last or (number % every == 0 and len(labels) - 1 - number >= every * 0.6):
            at = left + gap * number
            out.append(_text(at, size.height - 10, label, css="t-muted", anchor="middle"))
    out.append(f'<line class="ax" x1="{left}" x2="{right:.1f}" y1="{bottom}" y2="{bottom}"/>')

    ends: list[tuple[float, int]] = []
    for index, each in enumerate(series):
        points = [
            None if value is None else (left + gap * number, y_of(value))
            for number, value in enumerate(each.values)
        ]
        now = sum(not other.is_before for other in series[:index])
        colour = COLOURS[3] if each.is_before else COLOURS[now]
        dash = ' stroke-dasharray="6 5"' if each.is_before else ""
        width = "2.5" if each.is_before else "3"
        runs = _runs(points)
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
        out.append(_text(right + 10, y + 5, _end_label(series[index], unit), css=css))
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
    _check(len(labels))
    if not any(value is not None for each in series for value in each.values):
        return NO_DATA
    drawings = [
        _svg(size, css=css, key=f"{key}{end}", title=title, desc=desc, body=body)
        for size, css, end in (
            (_Size(760, 300), "is-wide", ""),
            (_Size(390, 250), "is-narrow", "-n"),
        )
        for body in (_draw_lines(size, labels, series, unit),)
    ]
    rows = [
        [label, *(_shown(each.values[number], unit) for each in series)]
        for number, label in enumerate(labels)
    ]
    heads = [label_head, *(each.name for each in series)]
    return _figure(drawings, note, _table(f"Show {table_name} as a table", title, heads, rows))


# -- bars ----------------------------------------------------------------------------------------


def _label_room(labels: Iterable[str], width: int) -> float:
    return min(max(len(label) for label in labels) * LETTER_WIDTH + 14, width * 0.42)


def _draw_bars(
    size: _Size, bars: Sequence[Bar], unit: str, most: float, target: float | None
) -> list[str]:
    left = _label_room((bar.label for bar in bars), size.width)
    right = size.width - 58.0
    room = right - left
    out: list[str] = []
    for number, bar in enumerate(bars):
        y = 13 + number * 34
        out.append(_text(left - 10, y + 15, bar.label, anchor="end"))
        if bar.value is None:
            out.append(_text(left, y + 15, "No data", css="t-muted"))
            continue
        out.append(f'<rect x="{left:.1f}" y="{y}" width="{room:.1f}" height="22" fill="{TRACK}"/>')
        length = room * min(bar.value, most) / most
        out.append(
            f'<rect x="{left:.1f}" y="{y}" width="{length:.1f}" height="22" fill="{COLOURS[0]}"/>'
        )
        out.append(_text(right + 8, y + 16, _number(bar.value, unit), css="t-strong"))
    if target is not None:
        x = left + room * target / most
        end = 13 + len(bars) * 34 - 1
        out.append(f'<line class="tgt" x1="{x:.1f}" x2="{x:.1f}" y1="8" y2="{end}"/>')
        out.append(_text(x, end + 16, f"Target {_number(target, unit)}", anchor="middle"))
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
    _check(len(bars))
    known = [bar.value for bar in bars if bar.value is not None]
    if not known:
        return NO_DATA
    top = most or (100.0 if unit == "%" else max([*known, target or 0.0])) or 1.0
    height = 13 + len(bars) * 34 + (29 if target is not None else 4)
    drawings = [
        _svg(size, css=css, key=f"{key}{end}", title=title, desc=desc, body=body)
        for size, css, end in (
            (_Size(560, height), "is-wide", ""),
            (_Size(360, height), "is-narrow", "-n"),
        )
        for body in (_draw_bars(size, bars, unit, top, target),)
    ]
    has_notes = any(bar.note for bar in bars)
    heads = [label_head, value_head, *(["Count"] if has_notes else [])]
    rows = [
        [bar.label, _shown(bar.value, unit), *([bar.note] if has_notes else [])] for bar in bars
    ]
    return _figure(drawings, note, _table(f"Show {table_name} as a table", title, heads, rows))


# -- stacked bars --------------------------------------------------------------------------------


def _draw_stacks(size: _Size, parts: Sequence[str], stacks: Sequence[Stack]) -> list[str]:
    left = _label_room((stack.label for stack in stacks), size.width)
    right = size.width - 10.0
    out: list[str] = []
    x, y = left, 4.0
    for number, part in enumerate(parts):
        width = 14 + 6 + len(part) * LETTER_WIDTH + 14
        if x + width > size.width and x > left:
            x, y = left, y + 22
        out.append(_block(x, y, 14, 14, STACK_FILLS[number]))
        out.append(_text(x + 20, y + 12, part))
        x += width
    first = y + 32
    for row, stack in enumerate(stacks):
        y = first + row * 40
        out.append(_text(left - 10, y + 17, stack.label, anchor="end"))
        whole = sum(stack.values)
        if not whole:
            out.append(_text(left, y + 17, "No data", css="t-muted"))
            continue
        room = right - left - 2 * (len(stack.values) - 1)
        x = left
        for number, value in enumerate(stack.values):
            if not value:
                continue
            width = room * value / whole
            out.append(_block(x, y, width, 26, STACK_FILLS[number]))
            if width > 34:
                share = f"{100 * value / whole:.0f}%"
                out.append(
                    _text(
                        x + width / 2,
                        y + 18,
                        share,
                        css="t-strong",
                        anchor="middle",
                        fill=STACK_INKS[number],
                    )
                )
            x += width + 2
    return out


def _block(x: float, y: float, width: float, height: float, fill: str) -> str:
    outline = f' stroke="{COLOURS[0]}" stroke-width="1.5"' if fill == OUTLINED else ""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:g}"'
    return f'<rect {place} fill="{fill}"{outline}/>'


def _legend_lines(parts: Sequence[str], left: float, width: int) -> int:
    used, x = 1, left
    for part in parts:
        wide = 34 + len(part) * LETTER_WIDTH
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
    _check(len(stacks) * len(parts))
    if not any(sum(stack.values) for stack in stacks):
        return NO_DATA
    drawings = []
    for width, css, end in ((560, "is-wide", ""), (360, "is-narrow", "-n")):
        rows = _legend_lines(parts, _label_room((s.label for s in stacks), width), width)
        size = _Size(width, 14 + rows * 22 + len(stacks) * 40)
        body = _draw_stacks(size, parts, stacks)
        drawings.append(_svg(size, css=css, key=f"{key}{end}", title=title, desc=desc, body=body))
    table_rows = []
    for stack in stacks:
        whole = sum(stack.values)
        shares = (f"{100 * v / whole:.0f}% ({v:g})" if whole else "no data" for v in stack.values)
        table_rows.append([stack.label, *shares])
    table = _table(f"Show {table_name} as a table", title, [label_head, *parts], table_rows)
    return _figure(drawings, note, table)


# -- sparklines ----------------------------------------------------------------------------------


def sparkline(values: Sequence[float | None]) -> SafeString:
    """A trend of 86 by 34 px with a dot at its end; decoration, hidden from readers."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return mark_safe("")
    low, high = min(known), max(known)
    gap = 76 / max(len(values) - 1, 1)
    points = [
        None
        if v is None
        else (4 + gap * i, 18 if high == low else 28 - (v - low) / (high - low) * 20)
        for i, v in enumerate(values)
    ]
    runs = _runs(points)
    paths = "".join(
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in run)}" fill="none" '
        'stroke="#7d8b92" stroke-width="2" stroke-linejoin="round"/>'
        for run in runs
        if len(run) > 1
    )
    x, y = runs[-1][-1]
    return mark_safe(  # noqa: S308 -- numbers only
        '<svg class="vs-spark" viewBox="0 0 86 34" aria-hidden="true" focusable="false">'
        f'{paths}<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#0f5467"/></svg>'
    )
