"""The rubric: areas, scales, and how the grades of areas add up to a whole (LOCAL)."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from pep.rules import Grade


class ScaleName(StrEnum):
    """The scales an authority chooses from."""

    WORDS = "words"
    COLOURS = "colours"
    COLOURS_WITH_GOLD = "colours_with_gold"


# Worst first. The first is what an authority has until it says otherwise.
SCALES: dict[ScaleName, tuple[Grade, ...]] = {
    ScaleName.WORDS: (Grade.NOT_GOOD_ENOUGH, Grade.NEEDS_MORE, Grade.GOOD),
    ScaleName.COLOURS: (Grade.RED, Grade.AMBER, Grade.GREEN),
    ScaleName.COLOURS_WITH_GOLD: (Grade.RED, Grade.AMBER, Grade.GREEN, Grade.GOLD),
}


class AreaKind(StrEnum):
    """What an area looks at; decides which hints and comments stand beside it."""

    VOICE = "voice"
    PROGRESS = "progress"
    NEEDS = "needs"
    TARGETS = "targets"
    SUPPORT = "support"
    TRANSITION = "transition"
    MONEY = "money"
    ADULTS = "adults"
    OTHER = "other"


AREAS = {
    AreaKind.VOICE: "The child's voice",
    AreaKind.PROGRESS: "Attainment, progress and last targets",
    AreaKind.NEEDS: "Needs",
    AreaKind.TARGETS: "Targets",
    AreaKind.SUPPORT: "Who does what",
    AreaKind.TRANSITION: "What comes next",
    AreaKind.MONEY: "Pupil premium plus",
    AreaKind.ADULTS: "Adults and the meeting",
    AreaKind.OTHER: "Something else",
}


def suggested_grade(
    areas: Sequence[str], grades: Sequence[str], *, tolerance: int = 1, any_worst: bool = True
) -> str:
    """The overall grade suggested from the areas' grades; empty until there are any (LOCAL).

    `grades` is the scale, worst first. `tolerance` areas may be one grade below the overall one.
    `any_worst`: a single worst area makes the whole worst; otherwise only more than half of them
    do. The checker may set another grade with a reason.
    """
    if not areas:
        return ""
    ranks = [grades.index(area) for area in areas]
    worst = ranks.count(0)
    if worst and (any_worst or 2 * worst > len(ranks)):
        return grades[0]
    for rank in range(len(grades) - 1, 1, -1):
        below = [found for found in ranks if found < rank]
        if len(below) <= tolerance and all(found == rank - 1 for found in below):
            return grades[rank]
    return grades[1]


def overall(areas: Mapping[str, str], suggested: str, *, own: str = "", reason: str = "") -> str:
    """The grade a check comes to; empty while an area has none or another grade has no reason.

    `areas` has every area of the rubric with its grade, empty where none was given yet.
    """
    if not areas or not all(areas.values()):
        return ""
    if not own or own == suggested:
        return suggested
    return own if reason.strip() else ""
