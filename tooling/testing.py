"""`./test`: the whole suite, or that of the apps named."""

import os
import subprocess
from pathlib import Path

from tooling import browser, services
from tooling.console import say
from tooling.paths import CHECKOUT, PYTHON

TESTS = CHECKOUT / "tests"
# Test data may be lost in a crash of the machine; waiting for the disk buys nothing.
QUICK_COMMITS = "-c synchronous_commit=off"
# Arguments that cannot go together with several processes.
ALONE = {"--pdb", "--trace", "-s", "--capture=no", "--collect-only", "--co", "--fixtures"}


def main(arguments: list[str]) -> int:
    """Run pytest with the services up and say nothing after its own last line."""
    if arguments[:1] in (["-h"], ["--help"]):
        say("./test [app ...] [pytest arguments]\n\nApps: " + ", ".join(apps()))
        return 0
    paths, rest = split(arguments)
    environ = dict(os.environ)
    program = browser.find(may_install=not paths or "browser" in " ".join(paths))
    if program:
        environ["VS_CHROMIUM"] = str(program)
    else:
        say(f"!!! THE BROWSER TESTS ARE SKIPPED: {browser.why_not()}")
    with services.used():
        environ |= services.environment()
        environ.setdefault("PGOPTIONS", QUICK_COMMITS)
        command = [str(PYTHON), "-m", "pytest", *processes(rest), *rest, *paths]
        try:
            return subprocess.run(command, cwd=CHECKOUT, env=environ, check=False).returncode
        except KeyboardInterrupt:  # pytest had it too and has said what it had to say
            return 130


def apps() -> list[str]:
    """Name the folders of tests."""
    return sorted(
        folder.name
        for folder in TESTS.iterdir()
        if folder.is_dir() and next(folder.glob("test_*.py"), None)
    )


def split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Part the leading names of apps from pytest's own arguments; return paths and the rest.

    A name stands for the folder of its tests and the journeys in the browser named for it.
    """
    paths: list[str] = []
    rest = list(arguments)
    while rest and (TESTS / rest[0]).is_dir() and not rest[0].startswith(("-", ".", "/")):
        name = rest.pop(0)
        paths.append(f"tests/{name}")
        journeys = sorted((TESTS / "browser").glob(f"test_{name}*.py"))
        paths += [str(path.relative_to(CHECKOUT)) for path in journeys]
    return paths, rest


def processes(rest: list[str]) -> list[str]:
    """Say how many processes share the tests, unless pytest's arguments decide it."""
    if ALONE & set(rest) or any(argument.startswith(("-n", "--dist")) for argument in rest):
        return []
    # A path among the arguments is a person's narrow question: one process answers sooner.
    if any(Path(argument.partition("::")[0]).suffix == ".py" for argument in rest):
        return []
    return ["-n", str(max(2, min(8, os.cpu_count() or 2))), "--dist", "loadgroup"]
