"""The files that describe production and CI, as far as they can be read without Docker."""

import os
import re
import tomllib

import pytest
import yaml

from tooling.environment import FONTS, LIBRARIES, UV
from tooling.paths import CHECKOUT

SECRETS = ("VS_SECRET_KEY", "APP_PASSWORD", "OWNER_PASSWORD", "REDIS_PASSWORD")


@pytest.fixture
def compose():
    return yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())


def test_production_has_its_five_parts_and_a_migration(compose):
    expected = {"web", "worker", "beat", "database", "redis", "migrate"}

    assert set(compose["services"]) == expected


def test_production_waits_for_the_migration(compose):
    for name in ("web", "worker", "beat"):
        needs = compose["services"][name]["depends_on"]
        assert needs["migrate"]["condition"] == "service_completed_successfully"


def test_only_the_migration_knows_the_owner(compose):
    knowing = {
        name
        for name, service in compose["services"].items()
        if "MIGRATE_DATABASE_URL" in service["environment"]
    }

    assert knowing == {"migrate"}


@pytest.mark.parametrize("name", SECRETS)
def test_production_holds_no_secret_and_does_not_start_without(name):
    text = (CHECKOUT / "docker-compose.yml").read_text()

    assert re.search(rf"\${{{name}:\?[^}}]+}}", text)
    assert not re.search(rf"\${{{name}:?-", text)


def test_everything_long_running_says_whether_it_is_well(compose):
    for name in ("web", "worker", "beat", "database", "redis"):
        assert "healthcheck" in compose["services"][name]


def test_the_image_has_what_the_bare_machine_gets():
    image = (CHECKOUT / "Dockerfile").read_text()

    for wanted in (*LIBRARIES.values(), *FONTS.values(), UV):
        assert wanted in image


@pytest.mark.parametrize("name", ["run", "test", ".ci/run"])
def test_the_commands_can_be_called(name):
    assert os.access(CHECKOUT / name, os.X_OK)


def test_hooks_name_tools_of_the_dev_group():
    hooks = yaml.safe_load((CHECKOUT / ".pre-commit-config.yaml").read_text())
    dev = " ".join(
        tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["dependency-groups"]["dev"]
    )

    for hook in hooks["repos"][0]["hooks"]:
        program = hook["entry"].split()[0].removeprefix(".venv/bin/")
        assert program in {"python", "lint-imports"} or program in dev
