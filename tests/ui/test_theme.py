"""Every pair of colours that carries words or shapes, and a council's own colour."""

import re
from pathlib import Path

import pytest

from ui import charts, theme

ROOT = Path(__file__).resolve().parents[2]
TOKENS = dict(
    re.findall(
        r"--vs-([\w-]+): (#[0-9a-f]{3,6});", (ROOT / "frontend/scss/_tokens.scss").read_text()
    )
)
WHITE = "#ffffff"
TEXT_PAIRS = [
    ("ink", WHITE),
    ("ink", "surface"),
    ("ink", "calm"),
    ("ink-2", WHITE),
    ("ink-2", "surface"),
    ("ink-2", "calm"),
    ("ink-2", "#eef2f4"),
    ("ink-3", WHITE),
    ("link", WHITE),
    ("link", "surface"),
    ("link", "calm"),
    ("link", "#eef2f4"),
    ("error", WHITE),
    ("error", "surface"),
    ("good", "good-bg"),
    ("warn", "warn-bg"),
    ("bad", "bad-bg"),
    ("info", "info-bg"),
    ("none", "none-bg"),
    (WHITE, "accent"),
    (WHITE, "accent-strong"),
    (WHITE, "bad"),
    ("accent-strong", "accent-tint"),
    ("focus-ink", "focus"),
    # the attendance calendar
    ("good", "#d5eadf"),
    ("ink-3", "#dfe6ea"),
    (WHITE, "#a3211a"),
    (WHITE, "#3b2a63"),
    ("#6a757b", WHITE),
    *zip(charts.STACK_INKS, charts.STACK_FILLS, strict=True),
]
SHAPE_PAIRS = [
    ("edge", WHITE),
    ("edge", "surface"),
    *((colour, WHITE) for colour in charts.COLOURS),
]


def value(colour):
    """The six digits of a token, or of a colour given itself."""
    digits = TOKENS.get(colour, colour).removeprefix("#")
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


@pytest.mark.parametrize(("one", "other"), TEXT_PAIRS)
def test_words_can_be_read(one, other):
    assert theme.contrast(value(one), value(other)) >= 4.5


@pytest.mark.parametrize(("one", "other"), SHAPE_PAIRS)
def test_edges_and_lines_can_be_seen(one, other):
    assert theme.contrast(value(one), value(other)) >= 3


def test_contrast_of_black_and_white():
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)


def test_a_pale_colour_has_a_nearest_that_can_be_read():
    nearest = theme.nearest_readable("#ffcc00")

    assert theme.contrast("#ffcc00", WHITE) < 4.5 <= theme.contrast(nearest, WHITE)


def test_a_readable_colour_is_its_own_nearest():
    assert theme.nearest_readable("#6a1b4d") == "#6a1b4d"


def test_a_council_changes_three_properties_and_nothing_else():
    css = theme.css("#6a1b4d")

    assert re.findall(r"--[\w-]+", css) == ["--vs-accent", "--vs-accent-strong", "--vs-accent-tint"]
    _, strong, tint = re.findall(r"#[0-9a-f]{6}", css)
    assert theme.contrast(strong, tint) >= 4.5


def test_the_shipped_colour_needs_no_rule():
    assert theme.css(None) == theme.css(theme.DEFAULT_ACCENT) == ""
    assert TOKENS["accent"] == theme.DEFAULT_ACCENT
