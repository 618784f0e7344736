"""PostgreSQL and Valkey for this checkout: started when needed, stopped when asked.

With DATABASE_URL or REDIS_URL set, that service is somebody else's and nothing is started.
"""

import contextlib
import os
import shlex
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from tooling import postgres, state, valkey
from tooling.console import Refused, step
from tooling.paths import DATA

SERVERS: dict[str, Any] = {"postgres": postgres, "valkey": valkey}
GIVEN_BY = {"postgres": "DATABASE_URL", "valkey": "REDIS_URL"}


def wanted(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Name the services that are ours to start."""
    if environ.get("DATABASE_URL") and not environ.get("MIGRATE_DATABASE_URL"):
        raise Refused(
            "DATABASE_URL is set but MIGRATE_DATABASE_URL is not: migrations need the role that "
            "owns the tables. See docs/operations.md."
        )
    return [name for name, variable in GIVEN_BY.items() if not environ.get(variable)]


def start(*, keep: bool = False) -> None:
    """Start what is not running yet; `keep` leaves it running until `stop`. Safe to repeat."""
    with state.locked("services"):
        remembered = state.load()
        remembered.setdefault("secret_key", state.password() + state.password())
        remembered["keep"] = keep or remembered.get("keep", False)
        for name in wanted():
            server = remembered.setdefault(name, {})
            if not server or not SERVERS[name].is_running(server):
                step(f"starting {name}")
                try:
                    SERVERS[name].start(server)
                finally:
                    state.save(remembered)
        state.save(remembered)


def stop() -> None:
    """Stop our servers, whoever uses them. Safe to repeat."""
    with state.locked("services"):
        remembered = state.load()
        for name, module in SERVERS.items():
            if name in remembered:
                module.stop(remembered[name])
        if remembered:
            state.save(remembered | {"keep": False})


@contextlib.contextmanager
def used() -> Iterator[None]:
    """Have the services up for a while. The last to leave stops them, unless they are kept."""
    try:
        with state.locked("in-use", shared=True):
            start()
            yield
    finally:
        with contextlib.suppress(BlockingIOError), state.locked("in-use", wait=False):
            if not state.load().get("keep"):
                stop()


def disown(environ: MutableMapping[str, str] = os.environ) -> None:
    """Take out addresses of our own servers, such as a shell has from `env`.

    What is set there is otherwise taken for somebody else's.
    """
    ours = environment({})
    for name in ("DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL"):
        if name in ours and environ.get(name) == ours[name]:
            del environ[name]


def environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables settings read; what the caller has set is kept."""
    remembered = state.load()
    found = {"VS_DATA": str(DATA), "VS_SECRET_KEY": remembered.get("secret_key", "")}
    # A first start that was broken off has left a server without a port.
    server = remembered.get("postgres", {})
    if "port" in server and "postgres" in wanted(environ):
        found["DATABASE_URL"] = postgres.address(server, postgres.APP)
        found["MIGRATE_DATABASE_URL"] = postgres.address(server, postgres.OWNER)
    server = remembered.get("valkey", {})
    if "pid" in server and "valkey" in wanted(environ):
        found["REDIS_URL"] = valkey.address(server)
    return {name: environ.get(name) or value for name, value in found.items()}


def program_environment() -> dict[str, str]:
    """What our programs get: ours, the settings', and output that is not held back."""
    return os.environ | environment() | {"PYTHONUNBUFFERED": "1"}


def exports(variables: Mapping[str, str]) -> str:
    """Lines a shell can evaluate."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())
