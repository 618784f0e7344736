"""The Chromium that the browser tests drive: found, installed where we may, or said to lack."""

import os
import shutil
import subprocess
from pathlib import Path

from tooling.console import Refused, say, step
from tooling.environment import apt_get
from tooling.users import is_root

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOWNLOADED = Path.home() / ".cache" / "ms-playwright"


def find(*, may_install: bool = False) -> Path | None:
    """Return a browser that starts, or None."""
    if found := _found():
        return found
    if may_install and is_root() and shutil.which("apt-get") and distribution() != "ubuntu":
        step("installing Chromium for the browser tests")
        try:
            apt_get("install", "-y", "--no-install-recommends", "chromium")
        except Refused as refusal:
            say(str(refusal))
        return _found()
    return None


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
    if distribution() == "ubuntu":
        return (
            "Ubuntu's Chromium is a snap, which does not start here. Install Google Chrome, or "
            "type: .venv/bin/python -m playwright install chromium"
        )
    return "there is no Chromium here. Type: sudo apt-get install -y chromium"
