"""Real PostgreSQL for every test that asks for a database, as the application's own role.

The owner makes and empties the test database; tests connect as the role that is behind the wall,
so a wall test cannot pass by privilege (decisions 15).
"""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import requests
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db import connections
from hypothesis import HealthCheck
from hypothesis import settings as chance

from accounts import tasks, wall
from accounts.middleware import SECOND_STEP
from attendance.reference import load_codes
from pep.reference import load_forms
from progress.reference import load_lists
from quality.reference import load_rubric
from schools.reference import load_bank_holidays
from tests import databases
from tests.oidc_provider import CLIENT, SECRET
from vschool.environment import CouncilServer

# What Django itself keeps; all else is emptied after a test that commits
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission"}


# How long a busy machine takes to think of a case says nothing about the code
chance.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
chance.load_profile("here")


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """Make the test database as its owner and point the application's connection at it."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    owner, app = connections["owner"], connections["default"]
    name = app.settings_dict["TEST"]["NAME"] + (f"_{worker}" if worker else "")
    former = app.settings_dict["NAME"]
    with django_db_blocker.unblock():
        databases.make(name)
        owner.close()
        app.close()
        owner.settings_dict["NAME"] = app.settings_dict["NAME"] = name
        _fill_reference()
        # Of the class: beside a running browser, Django makes connections of its own
        type(app.ops).execute_sql_flush = staticmethod(_flush_as_owner)
    yield
    with django_db_blocker.unblock():
        owner.close()
        app.close()
        owner.settings_dict["NAME"] = app.settings_dict["NAME"] = former
        databases.drop(name)


def _fill_reference():
    """Load what every test may rely on: codes, bank holidays, shipped forms and lists."""
    load_codes()
    load_bank_holidays()
    load_forms()
    load_lists()
    load_rubric()


def _flush_as_owner(sql_list):
    """Empty what tests that commit have left; the application's role may not truncate.

    By a bare connection: those of Django are closed to a test that does not name the owner's.
    """
    with closing(psycopg2.connect(**connections["owner"].get_connection_params())) as owner:
        cursor = owner.cursor()
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = sorted({name for (name,) in cursor.fetchall()} - KEPT_TABLES)
        sql = "TRUNCATE {} RESTART IDENTITY".format(", ".join(f'"{table}"' for table in tables))
        for _ in range(5):  # a request that a closed browser left behind may still be at work
            try:
                cursor.execute(sql)
                break
            except psycopg2.errors.DeadlockDetected:
                owner.rollback()
        owner.commit()
    _fill_reference()


@pytest.fixture
def authority(db):
    """The authority most tests are about: 901."""
    from tests.factories.schools import AuthorityFactory

    return AuthorityFactory(id=901)


@pytest.fixture
def neighbour(db):
    """Another authority on the same installation: 902."""
    from tests.factories.schools import AuthorityFactory

    return AuthorityFactory(id=902)


@pytest.fixture
def open_wall(authority, neighbour):
    """Run the test with the wall open for 901 and 902, to arrange rows of both.

    Requests made by the test client open their own wall and put this one back on leaving.
    """
    with wall.opened([authority.pk, neighbour.pk]):
        yield


@pytest.fixture(autouse=True)
def _quiet_places(settings, tmp_path):
    """Files and mails of a test go to its own folder; the queue is not real unless asked for."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    tasks.forget_that_the_broker_was_away()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def oidc_process():
    """A council's sign-in server as a process of its own; answers its address."""
    command = [sys.executable, str(Path(__file__).with_name("oidc_provider.py"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@pytest.fixture
def council_server(oidc_process, settings):
    """Make the process the server of authority 901; call it to say what it says next."""
    settings.COUNCIL_SERVERS = {
        "901": CouncilServer(issuer=oidc_process, client_id=CLIENT, secret=SECRET)
    }

    def say(fault="", **claims):
        answer = requests.post(
            f"{oidc_process}/next", json={"claims": claims, "fault": fault}, timeout=10
        )
        answer.raise_for_status()

    say.address = oidc_process
    say()
    return say


def _complete_sign_in(request, **_):
    """`client.force_login` stands for a whole sign-in, its second step too.

    It calls with a bare request; a sign-in through the pages has its own steps to take.
    """
    if not request.path:
        request.session[SECOND_STEP] = True


user_logged_in.connect(_complete_sign_in)


def pytest_configure(config):
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
    settings.CACHES["default"]["KEY_PREFIX"] = f"test-{os.getpid()}"
    settings.STATIC_ROOT = settings.BASE_DIR / "static"  # of a fresh clone, nothing is collected
    settings.CELERY_BROKER_URL = "memory://"  # a worker of somebody's may listen at the real one
