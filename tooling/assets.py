"""Whether the built files in static/ are those of the sources in frontend/."""

import json
import runpy

from tooling.console import Refused, say
from tooling.paths import CHECKOUT


def check() -> None:
    """Compare the hash of the sources with the one the build wrote. Raises Refused."""
    built = json.loads((CHECKOUT / "static" / "build.json").read_text())["sources"]
    now = runpy.run_path(str(CHECKOUT / "frontend" / "hash_sources.py"))["hash_sources"](
        CHECKOUT / "frontend"
    )
    if now != built:
        raise Refused("static/ is stale: frontend/ has changed since the build. Type: just assets")
    say("static/ is built from the sources in frontend/")
