"""Sentences that plans are put together from: one from each pool, for one question.

They are in `data/phrases.json`: {name}, {he}, {him}, {his} and {He} stand for the child, {club} and
{likes} for what the child likes, {place} for the kind of setting. Written as good plans are: what
changed, how we know, what next. `data/by_age.json` has what is said of one age only, which goes
before: nobody of Year 11 catches up with phonics.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from demo.chance import Chance
from demo.lives import Life

DATA = Path(__file__).parent / "data"


@cache
def phrases() -> dict[str, Any]:
    """The whole collection, read once."""
    found: dict[str, Any] = json.loads((DATA / "phrases.json").read_text("utf-8"))
    return found


@cache
def phrases_by_age() -> dict[str, Any]:
    """What is said of one age only, read once."""
    found: dict[str, Any] = json.loads((DATA / "by_age.json").read_text("utf-8"))
    return found


def age_of(year: int) -> str:
    """The name an age has in these collections, from the national curriculum year."""
    names = ((-1, "early"), (2, "infant"), (6, "junior"), (11, "secondary"))
    return next((name for last, name in names if year <= last), "post_16")


def targets_for(year: int) -> dict[str, Any]:
    """Targets by area that fit a child of a year."""
    if age_of(year) == "early":
        return dict(phrases()["young_targets"])
    return {**phrases()["targets"], **phrases_by_age()["targets"].get(age_of(year), {})}


class Voice:
    """Writes about one child in one plan: the same likes and club all through."""

    def __init__(self, chance: Chance, life: Life, *, year: int) -> None:
        self._chance = chance
        self._age = age_of(year)
        self.band = "young" if year <= 0 else "middle" if year <= 6 else "older"
        he, him, his = ("he", "him", "his") if life.sex == "M" else ("she", "her", "her")
        place = "nursery" if year < 0 else "college" if year > 11 else "school"
        likes = chance.choice(phrases()["likes"][self.band])
        self._words = {
            "name": life.called,
            "he": he,
            "him": him,
            "his": his,
            "He": he.capitalize(),
            "likes": likes,
            "Likes": likes.capitalize(),
            "club": chance.choice(phrases()["clubs"][self.band]),
            "place": place,
        }

    def fill(self, sentence: str) -> str:
        return sentence.format_map(self._words)

    def of(self, section: str, key: str) -> str | None:
        """An answer in sentences; None for a question nobody wrote sentences for."""
        of_age = phrases_by_age()["answers"][self._age]
        names = (f"{section}.{key}", key)
        pools = next((p[n] for n in names for p in (of_age, phrases()["answers"]) if n in p), None)
        if pools is None:
            return None
        said = (self._chance.choice(pool) for pool in pools)
        return self.fill(" ".join(part for part in said if part))

    def child(self, key: str) -> str | None:
        """An answer in the child's own words."""
        if key == "voice_plan":
            return str(self._chance.choice(phrases()["voice_plan"]))
        voices = phrases()["voice"][self.band]
        pool = (phrases_by_age()["voice"] if self._age == "post_16" else voices).get(key)
        return self.fill(self._chance.choice(pool)) if pool else None
