import os
import subprocess
import sys

import pytest

from vschool.environment import council_servers, delivery_secrets, production_faults

INSECURE = "default-" * 8  # long enough, and known to everybody
COMPLETE = {
    "VS_SECRET_KEY": "k" * 50,
    "VS_HOSTS": "virtualschool.example",
    "DATABASE_URL": "postgresql://vs_app:x@db/vschool",
    "REDIS_URL": "redis://queue:6379/0",
    "VS_BASE_URL": "https://virtualschool.example",
    "VS_EMAIL_URL": "smtp://mail.example:587",
}


def test_a_complete_environment_has_no_faults():
    assert production_faults(COMPLETE, insecure_key=INSECURE) == []


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_what_is_missing_is_named(name):
    environ = {key: value for key, value in COMPLETE.items() if key != name}

    faults = production_faults(environ, insecure_key=INSECURE)

    assert len(faults) == 1
    assert faults[0].startswith(name)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param({"VS_SECRET_KEY": INSECURE}, "VS_SECRET_KEY", id="the default secret"),
        pytest.param({"VS_SECRET_KEY": "short"}, "VS_SECRET_KEY", id="a short secret"),
        pytest.param({"VS_DEBUG": "1"}, "VS_DEBUG", id="debug"),
        pytest.param({"VS_HOSTS": "*"}, "VS_HOSTS", id="every host"),
    ],
)
def test_what_is_dangerous_is_refused(change, named):
    (fault,) = production_faults(COMPLETE | change, insecure_key=INSECURE)

    assert fault.startswith(named)


COUNCIL = {
    "VS_OIDC_901_ISSUER": "https://login.example/901",
    "VS_OIDC_901_CLIENT": "virtual-school",
    "VS_OIDC_901_SECRET": "hush",
}


def test_a_council_server_is_read_by_the_authoritys_code():
    servers = council_servers(COMPLETE | COUNCIL)

    assert production_faults(COMPLETE | COUNCIL, insecure_key=INSECURE) == []
    assert (servers["901"].issuer, servers["901"].client_id) == (
        "https://login.example/901",
        "virtual-school",
    )
    assert "hush" not in repr(servers)


@pytest.mark.parametrize("name", sorted(COUNCIL))
def test_half_a_council_server_is_none_and_stops_a_production_start(name):
    environ = COMPLETE | COUNCIL
    del environ[name]

    (fault,) = production_faults(environ, insecure_key=INSECURE)

    assert fault.startswith(f"{name} is missing")
    assert council_servers(environ) == {}


def test_a_council_server_is_asked_over_https_only():
    environ = COMPLETE | COUNCIL | {"VS_OIDC_901_ISSUER": "http://login.example"}

    (fault,) = production_faults(environ, insecure_key=INSECURE)

    assert fault.startswith("VS_OIDC_901_ISSUER is not safe")


def test_a_production_start_without_its_settings_names_them_all_and_stops():
    environ = {key: value for key, value in os.environ.items() if key not in COMPLETE}
    answer = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env=environ | {"VS_PRODUCTION": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode != 0
    assert "Not started" in answer.stderr
    assert all(name in answer.stderr for name in COMPLETE)


def test_the_secrets_plans_are_handed_over_with_are_found_by_the_authoritys_code():
    environ = {"VS_DELIVERY_SECRET_901": " hush ", "VS_DELIVERY_SECRET_902": "", "PATH": "/bin"}

    assert delivery_secrets(environ) == {"901": "hush"}
