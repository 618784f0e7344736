"""Drawing a sample for a second mark, and how far two markers agree."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import TypeVar

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often two markers gave the same grade to the same plans.

    `exact` is the share that was the same; `kappa` is Cohen's, which takes off what chance alone
    would bring, and is None where it is not defined: both gave one and the same grade throughout.
    Both are None for no pairs.
    """

    pairs: int
    same: int
    exact: Fraction | None
    kappa: Fraction | None


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Compare first and second grades: exact numbers, rounded only when shown."""
    count = len(pairs)
    if not count:
        return Agreement(0, 0, None, None)
    same = sum(first == second for first, second in pairs)
    exact = Fraction(same, count)
    firsts = Counter(first for first, _ in pairs)
    seconds = Counter(second for _, second in pairs)
    chance = Fraction(sum(firsts[grade] * seconds[grade] for grade in firsts), count * count)
    kappa = None if chance == 1 else (exact - chance) / (1 - chance)
    return Agreement(count, same, exact, kappa)


def how_many(of: int, *, number: int | None = None, percent: int | None = None) -> int:
    """The size of a sample: a number, or a share rounded up, never more than there are."""
    wanted = number if number is not None else -(-of * (percent or 0) // 100)
    return min(of, max(0, wanted))


def drawn(strata: Mapping[str, Sequence[P]], *, size: int, seed: int) -> list[P]:
    """Draw a sample, each first marker's plans in proportion; the same seed draws the same.

    Each stratum gets its share rounded down, and the largest remainders one more (ties by name).
    The caller hands the plans of a stratum over in an order that does not change.
    """
    total = sum(len(plans) for plans in strata.values())
    size = min(size, total)
    if not size:
        return []
    names = sorted(name for name, plans in strata.items() if plans)
    quota = {name: Fraction(size * len(strata[name]), total) for name in names}
    take = {name: int(quota[name]) for name in names}
    rest = size - sum(take.values())
    for name in sorted(names, key=lambda name: (take[name] - quota[name], name))[:rest]:
        take[name] += 1
    chance = Random(seed)  # noqa: S311 (repeatable on purpose: the seed is kept with the sample)
    return [plan for name in names for plan in chance.sample(list(strata[name]), take[name])]
