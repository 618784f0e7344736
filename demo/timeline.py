"""When each plan was begun, met, sent, checked, agreed and signed: so in what state it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from demo import figures
from demo.calendar import Calendar, deadline, working_days_before
from demo.chance import Chance
from demo.lives import Life
from demo.schooling import main_school
from pep.models import PersonalEducationPlan
from pep.rules import complete_by, initiate_by
from schools.rules import ONE_DAY, Term, add_working_days

Kind, Status = PersonalEducationPlan.Kind, PersonalEducationPlan.Status
TERMS = 4  # this one and three before it
# What the people of the story find this term: state, and the share of sections that is done
PINNED = {
    "amara": (Status.WITH_SCHOOL, 0.7),
    "harun": (Status.SENT_BACK, 1.0),
    "elodie": (Status.FINAL, 1.0),
    "zofia": (Status.AGREED, 1.0),
    "reece": (Status.WITH_SCHOOL, 0.15),
    "jayden": (Status.WITH_SCHOOL, 0.5),
    "leo": (Status.NOT_STARTED, 0.0),
    "maisie": (Status.SENT_TO_CHECK, 1.0),
    "niamh": (Status.BEING_CHECKED, 1.0),
    "tyrese": (Status.SENT_TO_CHECK, 1.0),
}
PINNED_AFTER = 25  # days into a term: before that the story has not happened yet


@dataclass(slots=True)
class PlanStory:
    """One plan: whose, of which term, and its days so far; None is a day that has not come."""

    id: UUID
    life: Life
    term: Term
    kind: str
    year: int
    school: int | None
    created_on: date
    complete_by: date
    initiate_by: date | None = None
    clock_from: date | None = None
    begun_on: date | None = None
    meeting_on: date | None = None
    next_meeting_on: date | None = None
    first_sent_on: date | None = None  # of a plan that was sent back
    sent_back_on: date | None = None
    sent_on: date | None = None
    checking_on: date | None = None
    agreed_on: date | None = None
    final_on: date | None = None
    superseded_on: date | None = None
    done: float = 0.0
    status: str = Status.NOT_STARTED
    signed_by: list[str] = field(default_factory=list)

    @property
    def is_agreed(self) -> bool:
        return self.agreed_on is not None


class Stories:
    """Draws the plans of a child, term after term."""

    def __init__(self, seed: int, calendar: Calendar) -> None:
        self._chance = Chance(seed, "plans")
        self._calendar = calendar
        self._today = calendar.today
        here = next(n for n, t in enumerate(calendar.terms) if t.range.holds_on(calendar.today))
        self._terms: Sequence[Term] = calendar.terms[max(0, here - TERMS) : here + 1]

    def of(self, life: Life) -> list[PlanStory]:
        """The plans of a child, oldest first; of the term before these only a first plan."""
        holidays = self._calendar.bank_holidays
        days = self._chance.randrange(1, 8)
        first_on = add_working_days(life.care_started_on, days, holidays)
        stories: list[PlanStory] = []
        for number, term in enumerate(self._terms):
            if number == 0 and not term.range.holds_on(first_on):
                continue
            story = self._in_term(life, term, first_on=first_on)
            if story is not None:
                stories.append(story)
        return stories

    def _in_term(self, life: Life, term: Term, *, first_on: date) -> PlanStory | None:
        last_day = term.range.ended_on or self._today
        until = min(last_day, self._today, life.care_ended_on or last_day)
        new_to_care = term.range.holds_on(first_on)
        days = self._chance.randrange(3, 9)
        # Term plans are made ready in the first days; a first plan soon after care begins
        created_on = (
            first_on
            if new_to_care
            else add_working_days(term.started_on, days, self._calendar.bank_holidays)
        )
        if created_on >= until or first_on > created_on:
            return None
        year = life.year_on(created_on)
        school = main_school(life, created_on)
        if not -2 <= year <= 13 or (year < 0 and school is None):
            return None
        story = PlanStory(
            id=self._chance.id(),
            life=life,
            term=term,
            kind=Kind.INITIAL if new_to_care else Kind.TERMLY,
            year=year,
            school=school,
            created_on=created_on,
            complete_by=deadline(term),
        )
        if new_to_care:
            holidays = self._calendar.bank_holidays
            story.clock_from = life.care_started_on
            story.initiate_by = initiate_by(life.care_started_on, bank_holidays=holidays)
            story.complete_by = complete_by(life.care_started_on, bank_holidays=holidays)
        self._tell(story)
        # Of children who left, only plans that were finished while they were in care
        if life.care_ended_on and not (story.agreed_on and story.agreed_on < life.care_ended_on):
            return None
        pinned = PINNED.get(life.part)
        if pinned and term is self._terms[-1] and self._is_late_enough(term):
            self._pin(story, *pinned)
        self._cut(story)
        return story

    def _is_late_enough(self, term: Term) -> bool:
        return (self._today - term.started_on).days >= PINNED_AFTER

    def _tell(self, story: PlanStory) -> None:
        """The days of a plan if nothing stops it, backwards from the day it is agreed."""
        chance = self._chance
        in_time = (
            figures.FIRST_IN_TIME if story.kind == Kind.INITIAL else figures.AGREED_BY_DEADLINE
        )
        due = story.complete_by
        if not chance.happens(in_time):
            story.agreed_on = self._after(due, chance.randrange(2, 22))
        elif chance.happens(figures.IN_LAST_EIGHT_DAYS):
            story.agreed_on = self._before(due, chance.randrange(0, 6))
        else:
            room = (due - story.created_on).days * 5 // 7
            longest = max(4, min(42, room - 8))
            story.agreed_on = self._before(due, chance.randrange(3, longest))
        story.checking_on = self._before(story.agreed_on, chance.randrange(0, 2))
        story.sent_on = self._before(story.checking_on, chance.randrange(0, 3))
        story.meeting_on = self._before(story.sent_on, chance.randrange(0, 5))
        if chance.happens(figures.SENT_BACK):
            story.sent_back_on = self._before(story.sent_on, chance.randrange(1, 3))
            story.first_sent_on = self._before(story.sent_back_on, chance.randrange(1, 3))
            story.meeting_on = self._before(story.first_sent_on, chance.randrange(0, 3))
        story.begun_on = self._before(story.meeting_on, chance.randrange(4, 12))
        story.begun_on = max(story.begun_on, story.created_on)
        story.meeting_on = max(story.meeting_on, story.begun_on)
        self._put_in_order(story)
        story.final_on = self._after(story.agreed_on, chance.randrange(1, 15))
        if not chance.happens(0.88):
            story.final_on = None
        story.next_meeting_on = self._after(story.meeting_on, chance.randrange(58, 72))

    def _put_in_order(self, story: PlanStory) -> None:
        """No step before the one it follows: a first plan has little room."""
        earliest = story.meeting_on
        for name in ("first_sent_on", "sent_back_on", "sent_on", "checking_on", "agreed_on"):
            day = getattr(story, name)
            if day is not None and earliest is not None:
                setattr(story, name, max(day, earliest))
                earliest = getattr(story, name)

    def _pin(self, story: PlanStory, status: str, done: float) -> None:
        """Set a plan of the story to where the people who sign in are to find it today."""
        today = self._today
        for name in ("first_sent_on", "sent_back_on", "sent_on", "checking_on", "agreed_on"):
            setattr(story, name, None)
        story.final_on = None
        story.done = done
        story.begun_on = None if status == Status.NOT_STARTED else self._before(today, 8)
        story.begun_on = story.begun_on and max(story.begun_on, story.created_on)
        story.meeting_on = self._after(today, 2 if done < 1 else 3)
        if status in {Status.NOT_STARTED, Status.WITH_SCHOOL}:
            return
        story.meeting_on = self._before(today, 7)
        story.begun_on = self._before(today, 14)
        if status == Status.SENT_BACK:
            story.first_sent_on, story.sent_back_on = self._before(today, 5), self._before(today, 2)
            return
        story.sent_on = self._before(today, 5)
        if status != Status.SENT_TO_CHECK:
            story.checking_on = self._before(today, 3)
        if status in {Status.AGREED, Status.FINAL}:
            story.agreed_on = self._before(today, 3)
        if status == Status.FINAL:  # so long ago that it was opened again since (`reopened`)
            story.begun_on, story.meeting_on = self._before(today, 16), self._before(today, 13)
            story.sent_on, story.checking_on = self._before(today, 11), self._before(today, 10)
            story.agreed_on, story.final_on = self._before(today, 9), self._before(today, 6)

    def _cut(self, story: PlanStory) -> None:
        """Take away the days that have not come, and say in which state that leaves the plan."""
        today = self._today
        if not story.done and story.begun_on and story.begun_on < today:
            sent = story.first_sent_on or story.sent_on or story.begun_on + timedelta(days=14)
            whole = max(1, (sent - story.begun_on).days)
            gone = (today - story.begun_on).days / whole
            story.done = min(0.95, gone) * self._chance.uniform(0.35, 1)
        for name in (
            "begun_on", "first_sent_on", "sent_back_on", "sent_on", "checking_on", "agreed_on",
            "final_on",
        ):  # fmt: skip
            day = getattr(story, name)
            if day is not None and day >= today:
                setattr(story, name, None)
        if story.sent_back_on is None and story.first_sent_on:
            story.sent_on, story.first_sent_on = story.first_sent_on, None
        steps = (
            (story.final_on, Status.FINAL),
            (story.agreed_on, Status.AGREED),
            (story.checking_on, Status.BEING_CHECKED),
            (story.sent_on, Status.SENT_TO_CHECK),
            (story.sent_back_on, Status.SENT_BACK),
            (story.begun_on, Status.WITH_SCHOOL),
        )
        story.status = next((state for day, state in steps if day), Status.NOT_STARTED)
        if story.status not in {Status.NOT_STARTED, Status.WITH_SCHOOL}:
            story.done = 1.0

    def _before(self, day: date, working_days: int) -> date:
        return working_days_before(day, working_days, self._calendar.bank_holidays)

    def _after(self, day: date, working_days: int) -> date:
        return add_working_days(day, working_days, self._calendar.bank_holidays)


def replaced(stories: Sequence[PlanStory]) -> None:
    """Let each agreed plan stand for those before it, oldest first."""
    for number, story in enumerate(stories):
        later = next((after for after in stories[number + 1 :] if after.agreed_on), None)
        if later is None or later.agreed_on is None or story.agreed_on is None:
            continue
        story.superseded_on, story.status = later.agreed_on, Status.SUPERSEDED
        if story.final_on and story.final_on > later.agreed_on:
            story.final_on = None


def superseding(story: PlanStory, chance: Chance, calendar: Calendar) -> PlanStory | None:
    """The plan after a change of school, where one came after the term's plan was agreed."""
    if not story.is_agreed or story.agreed_on is None:
        return None
    moved = next(
        (
            roll
            for roll in story.life.rolls
            if roll.kind == "main"
            and roll.school != story.school
            and story.agreed_on < roll.started_on < (story.term.range.ended_on or calendar.today)
            and roll.started_on < calendar.today - 5 * ONE_DAY
        ),
        None,
    )
    if moved is None:
        return None
    due = add_working_days(moved.started_on, 20, calendar.bank_holidays)
    is_due = due < calendar.today
    new = PlanStory(
        id=chance.id(),
        life=story.life,
        term=story.term,
        kind=Kind.SCHOOL_CHANGE,
        year=story.year,
        school=moved.school,
        created_on=moved.started_on,
        clock_from=moved.started_on,
        complete_by=due,
        begun_on=moved.started_on + 3 * ONE_DAY,
        status=Status.WITH_SCHOOL,
        done=0.3,
    )
    if is_due:
        new.meeting_on = working_days_before(due, 5, calendar.bank_holidays)
        new.sent_on = working_days_before(due, 4, calendar.bank_holidays)
        new.checking_on = working_days_before(due, 2, calendar.bank_holidays)
        new.agreed_on = new.final_on = working_days_before(due, 1, calendar.bank_holidays)
        new.status, new.done = Status.FINAL, 1.0
    else:
        new.meeting_on = working_days_before(due, 2, calendar.bank_holidays)
    new.next_meeting_on = add_working_days(due, 45, calendar.bank_holidays)
    return new
