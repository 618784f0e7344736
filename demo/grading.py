"""The checks of the demonstration's plans, graded area by area, and some marked a second time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.models import User
from demo.chance import Chance
from demo.rows import store
from pep.models import PersonalEducationPlan
from quality import rules
from quality.models import Area, AreaGrade, BankComment, QualityCheck, Rubric, Sample, SecondMark

Status = PersonalEducationPlan.Status
GRADED_TERMS = 2  # with grades of each area; before, a check has its overall grade
PERCENT = 10  # of a term's plans, marked a second time
GIVEN = 0.8  # of these, given; the rest wait for their marker
SETTLED = 0.5  # of those that differ
# How many areas of eight are below good, by the grade of the whole
_BELOW = {"good": (0, 1), "needs_more": (2, 4), "not_good_enough": (1, 3)}


class Grading:
    """Makes the checks of agreed plans, in one go for all of them."""

    def __init__(self, seed: int, *, head: User, now: datetime) -> None:
        self._chance = Chance(seed, "grading")
        self._head, self._now = head, now
        self._rubric = Rubric.objects.get(authority=None)
        self._areas = list(Area.objects.filter(rubric=self._rubric).order_by("place"))
        self._words: dict[str, list[str]] = defaultdict(list)
        for comment in BankComment.objects.filter(authority=None).order_by("kind", "words"):
            self._words[comment.kind].append(comment.words)
        self._checks: list[QualityCheck] = []
        self._grades: list[AreaGrade] = []

    def write(self, plans: Iterable[PersonalEducationPlan], *, authority_id: int) -> int:
        """Grade every agreed plan, and draw a sample of the last whole term; answer how many."""
        agreed = [plan for plan in plans if plan.quality and plan.agreed_at]
        newest = sorted({plan.term.started_on for plan in agreed})[-GRADED_TERMS:]
        firsts = [self._first(plan, in_full=plan.term.started_on in newest) for plan in agreed]
        drawn = [
            (plan, first)
            for plan, first in zip(agreed, firsts, strict=True)
            if plan.authority_id == authority_id and plan.term.started_on == newest[0]
        ] if newest else []  # fmt: skip
        sample, marks = self._sample(drawn)
        store(self._checks)
        store(self._grades)
        if sample is not None:
            sample.save(force_insert=True)
            store(marks)
            waiting = {mark.plan_id: mark.marker_id for mark in marks if mark.done_at is None}
            PersonalEducationPlan.objects.bulk_update(
                [
                    PersonalEducationPlan(pk=plan, grade_hidden_from_id=person)
                    for plan, person in waiting.items()
                ],
                ["grade_hidden_from"],
            )
        return len(self._checks)

    def _row(self, plan: PersonalEducationPlan) -> dict[str, Any]:
        return {
            "id": self._chance.id(),
            "authority_id": plan.authority_id,
            "child_id": plan.child_id,
        }

    def _first(self, plan: PersonalEducationPlan, *, in_full: bool) -> QualityCheck:
        agreed_at = plan.agreed_at or self._now
        return self._check(
            plan, plan.agreed_by_id, QualityCheck.Mark.FIRST, plan.quality,
            at=plan.checking_at or agreed_at, in_full=in_full,
        )  # fmt: skip

    def _check(
        self,
        plan: PersonalEducationPlan,
        marker_id: UUID | None,
        mark: str,
        grade: str,
        *,
        at: datetime,
        in_full: bool,
    ) -> QualityCheck:
        check = QualityCheck(
            **self._row(plan),
            plan_id=plan.pk,
            version_number=1,
            mark=mark,
            rubric=self._rubric,
            started_at=at,
            marker_id=marker_id or self._head.pk,
            overall=grade,
        )
        self._checks.append(check)
        if in_full and grade:
            self._grade_areas(plan, check, grade)
        return check

    def _grade_areas(self, plan: PersonalEducationPlan, check: QualityCheck, grade: str) -> None:
        """Grades of the areas that come to the grade of the whole, with words where they differ."""
        least, most = _BELOW[grade]
        number = self._chance.randint(least, most)
        below = set(self._chance.sample(range(len(self._areas)), number))
        worst = grade == "not_good_enough"
        for place, area in enumerate(self._areas):
            given = "good"
            if place in below:
                given = "not_good_enough" if worst and place == min(below) else "needs_more"
            said = self._words[area.kind]
            comment = self._chance.choice(said) if said and given != "good" else ""
            self._grades.append(
                AreaGrade(
                    **self._row(plan),
                    check_of=check,
                    area=area.key,
                    grade=given,
                    comment=comment,
                    written_at=check.started_at + timedelta(minutes=5 + place),
                    written_by_id=check.marker_id,
                )
            )

    def _sample(
        self, drawn: Sequence[tuple[PersonalEducationPlan, QualityCheck]]
    ) -> tuple[Sample | None, list[SecondMark]]:
        """Plans of one term, graded again by colleagues of whoever graded them first."""
        strata: dict[str, list[tuple[PersonalEducationPlan, QualityCheck]]] = defaultdict(list)
        for plan, first in drawn:
            strata[str(first.marker_id)].append((plan, first))
        pool = sorted({first.marker_id for _, first in drawn} | {self._head.pk}, key=str)
        size = rules.how_many(len(drawn), percent=PERCENT)
        if not size or len(pool) < 2:
            return None, []
        plan, _ = drawn[0]
        seed = self._chance.randrange(2**31)
        sample = Sample(
            id=self._chance.id(), authority_id=plan.authority_id, term=plan.term, percent=PERCENT,
            drawn_from=len(drawn), seed=seed, made_at=self._now - timedelta(days=30),
            made_by=self._head,
        )  # fmt: skip
        load: Counter[UUID] = Counter()
        marks = [
            self._second(sample, plan, first, pool=pool, load=load)
            for plan, first in rules.drawn(strata, size=size, seed=seed)
        ]
        return sample, marks

    def _second(
        self,
        sample: Sample,
        plan: PersonalEducationPlan,
        first: QualityCheck,
        *,
        pool: Sequence[UUID],
        load: Counter[UUID],
    ) -> SecondMark:
        """Most agree with the first; some wait for their marker, some differences to be settled."""
        chance = self._chance
        marker = min((one for one in pool if one != first.marker_id), key=lambda one: load[one])
        load[marker] += 1
        is_given = chance.happens(GIVEN)
        other = "good" if first.overall != "good" else "needs_more"
        grade = (first.overall if chance.happens(0.75) else other) if is_given else ""
        second = self._check(
            plan, marker, QualityCheck.Mark.SECOND, grade, at=sample.made_at, in_full=True
        )
        done_at = sample.made_at + timedelta(days=chance.randint(1, 12)) if is_given else None
        mark = SecondMark(
            **self._row(plan), sample=sample, plan_id=plan.pk, first=first, second=second,
            marker_id=marker, done_at=done_at,
        )  # fmt: skip
        if done_at and grade != first.overall and chance.happens(SETTLED):
            mark.settled_at, mark.settled_by = done_at + timedelta(days=2), self._head
            mark.note = "Read again together: the first grade is right."
            first.settled = first.overall
        return mark
