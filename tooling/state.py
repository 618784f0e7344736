"""What is remembered about this checkout's services: folders, ports, passwords."""

import contextlib
import fcntl
import json
import os
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tooling.paths import DATA
from tooling.users import is_root

FILE = "services.json"


def data_folder(data: Path = DATA) -> Path:
    """Make the data folder: closed to others, or only passable when a server runs as another."""
    data.mkdir(exist_ok=True)
    data.chmod(0o711 if is_root() else 0o700)
    return data


@contextlib.contextmanager
def locked(
    name: str, *, data: Path = DATA, shared: bool = False, wait: bool = True
) -> Iterator[None]:
    """Let one process at a time do the thing named, or several that share it.

    Raises BlockingIOError when another does it and we are not to wait. Programs we start do not
    inherit the lock.
    """
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with (data_folder(data) / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, kind | (0 if wait else fcntl.LOCK_NB))
        yield


def load(data: Path = DATA) -> dict[str, Any]:
    try:
        remembered: dict[str, Any] = json.loads((data / FILE).read_text())
    except FileNotFoundError:
        return {}
    return remembered


def save(remembered: dict[str, Any], data: Path = DATA) -> None:
    """Write whole or not at all, readable by us alone."""
    draft = data_folder(data) / f"{FILE}.new"
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(remembered, file, indent=1)
    draft.replace(data / FILE)


def password() -> str:
    return secrets.token_urlsafe(24)


def is_free(port: int) -> bool:
    """Tell whether a server could listen on this port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Tell whether somebody listens on this port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def choose_port(remembered: int | None = None) -> int:
    """Keep the remembered port while it is free, else take one the system offers."""
    if remembered and is_free(remembered):
        return remembered
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
