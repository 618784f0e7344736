"""A PostgreSQL server of a test's own, made and started as `./run` does it, to be restarted.

Its tables are copied from the test database, which has just been migrated.
"""

import os
import shutil
import subprocess
from contextlib import closing

import psycopg2
from django.db import connections

from tooling import postgres, state
from tooling.users import as_ordinary_user, give_to_ordinary_user

ROLES = (postgres.SUPERUSER, postgres.OWNER, postgres.APP)
CONNECTED = ("HOST", "PORT", "NAME", "USER", "PASSWORD", "CONN_MAX_AGE")
KEPT_OPEN_SECONDS = 60  # as in service, so that a connection of before the restart is met again


class SecondServer:
    def __init__(self):
        place = postgres.place_for_server()
        self.programs = postgres.programs(place)
        self.folder = place / f"second-{os.getpid()}"
        self.port = state.choose_port()
        self.passwords = {role: state.password() for role in ROLES}

    def make(self):
        """Make it with the roles of the service, and start it."""
        self.folder.mkdir(mode=0o700)
        give_to_ordinary_user(self.folder)
        locale = postgres.locale_arguments(postgres.version(self.programs))
        self._run("initdb", "-U", postgres.SUPERUSER, "-E", "UTF8", "-A", "trust", "-N", *locale)
        with (self.folder / "postgresql.conf").open("a") as file:
            file.write(f"port = {self.port}\nunix_socket_directories = ''\n")
            file.write("fsync = off\n")  # what a process has written outlives it all the same
        self.start()
        with closing(
            psycopg2.connect(**self._address(postgres.SUPERUSER, "postgres"))
        ) as connection:
            connection.autocommit = True
            for statement in postgres.role_statements(self.passwords).splitlines():
                connection.cursor().execute(statement)

    def start(self):
        self._run("pg_ctl", "start", "--wait", "--silent", "--log", self.folder / "log")

    def stop(self):
        """End every connection and finish, as a restart for a new version does."""
        self._run("pg_ctl", "stop", "--wait", "--silent", "--mode", "fast")

    def crash(self):
        """End in the middle of everything: what was not committed is gone."""
        self._run("pg_ctl", "stop", "--wait", "--silent", "--mode", "immediate")

    def remove(self):
        if (self.folder / "postmaster.pid").exists():
            self.crash()
        shutil.rmtree(self.folder)

    def _run(self, program, *arguments):
        dropped = as_ordinary_user()
        command = [self.programs / program, "-D", self.folder, *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, **dropped)

    def _address(self, role, database=postgres.DATABASE):
        return {"host": "127.0.0.1", "port": self.port, "user": role, "dbname": database}

    def connect(self):
        """A bare connection as the application's role."""
        return closing(psycopg2.connect(**self._address(postgres.APP)))

    def copy_tables(self):
        """Make every table, rule and right of the test database here, without a row."""
        here = connections["owner"].get_connection_params()
        dumped = subprocess.run(
            [self.programs / "pg_dump", "--schema-only", "-Fc", *_options(here)],
            env=os.environ | {"PGPASSWORD": here["password"]},
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
        there = _options(self._address(postgres.SUPERUSER))
        subprocess.run(
            [self.programs / "pg_restore", "--exit-on-error", "--clean", "--if-exists", *there],
            input=dumped,
            check=True,
        )

    def use(self):
        """Point this process at it; answers what takes it back."""
        roles = {"default": postgres.APP, "owner": postgres.OWNER}
        former = {alias: dict(connections[alias].settings_dict) for alias in roles}
        for alias, role in roles.items():
            connections[alias].close()
            where = {"HOST": "127.0.0.1", "PORT": str(self.port), "NAME": postgres.DATABASE}
            who = {"USER": role, "PASSWORD": self.passwords[role]}
            kept_open = {"CONN_MAX_AGE": KEPT_OPEN_SECONDS}
            connections[alias].settings_dict.update(where | who | kept_open)

        def give_back():
            for alias in roles:
                connections[alias].close()
                kept = {name: former[alias][name] for name in CONNECTED}
                connections[alias].settings_dict.update(kept)

        return give_back


def _options(address):
    """Where to connect to, as PostgreSQL's programs are told."""
    words = {"host": "--host", "port": "--port", "user": "--username", "dbname": "--dbname"}
    return [f"{option}={address[name]}" for name, option in words.items()]
