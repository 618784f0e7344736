"""How made papers go: rows now, content when the rows are gone for good."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from files.models import StoredFile
from papers.models import Bundle, BundlePaper, ReaderPaper
from papers.rules import Kept
from schools.models import Policy

FAILED_KEPT = timedelta(days=1)
AT_ONCE = 200  # of one authority in one sweep


def kept_by(authority_id: int, *, at: datetime) -> Kept:
    """How long the authority keeps what is made at this moment. One query."""
    on = timezone.localtime(at).date()
    policy = Policy.objects.in_force(authority_id=authority_id, on=on)
    return Kept(
        paper=timedelta(days=policy.paper_kept_days),
        draft=timedelta(days=policy.draft_paper_kept_days),
        bundle=timedelta(hours=policy.plans_file_kept_hours),
    )


def let_go(file: StoredFile | None) -> None:
    """Delete a file nothing points at any more."""
    if file is None:
        return
    name, storage = str(file.content.name), file.content.storage
    file.delete()
    transaction.on_commit(partial(storage.delete, name))


def let_old_go(*, at: datetime) -> int:
    """Delete papers kept long enough, and rows nothing came of; answer how many.

    Also those that name a file which was withdrawn since.
    """
    old = ReaderPaper.objects.filter(
        Q(goes_at__lte=at)
        | Q(state=ReaderPaper.State.FAILED, asked_at__lte=at - FAILED_KEPT)
        | Q(plan__attachments__withdrawn_at__gte=F("made_at"))
    )
    rows = old.select_for_update(of=("self",), skip_locked=True).select_related("file")
    found = list(rows.order_by("asked_at", "pk")[:AT_ONCE])
    for row in found:
        file = row.file
        row.delete()
        let_go(file)
    return len(found) + _bundles(at=at)


def _bundles(*, at: datetime) -> int:
    """Let go the files of bundles that are over, lack a record, or name a withdrawn file."""
    made = Bundle.objects.filter(state=Bundle.State.MADE, file__isnull=False)
    made = made.annotate(left=Count("papers", filter=Q(papers__file=F("file"))))
    names_withdrawn = BundlePaper.objects.filter(
        bundle=OuterRef("pk"), version__plan__attachments__withdrawn_at__gte=OuterRef("made_at")
    )
    is_over = Q(goes_at__lte=at) | Q(left__lt=F("in_file")) | Exists(names_withdrawn)
    over = list(made.filter(is_over)[:AT_ONCE])
    for bundle in over:
        let_go_of(bundle)
    return len(over)


def let_go_of(bundle: Bundle) -> None:
    """Delete a bundle's file; that it was asked for, why and of whom stays."""
    let_go(bundle.file)
