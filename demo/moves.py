"""Writes what became of plans: each change of state, and now and then a gap that was named."""

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from demo.agreeing import People, facts, time_on
from demo.chance import Chance
from demo.timeline import PlanStory, Status
from pep.models import Gap, PersonalEducationPlan, PlanMove


class Moves:
    """Makes these rows, from the stream of chance the plan is drawn from."""

    def __init__(self, chance: Chance, rows: dict[type, list[Any]], *, today: date) -> None:
        self._chance, self._rows, self._today = chance, rows, today

    def write(
        self, plan: PersonalEducationPlan, story: PlanStory, people: People, *, asked: str
    ) -> None:
        """Every change of state there was, each with who and when; `asked` on sending back."""
        steps: list[tuple[date | None, str, User, str]] = [
            (story.begun_on, Status.WITH_SCHOOL, people.sender, ""),
            (story.first_sent_on, Status.SENT_TO_CHECK, people.sender, ""),
            (story.sent_back_on and story.first_sent_on, Status.BEING_CHECKED, people.checker, ""),
            (story.sent_back_on, Status.SENT_BACK, people.checker, asked),
            (story.sent_on, Status.SENT_TO_CHECK, people.sender, ""),
            (story.checking_on, Status.BEING_CHECKED, people.checker, ""),
            (story.agreed_on, Status.AGREED, people.checker, ""),
            (story.final_on, Status.FINAL, people.worker, ""),
            (story.superseded_on, Status.SUPERSEDED, people.checker, ""),
        ]
        before: str = Status.NOT_STARTED
        last = plan.started_at
        for day, after, by, reason in steps:
            if day is None:
                continue
            known: dict[str, datetime | None] = {
                Status.AGREED.value: plan.agreed_at,
                Status.SENT_TO_CHECK.value: plan.sent_at,
            }
            at = max(known.get(after) or time_on(self._chance, day), last + timedelta(minutes=1))
            self._rows[PlanMove].append(
                PlanMove(
                    **facts(self._chance, plan),
                    plan_id=plan.pk,
                    before=before,
                    after=after,
                    reason=reason,
                    made_at=at,
                    made_by=by,
                )
            )
            before, last = after, at

    def gap(self, plan: PersonalEducationPlan, people: People) -> None:
        """Now and then nobody can wait for the social worker's signature."""
        if plan.status != Status.AGREED or plan.agreed_at is None or plan.agreed_by is None:
            return
        if people.worker.pk == plan.agreed_by.pk or not self._chance.happens(0.25):
            return
        self._rows[Gap].append(
            Gap(
                **facts(self._chance, plan),
                plan_id=plan.pk,
                version_number=1,
                kind=Gap.Kind.SIGNATURE,
                part="social_worker",
                owed_by=people.worker,
                due_on=self._today + timedelta(days=self._chance.randrange(3, 15)),
                reason="On leave until the end of next week. The plan is in use already.",
                named_at=plan.agreed_at,
                named_by=plan.agreed_by,
            )
        )
