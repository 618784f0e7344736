"""Rubrics, grades, hints, samples and agreement between markers, on plain values."""

from quality.rules.agreeing import (
    Agreement,
    agreement,
    drawn,
    how_many,
)
from quality.rules.hints import (
    AREA_OF,
    Hint,
    Sign,
    TextCell,
    hints_of_prompts,
    normalised,
)
from quality.rules.rubric import (
    AREAS,
    SCALES,
    AreaKind,
    ScaleName,
    overall,
    suggested_grade,
)

__all__ = [
    "AREAS",
    "AREA_OF",
    "SCALES",
    "Agreement",
    "AreaKind",
    "Hint",
    "ScaleName",
    "Sign",
    "TextCell",
    "agreement",
    "drawn",
    "hints_of_prompts",
    "how_many",
    "normalised",
    "overall",
    "suggested_grade",
]
