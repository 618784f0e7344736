"""How things are timed: in turns, several times, and set against a floor (plain Python)."""

import math
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timings:
    """How long one thing took each time, in seconds."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def best(self) -> float:
        return min(self.seconds)

    @property
    def p95(self) -> float:
        """The time that all but a twentieth of the runs stay within."""
        ordered = sorted(self.seconds)
        return ordered[math.ceil(len(ordered) * 0.95) - 1]


@dataclass(frozen=True, slots=True)
class Work:
    """Something to be timed; `before` and `after` run each time outside the clock."""

    run: Callable[[], object]
    before: Callable[[], object] | None = None
    after: Callable[[], object] | None = None


def interleaved(works: Mapping[str, Work], *, rounds: int, warm: int = 1) -> dict[str, Timings]:
    """Time every work in turn, round after round, so that a busy minute falls on all alike.

    The first `warm` rounds are not counted.
    """
    taken: dict[str, list[float]] = {name: [] for name in works}
    for number in range(warm + rounds):
        for name, work in works.items():
            if work.before:
                work.before()
            start = time.perf_counter()
            work.run()
            seconds = time.perf_counter() - start
            if work.after:
                work.after()
            if number >= warm:
                taken[name].append(seconds)
    return {name: Timings(tuple(seconds)) for name, seconds in taken.items()}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a value beside its floor, and what is asked of it.

    `target` is the most the ratio may be. `budget` is the most the slowest runs (`p95`) may take,
    in seconds; None asks nothing.
    """

    group: str
    name: str
    value: float
    floor: float
    floor_name: str
    unit: str = "s"
    target: float | None = None
    p95: float | None = None
    budget: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times the floor; nothing over nothing is 1."""
        if not self.floor:
            return 1.0 if not self.value else math.inf
        return self.value / self.floor

    @property
    def met(self) -> bool | None:
        """Whether every target is met; None where there is none."""
        verdicts = []
        if self.target is not None:
            verdicts.append(self.ratio <= self.target)
        if self.budget is not None and self.p95 is not None:
            verdicts.append(self.p95 <= self.budget)
        return all(verdicts) if verdicts else None


def timed(
    group: str,
    name: str,
    *,
    timings: Mapping[str, Timings],
    floor_name: str,
    target: float | None = None,
    budget: float | None = None,
    note: str = "",
) -> Line:
    """The line of one timed work against another of the same run, by their medians."""
    return Line(
        group=group,
        name=name,
        value=timings[name].median,
        floor=timings[floor_name].median,
        floor_name=floor_name,
        target=target,
        p95=timings[name].p95,
        budget=budget,
        note=note,
    )
