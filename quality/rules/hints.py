"""What a checker is told to look at beside an area: never a grade, PEP-12."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import normalize

from pep.rules import Check, Prompt
from quality.rules.rubric import AreaKind


class Sign(StrEnum):
    """What is seen by comparing with other plans, besides the checks a plan fails by itself."""

    VOICE_REFUSED = "voice_refused"
    VOICE_AS_LAST_TERM = "voice_as_last_term"
    WORDS_AS_LAST_TERM = "words_as_last_term"
    WORDS_AS_ANOTHER = "words_as_another"


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing to look at, beside which area, and the section it is in."""

    area: AreaKind
    words: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class TextCell:
    """One text of a plan: of a question, or of a column in a row of answers."""

    section: str
    key: str
    label: str
    text: str
    is_child: bool = False  # of the child's own section
    is_carried: bool = False  # begins from the last plan by design


AREA_OF: dict[Check | Sign, AreaKind] = {
    Check.MEASURE: AreaKind.TARGETS,
    Check.BASELINE_AND_GOAL: AreaKind.TARGETS,
    Check.DUE_DATE: AreaKind.TARGETS,
    Check.NEW_WORDS: AreaKind.TARGETS,
    Check.NAMED_OWNER: AreaKind.SUPPORT,
    Check.FUNDED_MEASURE: AreaKind.MONEY,
    Check.AREA_WITHOUT_TARGET: AreaKind.TARGETS,
    Check.FUNDING_WITHOUT_TARGET: AreaKind.MONEY,
    Check.VOICE: AreaKind.VOICE,
    Check.ATTENDANCE_RECORDED: AreaKind.ADULTS,
    Check.NEXT_MEETING: AreaKind.ADULTS,
    Check.TRANSITION: AreaKind.TRANSITION,
    Sign.VOICE_REFUSED: AreaKind.VOICE,
    Sign.VOICE_AS_LAST_TERM: AreaKind.VOICE,
    Sign.WORDS_AS_LAST_TERM: AreaKind.PROGRESS,
    Sign.WORDS_AS_ANOTHER: AreaKind.NEEDS,
}

_OF_A_TARGET = {
    Check.MEASURE: "{target} has no number or measure",
    Check.BASELINE_AND_GOAL: "{target} lacks a baseline or a goal",
    Check.DUE_DATE: "{target} has no day, or one after the next meeting",
    Check.NEW_WORDS: "{target} has the same words as last term",
    Check.NAMED_OWNER: "{target} names nobody who makes sure it happens",
    Check.FUNDED_MEASURE: "{target} asks for money and has no measure",
}
_OF_THE_PLAN = {
    Check.AREA_WITHOUT_TARGET: ("A subject below expectation has no target", "targets"),
    Check.FUNDING_WITHOUT_TARGET: (
        "A pupil premium plus cost is not linked to a target",
        "pupil-premium",
    ),
    Check.VOICE: ("The child’s views are empty, and nobody said that they refused", "views"),
    Check.ATTENDANCE_RECORDED: ("Who came to the meeting is not recorded", "meeting"),
    Check.NEXT_MEETING: ("The next meeting has no date", "meeting"),
    Check.TRANSITION: ("A move of school or stage is due and nothing is planned", "targets"),
}


def hints_of_prompts(prompts: Sequence[Prompt], numbers: Mapping[str, int]) -> list[Hint]:
    """Put failed checks into words: targets by their number in the plan, PEP-12."""
    found = []
    for prompt in prompts:
        area = AREA_OF[prompt.check]
        if prompt.check in _OF_A_TARGET:
            words = _OF_A_TARGET[prompt.check].format(target=f"Target {numbers[prompt.target]}")
            found.append(Hint(area, words, "targets"))
        else:
            words, section = _OF_THE_PLAN[prompt.check]
            found.append(Hint(area, words, section))
    return found


def normalised(text: str, names: Sequence[str]) -> str:
    """A text as it is compared: letters and figures only, and the child's names taken out.

    So that "Amara reads with Ms Hale." and "leo reads with Ms Hale" are the same text.
    """
    plain = normalize("NFKD", text).casefold()
    words = re.findall(r"[^\W_]+", "".join(c for c in plain if not "\u0300" <= c <= "\u036f"))
    own = {
        part
        for name in names
        for part in re.findall(r"[^\W_]+", normalize("NFKD", name).casefold())
    }
    return " ".join("*" if word in own else word for word in words)
