import json

import pytest

from tooling import preparing
from tooling.console import Refused


@pytest.mark.parametrize(
    ("terminal", "email", "expected"),
    [
        pytest.param(True, None, [], id="asked everything"),
        pytest.param(True, "a@b.example", ["--email", "a@b.example"], id="asked the rest"),
        pytest.param(
            False,
            "a@b.example",
            ["--email", "a@b.example", "--given-name", "Administrator", "--generate"],
            id="nobody to ask",
        ),
    ],
)
def test_an_administrator_is_made_of_what_is_given(monkeypatch, terminal, email, expected):
    monkeypatch.setattr(preparing.sys.stdin, "isatty", lambda: terminal)

    assert preparing.administrator(email) == expected


def test_without_a_terminal_an_administrator_needs_an_address():
    with pytest.raises(Refused, match="--email"):
        preparing.administrator(None)


def test_stamps_belong_to_one_database(tmp_path):
    here = preparing.Stamps(tmp_path / "prepared.json", "postgres://app:one@127.0.0.1:1/here")
    there = preparing.Stamps(tmp_path / "prepared.json", "postgres://app:one@127.0.0.1:1/there")

    here.set("content", "600")

    assert (here.get("content"), there.get("content")) == ("600", None)


def test_stamps_keep_no_password(tmp_path):
    stamps = preparing.Stamps(tmp_path / "prepared.json", "postgres://app:one@127.0.0.1:1/here")

    stamps.set("content", "600")

    assert "one" not in json.dumps(json.loads((tmp_path / "prepared.json").read_text()))


def test_a_changed_file_changes_the_fingerprint(tmp_path):
    file = tmp_path / "codes.csv"
    file.write_text("code")
    before = preparing.fingerprint([file])

    file.write_text("codes")

    assert preparing.fingerprint([file]) != before
