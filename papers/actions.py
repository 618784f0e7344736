"""What people do about papers: ask for one, or for all plans of a term; cancel that."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

import audit
from accounts.models import User
from accounts.tasks import send_after_commit
from children.actions import DOWNLOADED
from papers import keeping, tasks
from papers.models import Bundle, BundlePaper, ReaderPaper
from papers.rules import Kind
from pep.models import AgreedVersion, PersonalEducationPlan
from schools.models import School, Term

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
    audit.record_of(
        paper,
        kind="plan.paper_asked",
        at=at,
        by=by,
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


class NoPlans(Exception):
    """No agreed plan of the term is one of those chosen."""


class OneAtATime(Exception):
    """Another bundle of this person is still being made."""

    def __init__(self, bundle_id: UUID) -> None:
        super().__init__()
        self.bundle_id = bundle_id


@transaction.atomic
def ask_for_all(
    *, term: Term, school: School | None, phase: str, reason: str, by: User, at: datetime
) -> Bundle:
    """Ask for the agreed plans of a term in one file, with the reason. Raises NoPlans, OneAtATime.

    Of each plan the latest agreed version, of the children this person sees today.
    """
    assert by.seat is not None  # noqa: S101 (the page is behind a permission of the seat)
    User.objects.select_for_update().get(pk=by.pk)  # of two clicks the second waits here
    running = Bundle.objects.visible_to(by).filter(state=Bundle.State.ASKED).first()
    if running is not None:
        raise OneAtATime(running.pk)
    versions = _versions(term, school, phase, by)
    if not versions:
        raise NoPlans
    bundle = Bundle.objects.create(
        authority_id=term.authority_id, person=by, seat=by.seat.key, term=term, school=school,
        phase=phase, reason=reason, total=len(versions), asked_at=at,
    )  # fmt: skip
    BundlePaper.objects.bulk_create(
        BundlePaper(
            authority_id=bundle.authority_id, child_id=version.child_id, bundle=bundle,
            version=version,
        )
        for version in versions
    )  # fmt: skip
    audit.record(
        kind="plans.all_asked",
        at=at,
        table="papers_bundle",
        row=bundle.pk,
        authority_id=bundle.authority_id,
        actor_id=by.pk,
        after={"term": str(term.pk), "plans": len(versions)},
        reason=reason,
    )
    send_after_commit(tasks.make_bundle, authority_id=bundle.authority_id, bundle_id=bundle.pk)
    return bundle


def _versions(term: Term, school: School | None, phase: str, by: User) -> list[AgreedVersion]:
    plans = PersonalEducationPlan.objects.visible_to(by).filter(
        term=term, authority=term.authority_id
    )
    if school is not None:
        plans = plans.filter(school=school)
    if phase:
        plans = plans.filter(form_version__form__phase=phase)
    versions = AgreedVersion.objects.filter(plan__in=plans.values("pk")).defer("content")
    return list(versions.order_by("plan", "-number").distinct("plan"))


@transaction.atomic
def cancel(*, bundle_id: UUID, by: User, at: datetime) -> Bundle:
    """Stop making a bundle. One that is made, or was cancelled, stays as it is."""
    bundle: Bundle = Bundle.objects.visible_to(by).select_for_update(of=("self",)).get(pk=bundle_id)
    if bundle.state == Bundle.State.ASKED:
        bundle.state = Bundle.State.CANCELLED
        bundle.save(update_fields=["state"])
    return bundle


def record_all_taken(*, bundle: Bundle, by: User, at: datetime) -> None:
    """Write down of each child in a bundle that their plan was taken away [DP-2]."""
    for child_id in bundle.papers.filter(file=bundle.file).values_list("child_id", flat=True):
        audit.record(
            kind=DOWNLOADED,
            at=at,
            table="children_child",
            row=child_id,
            child_id=child_id,
            authority_id=bundle.authority_id,
            actor_id=by.pk,
            after={"page": "papers/bundle", "bundle": str(bundle.pk)},
            reason=bundle.reason,
        )
