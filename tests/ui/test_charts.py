import re

import pytest

from tests.ui.markup import dangling, elements
from ui import charts

LABELS = ["7 Sep", "14 Sep", "21 Sep", "28 Sep"]


def line_chart(values, key="att"):
    return charts.lines(
        key=key,
        title="Attendance by week",
        desc="It fell from 94% to 92%.",
        labels=LABELS,
        series=[
            charts.Series("2025", [92.0, 91.5, 91.0, 90.5], is_before=True),
            charts.Series("2026", values),
        ],
    )


def bar_chart():
    bars = [charts.Bar("Early years", 100), charts.Bar("Post-16", None, "0 of 0")]
    return charts.bars(key="pep", title="PEPs on time", desc="All.", bars=bars, target=95)


def stacked_chart():
    return charts.stacked(
        key="qa",
        title="Quality",
        desc="Good rose.",
        parts=["Good", "Needs more", "Not good enough"],
        stacks=[charts.Stack("Autumn 25", [66, 25, 9]), charts.Stack("Spring 26", [0, 0, 0])],
    )


ALL = [line_chart([94, 93, 92.5, 92]), bar_chart(), stacked_chart()]


@pytest.mark.parametrize("chart", ALL, ids=["lines", "bars", "stacked"])
def test_a_chart_has_two_named_drawings_and_a_table(chart):
    svgs = [attrs for tag, attrs in elements(chart) if tag == "svg"]

    assert {attrs["class"] for attrs in svgs if attrs.get("role") == "img"} == {
        "is-wide",
        "is-narrow",
    }
    assert chart.count("<title ") == chart.count("<desc ") == 2
    assert "<table" in chart
    assert dangling(chart) == set()


@pytest.mark.parametrize("chart", ALL, ids=["lines", "bars", "stacked"])
def test_a_chart_needs_no_inline_style(chart):
    assert not any("style" in attrs for _, attrs in elements(chart))
    assert "<style" not in chart


def test_missing_data_is_a_gap_and_not_zero():
    whole, broken = line_chart([94, 93, 92.5, 92]), line_chart([94, 93, None, 92])

    assert broken.count("<polyline") == whole.count("<polyline")  # the last point stands alone
    assert broken.count('r="3"') == 2
    assert "no data" in broken
    assert "No data" in bar_chart()


def test_bars_start_at_zero_and_keep_their_proportions():
    chart = charts.bars(
        key="x", title="t", desc="d", bars=[charts.Bar("A", 50), charts.Bar("B", 100)]
    )
    lengths = [float(w) for w in re.findall(r'width="([\d.]+)" height="22" fill="#0f5467"', chart)]

    assert lengths[0] * 2 == pytest.approx(lengths[1], abs=0.2)


def test_a_figure_has_one_place_and_a_target_only_what_it_needs():
    chart = charts.bars(
        key="x", title="t", desc="d", bars=[charts.Bar("A", 60), charts.Bar("B", 100)], target=95
    )

    assert "60.0%" in chart
    assert "100.0%" in chart
    assert "Target 95%" in chart


def test_last_year_is_dashed_and_this_year_is_not():
    chart = line_chart([94, 93, 92.5, 92])

    assert (
        chart.count('stroke="#6b7a82" stroke-width="2.5" stroke-linejoin="round" stroke-dash') == 2
    )
    assert chart.count('stroke="#0f5467" stroke-width="3" stroke-linejoin="round"/>') == 2


def test_a_flat_line_can_be_drawn():
    assert "<polyline" in line_chart([90.5, 90.5, 90.5, 90.5])


def test_nothing_known_says_so():
    empty = charts.lines(
        key="x", title="t", desc="d", labels=["a"], series=[charts.Series("2026", [None])]
    )

    assert "No data yet" in empty


def test_names_are_escaped():
    chart = charts.bars(key="x", title="<b>", desc="<i>", bars=[charts.Bar("<u>", 5, "<s>")])

    assert not any(tag in chart for tag in ("<b>", "<i>", "<u>", "<s>"))


def test_thirty_values_are_a_table_not_a_chart():
    with pytest.raises(ValueError, match="fewer than 30"):
        charts.bars(key="x", title="t", desc="d", bars=[charts.Bar("A", 1)] * 30)


def test_a_sparkline_is_hidden_from_readers_and_needs_two_points():
    assert 'aria-hidden="true"' in charts.sparkline([1, None, 3])
    assert charts.sparkline([1]) == ""


@pytest.mark.parametrize("values", [[100.0], [85.0, 85.0], [0.0], [None, 92.0]])
def test_a_line_of_equal_values_is_drawn(values):
    drawn = charts.lines(
        key="flat",
        title="Attendance stayed the same",
        desc="All weeks are equal.",
        labels=LABELS[: len(values)],
        series=[charts.Series("2026", values)],
    )

    assert drawn.count("<svg") == 2
