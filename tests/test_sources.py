import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KEY = re.compile(r"\[([A-Z]{2,}[A-Z0-9-]*[0-9]{2,3}|GIAS|ONS|UPN|ULN|DFE-ABS)( [^\]]*)?\]")
RULES = sorted(
    path
    for app in ("schools", "children", "placements", "attendance", "pep")
    for path in (ROOT / app).rglob("*.py")
    if path.stem in {"rules", "codes"} or path.parent.name == "rules"
)


@pytest.mark.parametrize("path", RULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_source_named_is_explained(path):
    sources = (ROOT / "docs/sources.md").read_text(encoding="utf-8")

    named = {match[1] for match in KEY.finditer(path.read_text(encoding="utf-8"))}

    assert {key for key in named if f"| {key} |" not in sources} == set()
