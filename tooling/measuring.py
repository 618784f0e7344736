"""`bench/run`: the benchmarks, with the services up."""

import os
import subprocess

from tooling import services
from tooling.paths import CHECKOUT, PYTHON


def main(arguments: list[str]) -> int:
    """Run the benchmarks against this checkout's services, or those the environment names."""
    with services.used():
        done = subprocess.run(
            [PYTHON, "-m", "bench", *arguments],
            cwd=CHECKOUT,
            env=os.environ | services.environment(),
            check=False,
        )
    return done.returncode
