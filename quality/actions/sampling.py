"""Draw plans for a second mark, give it without knowing the first, settle what differs."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

import audit
from accounts.models import Membership, User
from accounts.permissions import PERMISSIONS, Permission
from accounts.roles import Role
from pep import actions as plan_actions
from pep.models import Answer
from quality import rules, summaries
from quality.actions.checking import Saved, Words, write
from quality.models import QualityCheck, Sample, SecondMark
from schools.models import Policy, Term


class NothingToDraw(Exception):
    """No plan of the term is left that somebody else could mark."""


class NotTheirs(Exception):
    """The second mark is another person's, or is given already."""


class NotToSettle(Exception):
    """The marks do not differ, are not both given, or are settled already."""


@transaction.atomic
def draw(
    *,
    term: Term,
    number: int | None = None,
    percent: int | None = None,
    by: User,
    at: datetime,
    seed: int | None = None,
) -> Sample:
    """Draw plans of a term at random, each first marker's in proportion, and give each to another.

    Nobody gets a plan they marked or wrote in; from whoever gets it the first grade is hidden.
    Raises NothingToDraw. About ten queries, whatever the size.
    """
    if not by.may(Permission.SAMPLE_QUALITY) or by.seat is None:
        raise PermissionDenied
    seed = secrets.randbelow(2**31) if seed is None else seed
    on = timezone.localtime(at).date()
    graded = summaries.counted(by, on=on).filter(plan__term=term)
    # One more sample waits until this one is drawn: no plan is drawn twice
    Term.objects.select_for_update().get(pk=term.pk)
    fresh = list(
        graded.filter(second_mark__isnull=True).select_related("rubric", "plan").order_by("pk")
    )
    strata: dict[str, list[QualityCheck]] = defaultdict(list)
    for check in fresh:
        strata[str(check.marker_id)].append(check)
    size = rules.how_many(len(fresh), number=number, percent=percent)
    chosen = rules.drawn(strata, size=size, seed=seed)
    given = _given(chosen, authority_id=term.authority_id, at=at, seed=seed)
    if not given:
        raise NothingToDraw
    sample = Sample.objects.create(
        authority_id=term.authority_id,
        term=term,
        number=number,
        percent=percent,
        drawn_from=len(fresh),
        seed=seed,
        made_at=at,
        made_by=by,
    )
    _write_marks(sample, given, at=at)
    audit.record(
        kind="quality.sample_drawn",
        at=at,
        table=Sample._meta.db_table,
        row=sample.pk,
        authority_id=sample.authority_id,
        actor_id=by.pk,
        after={"plans": len(given), "of": len(fresh), "seed": seed},
    )
    return sample


def _given(
    chosen: Sequence[QualityCheck], *, authority_id: int, at: datetime, seed: int
) -> list[tuple[QualityCheck, UUID]]:
    """Whom each drawn plan goes to: whoever has least so far; without anybody it is left out."""
    pool = _pool(authority_id, at=at)
    wrote: dict[UUID, set[UUID]] = defaultdict(set)
    rows = Answer.objects.filter(
        plan__in=[check.plan_id for check in chosen], written_by__in=pool
    ).values_list("plan", "written_by")
    for plan, person in rows.distinct():
        wrote[plan].add(person)
    chance = Random(seed)  # noqa: S311 (repeatable on purpose)
    load: Counter[UUID] = Counter()
    given = []
    for check in chosen:
        may = [one for one in pool if one != check.marker_id and one not in wrote[check.plan_id]]
        if not may:
            continue
        least = min(load[one] for one in may)
        person = chance.choice([one for one in may if load[one] == least])
        load[person] += 1
        given.append((check, person))
    return given


def _pool(authority_id: int, *, at: datetime) -> list[UUID]:
    """Who checks plans for the authority; of advisers none where each sees only their caseload."""
    on = timezone.localtime(at).date()
    roles = [role for role, may in PERMISSIONS.items() if Permission.CHECK_PEP in may]
    policy = Policy.objects.in_force(authority_id=authority_id, on=on)
    if policy.advisers_see_only_their_caseload:
        roles = [role for role in roles if role != Role.ADVISER]
    seats = Membership.objects.current(on=on).filter(
        authority=authority_id, role__in=roles, user__is_active=True
    )
    return sorted(set(seats.values_list("user", flat=True)))


def _write_marks(
    sample: Sample, given: Sequence[tuple[QualityCheck, UUID]], *, at: datetime
) -> None:
    seconds, marks = [], []
    for first, person in given:
        whose = {"authority_id": first.authority_id, "child_id": first.child_id}
        second = QualityCheck(
            **whose,
            plan_id=first.plan_id,
            version_number=first.version_number,
            mark=QualityCheck.Mark.SECOND,
            rubric_id=first.rubric_id,
            started_at=at,
            marker_id=person,
        )
        seconds.append(second)
        marks.append(
            SecondMark(
                **whose,
                sample=sample,
                plan_id=first.plan_id,
                first=first,
                second=second,
                marker_id=person,
            )
        )
    QualityCheck.objects.bulk_create(seconds)
    SecondMark.objects.bulk_create(marks)
    plan_actions.hide_grades({first.plan_id: person for first, person in given})


def _own_open(mark_id: UUID, by: User) -> SecondMark:
    """Lock a second mark this person has still to give."""
    mark: SecondMark | None = (
        SecondMark.objects.select_for_update(of=("self",))
        .select_related("second__rubric")
        .filter(pk=mark_id)
        .first()
    )
    if mark is None or mark.marker_id != by.pk or mark.done_at is not None:
        raise NotTheirs
    return mark


@transaction.atomic
def save_second(
    *, mark_id: UUID, values: Mapping[str, Words], seen: Mapping[str, str], by: User, at: datetime
) -> Saved:
    """Save what a second marker has graded so far. Raises NotTheirs."""
    mark = _own_open(mark_id, by)
    return write(mark.second, values=values, seen=seen, by=by, at=at)


@transaction.atomic
def finish_second(*, mark_id: UUID, by: User, at: datetime) -> bool:
    """Give the second mark: from now on its marker may know the first. Answer if it is given.

    It is not while an area has no grade, or another overall grade no reason. Raises NotTheirs.
    """
    mark = _own_open(mark_id, by)
    if not mark.second.overall:
        return False
    mark.done_at = at
    mark.save(update_fields=["done_at"])
    plan_actions.hide_grades({mark.plan_id: None})
    audit.record_of(mark, kind="quality.second_mark", at=at, by=by)
    return True


@transaction.atomic
def settle(*, mark_id: UUID, grade: str, note: str, by: User, at: datetime) -> SecondMark:
    """Settle two overall grades that differ: which one counts, and why. Raises NotToSettle.

    The plan carries the settled grade from now on; both marks stay as they were given.
    """
    if not by.may(Permission.SAMPLE_QUALITY):
        raise PermissionDenied
    mark: SecondMark = (
        SecondMark.objects.select_for_update(of=("self",))
        .select_related("first__rubric", "second")
        .get(pk=mark_id)
    )
    first, note = mark.first, note.strip()
    if not mark.differs or mark.settled_at or not note or grade not in first.rubric.grades:
        raise NotToSettle
    mark.settled_at, mark.settled_by, mark.note = at, by, note
    mark.save(update_fields=["settled_at", "settled_by", "note"])
    first.settled = grade
    first.save(update_fields=["settled"])
    plan_actions.settle_grade(
        plan_id=mark.plan_id, version_number=first.version_number, grade=grade, by=by, at=at
    )
    return mark
