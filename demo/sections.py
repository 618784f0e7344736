"""Writes the sections of plans: how far each is, its answers, words about facts, and doubts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.models import User
from demo.agreeing import People, facts, time_on
from demo.chance import Chance
from demo.timeline import PlanStory, Status
from pep.form_content import FormContent, SectionContent
from pep.models import (
    Answer,
    Doubt,
    FactWord,
    PersonalEducationPlan,
    PlanSection,
    WritingStep,
)
from pep.rules import Keeper
from pep.rules.doubts import KEEPERS

# The child and the carer who sign in find something to say
OWN_WORDS = ("views", "carer-views")
OWN_WORDS_LAST = ("amara", "jayden")
State = PlanSection.State


@dataclass(slots=True)
class AnswerRow:
    """An answer as its columns: there are a hundred thousand of them."""

    id: UUID
    authority_id: int
    child_id: UUID
    plan_id: UUID
    section: str
    key: str
    value: Any
    version: int
    written_at: datetime
    written_by_id: UUID | None
    is_to_confirm: bool
    state: str = Answer.State.ANSWERED.value
    not_known_who: str = ""
    window: str = ""
    not_known_person_id: UUID | None = None
    not_known_until: date | None = None
    rows_written: dict[str, Any] = field(default_factory=dict)


class Sections:
    """Makes the rows of a plan's sections, from the stream of chance its plan is drawn from."""

    def __init__(self, chance: Chance, rows: dict[type, list[Any]], *, today: date) -> None:
        self._chance, self._rows, self._today = chance, rows, today

    def how_far(
        self, story: PlanStory, form: FormContent, *, asked_about: str
    ) -> list[tuple[SectionContent, str]]:
        """How far each section is: in order, with the next one or two half written.

        A plan that was sent back has the section it was asked about open again.
        """
        asked = form.asked
        total = len(asked)
        if story.status in {Status.NOT_STARTED, Status.WITH_SCHOOL}:
            complete = min(total - 1, round(total * story.done))
            order = self._chance.sample(range(total), total) if story.done else list(range(total))
            if story.life.part in OWN_WORDS_LAST:
                order.sort(key=lambda place: asked[place].slug in OWN_WORDS)
        else:
            complete, order = total, list(range(total))
        begun = story.status == Status.WITH_SCHOOL
        states = dict.fromkeys(order, State.NOT_STARTED)
        for place in order[:complete]:
            states[place] = State.COMPLETE
        for place in order[complete : complete + (2 if begun else 0)]:
            states[place] = State.IN_PROGRESS
        if story.status == Status.SENT_BACK:
            again = next((n for n, s in enumerate(asked) if s.slug == asked_about), 0)
            states[again] = State.IN_PROGRESS
        called_for = {section.slug: states[place] for place, section in enumerate(asked)}
        return [(s, called_for.get(s.slug, State.NOT_STARTED)) for s in form.sections]

    def write(
        self,
        plan: PersonalEducationPlan,
        story: PlanStory,
        section: SectionContent,
        state: str,
        people: People,
        answers: Mapping[tuple[str, str], Any],
        carried: Mapping[tuple[str, str], Any],
    ) -> None:
        writer = people.writer(section.owner)
        is_written = state != State.NOT_STARTED
        at = self._written_at(story) if is_written else None
        version = self._chance.randrange(1, 6) if is_written else 0
        self._rows[PlanSection].append(
            PlanSection(
                **facts(self._chance, plan),
                plan_id=plan.pk,
                slug=section.slug,
                place=section.place,
                owner=section.owner,
                is_asked=not section.is_off,
                version=version,
                state=state,
                written_at=at,
                written_by=writer if at else None,
                completed_at=at if state == State.COMPLETE else None,
                completed_by=writer if state == State.COMPLETE else None,
            )
        )
        for question in section.questions:
            key = (section.slug, question.key)
            # Half a section: its first questions have answers, the rest what was carried
            is_new = state == State.COMPLETE or (
                state == State.IN_PROGRESS and question is not section.questions[-1]
            )
            if question.is_off or section.is_off:
                continue
            if question.kind == "fact":
                if is_new and at:
                    self._word(plan, section.slug, question.key, writer, at)
                continue
            value = answers.get(key) if is_new else carried.get(key)
            if value is None:
                continue
            self._rows[Answer].append(
                AnswerRow(
                    **facts(self._chance, plan),
                    plan_id=plan.pk,
                    section=section.slug,
                    key=question.key,
                    value=value,
                    version=version if is_new else 0,
                    written_at=at if is_new and at else plan.started_at,
                    written_by_id=writer.pk if is_new else None,
                    is_to_confirm=not is_new,
                )
            )
            if is_new and at and not story.is_agreed and story.status != Status.NOT_STARTED:
                self._step(plan, section.slug, question.key, writer, at, value)

    def _written_at(self, story: PlanStory) -> datetime:
        since = story.begun_on or story.created_on
        until = story.first_sent_on or story.sent_on or self._today
        days = max(1, (until - since).days)
        return time_on(self._chance, since + timedelta(days=self._chance.randrange(days)))

    def _word(
        self, plan: PersonalEducationPlan, slug: str, key: str, by: User, at: datetime
    ) -> None:
        is_right = not self._chance.happens(0.04)
        note = "" if is_right else "One of these has changed since."
        if not is_right:
            self._doubt(plan, slug, key, by, at, note)
        self._rows[FactWord].append(
            FactWord(
                **facts(self._chance, plan),
                plan_id=plan.pk,
                section=slug,
                key=key,
                is_right=is_right,
                note=note,
                said_at=at,
                said_by=by,
            )
        )

    def _doubt(
        self, plan: PersonalEducationPlan, slug: str, key: str, by: User, at: datetime, note: str
    ) -> None:
        """What was called wrong is asked of whoever keeps it; answered once the plan is agreed."""
        keeper = KEEPERS.get(key, Keeper.SOCIAL_WORKER)
        answered_at = plan.agreed_at
        self._rows[Doubt].append(
            Doubt(
                **facts(self._chance, plan),
                plan_id=plan.pk,
                section=slug,
                key=key,
                asked_of=keeper.value,
                words=note,
                asked_at=at,
                asked_by=by,
                answer=Doubt.Answer.PUT_RIGHT if answered_at else "",
                answered_at=answered_at,
                answered_by=plan.agreed_by if answered_at else None,
            )
        )

    def _step(
        self,
        plan: PersonalEducationPlan,
        slug: str,
        key: str,
        by: User,
        at: datetime,
        value: Any,
    ) -> None:
        self._rows[WritingStep].append(
            WritingStep(
                **facts(self._chance, plan),
                plan_id=plan.pk,
                section=slug,
                key=key,
                person=by,
                began_at=at,
                last_at=at + timedelta(minutes=self._chance.randrange(9)),
                before=None,
                after=value,
            )
        )
