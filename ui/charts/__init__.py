"""Charts drawn on the server as SVG: presentation attributes and classes only, as the CSP asks.

Each comes as a figure with a wide and a narrow drawing (CSS shows one) and its numbers in a table
under "Show ... as a table". Missing data is a gap, never zero.
"""

from ui.charts.bar_chart import Bar, bars
from ui.charts.drawing import COLOURS, STACK_FILLS, STACK_INKS
from ui.charts.line_chart import Series, lines
from ui.charts.spark import sparkline
from ui.charts.stacked_chart import Stack, stacked

__all__ = [
    "COLOURS",
    "STACK_FILLS",
    "STACK_INKS",
    "Bar",
    "Series",
    "Stack",
    "bars",
    "lines",
    "sparkline",
    "stacked",
]
