"""Writes the plans of the last terms: sections, answers, moves, and what agreeing brings."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from demo import figures
from demo.agreeing import Agreements, Known, People, time_on
from demo.answers import Author, Occasion
from demo.chance import Chance
from demo.earlier import EarlierPlans
from demo.moves import Moves
from demo.phrases import phrases
from demo.reading import attendance_up_to
from demo.rows import store
from demo.sections import AnswerRow, Sections
from demo.talk import Talk
from demo.targets import Targets
from demo.timeline import PlanStory
from pep import form_content
from pep.facts import AttendanceFigures
from pep.fitting import fit_sections
from pep.form_content import FormContent
from pep.models import (
    AgreedVersion,
    Answer,
    Doubt,
    FactWord,
    Form,
    FormVersion,
    Gap,
    Note,
    NoteReply,
    Paper,
    PersonalEducationPlan,
    PlanMove,
    PlanSection,
    Signature,
    WritingStep,
)
from pep.rules import TRANSITION_YEARS, Fact, year_fact
from progress.models import Target
from schools.models import School
from schools.rules import Season, phase

EARLY = time(6)  # of the day the demonstration begins, when the nightly work is done
ORDER = (
    PersonalEducationPlan,
    PlanSection,
    Answer,
    FactWord,
    WritingStep,
    PlanMove,
    Note,
    NoteReply,
    AgreedVersion,
    Signature,
    Paper,
    Target,
    Gap,
    Doubt,
)


class PlanWriter:
    """Makes the rows of one plan after another; plans of a child must come oldest first."""

    def __init__(self, seed: int, known: Known) -> None:
        self._chance = Chance(seed, "plan rows")
        self._known = known
        self._forms = {
            version.form.phase: form_content.of_version(version.pk)
            for version in FormVersion.objects.filter(
                form__authority=None, published_at__isnull=False
            )
            .select_related("form")
            .order_by("number")
        }
        self._targets: dict[UUID, list[dict[str, Any]]] = {}
        self._answers: dict[UUID, tuple[str, dict[tuple[str, str], Any]]] = {}
        self.rows: dict[type, list[Any]] = defaultdict(list)
        self.plans: dict[UUID, PersonalEducationPlan] = {}
        self._talk = Talk(seed, self.rows, AnswerRow)
        today = known.calendar.today
        self._sections = Sections(self._chance, self.rows, today=today)
        self._moves = Moves(self._chance, self.rows, today=today)
        self._kept = Targets()
        self._earlier = EarlierPlans(self._kept)
        self._agreements = Agreements(self._chance, known, self.rows, self._earlier)

    def write(self, stories: Iterable[PlanStory]) -> int:
        """Make and store the rows of these plans; answer how many."""
        stories = list(stories)
        read = self._attendance(stories)
        for story in stories:
            self._plan(story, read.get(story.id))
        self._agreements.owe_papers()
        self.rows[Target] = list(self._kept.rows.values())
        for table in ORDER:
            store(self.rows[table], table)
        today = self._known.calendar.today
        fit_sections(
            [story.id for story in stories if not story.agreed_on],
            on=today,
            at=timezone.make_aware(datetime.combine(today, EARLY)),
        )
        return len(stories)

    def _attendance(self, stories: list[PlanStory]) -> dict[UUID, AttendanceFigures | None]:
        """The figures each agreed plan is frozen with: this school year, up to that day."""
        found: dict[UUID, AttendanceFigures | None] = {}
        by_council: dict[int, list[PlanStory]] = defaultdict(list)
        for story in stories:
            if story.agreed_on:
                by_council[story.life.council.id].append(story)
        for council, agreed in by_council.items():
            wanted = [
                (s.life.id, s.term.academic_year.range.started_on, s.agreed_on or s.created_on)
                for s in agreed
            ]
            answers = attendance_up_to(council, wanted)
            found |= {s.id: a for s, a in zip(agreed, answers, strict=True)}
        return found

    def _plan(self, story: PlanStory, attendance: AttendanceFigures | None) -> None:
        names = self._facts(story)
        form = form_content.of_version_and_facts(self._form(story).version_id, names)
        people = People(story, self._known.reading)
        plan = self._new_plan(story, form, people)
        plan.facts = sorted(names)
        author = Author(self._chance, self._occasion(story))
        answers = author.answers(form)
        carried = self._carried(story, form)
        asked = self._chance.choice(phrases()["sent_back"])
        sections = self._sections.how_far(story, form, asked_about=asked["section"])
        for section, state in sections:
            self._sections.write(plan, story, section, state, people, answers, carried)
        plan.sections_complete = sum(
            state == PlanSection.State.COMPLETE and not section.is_off
            for section, state in sections
        )
        self._targets[story.life.id] = author.targets
        self._answers[story.life.id] = (form.phase, answers)
        self._moves.write(plan, story, people, asked=asked["words"])
        self._kept.write(plan, story, form, answers)
        self._talk.about(plan, story, people, sections, carried, asked=asked)
        self.rows[PersonalEducationPlan].append(plan)
        self.plans[plan.pk] = plan
        if story.agreed_on:
            self._agreements.agree(plan, story, people, attendance, answers)
            self._moves.gap(plan, people)

    def _form(self, story: PlanStory) -> FormContent:
        """The form of the phase; from Reception on without any school the one for that."""
        of_phase = phase(story.year).value
        no_school = story.school is None and of_phase != Form.Phase.EARLY_YEARS
        return self._forms[Form.Phase.NO_SCHOOL.value if no_school else of_phase]

    def _facts(self, story: PlanStory) -> frozenset[str]:
        """What is true of the child at that plan, as the record written beside it says."""
        life, day = story.life, story.created_on
        rolls = [r for r in life.rolls if r.started_on <= day and (r.ended_on or date.max) > day]
        main = next((roll for roll in rolls if roll.kind == "main"), None)
        true = {
            Fact.EHC_PLAN: life.sen == "E",
            Fact.SEN_SUPPORT: life.sen == "K",
            Fact.TRANSITION_YEAR: story.year in TRANSITION_YEARS,
            Fact.PART_TIME: main is not None and not main.is_full_time,
            Fact.UNACCOMPANIED: life.is_uasc,
            Fact.NO_SCHOOL_PLACE: not rolls,
            Fact.HAS_LAST_PLAN: life.id in self._answers,
            Fact.SUMMER_TERM: story.term.season == Season.SUMMER,
            year_fact(story.year): True,
        }
        found = {str(fact) for fact, is_true in true.items() if is_true}
        return frozenset({phase(story.year).value, *found})

    def _occasion(self, story: PlanStory) -> Occasion:
        meeting = story.meeting_on or story.created_on + timedelta(days=30)
        current = next((r for r in story.life.rolls if r.kind == "main" and not r.ended_on), None)
        return Occasion(
            life=story.life,
            year=story.year,
            meeting_on=meeting,
            next_meeting_on=story.next_meeting_on or meeting + timedelta(days=84),
            last_targets=self._targets.get(story.life.id, []),
            plan_id=story.id,
            schools=self._known.schools,
            is_part_time=current is not None and not current.is_full_time,
        )

    def _new_plan(
        self, story: PlanStory, form: FormContent, people: People
    ) -> PersonalEducationPlan:
        known, life = self._known, story.life
        key = (life.council.id, story.term.academic_year.start_year, story.term.season.value)
        school = known.schools.by_id.get(story.school) if story.school else None
        checking = people.checker if story.checking_on else None
        sent = story.sent_on
        return PersonalEducationPlan(
            id=story.id,
            authority=known.authorities[life.council.id],
            child=known.children[life.id],
            term=known.terms[key],
            kind=story.kind,
            form_version_id=form.version_id,
            school=School(id=school.id, name=school.name) if school else None,
            status=story.status,
            started_at=time_on(self._chance, story.created_on),
            clock_from=story.clock_from,
            initiate_by=story.initiate_by,
            complete_by=story.complete_by,
            meeting_at=self._meeting_at(story),
            meeting_place="At school" if school else "Online",
            sections_total=len(form.asked),
            sent_at=time_on(self._chance, sent) if sent else None,
            sent_by=people.sender if sent else None,
            checking_at=time_on(self._chance, story.checking_on) if story.checking_on else None,
            checking_by=checking,
            agreed_at=time_on(self._chance, story.agreed_on) if story.agreed_on else None,
            agreed_by=people.checker if story.agreed_on else None,
            quality=self._quality(story) if story.agreed_on else "",
        )

    def _meeting_at(self, story: PlanStory) -> datetime | None:
        """Set once a plan is begun; a few that are not begun have a date too."""
        if story.meeting_on is None or (story.begun_on is None and self._chance.happens(0.6)):
            return None
        start = time(self._chance.choice((9, 10, 13, 14, 15)), self._chance.choice((0, 30)))
        return timezone.make_aware(datetime.combine(story.meeting_on, start))

    def _quality(self, story: PlanStory) -> str:
        """The grade: better in the early years, worse after 16 and of a first plan."""
        shift = 5 if story.year < 0 else -12 if story.year > 11 else 0
        shift -= 15 if story.kind == PersonalEducationPlan.Kind.INITIAL else 0
        good = figures.QUALITY["good"] + shift
        return self._chance.one_of({**figures.QUALITY, "good": good, "needs_more": 27 - shift})

    def _carried(self, story: PlanStory, form: FormContent) -> dict[tuple[str, str], Any]:
        """What the next plan begins from: carried answers of the last, and targets to review."""
        _, last = self._answers.get(story.life.id, ("", {}))
        found = {
            (section.slug, question.key): last[section.slug, question.key]
            for section in form.sections
            for question in section.questions
            if question.is_carried
            and not (section.is_off or question.is_off)
            and (section.slug, question.key) in last
        }
        targets = self._targets.get(story.life.id)
        if targets:
            found["last-targets", "targets"] = [
                {"id": row["id"], "target": row["target"]} for row in targets
            ]
        return found
