"""The papers people ask for: made by the worker, each for the person and seat it is for."""

import hashlib
import logging
from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from files.models import StoredFile
from notifications.actions import notify
from papers import content, exchange, rights
from papers.keeping import kept_by
from papers.models import ReaderPaper
from papers.rules import MEETING_LIMITS, MEETING_PAGES, MOST_TRIES, Kind, kept_until
from papers.seating import NotAllowed, plan_for, seated
from pep import reading
from pep.documents import PDF, TooLong, print_html
from ui.words import in_words

logger = logging.getLogger(__name__)


def make(paper_id: UUID, *, at: datetime) -> None:
    """Make a paper that is owed, once, however often it is asked for.

    Its row is held while we print: a second worker waits, then finds it made. A worker that dies
    leaves it owed. What goes wrong for another reason is tried a few times, then told.
    """
    paper = (
        ReaderPaper.objects.select_for_update(of=("self",))
        .select_related("person")
        .get(pk=paper_id)
    )
    if paper.state != ReaderPaper.State.ASKED:
        return
    try:
        with transaction.atomic():
            _make(paper, at=at)
    except NotAllowed:
        paper.state, paper.why = ReaderPaper.State.FAILED, ReaderPaper.Why.NOT_ALLOWED
        paper.save(update_fields=["state", "why"])
    except (
        ArithmeticError,
        AttributeError,
        DatabaseError,
        LookupError,
        TypeError,
        ValueError,
    ) as e:
        # The kind of error is logged, never its words
        logger.error("paper %s stopped: %s", paper.pk, type(e).__name__)
        paper.refresh_from_db()
        paper.tries += 1
        if paper.tries >= MOST_TRIES:
            paper.state, paper.why = ReaderPaper.State.FAILED, ReaderPaper.Why.FAULT
        paper.save(update_fields=["state", "why", "tries"])


def _make(paper: ReaderPaper, *, at: datetime) -> None:
    kind = Kind(paper.kind)
    person = seated(paper.person, paper.seat, authority_id=paper.authority_id, at=at)
    plan = plan_for(person, paper.plan_id, at=at)
    version = reading.latest_version(plan)
    source = content.source_of(plan, person, kind, version=version, at=at)
    if kind not in rights.kinds_open(plan, source.reader, version=version):
        raise NotAllowed
    pdf = render(source, kind, person, at=at)
    paper.is_draft = content.is_draft(plan, kind, version=version)
    paper.version, paper.rights = source.version, source.mark
    paper.file = store(
        pdf,
        authority_id=paper.authority_id,
        name=exchange.paper_file_name(plan, kind, version=source.version),
        at=at,
    )
    paper.state, paper.made_at = ReaderPaper.State.MADE, at
    kept = kept_by(paper.authority_id, at=at)
    paper.goes_at = kept_until(kind, is_draft=paper.is_draft, made_at=at, kept=kept)
    paper.save()
    notify(
        recipients=[person],
        key=f"paper:{paper.pk}:{paper.asked_at.isoformat()}",
        kind="paper_ready",
        text="A paper you asked for is ready.",
        path=reverse("papers:list", args=[plan.pk]),
        authority_id=paper.authority_id,
        child_id=paper.child_id,
        at=at,
    )


def render(source: content.Source, kind: Kind, person: User, *, at: datetime) -> bytes:
    """Print a paper; the summary for a meeting on two pages at most, whatever was written."""
    if kind is not Kind.MEETING:
        return print_html(as_html(content.paper_content(source, kind, person, at=at)))
    best: bytes | None = None
    first, last = 0, len(MEETING_LIMITS) - 1
    while first <= last:  # the most words that fit, in three prints
        middle = (first + last) // 2
        limit = MEETING_LIMITS[middle]
        told = content.paper_content(source, kind, person, at=at, limit=limit)
        pdf = _within(told)
        if pdf is None:
            first = middle + 1
        else:
            best, last = pdf, middle - 1
    return best or _first_parts(told)


def _first_parts(told: content.Content) -> bytes:
    """As many parts as fit, of a summary that takes more than its pages; the others are named."""
    parts, best = told["parts"], None
    fewest, most = 0, len(parts) - 1
    while fewest <= most:
        middle = (fewest + most + 1) // 2
        told |= {
            "parts": parts[:middle],
            "left_out": in_words([part["title"] for part in parts[middle:]]),
        }
        pdf = _within(told)
        if pdf is None:
            most = middle - 1
        else:
            best, fewest = pdf, middle + 1
    return best or print_html(as_html(told))


def _within(told: content.Content) -> bytes | None:
    """A summary as it is printed; None where it takes more than its pages."""
    try:
        return print_html(as_html(told), at_most=MEETING_PAGES)
    except TooLong:
        return None


def as_html(told: content.Content) -> str:
    body = f"papers/body/{content.body_of(Kind(told['kind']))}.html"
    return render_to_string("papers/pdf.html", {"content": told, "body": body})


def store(pdf: bytes, *, authority_id: int, name: str, at: datetime) -> StoredFile:
    file = StoredFile(
        authority_id=authority_id,
        sha256=hashlib.sha256(pdf).hexdigest(),
        size=len(pdf),
        content_type=PDF,
        scan=StoredFile.Scan.OURS,
        download_name=name,
        made_at=at,
    )
    file.content.save("paper", ContentFile(pdf), save=False)
    file.save(force_insert=True)
    return file
