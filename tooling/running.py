"""`./run`: the whole service on this machine, and `./run manage` for one command of it."""

import argparse
import contextlib
import json
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tooling import postgres, preparing, processes, services, state
from tooling.console import Refused, say, step
from tooling.paths import CHECKOUT, DATA, PYTHON
from tooling.processes import Program

DEFAULT_PORT = 8000
START_SECONDS = 90
SIGN_INS = DATA / "sign-ins.json"  # written by the web server: demo/serving.py


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["manage"]:
        return manage(arguments[1:])
    return serve(options(arguments))


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./run",
        description="Start Virtual School on this machine, with a made-up council to try it on.",
        epilog="./run manage COMMAND ... runs a management command in the same environment.",
    )
    parser.add_argument("--reset", action="store_true", help="first throw away all data kept here")
    parser.add_argument("--port", type=int, help=f"default {DEFAULT_PORT}, or the next free one")
    parser.add_argument(
        "--children", type=int, choices=preparing.CHILDREN, help="size of the made-up council (600)"
    )
    parser.add_argument(
        "--empty", action="store_true", help="no made-up council: make the first administrator"
    )
    parser.add_argument("--email", help="with --empty: the first administrator's e-mail address")
    found = parser.parse_args(arguments)
    if found.empty and found.children:
        parser.error("--empty and --children exclude each other")
    if found.email and not found.empty:
        parser.error("--email goes with --empty")
    if found.port is not None and not 1 <= found.port <= 65535:
        parser.error("--port takes a number from 1 to 65535")
    return found


def choose_port(asked: int | None) -> int:
    """Take the port asked for, or the first free one from the default on."""
    if asked is not None:
        if not state.is_free(asked):
            raise Refused(f"Port {asked} is taken. Choose another with --port, or leave it out.")
        return asked
    for port in range(DEFAULT_PORT, DEFAULT_PORT + 100):
        if state.is_free(port):
            return port
    raise Refused(f"No port is free from {DEFAULT_PORT} on. Choose one with --port.")


# One command ------------------------------------------------------------------------------------


def manage(arguments: list[str]) -> int:
    """Run a management command with the services up, and leave them as they were.

    Its standard output is the command's alone.
    """
    if arguments[:1] == ["migrate"]:
        preparing.own_stamps().set("migrations", "to be looked at again")
    with services.used():
        process = subprocess.Popen(
            [PYTHON, CHECKOUT / "manage.py", *arguments], env=services.program_environment()
        )
        # A terminal sends Ctrl-C to both of us: the command decides what it means.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda number, _frame: process.send_signal(number))
        code = process.wait()
    return code if code >= 0 else 128 - code


# The whole service ------------------------------------------------------------------------------


class Stopped(BaseException):
    """Somebody asked us to stop."""


def serve(asked: argparse.Namespace) -> int:
    with _alone():
        _refuse_early(asked)
        (DATA / "run.json").unlink(missing_ok=True)
        if asked.reset:
            reset()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _stop)
        programs: list[Program] = []
        try:
            with services.used():
                try:
                    preparing.prepare(asked)
                    # Again: a first start takes minutes, in which another may take the port.
                    port = choose_port(asked.port)
                    address = f"http://localhost:{port}/"
                    (DATA / "run.json").write_text(json.dumps({"address": address}))
                    programs += describe(port)
                    _start_and_watch(programs, address)
                finally:
                    # From here on another signal must not leave half of it running.
                    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                        signal.signal(number, signal.SIG_IGN)
                    processes.stop(programs)
        except Stopped:
            say("\nStopped.")
        finally:
            (DATA / "run.json").unlink(missing_ok=True)
    return 0


def _refuse_early(asked: argparse.Namespace) -> None:
    """Say before anything is done or thrown away what would be in the way later."""
    choose_port(asked.port)
    if asked.empty and (asked.reset or preparing.own_stamps().get("content") is None):
        preparing.administrator(asked.email)


def _stop(_number: int, _frame: object) -> None:
    raise Stopped


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(state.locked("run", wait=False))
        except BlockingIOError:
            try:
                address = json.loads((DATA / "run.json").read_text())["address"]
            except (FileNotFoundError, ValueError):
                address = "an address it has not chosen yet"
            raise Refused(f"Virtual School is running here already, at {address}") from None
        yield


def reset() -> None:
    """Throw away everything kept in this checkout's data folder and the database's files."""
    if services.wanted() != list(services.GIVEN_BY):
        raise Refused(
            "DATABASE_URL or REDIS_URL is set: empty those yourself, --reset only throws away "
            "what is kept in this checkout."
        )
    step("throwing away the data")
    services.stop()
    folder = state.load().get("postgres", {}).get("folder")
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
        if postgres.SHARED_STATE in Path(folder).parents:
            shutil.rmtree(Path(folder).parent, ignore_errors=True)
    for path in DATA.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.suffix != ".lock":
            path.unlink()


# Starting ---------------------------------------------------------------------------------------


def describe(port: int) -> list[Program]:
    """The three programs of the service."""
    environ = services.program_environment()
    environ.setdefault("VS_BASE_URL", f"http://localhost:{port}")
    # Where the made-up council has its agreed plans put, as a real one mounts its case files
    drop = DATA / "handed-over"
    drop.mkdir(mode=0o750, exist_ok=True)
    environ.setdefault("VS_DELIVERY_FOLDER", str(drop))
    # Celery would read the code of every page, which it never shows, only to check it.
    environ.setdefault("SKIP_CHECKS", "1")
    logs = DATA / "logs"
    python = str(PYTHON)
    celery = [python, "-m", "celery", "-A", "vschool"]
    web = [
        *(python, "-m", "gunicorn", "vschool.wsgi:application", "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
        *("--timeout", "120", "--graceful-timeout", "10", "--worker-tmp-dir", str(DATA)),
        # Loaded once and then forked: half the work of a start, and less memory.
        *("--no-control-socket", "--preload", "--config", "python:demo.serving"),
    ]
    worker = [
        *(*celery, "worker", "--concurrency", "2", "--max-tasks-per-child", "50"),
        *("--loglevel", "WARNING", "--without-gossip", "--without-mingle"),
    ]
    beat = [
        *(*celery, "beat", "--loglevel", "WARNING"),
        *("--schedule", str(DATA / "beat-schedule"), "--pidfile", ""),
    ]
    commands = {"web": web, "worker": worker, "beat": beat}
    return [
        Program(name, command, environ, logs / f"{name}.log") for name, command in commands.items()
    ]


def _start_and_watch(programs: list[Program], address: str) -> None:
    step("starting the web server, the worker and the clock")
    SIGN_INS.unlink(missing_ok=True)
    for program in programs:
        program.start()
    silent = _wait_until_alive(programs, address)
    sys.stdout.write(f"\nVirtual School is at {address}\n\n{who_can_sign_in()}\n")
    sys.stdout.flush()
    if silent:
        say(
            f"\nAfter {START_SECONDS} seconds there is no sign of life of: {', '.join(silent)}. "
            f"They may be busy; {address}health/ tells when they answer."
        )
    say(f"\nLogs are in {DATA / 'logs'}. Ctrl-C stops everything.")
    while True:
        processes.keep_alive(programs)
        time.sleep(0.5)


def _wait_until_alive(programs: list[Program], address: str) -> list[str]:
    """Wait until all parts have shown life since this start; name those that have not in time.

    Raises Refused when a program ends or the site does not answer.
    """
    started = time.monotonic()
    silent: list[str] | None = None
    while (seconds := time.monotonic() - started) < START_SECONDS:
        silent = silent_parts(_health(address), seconds=seconds)
        if silent == []:
            return []
        for program in programs:
            if program.has_ended():
                raise Refused(f"{program.name} did not start:\n{program.last_lines()}")
        time.sleep(0.1)
    if silent is None:
        raise Refused(f"The site does not answer at {address}:\n{programs[0].last_lines()}")
    return silent


def silent_parts(health: dict[str, Any] | None, *, seconds: float) -> list[str] | None:
    """Name what has shown no life in these last seconds; None when the site does not answer.

    A sign of life that an earlier start has left does not count.
    """
    if health is None:
        return None
    silent = [name for name in ("database", "queue", "worker", "beat") if not health[name]]
    if not silent and health["seconds_since_heartbeat"] >= seconds:
        return ["worker", "beat"]
    return silent


def _health(address: str) -> dict[str, Any] | None:
    """Ask the site which of its parts are alive; None while it does not answer."""
    try:
        with urllib.request.urlopen(f"{address}health/", timeout=5) as answer:  # noqa: S310 - ours
            found: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
            return None
        found = json.load(error)
    except OSError:
        return None
    return found


ABOUT_CODES = "The page of the second step shows its code; the secrets are for an app."


def who_can_sign_in() -> str:
    """Show what the web server has left; a second start must not find it."""
    try:
        people = json.loads(SIGN_INS.read_text())
    except (FileNotFoundError, ValueError):
        return "./run manage demo_signins lists who can sign in."
    SIGN_INS.unlink()
    return f"{sign_in_table(people)}\n\n{ABOUT_CODES}" if people else sign_in_table(people)


def sign_in_table(people: list[dict[str, str]]) -> str:
    """Lay the sign-ins out as a table for the terminal."""
    if not people:
        return "Sign in as the administrator you made."
    columns = ["role", "email", "password"]
    if any(person.get("secret") for person in people):
        columns.append("secret")
    rows = [columns, *([person.get(name) or "" for name in columns] for person in people)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(columns))]
    return "\n".join(
        "  "
        + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
