"""The Chromium that the browser tests drive: found, installed where we may, or said to lack."""

import os
import shutil
import subprocess
from pathlib import Path

from tooling.console import Refused, say, step
from tooling.environment import apt_get, loads
from tooling.paths import PYTHON
from tooling.users import is_root

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOWNLOADED = Path.home() / ".cache" / "ms-playwright"
# Playwright's driver wants it, and a bare machine lacks it.
DRIVER_LIBRARY, DRIVER_PACKAGE = "libatomic.so.1", "libatomic1"


def find(*, may_install: bool = False) -> Path | None:
    """Return a browser that starts and can be driven, or None."""
    if may_install and is_root() and shutil.which("apt-get"):
        try:
            _install()
        except Refused as refusal:
            say(str(refusal))
    return _found() if loads(DRIVER_LIBRARY) else None


def _install() -> None:
    """Install what is missing: the distribution's Chromium, or Playwright's on Ubuntu."""
    if not loads(DRIVER_LIBRARY):
        step(f"installing {DRIVER_PACKAGE} for the browser tests")
        apt_get("install", "-y", "--no-install-recommends", DRIVER_PACKAGE)
    if _found():
        return
    step("installing Chromium for the browser tests")
    if distribution() != "ubuntu":
        apt_get("install", "-y", "--no-install-recommends", "chromium")
        return
    _playwright("install", "chromium")
    _playwright("install-deps", "chromium")


def _playwright(*arguments: str) -> None:
    done = subprocess.run(
        [PYTHON, "-m", "playwright", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        reasons = [line for line in done.stderr.splitlines() if line.startswith("Error:")]
        raise Refused(f"playwright {' '.join(arguments)} failed: {' '.join(reasons[:1])}")


def _found() -> Path | None:
    candidates = [Path(path) for name in NAMES if (path := shutil.which(name))]
    candidates += sorted(DOWNLOADED.glob("chromium-*/chrome-linux*/chrome"), reverse=True)
    if given := os.environ.get("VS_CHROMIUM"):
        candidates.insert(0, Path(given))
    return next((path for path in candidates if not is_snap(path) and _starts(path)), None)


def is_snap(path: Path) -> bool:
    """Tell Ubuntu's snap, or the script in its place: it does not start for a driver."""
    if "/snap" in str(path.resolve()):
        return True
    with path.open("rb") as file:
        start = file.read(4096)
    return start.startswith(b"#!") and b"snap" in start


def _starts(path: Path) -> bool:
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def distribution() -> str:
    """Return the short name of the Linux distribution, such as debian."""
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except FileNotFoundError:
        return ""
    return next((line[3:].strip('"') for line in lines if line.startswith("ID=")), "")


def why_not() -> str:
    """Say why there is no browser, and what to type."""
    install = f"sudo apt-get install -y {DRIVER_PACKAGE}"
    if distribution() == "ubuntu":
        return (
            "Ubuntu's Chromium is a snap, which does not start here. Type: "
            f"{install} && .venv/bin/python -m playwright install --with-deps chromium"
        )
    return f"there is no Chromium here, or what drives it. Type: {install} chromium"
