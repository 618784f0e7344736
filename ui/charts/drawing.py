"""What every chart is drawn with: text, tables, figures, colours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
class Size:
    width: int
    height: int


def number(value: float, unit: str) -> str:
    """A mark on an axis or a target: no more places than it needs."""
    text = f"{value:.1f}".removesuffix(".0") if unit == "%" else f"{value:g}"
    return f"{text}{unit}"


def shown(value: float | None, unit: str) -> str:
    """A figure that was measured: percent always to one place, as everywhere (ux 8.9)."""
    if value is None:
        return "no data"
    return f"{value:.1f}%" if unit == "%" else number(value, unit)


def svg(
    size: Size, *, css: str, key: str, title: str, desc: str, body: Iterable[str]
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


def text(x: float, y: float, words: str, *, css: str = "", anchor: str = "", fill: str = "") -> str:
    extra = f' class="{css}"' if css else ""
    extra += f' text-anchor="{anchor}"' if anchor else ""
    inner = f'<tspan fill="{fill}">{escape(words)}</tspan>' if fill else escape(words)
    return f'<text x="{x:.1f}" y="{y:.1f}"{extra}>{inner}</text>'


def table(
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


def figure(drawings: Sequence[SafeString], note: str, table: SafeString) -> SafeString:
    caption = format_html("<figcaption>{}</figcaption>", note) if note else ""
    return format_html('<figure class="vs-fig">{}{}{}</figure>{}', *drawings, caption, table)


def check(count: int) -> None:
    if count >= MOST_VALUES:
        raise ValueError("A chart holds fewer than 30 values; show more as a table")


def runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """Stretches without a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def label_room(labels: Iterable[str], width: int) -> float:
    return min(max(len(label) for label in labels) * LETTER_WIDTH + 14, width * 0.42)
