"""Gunicorn's configuration for `./run`: the web server leaves word of who can sign in.

It has read all the code by then; a command of its own would read it once more.
"""

import contextlib
import os
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import DatabaseError, connections

SIGN_INS = Path(__file__).resolve().parents[1] / ".data" / "sign-ins.json"


def when_ready(_server: Any) -> None:
    """Write the sign-ins where `./run` keeps its things, for us alone; it reads and removes them.

    Runs before the processes fork that answer: they must not share its connection.
    """
    SIGN_INS.unlink(missing_ok=True)
    handle = os.open(SIGN_INS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as listed, contextlib.suppress(DatabaseError):
        call_command("demo_signins", json=True, stdout=listed)
    connections.close_all()
