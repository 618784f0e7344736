"""A trend without words."""

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe

from ui.charts import drawing


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
    runs = drawing.runs(points)
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
