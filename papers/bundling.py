"""All agreed plans of a term in one file: written by the worker, a few plans at a time.

Each few are read in a transaction of their own, behind the wall and by the rights of who asked, so
that the page tells how far it is and a cancel is heard. The file grows on the disk, outside any
folder, and is kept when it is whole; a worker that dies leaves nothing, and it is begun anew.
"""

import hashlib
import io
import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID, uuid4
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings
from django.core.files.base import File
from django.utils import timezone

from accounts import wall
from accounts.models import User
from children.models import Restriction
from files.models import StoredFile
from notifications.actions import notify
from papers import exchange
from papers.keeping import kept_by
from papers.models import Bundle, BundlePaper
from papers.rules import LEFT_BEHIND, MOST_TRIES
from papers.seating import NotAllowed, seated
from pep.models import Paper, PersonalEducationPlan

logger = logging.getLogger(__name__)
ZIP = "application/zip"
A_FEW = 10
BLOCK = 1 << 16
State, Why = BundlePaper.State, BundlePaper.Why


class Stopped(Exception):
    """It was cancelled, or another worker took it over."""


def make(bundle_id: UUID, *, authority_id: int) -> None:
    """Make a bundle's file, once. Runs in transactions of its own; safe to run twice."""
    run = _begin(bundle_id, authority_id)
    if run is None:
        return
    with tempfile.TemporaryFile(dir=_folder()) as made:
        try:
            with ZipFile(made, "w", ZIP_STORED, allowZip64=True) as archive:
                names: set[str] = set()
                while _a_few_more(bundle_id, run, authority_id, archive, names):
                    pass
            _keep(bundle_id, run, authority_id, made)
        except Stopped:
            logger.info("bundle %s stopped", bundle_id)
        except NotAllowed:
            _fail(bundle_id, run, authority_id)


def _folder() -> Path:
    """Where the file grows: on the disk of the files, not in memory as /tmp may be."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextmanager
def _behind_wall(authority_id: int) -> Iterator[None]:
    with wall.opened([authority_id], actor=wall.Actor(seat="task:papers.bundle")):
        yield


def _begin(bundle_id: UUID, authority_id: int) -> UUID | None:
    """Take a bundle over, unless somebody is at it or it is over."""
    now = timezone.now()
    with _behind_wall(authority_id):
        bundle = Bundle.objects.select_for_update(of=("self",)).filter(pk=bundle_id).first()
        if bundle is None or bundle.state != Bundle.State.ASKED or is_worked_on(bundle, at=now):
            return None
        bundle.tries += 1
        if bundle.tries > MOST_TRIES:
            bundle.state = Bundle.State.FAILED
            bundle.save(update_fields=["state", "tries"])
            return None
        bundle.run, bundle.worked_at = uuid4(), now
        bundle.save(update_fields=["run", "worked_at", "tries"])
        bundle.papers.update(state=State.OWED, why="")
        return bundle.run


def is_worked_on(bundle: Bundle, *, at: datetime) -> bool:
    return bundle.worked_at is not None and at - bundle.worked_at < LEFT_BEHIND


def _held(bundle_id: UUID, run: UUID) -> Bundle:
    """The bundle, while it is this run's. Raises Stopped."""
    bundle = (
        Bundle.objects.select_for_update(of=("self",))
        .select_related("person", "term")
        .filter(pk=bundle_id, run=run, state=Bundle.State.ASKED)
        .first()
    )
    if bundle is None:
        raise Stopped
    return bundle


def _a_few_more(
    bundle_id: UUID, run: UUID, authority_id: int, archive: ZipFile, names: set[str]
) -> bool:
    """Put the next plans into the file; answer whether there were any."""
    now = timezone.now()
    with _behind_wall(authority_id):
        bundle = _held(bundle_id, run)
        person = seated(bundle.person, bundle.seat, authority_id=authority_id, at=now)
        rows = list(
            bundle.papers.filter(state=State.OWED)
            .select_related("version__plan__term")
            .order_by("pk")[:A_FEW]
        )
        papers = _papers_of(rows)
        closed = _closed_to(person, rows)
        seen = _seen_by(person, rows)
        for row in rows:
            if row.version.plan_id not in seen:
                row.state, row.why = State.FAILED, Why.NOT_ALLOWED
            elif row.child_id in closed:
                row.state, row.why = State.FAILED, Why.CLOSED
            else:
                _put(row, papers.get(row.version_id), archive, names)
        BundlePaper.objects.bulk_update(rows, ["state", "why"])
        bundle.worked_at = now
        bundle.save(update_fields=["worked_at"])
        return bool(rows)


def _papers_of(rows: list[BundlePaper]) -> dict[UUID, StoredFile]:
    made = Paper.objects.filter(
        version__in=[row.version_id for row in rows], kind=Paper.Kind.FULL, file__isnull=False
    ).select_related("file")
    return {paper.version_id: paper.file for paper in made if paper.file is not None}


def _closed_to(person: User, rows: list[BundlePaper]) -> set[UUID]:
    stopping = Restriction.objects.stopping(person)
    children = [row.child_id for row in rows]
    return set(stopping.filter(child__in=children).values_list("child_id", flat=True))


def _seen_by(person: User, rows: list[BundlePaper]) -> set[UUID]:
    plans = PersonalEducationPlan.objects.visible_to(person)
    return set(
        plans.filter(pk__in=[row.version.plan_id for row in rows]).values_list("pk", flat=True)
    )


def _put(row: BundlePaper, paper: StoredFile | None, archive: ZipFile, names: set[str]) -> None:
    """Copy one PDF into the file, block by block; one that is not made yet is printed for it."""
    stem = exchange.file_name(row.version.plan, row.version)
    name = f"{stem}.pdf"
    if name in names:  # two plans whose ids begin alike
        name = f"{stem}-{row.version_id.hex}.pdf"
    try:
        with _opened(row, paper) as stored:
            inside = ZipInfo(name, date_time=_dos_time(row.version.agreed_at))
            with archive.open(inside, "w") as copy:
                shutil.copyfileobj(stored, copy, BLOCK)
    except FileNotFoundError:
        row.state, row.why = State.FAILED, Why.NO_FILE
        return
    except (LookupError, TypeError, ValueError) as error:  # its kind is logged, never its words
        logger.error("plan %s not printed: %s", row.version_id, type(error).__name__)
        row.state, row.why = State.FAILED, Why.NO_PAPER
        return
    names.add(name)
    row.state = State.DONE


def _opened(row: BundlePaper, paper: StoredFile | None) -> IO[bytes]:
    if paper is None:
        # Here, not above: WeasyPrint takes long to import (docs/adr/0006)
        from pep.documents import render_pdf

        return io.BytesIO(render_pdf(row.version))
    stored: IO[bytes] = paper.content.open("rb")
    return stored


def _dos_time(moment: datetime) -> tuple[int, int, int, int, int, int]:
    local = timezone.localtime(moment)
    return (local.year, local.month, local.day, local.hour, local.minute, local.second)


def _keep(bundle_id: UUID, run: UUID, authority_id: int, made: IO[bytes]) -> None:
    """Keep the whole file, unless a record in it was deleted meanwhile, and tell who asked."""
    now = timezone.now()
    with _behind_wall(authority_id):
        bundle = _held(bundle_id, run)
        done = bundle.papers.filter(state=State.DONE)
        with ZipFile(made) as archive:
            written = len(archive.infolist())
        rows = list(done.select_for_update(of=("self",)).values_list("pk", flat=True))
        if len(rows) != written:
            bundle.worked_at = None  # begin anew, without the record that is gone
            bundle.save(update_fields=["worked_at"])
            return
        file = _stored(bundle, made, at=now)
        BundlePaper.objects.filter(pk__in=rows).update(file=file)
        bundle.state, bundle.file, bundle.in_file = Bundle.State.MADE, file, len(rows)
        bundle.made_at, bundle.goes_at = now, now + kept_by(authority_id, at=now).bundle
        bundle.save()
        _tell(bundle, "The plans you asked for are ready in one file.", at=now)


def _fail(bundle_id: UUID, run: UUID, authority_id: int) -> None:
    """Whoever asked may not take plans away any more."""
    with _behind_wall(authority_id):
        Bundle.objects.filter(pk=bundle_id, run=run).update(state=Bundle.State.FAILED)


def _stored(bundle: Bundle, made: IO[bytes], *, at: datetime) -> StoredFile:
    made.seek(0)
    digest, size = hashlib.sha256(), 0
    while block := made.read(BLOCK):
        digest.update(block)
        size += len(block)
    made.seek(0)
    file = StoredFile(
        authority_id=bundle.authority_id,
        sha256=digest.hexdigest(),
        size=size,
        content_type=ZIP,
        scan=StoredFile.Scan.OURS,
        download_name=f"peps-{bundle.term.name}-{bundle.pk.hex[:6]}.zip",
        made_at=at,
        made_by=bundle.person,
    )
    content: Any = File(made)
    file.content.save("bundle", content, save=False)
    file.save(force_insert=True)
    return file


def _tell(bundle: Bundle, text: str, *, at: datetime) -> None:
    notify(
        recipients=[bundle.person],
        key=f"bundle:{bundle.pk}",
        kind="plans_ready",
        text=text,
        path=f"/peps/bundles/{bundle.pk}/",
        authority_id=bundle.authority_id,
        at=at,
    )
