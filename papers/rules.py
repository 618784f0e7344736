"""The papers there are of a plan, how long each is kept, and what stands in none of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    FULL = "full"
    SCHOOL = "school"
    FAMILY = "family"
    MEETING = "meeting"
    BLANK = "blank"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Named:
    """A kind of paper as people know it."""

    label: str
    hint: str


NAMES: dict[Kind, Named] = {
    Kind.FULL: Named("Full copy", "Everything you may read, as it was agreed"),
    Kind.SCHOOL: Named("Copy for the school", "What the school reads of this plan"),
    Kind.FAMILY: Named("Copy for the family", "Plain words in larger type, nothing restricted"),
    Kind.MEETING: Named("Summary for the meeting", "Two pages at most, long answers are shortened"),
    Kind.BLANK: Named("Blank form", "The questions with room to write, no names"),
    Kind.DRAFT: Named("Draft", "What is written so far. It says Draft on each page"),
}
# Made of the plan as it was agreed; the others of the plan as it stands, or of its form
OF_AGREED = frozenset({Kind.FULL, Kind.SCHOOL, Kind.FAMILY})

MOST_TRIES = 3
LEFT_BEHIND = timedelta(minutes=2)  # since a worker last said that it is at a bundle

# Never in a paper for a family: the record around the child, other people's families, money.
# By key, in whichever section an authority's form asks it [DP-4, DP-6].
NOT_FOR_FAMILY = frozenset(
    {
        "agencies", "attendees", "bursary", "contacts", "cost", "custody", "disagreement",
        "funding", "home_school", "none_reason", "paid", "parent_view", "parental_responsibility",
        "permissions", "pp_plus", "requests", "restrictions", "risk_excl", "risk_plan", "siblings",
        "spent", "stream", "uasc_prior", "uasc_restricted",
    }
)  # fmt: skip
# What a meeting looks at first; sections an authority added come after these
MEETING_ORDER = (
    "views", "last-targets", "targets", "meeting", "attainment", "development", "english-maths",
    "attendance", "send", "wellbeing", "care", "carer-views", "next-steps",
)  # fmt: skip
# What a meeting does not look at: how words came to be written, what stands behind a target, and
# what the last plan said
NOT_FOR_MEETING = frozenset(
    {
        "attainment", "carry", "carry_why", "child_agreed", "difference", "funding",
        "intervention", "measure", "meeting_held", "need", "voice_helped", "voice_on",
        "voice_share",
    }
)  # fmt: skip
# Columns by a word, so that a row is a line or two; by key, as the shipped forms name them
MEETING_WORDS = {
    "action": "School:", "area": "", "at_home": "Home:", "baseline": "From:", "by_child": "Child:",
    "current": "Now:", "due_on": "By:", "evidence": "", "goal": "To:", "now": "", "outcome": "",
    "owner": "Who:", "progress": "", "subject": "", "target": "To:",
}  # fmt: skip
# Characters of each answer in a summary, the most that fit its two pages; a row has three times
# as many. Where not even the fewest fit, the parts that matter least are left out and named
MEETING_LIMITS = (900, 640, 450, 320, 230, 160, 110)
ROW_WORTH = 3
MEETING_PAGES = 2


@dataclass(frozen=True, slots=True)
class Kept:
    """How long an authority keeps what was made; LOCAL: a paper is made again in a moment."""

    paper: timedelta
    draft: timedelta  # the words go on changing: an old draft misleads
    bundle: timedelta  # a whole term in one file


def kept_until(kind: Kind, *, is_draft: bool, made_at: datetime, kept: Kept) -> datetime:
    """When a paper goes: a draft sooner, whatever it is a draft of."""
    return made_at + (kept.draft if is_draft or kind is Kind.DRAFT else kept.paper)


def shortened(text: str, limit: int) -> str:
    """A text of at most `limit` characters, on one line, cut at a word where there is one."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    at_word = cut.rsplit(" ", 1)[0]
    return (at_word if len(at_word) > limit // 2 else cut).rstrip(" ,;:.") + "…"


def shared(lengths: Sequence[int], total: int) -> list[int]:
    """How many of so many characters each text may have: short ones all, long ones alike."""
    given, left = [0] * len(lengths), total
    shortest_first = sorted(range(len(lengths)), key=lambda place: lengths[place])
    for number, place in enumerate(shortest_first):
        given[place] = min(lengths[place], max(0, left) // (len(lengths) - number))
        left -= given[place]
    return given


def paper_name(plan_name: str, kind: Kind, *, is_draft: bool) -> str:
    """The name a paper is downloaded under: pep-autumn-2026-3f9c2a-v2-family.pdf."""
    stem = plan_name.removesuffix(".pdf")
    if kind is Kind.BLANK:
        return "pep-blank-form.pdf"
    draft = "-draft" if is_draft and kind is not Kind.DRAFT else ""
    return f"{stem}-{kind}{draft}.pdf"
