import subprocess

import pytest

from tooling import postgres, services, state
from tooling.console import Refused

OURS = {
    "secret_key": "k" * 60,
    "postgres": {"port": 5001, "passwords": {"vs_app": "a1", "vs_owner": "o1", "postgres": "p1"}},
    "valkey": {"port": 6001, "password": "v1", "pid": 7},
}


@pytest.fixture
def remembered(monkeypatch):
    monkeypatch.setattr(state, "load", lambda: OURS)


@pytest.mark.usefixtures("remembered")
def test_settings_get_a_role_that_serves_and_one_that_migrates():
    found = services.environment({})

    assert found["DATABASE_URL"] == "postgres://vs_app:a1@127.0.0.1:5001/virtual_school"
    assert found["MIGRATE_DATABASE_URL"] == "postgres://vs_owner:o1@127.0.0.1:5001/virtual_school"
    assert found["REDIS_URL"] == "redis://:v1@127.0.0.1:6001/0"


@pytest.mark.usefixtures("remembered")
def test_what_is_set_already_is_kept():
    given = {"REDIS_URL": "redis://queue", "VS_SECRET_KEY": "mine"}

    found = services.environment(given)

    assert (found["VS_SECRET_KEY"], "REDIS_URL" in found) == ("mine", False)
    assert services.wanted(given) == ["postgres"]


@pytest.mark.usefixtures("remembered")
def test_our_own_addresses_in_a_shell_are_not_somebody_elses():
    shell = services.environment({}) | {"REDIS_URL": "redis://queue"}

    services.disown(shell)

    assert services.wanted(shell) == ["postgres"]
    assert shell["REDIS_URL"] == "redis://queue"


def test_a_database_of_ones_own_needs_both_addresses():
    with pytest.raises(Refused, match="MIGRATE_DATABASE_URL"):
        services.wanted({"DATABASE_URL": "postgres://app@db/site"})


def test_a_first_start_that_was_broken_off_gives_no_addresses(monkeypatch):
    monkeypatch.setattr(state, "load", lambda: {"postgres": {"folder": "half made"}, "valkey": {}})

    assert set(services.environment({})) == {"VS_DATA", "VS_SECRET_KEY"}


def test_exports_survive_a_shell():
    awkward = {"A": "it's $HOME & more"}

    shell = subprocess.run(
        ["sh", "-c", services.exports(awkward) + 'printf %s "$A"'],
        capture_output=True,
        text=True,
        check=True,
    )

    assert shell.stdout == awkward["A"]


def test_remembered_passwords_are_readable_by_us_alone(tmp_path):
    state.save(OURS, tmp_path)

    assert state.load(tmp_path) == OURS
    assert (tmp_path / state.FILE).stat().st_mode & 0o777 == 0o600


def test_one_at_a_time_unless_shared(tmp_path):
    with (
        state.locked("x", data=tmp_path, shared=True),
        state.locked("x", data=tmp_path, shared=True),
        pytest.raises(BlockingIOError),
    ):
        state.locked("x", data=tmp_path, wait=False).__enter__()


def test_a_remembered_port_is_kept_while_it_is_free():
    port = state.choose_port()

    assert state.choose_port(port) == port
    assert not state.answers(port)


@pytest.mark.parametrize(
    ("memory_mb", "expected"), [(512, 128), (2048, 256), (4096, 512), (65536, 512)]
)
def test_shared_buffers_follow_memory(memory_mb, expected):
    assert postgres.shared_buffers_mb(memory_mb) == expected


@pytest.mark.parametrize(("major", "builtin"), [(15, False), (16, False), (17, True), (18, True)])
def test_the_builtin_locale_is_used_from_17_on(major, builtin):
    assert ("--locale-provider=builtin" in postgres.locale_arguments(major)) is builtin


def test_the_app_role_owns_nothing_and_cannot_pass_the_wall():
    statements = postgres.role_statements({"vs_owner": "o", "vs_app": "a", "postgres": "p"})

    assert "CREATE ROLE vs_app LOGIN NOBYPASSRLS" in statements
    assert "OWNER vs_app" not in statements
    assert "CREATE ROLE vs_reach NOLOGIN" in statements
