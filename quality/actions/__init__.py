"""Every write of quality: grading a plan, drawing a sample, marking it again, settling."""

from quality.actions.checking import (
    OVERALL,
    MoveRefused,
    Saved,
    StillBlind,
    Words,
    round_of,
    save,
    start,
    suggested,
)
from quality.actions.sampling import (
    NothingToDraw,
    NotTheirs,
    NotToSettle,
    draw,
    finish_second,
    save_second,
    settle,
)

__all__ = [
    "OVERALL",
    "MoveRefused",
    "NotTheirs",
    "NotToSettle",
    "NothingToDraw",
    "Saved",
    "StillBlind",
    "Words",
    "draw",
    "finish_second",
    "round_of",
    "save",
    "save_second",
    "settle",
    "start",
    "suggested",
]
