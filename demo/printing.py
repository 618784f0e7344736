"""Papers of plans: asked for, all of a term in one file, and handed over to the children's files.

What a worker can make is only owed here: within minutes of the start it is there. What is over or
has failed is written as it would have been left.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import audit
from accounts.models import User
from accounts.roles import Seat
from accounts.seats import seats_of
from children.models import Restriction
from demo.chance import Chance
from demo.rows import store
from papers.delivering import MOST_TRIES, wait_after
from papers.models import Bundle, BundlePaper, Delivery, DeliveryPlace, ReaderPaper
from papers.rules import OF_AGREED, Kind
from papers.sending import Fault
from pep.models import AgreedVersion, Paper, PersonalEducationPlan
from schools.models import Policy, Term

FOLDER = "casefile/in"
SINCE = timedelta(days=30)
# Who asks for which paper of whose plan
ASKED = (
    ("teacher", "zofia", Kind.SCHOOL),
    ("teacher", "zofia", Kind.MEETING),
    ("carer", "jayden", Kind.FAMILY),
)
WHY_CLOSED = "Family members work in the council. Ask the adviser before you open it."
Why = BundlePaper.Why


@dataclass(frozen=True, slots=True)
class Printed:
    """Rows written before, to hang papers on."""

    plans: dict[UUID, PersonalEducationPlan]
    versions: list[AgreedVersion]
    papers: list[Paper]
    by_part: dict[str, User]
    named: dict[str, UUID]  # children of the cast
    school: int


class Printing:
    """Writes after the plans, from a stream of chance of its own."""

    def __init__(self, seed: int, printed: Printed, *, authority_id: int, now: datetime) -> None:
        self._chance = Chance(seed, "printing", authority_id)
        self._printed, self._authority_id, self._now = printed, authority_id, now
        self._versions = sorted(
            (one for one in printed.versions if one.authority_id == authority_id),
            key=lambda one: (one.agreed_at, one.pk),
            reverse=True,
        )
        self._seats: dict[str, Seat] = {}

    def write(self, *, today: date) -> None:
        for part in ("head", "teacher", "carer", "social_worker"):
            self._seats[part] = seats_of(self._printed.by_part[part], on=today)[0]
        self._asked()
        self._failed()
        self._bundles()
        self._handed_over()

    def _latest(self, name: str) -> AgreedVersion | None:
        child = self._printed.named.get(name)
        return next((one for one in self._versions if one.child_id == child), None)

    # Papers one asked for ------------------------------------------------------------------------

    def _asked(self) -> None:
        """The school's copy and a summary of one plan, a family's copy of another; to be made."""
        for part, name, kind in ASKED:
            version = self._latest(name)
            if version is not None:
                self._paper(part, version, kind)

    def _failed(self) -> None:
        """A draft that came to nothing; whoever asked may try again."""
        child = self._printed.named.get("amara")
        plans = [one for one in self._printed.plans.values() if one.child_id == child]
        newest = max(plans, key=lambda one: one.started_at, default=None)
        if newest is None or newest.is_agreed:
            return
        ReaderPaper.objects.create(
            id=self._chance.id(),
            authority_id=newest.authority_id,
            child_id=newest.child_id,
            plan_id=newest.pk,
            kind=Kind.DRAFT,
            person=self._printed.by_part["social_worker"],
            seat=self._seats["social_worker"].key,
            state=ReaderPaper.State.FAILED,
            why=ReaderPaper.Why.FAULT,
            tries=3,
            asked_at=self._now,
        )

    def _paper(self, part: str, version: AgreedVersion, kind: Kind) -> None:
        person = self._printed.by_part[part]
        paper = ReaderPaper.objects.create(
            id=self._chance.id(),
            authority_id=version.authority_id,
            child_id=version.child_id,
            plan_id=version.plan_id,
            version=version if kind in OF_AGREED else None,
            kind=kind,
            person=person,
            seat=self._seats[part].key,
            asked_at=self._now,
        )
        audit.record_of(
            paper,
            kind="plan.paper_asked",
            at=self._now,
            by=person,
            after={"kind": kind.value, "checked_for_family": False},
        )

    # All of a term -------------------------------------------------------------------------------

    def _bundles(self) -> None:
        """One file that is gone again, one that was cancelled, and a school's, to be made."""
        terms: dict[UUID, Term] = {}
        for version in self._versions:
            term = self._printed.plans[version.plan_id].term
            terms[term.pk] = term
        before = sorted(terms.values(), key=lambda term: term.started_on, reverse=True)[1:]
        if not before:
            return
        last = [one for one in self._versions if self._plan(one).term.pk == before[0].pk]
        here = [one for one in last if self._plan(one).school_id == self._printed.school]
        closed = self._close_one(here)
        why = "The education panel reads all plans of the term"
        self._bundle(before[0], last, days=6, minutes=-9, state=Bundle.State.CANCELLED, why=why)
        gone = self._bundle(before[0], last, days=6, state=Bundle.State.MADE, why=why)
        self._left_out(gone, last, closed=closed)
        if here:
            self._bundle(
                before[0], here, days=0, state=Bundle.State.ASKED, school=self._printed.school,
                why="The school’s governors look at how its plans have come on",
            )  # fmt: skip

    def _plan(self, version: AgreedVersion) -> PersonalEducationPlan:
        return self._printed.plans[version.plan_id]

    def _close_one(self, here: Iterable[AgreedVersion]) -> UUID | None:
        """The record of one child of the school is restricted: its plan is left out."""
        cast = set(self._printed.named.values())
        child = next((one.child_id for one in here if one.child_id not in cast), None)
        if child is not None:
            Restriction.objects.create(
                id=self._chance.id(),
                authority_id=self._authority_id,
                child_id=child,
                started_on=(self._now - timedelta(days=90)).date(),
                why=WHY_CLOSED,
                owner=self._printed.by_part["adviser"],
            )
        return child

    def _bundle(
        self,
        term: Term,
        versions: list[AgreedVersion],
        *,
        days: int,
        state: str,
        why: str,
        minutes: int = 0,
        school: int | None = None,
    ) -> Bundle:
        at = self._now - timedelta(days=days) + timedelta(hours=10 * bool(days), minutes=minutes)
        head = self._printed.by_part["head"]
        is_made = state == Bundle.State.MADE
        bundle = Bundle.objects.create(
            id=self._chance.id(),
            authority_id=self._authority_id,
            person=head,
            seat=self._seats["head"].key,
            term=term,
            school_id=school,
            reason=why,
            state=state,
            total=len(versions),
            tries=int(is_made),
            asked_at=at,
            made_at=at + timedelta(minutes=6) if is_made else None,
            goes_at=at + timedelta(hours=Policy().plans_file_kept_hours) if is_made else None,
        )
        if not is_made:
            store([self._inside(bundle, version) for version in versions])
        audit.record(
            kind="plans.all_asked",
            at=at,
            table=Bundle._meta.db_table,
            row=bundle.pk,
            authority_id=self._authority_id,
            actor_id=head.pk,
            after={"term": str(term.pk), "plans": len(versions)},
            reason=why,
        )
        return bundle

    def _inside(self, bundle: Bundle, version: AgreedVersion, why: str = "") -> BundlePaper:
        state = BundlePaper.State.OWED
        if bundle.state == Bundle.State.MADE:
            state = BundlePaper.State.FAILED if why else BundlePaper.State.DONE
        return BundlePaper(
            id=self._chance.id(),
            authority_id=version.authority_id,
            child_id=version.child_id,
            bundle_id=bundle.pk,
            version_id=version.pk,
            state=state,
            why=why,
        )

    def _left_out(
        self, bundle: Bundle, versions: list[AgreedVersion], *, closed: UUID | None
    ) -> None:
        """All but these were in the file that is gone; why they were not stays."""
        whys = {one.pk: Why.NO_PAPER for one in versions[1:3]}
        whys |= {one.pk: Why.CLOSED for one in versions[1:] if one.child_id == closed}
        store([self._inside(bundle, version, whys.get(version.pk, "")) for version in versions])
        bundle.in_file = len(versions) - len(whys)
        bundle.save(update_fields=["in_file"])

    # To the children's files ---------------------------------------------------------------------

    def _handed_over(self) -> None:
        """Plans agreed lately go to a folder. One waits after two tries, one was given up."""
        DeliveryPlace.objects.create(
            id=self._chance.id(),
            authority_id=self._authority_id,
            way=DeliveryPlace.Way.FOLDER,
            folder=FOLDER,
            is_on=True,
            started_at=self._now - SINCE,
        )
        cast = set(self._printed.named.values())
        owed = {paper.version_id for paper in self._printed.papers}
        others = [one for one in self._versions if one.pk in owed and one.child_id not in cast]
        for version, state, tries in zip(
            others, (Delivery.State.OWED, Delivery.State.FAILED), (2, MOST_TRIES), strict=False
        ):
            Delivery.objects.create(
                id=self._chance.id(),
                authority_id=version.authority_id,
                child_id=version.child_id,
                version=version,
                state=state,
                where=FOLDER,
                fault=Fault.NO_FOLDER.value,
                tries=tries,
                owed_at=version.agreed_at,
                next_try_at=self._now + timedelta(hours=20) + wait_after(tries),
            )
