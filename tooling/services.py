"""PostgreSQL and Valkey for this checkout: started when needed, stopped when asked.

With DATABASE_URL or REDIS_URL set, that service is somebody else's and nothing is started.
"""

import os
import shlex
from collections.abc import Mapping
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


def start() -> list[str]:
    """Start what is not running yet and name it. Safe to repeat."""
    started = []
    with state.locked("services"):
        remembered = state.load()
        remembered.setdefault("secret_key", state.password() + state.password())
        for name in wanted():
            server = remembered.setdefault(name, {})
            if not server or not SERVERS[name].is_running(server):
                step(f"starting {name}")
                SERVERS[name].start(server)
                started.append(name)
            state.save(remembered)
    return started


def stop(names: list[str] | None = None) -> None:
    """Stop our servers, or those named. Safe to repeat."""
    with state.locked("services"):
        remembered = state.load()
        for name in names if names is not None else list(SERVERS):
            if name in remembered:
                SERVERS[name].stop(remembered[name])


def environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables settings read; what the caller has set is kept."""
    remembered = state.load()
    found = {"VS_DATA": str(DATA), "VS_SECRET_KEY": remembered.get("secret_key", "")}
    if "postgres" in remembered and "postgres" in wanted(environ):
        server = remembered["postgres"]
        found["DATABASE_URL"] = postgres.address(server, postgres.APP)
        found["MIGRATE_DATABASE_URL"] = postgres.address(server, postgres.OWNER)
    if "valkey" in remembered and "valkey" in wanted(environ):
        found["REDIS_URL"] = valkey.address(remembered["valkey"])
    return {name: environ.get(name) or value for name, value in found.items()}


def exports(variables: Mapping[str, str]) -> str:
    """Lines a shell can evaluate."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())
