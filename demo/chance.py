"""Chance that can be repeated: the same seed draws the same children, ids and marks."""

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")


class Chance(random.Random):
    """A stream of its own for each matter, so that a change in one leaves the others alone."""

    def __init__(self, *names: object) -> None:
        super().__init__(":".join(str(name) for name in names))

    def id(self) -> UUID:
        """A random UUID (version 4) out of this stream."""
        return UUID(int=self.getrandbits(128), version=4)

    def happens(self, share: float) -> bool:
        return self.random() < share

    def one_of(self, weights: Mapping[T, float]) -> T:
        """One value, each as likely as its weight."""
        return self.choices(list(weights), list(weights.values()))[0]

    def quota(self, shares: Mapping[T, float], count: int) -> list[T]:
        """`count` values whose shares are as wanted to the nearest whole one, in random order.

        Drawn one by one, 600 children would miss a wanted share by four points now and then.
        """
        whole = sum(shares.values())
        exact = {value: count * share / whole for value, share in shares.items()}
        given = {value: int(number) for value, number in exact.items()}
        by_rest = sorted(shares, key=lambda value: given[value] - exact[value])
        for value in by_rest[: count - sum(given.values())]:
            given[value] += 1
        drawn = [value for value, number in given.items() for _ in range(number)]
        self.shuffle(drawn)
        return drawn

    def some(self, values: Sequence[T], share: float) -> list[T]:
        """A share of the values, to the nearest whole one, in their order."""
        chosen = set(self.sample(range(len(values)), round(len(values) * share)))
        return [value for place, value in enumerate(values) if place in chosen]
