"""What is asked and said beside the answers of plans, and what somebody still finds out."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from demo.agreeing import People, facts, time_on
from demo.chance import Chance
from demo.phrases import phrases
from demo.timeline import PlanStory, Status
from pep.form_content import Kind, SectionContent
from pep.models import Answer, Note, NoteReply, PersonalEducationPlan, PlanSection

COMMENTED = 0.12  # of the plans being written
NOT_KNOWN = 0.15
FIND_OUT_DAYS = 9
OF_FAMILY = {
    "amara": ("views", "Would you like your meeting at school or online?"),
    "jayden": ("carer-views", "Which books does Jayden like at the moment?"),
}

Sections = Sequence[tuple[SectionContent, str]]


class Talk:
    """Writes queries, comments and answers not known yet, from a stream of chance of its own."""

    def __init__(self, seed: int, rows: dict[type, list[Any]], answer: type[Any]) -> None:
        self._seed, self._rows, self._answer = seed, rows, answer

    def about(
        self,
        plan: PersonalEducationPlan,
        story: PlanStory,
        people: People,
        sections: Sections,
        carried: Mapping[tuple[str, str], Any],
        *,
        asked: Mapping[str, str],
    ) -> None:
        chance = Chance(self._seed, "talk", plan.pk)
        if story.sent_back_on is not None:
            self._query(chance, plan, story, people, sections, asked)
        if story.status != Status.WITH_SCHOOL:
            return
        if story.life.part in OF_FAMILY:
            self._asked_of_family(chance, plan, story, people, *OF_FAMILY[story.life.part])
        if chance.happens(COMMENTED):
            self._comment(chance, plan, story, people, sections)
        if chance.happens(NOT_KNOWN):
            self._not_known(chance, plan, story, people, sections, carried)

    def _query(
        self,
        chance: Chance,
        plan: PersonalEducationPlan,
        story: PlanStory,
        people: People,
        sections: Sections,
        asked: Mapping[str, str],
    ) -> None:
        """Where a plan was sent back for; answered and sorted once it was sent again."""
        assert story.sent_back_on is not None  # noqa: S101 (for the type checker)
        called_for = [section.slug for section, _ in sections if not section.is_off]
        slug = asked["section"] if asked["section"] in called_for else called_for[0]
        at = time_on(chance, story.sent_back_on)
        is_over = story.status != Status.SENT_BACK
        note = Note(
            **facts(chance, plan),
            plan_id=plan.pk,
            section=slug,
            kind=Note.Kind.QUERY.value,
            words=asked["words"],
            written_at=at,
            written_by=people.checker,
            answered_at=at + timedelta(days=2) if is_over else None,
            sorted_at=at + timedelta(days=3) if is_over else None,
            sorted_by=people.checker if is_over else None,
        )
        self._rows[Note].append(note)
        if is_over:
            self._rows[NoteReply].append(
                NoteReply(
                    **facts(chance, plan),
                    note_id=note.pk,
                    words=chance.choice(phrases()["replies"]),
                    written_at=at + timedelta(days=2),
                    written_by=people.sender,
                )
            )

    def _asked_of_family(
        self,
        chance: Chance,
        plan: PersonalEducationPlan,
        story: PlanStory,
        people: People,
        section: str,
        words: str,
    ) -> None:
        """What the young person and the carer who sign in are asked."""
        since = max(plan.started_at, time_on(chance, story.begun_on or story.created_on))
        self._rows[Note].append(
            Note(
                **facts(chance, plan),
                plan_id=plan.pk,
                section=section,
                kind=Note.Kind.QUERY.value,
                words=words,
                written_at=since,
                written_by=people.checker,
            )
        )

    def _comment(
        self,
        chance: Chance,
        plan: PersonalEducationPlan,
        story: PlanStory,
        people: People,
        sections: Sections,
    ) -> None:
        shown = [section for section, _ in sections if not section.is_off]
        schools = [section for section in shown if section.owner == "school"]
        self._rows[Note].append(
            Note(
                **facts(chance, plan),
                plan_id=plan.pk,
                section=chance.choice(schools or shown).slug,
                kind=Note.Kind.COMMENT.value,
                words=chance.choice(phrases()["comments"]),
                written_at=time_on(chance, story.begun_on or story.created_on),
                written_by=people.worker,
            )
        )

    def _not_known(
        self,
        chance: Chance,
        plan: PersonalEducationPlan,
        story: PlanStory,
        people: People,
        sections: Sections,
        carried: Mapping[tuple[str, str], Any],
    ) -> None:
        """The open question of a section half written, which the social worker finds out."""
        for section, state in sections:
            last = section.questions[-1]
            is_free = (section.slug, last.key) not in carried and last.kind != Kind.FACT
            if state != PlanSection.State.IN_PROGRESS or not is_free or last.is_off:
                continue
            at = time_on(chance, story.begun_on or story.created_on)
            self._rows[Answer].append(
                self._answer(
                    **facts(chance, plan),
                    plan_id=plan.pk,
                    section=section.slug,
                    key=last.key,
                    value=None,
                    version=1,
                    written_at=at,
                    written_by_id=people.sender.pk,
                    is_to_confirm=False,
                    state=Answer.State.NOT_KNOWN.value,
                    not_known_person_id=people.worker.pk,
                    not_known_until=story.complete_by - timedelta(days=FIND_OUT_DAYS),
                )
            )
            return
