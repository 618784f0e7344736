"""Long-running programs started, watched and stopped together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tooling.console import Refused, say
from tooling.paths import CHECKOUT

STOP_SECONDS = 25
RESTARTS = 5  # within RESTART_WINDOW, before we give up
RESTART_WINDOW = 60
LOG_BYTES = 10_000_000
ON_LINUX = sys.platform == "linux"
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """Ask Linux to stop this child should we be killed without a chance to do it ourselves."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Program:
    """One program, its log and its process, which leads a process group of its own."""

    name: str
    command: list[str]
    environ: dict[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.log.parent.mkdir(exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=CHECKOUT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent if ON_LINUX else None,
            )
        self.starts.append(time.monotonic())

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def signal(self, number: signal.Signals) -> None:
        if self.process:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return

    def last_lines(self, count: int = 15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])


def keep_alive(programs: list[Program]) -> None:
    """Start again what has ended. Raises Refused when one keeps ending."""
    for program in programs:
        if not program.has_ended():
            continue
        # What its own children still hold, such as a port, must go before it can start again.
        program.signal(signal.SIGKILL)
        recent = [at for at in program.starts if time.monotonic() - at < RESTART_WINDOW]
        if len(recent) > RESTARTS:
            raise Refused(f"{program.name} keeps ending; its log says:\n{program.last_lines()}")
        say(f"- {program.name} has ended; starting it again")
        program.start()


def stop(programs: list[Program]) -> None:
    """Ask every program to finish what it does, wait, then end what is left of its group."""
    for program in programs:
        if program.process and not program.has_ended():
            # To the leader alone: gunicorn and Celery wind their own children down.
            program.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline and not all(program.has_ended() for program in programs):
        time.sleep(0.05)
    for program in programs:
        program.signal(signal.SIGKILL)
        if program.process:
            program.process.wait()
