"""How things are timed: in turns, several times, and set against a floor (plain Python)."""

import math
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timings:
    """How long one thing took each time, in seconds.

    `worked` is by the second clock, where there is one: processor time, which a busy machine
    stretches less than time on the wall.
    """

    seconds: tuple[float, ...]
    worked: tuple[float, ...] = ()

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


def interleaved(
    works: Mapping[str, Work],
    *,
    rounds: int,
    warm: int = 1,
    second_clock: Callable[[], float] | None = None,
) -> dict[str, Timings]:
    """Time every work in turn, round after round, so that a busy minute falls on all alike.

    The first `warm` rounds are not counted.
    """
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    clock = second_clock or (lambda: 0.0)
    for number in range(warm + rounds):
        for name, work in works.items():
            if work.before:
                work.before()
            worked, start = clock(), time.perf_counter()
            work.run()
            seconds, worked = time.perf_counter() - start, clock() - worked
            if work.after:
                work.after()
            if number >= warm:
                taken[name].append((seconds, worked))
    return {
        name: Timings(
            tuple(seconds for seconds, _ in pairs),
            tuple(worked for _, worked in pairs) if second_clock else (),
        )
        for name, pairs in taken.items()
    }


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
    """The line of one timed work against another of the same run, by their medians.

    Beside it the ratio of the best runs, and that of processor time where it was taken: on a busy
    machine they tell more.
    """
    mine, its = timings[name], timings[floor_name]
    beside = [f"best runs {mine.best / its.best:.1f}x"]
    if mine.worked and statistics.median(its.worked):
        worked = statistics.median(mine.worked) / statistics.median(its.worked)
        beside.append(f"processor time {worked:.1f}x")
    return Line(
        group=group,
        name=name,
        value=mine.median,
        floor=its.median,
        floor_name=floor_name,
        target=target,
        p95=mine.p95,
        budget=budget,
        note=", ".join([*beside, note] if note else beside),
    )
