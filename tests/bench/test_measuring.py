import json
import math

import pytest

from bench import report
from bench.measuring import Line, Timings, Work, interleaved, timed


def line(**changes):
    facts = {"group": "Pages", "name": "list", "value": 0.03, "floor": 0.01, "floor_name": "bare"}
    return Line(**{**facts, **changes})


def test_a_ratio_is_the_value_over_its_floor():
    assert line(value=0.03, floor=0.01).ratio == pytest.approx(3)


def test_a_ratio_over_nothing():
    assert line(value=1, floor=0).ratio == math.inf
    assert line(value=0, floor=0).ratio == 1


@pytest.mark.parametrize(
    ("target", "budget", "p95", "met"),
    [
        pytest.param(None, None, None, None, id="nothing is asked"),
        pytest.param(3, None, None, True, id="exactly the target is within it"),
        pytest.param(2.9, None, None, False, id="over the target"),
        pytest.param(None, 0.05, 0.05, True, id="exactly the budget is within it"),
        pytest.param(None, 0.05, 0.06, False, id="over the budget"),
        pytest.param(3, 0.05, 0.06, False, id="one of two is missed"),
    ],
)
def test_met(target, budget, p95, met):
    assert line(value=3, floor=1, target=target, budget=budget, p95=p95).met is met


def test_timings():
    timings = Timings(tuple(range(100, 0, -1)))

    assert (timings.best, timings.median, timings.p95) == (1, 50.5, 95)


def test_works_take_turns_and_warm_rounds_are_not_counted():
    said = []
    works = {
        "a": Work(lambda: said.append("a"), before=lambda: said.append("<")),
        "b": Work(lambda: said.append("b"), after=lambda: said.append(">")),
    }

    taken = interleaved(works, rounds=2, warm=1)

    assert "".join(said) == "<ab>" * 3
    assert {name: len(timings.seconds) for name, timings in taken.items()} == {"a": 2, "b": 2}


def test_a_timed_line_compares_medians_of_one_run():
    timings = {"floor": Timings((1, 2, 9)), "page": Timings((4, 3, 5))}

    found = timed("Pages", "page", timings=timings, floor_name="floor", target=2)

    assert (found.value, found.floor, found.ratio, found.p95, found.met) == (4, 2, 2, 5, True)


def test_a_second_clock_counts_what_was_worked():
    ticks = iter(range(100))
    works = {"floor": Work(lambda: None), "page": Work(lambda: [next(ticks) for _ in range(3)])}

    taken = interleaved(works, rounds=2, warm=0, second_clock=lambda: float(next(ticks)))

    assert taken["floor"].worked == (1, 1)
    assert taken["page"].worked == (4, 4)
    assert "processor time 4.0x" in timed("G", "page", timings=taken, floor_name="floor").note


def test_the_table_names_each_group_once_and_says_what_is_not_met():
    lines = [line(target=3), line(name="overview", target=2), line(group="PDF", unit="MB")]

    text = report.table(lines)

    assert text.count("Pages (floor: bare)") == 1
    assert "list" in text
    assert "3.00x      3x  yes" in text
    assert "3.00x      2x   NO" in text


def test_the_document_and_the_program_get_the_same_lines():
    lines = [line(target=3), line(name="overview", budget=0.01, p95=0.04)]

    assert report.markdown(lines).count("\n| ") == 1 + len(lines)
    found = json.loads(json.dumps(report.as_json(lines, children=220)))
    assert [(one["ratio"], one["met"]) for one in found["lines"]] == [(3, True), (3, False)]
    assert found["children"] == 220
