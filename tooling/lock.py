"""The lock file as requirements for pip, for machines where uv does not run.

Called as a program inside the new environment, whose pip brings the reading of markers with it.
"""

import sys
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Package = dict[str, Any]
Applies = Callable[[str], bool]


def requirements(locked: dict[str, Any], groups: Iterable[str], applies: Applies) -> list[str]:
    """Return one pinned, hashed line for each package that the groups need on this machine.

    `applies` tells whether an environment marker holds here.
    """
    packages: dict[str, list[Package]] = {}
    for package in locked["package"]:
        packages.setdefault(package["name"], []).append(package)
    root = next(p for p in locked["package"] if "virtual" in p.get("source", {}))
    waiting = list(root.get("dependencies", []))
    for group in groups:
        waiting += root.get("dev-dependencies", {}).get(group, [])
    seen: set[tuple[str, tuple[str, ...]]] = set()
    lines: set[str] = set()
    while waiting:
        edge = waiting.pop()
        key = (edge["name"], tuple(edge.get("extra", ())))
        if key in seen or ("marker" in edge and not applies(edge["marker"])):
            continue
        seen.add(key)
        package = _chosen(packages[edge["name"]], edge, applies)
        lines.add(_line(package))
        waiting += package.get("dependencies", [])
        for extra in key[1]:
            waiting += package.get("optional-dependencies", {}).get(extra, [])
    return sorted(lines)


def _chosen(candidates: list[Package], edge: Package, applies: Applies) -> Package:
    """Return the package an edge means: some are locked in several versions, one per Python."""
    for package in candidates:
        markers = package.get("resolution-markers", [])
        if edge.get("version", package["version"]) == package["version"] and (
            not markers or any(applies(marker) for marker in markers)
        ):
            return package
    raise LookupError(edge["name"])


def _line(package: Package) -> str:
    files = [*package.get("wheels", []), *filter(None, [package.get("sdist")])]
    hashes = " ".join(f"--hash={file['hash']}" for file in files)
    return f"{package['name']}=={package['version']} {hashes}"


def _applies_here(marker: str) -> bool:
    from pip._vendor.packaging.markers import Marker

    return Marker(marker).evaluate({"extra": ""})


if __name__ == "__main__":
    lock_file = Path(__file__).resolve().parent.parent / "uv.lock"
    with lock_file.open("rb") as handle:
        found = requirements(tomllib.load(handle), sys.argv[1:], _applies_here)
    sys.stdout.write("\n".join(found) + "\n")
