from decimal import Decimal

import pytest

from progress.rules import TargetsMet, targets_met


@pytest.mark.parametrize(
    ("outcomes", "met", "of", "percent"),
    [
        pytest.param([], 0, 0, None, id="no target, no figure"),
        pytest.param(["", ""], 0, 0, None, id="none reviewed yet, no figure"),
        pytest.param(["not_relevant"], 0, 0, None, id="nobody could meet it"),
        pytest.param(["met"], 1, 1, Decimal("100.0"), id="all met"),
        pytest.param(["met", "partly", "not_met"], 1, 3, Decimal("33.3"), id="partly is not met"),
        pytest.param(["met", "met", "not_met"], 2, 3, Decimal("66.7"), id="rounded half up"),
        pytest.param(["met", "not_relevant", ""], 1, 1, Decimal("100.0"), id="these count nowhere"),
    ],
)
def test_targets_met_counts_met_of_those_reviewed_and_still_relevant(outcomes, met, of, percent):
    figure = targets_met(outcomes)

    assert (figure.met, figure.relevant, figure.percent) == (met, of, percent)


def test_targets_open_and_no_longer_relevant_are_told_beside_the_figure():
    assert targets_met(["met", "", "", "not_relevant"]) == TargetsMet(
        met=1, partly=0, not_met=0, not_relevant=1, open=2
    )
