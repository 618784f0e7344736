"""The ordinary user that database servers run as when we are root; PostgreSQL refuses root."""

import os
import pwd
import subprocess
from pathlib import Path
from typing import Any, TypedDict

ORDINARY_USER = "nobody"


class AsUser(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def is_root() -> bool:
    return os.geteuid() == 0


def as_ordinary_user() -> AsUser:
    """Arguments for subprocess that drop root; none when we are an ordinary user already."""
    if not is_root():
        return {}
    entry = pwd.getpwnam(ORDINARY_USER)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def can_reach(path: Path) -> bool:
    """Tell whether the ordinary user can enter this folder or run this program."""
    if not is_root():
        return os.access(path, os.X_OK)
    arguments: Any = as_ordinary_user()
    command = ["/usr/bin/test", "-x", str(path)]
    return subprocess.run(command, cwd="/", check=False, **arguments).returncode == 0


def give_to_ordinary_user(path: Path) -> None:
    if is_root():
        entry = pwd.getpwnam(ORDINARY_USER)
        os.chown(path, entry.pw_uid, entry.pw_gid)
