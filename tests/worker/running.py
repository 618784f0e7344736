"""A broker and a worker of a test's own: real processes, to be killed and started again."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connections

from tooling import state, valkey
from tooling.console import Refused
from vschool.celery import app

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


def wait_until(is_so, *, seconds=30.0):
    """Wait for something another process does; fails when it does not."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not so after {seconds} seconds: {is_so.__name__}"
        time.sleep(0.05)


class Broker:
    """A Redis-compatible server that keeps nothing."""

    def __init__(self):
        self.port = state.choose_port(None)
        self.address = f"redis://127.0.0.1:{self.port}/0"
        self.process = None

    def start(self):
        command = [valkey.program(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(command, cwd="/", stdout=subprocess.DEVNULL)
        wait_until(self._answers)

    def _answers(self):
        return state.answers(self.port)

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()

    def hang(self):
        """Be there without answering, like a machine that swaps."""
        self.process.send_signal(signal.SIGSTOP)


class Worker:
    """`celery worker` on the test database, with its files and mails in the test's folder."""

    def __init__(self, *, broker, folder):
        self.folder = folder
        self.process = None
        at = connections["default"].settings_dict
        address = f"{at['USER']}:{quote(at['PASSWORD'])}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
        self.environ = os.environ | {
            "DATABASE_URL": f"postgresql://{address}",
            "REDIS_URL": broker.address,
            "VS_DATA": str(folder),
            "VS_EMAIL_URL": "",
        }

    def start(self):
        command = [sys.executable, "-m", "celery", "-A", "vschool", "worker", "--concurrency", "1"]
        command += ["--loglevel", "INFO", "--without-gossip", "--without-mingle"]
        self.log = self.folder / f"worker-{time.monotonic_ns()}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environ, stdout=log, stderr=log, start_new_session=True
            )
        wait_until(self._is_ready, seconds=START_SECONDS)

    def _is_ready(self):
        return "ready." in self.log.read_text()

    def kill(self):
        """End it and its children in the middle of whatever they do."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def mails(self):
        """What it has sent, one text a mail."""
        return [path.read_text() for path in (self.folder / "mail").glob("*")]


def _send_to(address):
    app.conf.broker_url = address
    app._after_fork()  # the way Celery itself forgets its connections


@pytest.fixture
def broker(settings):
    """A running broker that this process sends to and caches in."""
    try:
        valkey.program()
    except Refused as refusal:
        pytest.skip(str(refusal))
    broker = Broker()
    broker.start()
    own = {"LOCATION": broker.address, "KEY_PREFIX": ""}
    settings.CACHES = {"default": {**settings.CACHES["default"], **own}}
    before = app.conf.broker_url
    _send_to(broker.address)
    yield broker
    _send_to(before)
    broker.stop()


@pytest.fixture
def worker(transactional_db, broker, tmp_path):
    """A worker for that broker, to be started."""
    worker = Worker(broker=broker, folder=tmp_path)
    yield worker
    worker.kill()
