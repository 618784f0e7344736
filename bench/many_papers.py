"""Five hundred papers through two workers: none fails, and a worker's memory stays flat.

Real workers on a queue of their own, as `docker-compose.yml` starts them. The memory is the largest
of a worker's processes, a few times a second: the most in the second half against the first.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from celery import Celery
from django.utils import timezone

from accounts.roles import Role
from bench.browsing import Reader, reader
from bench.measuring import Line
from papers import keeping
from papers.models import ReaderPaper
from papers.rules import Kind
from pep.models import AgreedVersion

PAPERS = 500
WORKERS = 2
QUEUE = "15"  # the number of a database of the broker that nobody else uses
FLAT = 1.1
KINDS = (Kind.SCHOOL, Kind.FAMILY, Kind.MEETING, Kind.BLANK)
TASK = "papers.tasks.make"


def measure() -> list[Line]:
    head = reader(Role.VIRTUAL_SCHOOL_HEAD)
    owed = _owe(head)
    address = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{QUEUE}").geturl()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as logs, _workers(address, Path(logs)) as workers:
        queue = Celery(broker=address)
        for paper_id, authority_id in owed:
            queue.send_task(TASK, kwargs={"authority_id": authority_id, "paper_id": str(paper_id)})
        halves, states = _followed(head, owed, workers.pid)
        workers.terminate()
        workers.wait()
    took = time.monotonic() - began
    _forget(head, owed)
    failed = len(owed) - states[ReaderPaper.State.MADE]
    first, second = halves
    return [
        Line(
            group="PDF",
            name=f"Memory of a worker, the second half of {len(owed)} papers",
            value=second,
            floor=first,
            floor_name="the first half",
            unit="MB",
            target=FLAT,
            note=f"{WORKERS} workers, {took / len(owed):.2f} s a paper, {failed} failed",
        ),
        Line(
            group="PDF",
            name=f"Papers of {len(owed)} that were not made",
            value=failed,
            floor=0,
            floor_name="none",
            unit="papers",
            target=1.0,
        ),
    ]


def _owe(head: Reader) -> list[tuple[UUID, int]]:
    """Write down papers that are owed to the head, of four kinds and as many plans as needed."""
    with head.behind_wall():
        versions = AgreedVersion.objects.defer("content").order_by("plan", "-number")
        plans = list(versions.distinct("plan")[: PAPERS // len(KINDS)])
        ReaderPaper.objects.filter(person=head.user).delete()
        rows = ReaderPaper.objects.bulk_create(
            ReaderPaper(
                authority_id=version.authority_id,
                child_id=version.child_id,
                plan_id=version.plan_id,
                version=version,
                kind=kind.value,
                person=head.user,
                seat=head.seat.key,
                asked_at=timezone.now(),
            )
            for version in plans
            for kind in KINDS
        )
    return [(row.pk, row.authority_id) for row in rows]


def _workers(address: str, logs: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "celery", "-A", "vschool", "worker"]
    command += ["--concurrency", str(WORKERS), "--loglevel", "WARNING"]
    command += ["--without-gossip", "--without-mingle"]
    environ = os.environ | {"REDIS_URL": address}
    with (logs / "workers.log").open("wb") as log:
        return subprocess.Popen(command, env=environ, stdout=log, stderr=log)


def _followed(
    head: Reader, owed: list[tuple[UUID, int]], pid: int
) -> tuple[tuple[float, float], Counter[str]]:
    """Wait for the papers; answer the most memory of each half, and how they ended."""
    most = [0.0, 0.0]
    keys = [paper_id for paper_id, _ in owed]
    while True:
        with head.behind_wall():
            rows = ReaderPaper.objects.filter(pk__in=keys)
            states = Counter(rows.values_list("state", flat=True))
        left = states[ReaderPaper.State.ASKED]
        half = 0 if left > len(owed) // 2 else 1
        most[half] = max([most[half], *map(_megabytes, _children(pid))])
        if not left:
            return (most[0], most[1]), states
        time.sleep(0.5)


def _children(pid: int) -> list[int]:
    """The processes that a pool works with."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in told.split()]


def _megabytes(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # it made its fifty and another took its place
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) / 1024 if found else 0.0


def _forget(head: Reader, owed: list[tuple[UUID, int]]) -> None:
    with head.behind_wall():
        for row in ReaderPaper.objects.filter(pk__in=[pk for pk, _ in owed]).select_related("file"):
            file = row.file
            row.delete()
            keeping.let_go(file)
