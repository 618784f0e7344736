from enum import StrEnum
from types import SimpleNamespace

from tooling import diagrams


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    WALLED_UP = "walled_up"


MOVES = {
    Door.OPEN: frozenset({Door.SHUT}),
    Door.SHUT: frozenset({Door.WALLED_UP, Door.OPEN}),
    Door.WALLED_UP: frozenset(),
}


def test_a_drawing_shows_every_move_in_the_order_of_the_states():
    lines = diagrams.drawing(MOVES).splitlines()

    assert [line.strip() for line in lines[2:-1]] == [
        "[*] --> open",
        "open --> shut",
        "shut --> open",
        "shut --> walled_up",
        "walled_up --> [*]",
    ]


def test_only_tables_of_moves_are_drawn():
    rules = SimpleNamespace(__name__="house.rules", DOOR_MOVES=MOVES, MOVE_RULES={}, LIMIT=1)

    assert "house.rules: Door" in diagrams.document([rules])
    assert list(diagrams.tables(rules)) == [MOVES]
