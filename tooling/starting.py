"""What `./run`, `./test` and `bench/run` do first: make the environment and go on inside it."""

import os
import sys
from collections.abc import Callable

from tooling import environment, measuring, running, services, testing
from tooling.console import Refused, say
from tooling.paths import PYTHON, VENV


def run(arguments: list[str]) -> int:
    """Carry out `./run`."""
    return _inside(["services"], lambda: running.main(arguments))


def test(arguments: list[str]) -> int:
    """Carry out `./test`."""
    return _inside(["services", "dev"], lambda: testing.main(arguments))


def bench(arguments: list[str]) -> int:
    """Carry out `bench/run`."""
    return _inside(["services"], lambda: measuring.main(arguments))


def _inside(groups: list[str], work: Callable[[], int]) -> int:
    try:
        if sys.prefix == str(VENV):
            services.disown()
            return work()
        if not {"-h", "--help"} & set(sys.argv[1:2]):
            environment.ensure(groups)
            os.execv(PYTHON, [str(PYTHON), *sys.argv])
        return work()
    except Refused as refusal:
        say(str(refusal))
    except KeyboardInterrupt:
        say("stopped")
        return 130
    return 1
