"""SECURITY.md and the list of guards name only tests and files that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_test_named_in_the_threat_model_exists():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[^`]+|audit/[^`]+)`", text))

    assert len(named) > 10
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def guards():
    """Each line of the list: the guard, the files it stands in, the test that fails without it."""
    text = (ROOT / "docs" / "guards.md").read_text(encoding="utf-8")
    return re.findall(r"^\| (?!guard|--)(.+?) \| (.+?) \| `(.+?)` \|$", text, re.MULTILINE)


def test_every_guard_names_a_test_that_exists():
    missing = []
    for guard, _, test in guards():
        path, _, name = test.partition("::")
        source = ROOT / path
        if not source.exists() or f"def {name}(" not in source.read_text(encoding="utf-8"):
            missing.append(f"{guard}: {test}")

    assert len(guards()) > 150
    assert missing == []


def test_every_guard_stands_in_a_file_that_exists():
    named = {path for _, where, _ in guards() for path in re.findall(r"`(\w+/[\w/.]+\.py)`", where)}

    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
