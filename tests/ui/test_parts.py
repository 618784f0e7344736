"""Plain values that decide how something is shown."""

import pytest

from ui.parts import LONGEST_CELL, short_rows

MATHS = [("Subject", "Maths"), ("Working at", "4"), ("Target", "5")]
ART = [("Subject", "Art"), ("Target", "6")]


def test_rows_of_short_cells_are_one_table():
    table = short_rows([MATHS, [], ART])

    assert table.labels == ("Subject", "Working at", "Target")
    assert table.lines == [
        ("Maths", [("Working at", "4"), ("Target", "5")]),
        ("Art", [("Working at", ""), ("Target", "6")]),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="nothing"),
        pytest.param([MATHS], id="one row"),
        pytest.param([MATHS, [("Subject", "x" * (LONGEST_CELL + 1))]], id="a sentence"),
        pytest.param([MATHS, [("Subject", "Art\nand craft")]], id="lines of words"),
        pytest.param([MATHS, [(f"Column {n}", "1") for n in range(6)]], id="many columns"),
        pytest.param([[("Subject", "Art")], [("Subject", "Maths")]], id="one column"),
    ],
)
def test_other_rows_keep_cards_of_their_own(rows):
    assert short_rows(rows) is None
