import pytest

from tooling import browser, environment, lock, users
from tooling.console import Refused


def package(name, version="1", **more):
    return {
        "name": name,
        "version": version,
        "source": {"registry": "somewhere"},
        "wheels": [{"hash": f"sha256:{name}{version}"}],
        **more,
    }


LOCKED = {
    "package": [
        {
            "name": "site",
            "version": "1",
            "source": {"virtual": "."},
            "dependencies": [{"name": "queue", "extra": ["fast"]}, {"name": "web"}],
            "dev-dependencies": {"dev": [{"name": "linter"}], "services": [{"name": "server"}]},
        },
        package("queue", **{"optional-dependencies": {"fast": [{"name": "wire"}]}}),
        package("web", dependencies=[{"name": "old", "marker": "python_version < '3'"}]),
        package("wire"),
        package("old"),
        package("linter"),
        package("server"),
    ]
}


def names(groups):
    lines = lock.requirements(LOCKED, groups, lambda marker: False)
    return [line.partition("==")[0] for line in lines]


def test_the_lock_file_gives_extras_and_leaves_out_what_does_not_apply():
    assert names([]) == ["queue", "web", "wire"]


def test_the_lock_file_gives_the_groups_asked_for():
    assert names(["dev", "services"]) == ["linter", "queue", "server", "web", "wire"]


def test_every_requirement_carries_its_hash():
    lines = lock.requirements(LOCKED, [], lambda marker: True)

    assert lines[0] == "old==1 --hash=sha256:old1"


def test_a_changed_lock_file_changes_the_fingerprint(tmp_path):
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "uv.lock").write_text("1")
    before = environment.fingerprint(tmp_path)

    (tmp_path / "uv.lock").write_text("2")

    assert environment.fingerprint(tmp_path) != before


@pytest.mark.parametrize(
    ("has_lists", "typed"),
    [
        pytest.param(True, "    sudo apt-get install -y libpango-1.0-0\n", id="lists"),
        pytest.param(
            False,
            "    sudo apt-get update && sudo apt-get install -y libpango-1.0-0\n",
            id="a fresh image",
        ),
    ],
)
def test_an_ordinary_user_is_told_what_to_type(monkeypatch, has_lists, typed):
    monkeypatch.setattr(environment, "is_root", lambda: False)
    monkeypatch.setattr(environment, "_has_lists", lambda: has_lists)
    monkeypatch.setattr(environment.shutil, "which", lambda name: f"/usr/bin/{name}")

    with pytest.raises(Refused) as refusal:
        environment.install_packages(["libpango-1.0-0"])

    assert typed in str(refusal.value)


@pytest.mark.parametrize(
    ("missing", "stops"),
    [
        pytest.param(["fonts-liberation"], False, id="only a font"),
        pytest.param(["fonts-liberation", "libpango-1.0-0"], True, id="a library too"),
    ],
)
def test_only_for_want_of_a_font_we_go_on(monkeypatch, missing, stops):
    monkeypatch.setattr(environment, "is_root", lambda: False)
    monkeypatch.setattr(environment, "missing_packages", lambda: missing)

    if stops:
        with pytest.raises(Refused):
            environment._complete_system()
    else:
        environment._complete_system()


def test_nothing_missing_asks_for_nothing():
    environment.install_packages([])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"#!/bin/sh\necho install the chromium snap", True, id="stands for a snap"),
        pytest.param(b"#!/bin/sh\nexec /opt/chromium", False, id="a script that starts one"),
        pytest.param(b"\x7fELF snap", False, id="a program"),
    ],
)
def test_ubuntus_snap_is_told_from_a_browser(tmp_path, content, expected):
    program = tmp_path / "chromium"
    program.write_bytes(content)

    assert browser.is_snap(program) is expected


@pytest.mark.parametrize(
    ("distribution", "typed"),
    [
        pytest.param("debian", "sudo apt-get install -y libatomic1 chromium", id="Debian"),
        pytest.param("ubuntu", "-m playwright install --with-deps chromium", id="Ubuntu"),
    ],
)
def test_without_a_browser_we_say_what_to_type(monkeypatch, distribution, typed):
    monkeypatch.setattr(browser, "distribution", lambda: distribution)

    assert browser.why_not().endswith(typed)


def test_a_browser_that_cannot_be_driven_is_none(monkeypatch):
    monkeypatch.setattr(browser, "DRIVER_LIBRARY", "libnowhere.so.1")

    assert browser.find() is None


def test_an_ordinary_user_needs_no_other(monkeypatch):
    monkeypatch.setattr(users, "is_root", lambda: False)

    assert users.as_ordinary_user() == {}
