"""What people do about papers: ask for one."""

from datetime import datetime, timedelta

from django.db import transaction

import audit
from accounts.models import User
from accounts.tasks import send_after_commit
from papers import keeping, tasks
from papers.models import ReaderPaper
from papers.rules import Kind
from pep.models import AgreedVersion, PersonalEducationPlan

JUST_MADE = timedelta(seconds=20)  # a second click on the button of a draft


@transaction.atomic
def ask(
    *,
    plan: PersonalEducationPlan,
    kind: Kind,
    version: AgreedVersion | None,
    rights: str,
    has_checked: bool = False,
    by: User,
    at: datetime,
) -> ReaderPaper:
    """Ask for a paper for oneself, in the seat one is in. Asking twice makes one.

    A paper that is still good is kept as it is: of this agreed version (`version`; None for words
    that still change), made under the same `rights` as today's. `has_checked`: they read it as the
    family will, and said so [DP-5].
    """
    assert by.seat is not None  # noqa: S101 (the page is behind a permission of the seat)
    paper: ReaderPaper
    paper, is_new = ReaderPaper.objects.select_for_update(of=("self",)).get_or_create(
        plan=plan,
        kind=kind.value,
        person=by,
        seat=by.seat.key,
        defaults={
            "authority_id": plan.authority_id,
            "child_id": plan.child_id,
            "version": version,
            "asked_at": at,
        },
    )
    if not is_new:
        if paper.state == ReaderPaper.State.ASKED or _is_good(paper, version, rights, at=at):
            return paper
        _ask_again(paper, at=at)
    audit.record(
        kind="plan.paper_asked",
        at=at,
        table="papers_readerpaper",
        row=paper.pk,
        child_id=plan.child_id,
        authority_id=plan.authority_id,
        after={"kind": kind.value, "checked_for_family": has_checked},
    )
    send_after_commit(tasks.make, authority_id=plan.authority_id, paper_id=paper.pk)
    return paper


def _is_good(
    paper: ReaderPaper, version: AgreedVersion | None, rights: str, *, at: datetime
) -> bool:
    if paper.state != ReaderPaper.State.MADE or paper.rights != rights:
        return False
    if paper.made_at is not None and at - paper.made_at < JUST_MADE:
        return True
    return version is not None and paper.version_id == version.pk


def _ask_again(paper: ReaderPaper, *, at: datetime) -> None:
    old = paper.file
    paper.state, paper.why, paper.tries, paper.asked_at = ReaderPaper.State.ASKED, "", 0, at
    paper.file = paper.made_at = paper.goes_at = None
    paper.save()
    keeping.let_go(old)
