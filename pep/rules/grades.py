"""The grades a checked plan may carry. How one comes about is the business of `quality`."""

from enum import StrEnum
from typing import Literal


class Grade(StrEnum):
    """A grade of one of the scales an authority may choose; no two scales share one."""

    NOT_GOOD_ENOUGH = "not_good_enough"
    NEEDS_MORE = "needs_more"
    GOOD = "good"
    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    GOLD = "gold"


GOOD_OR_BETTER = frozenset({Grade.GOOD, Grade.GREEN, Grade.GOLD})  # what PEPM-3 counts

GRADE_MARKS: dict[Grade, Literal["good", "warn", "bad"]] = {
    Grade.NOT_GOOD_ENOUGH: "bad",
    Grade.NEEDS_MORE: "warn",
    Grade.GOOD: "good",
    Grade.RED: "bad",
    Grade.AMBER: "warn",
    Grade.GREEN: "good",
    Grade.GOLD: "good",
}


def grade_label(grade: str) -> str:
    """A grade as it is read: Needs more. Empty for none."""
    return grade.replace("_", " ").capitalize()
