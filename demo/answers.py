"""Answers to every question of a form, as a school, a social worker, a carer and a child write."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from demo.chance import Chance
from demo.lives import Life
from demo.phrases import Voice, phrases, targets_for
from demo.schooling import Schools
from pep.form_content import FormContent, QuestionContent, SectionContent
from pep.rules import carried_row

YES_TO = {
    "full_time": 0.96, "risk_excl": 0.07, "planned_move": 0.08, "alternative": 0, "suspended": 0,
}  # fmt: skip
CHOICES: Mapping[str, Mapping[str, float]] = {
    "digital": {"both": 86, "computer": 2, "internet": 9, "neither": 3},
    "progress": {"above": 16, "on": 60, "below": 24},
    "voice_feel": {"5": 24, "4": 40, "3": 24, "2": 9, "1": 3},
    "voice_share": {"everyone": 78, "school_and_social_worker": 15, "social_worker": 7},
    "voice_how": {"meeting": 46, "form": 22, "app": 0, "drawing": 12, "observation": 14},
    "meeting_held": {"yes": 86, "moved": 8, "child_absent": 4, "social_worker_absent": 2},
    "attended": {"all": 38, "part": 32, "no": 30},
    "bursary": {"yes": 78, "applied": 12, "no": 10},
    "destination": {"fe": 44, "school": 14, "apprenticeship": 14, "training": 10, "he": 8,
                    "employment": 4, "unknown": 6},
    "risk": {"likely": 72, "at_risk": 20, "unlikely": 8},
    "outcome": {"met": 50, "partly": 34, "not_met": 14, "not_relevant": 2},
    "difference": {"none": 12, "some": 52, "significant": 36},
    "now": {"at": 42, "just_below": 24, "below": 26, "above": 8, "on_track": 46},
    "on_track": {"likely": 72, "at_risk": 20, "unlikely": 8},
}  # fmt: skip
SCORES = {"phonics": (24, 40), "mtc": (9, 25)}  # of 40, and of 25
GOALS = {"adoption": "adoption", "parents": "return_home", "supported": "independence",
         "kinship foster": "special_guardianship"}  # fmt: skip
OWNERS = ("Ms Okafor, class teacher", "Mr Hale, tutor", "Mrs Lindqvist, teaching assistant",
          "Miss Adeyemi, learning mentor", "Mr Sutton, head of year")  # fmt: skip
MEASURES = ("Short check every two weeks", "Marked piece each half-term", "From the register",
            "Teacher’s notes, looked at each month")  # fmt: skip
AT_HOME = ("Ten minutes together most evenings", "A quiet place, and somebody to ask",
           "Talks it through at the weekend", "")  # fmt: skip
BY_CHILD = ("Keeps own chart", "Says each Friday how it went", "Brings one question a week", "")
HELP = ("One-to-one tuition", "Small group tuition", "Mentoring", "Feedback on work, acted on",
        "A key adult and a safe place", "")  # fmt: skip
ITEMS = {"tuition": 48_000, "assistant": 36_000, "therapy": 60_000, "equipment": 32_000,
         "enrichment": 12_000, "mentoring": 40_000}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Occasion:
    """What one plan is about: the child, the year, the meeting, and the targets of last time."""

    life: Life
    year: int
    meeting_on: date
    next_meeting_on: date
    last_targets: list[dict[str, Any]]
    plan_id: UUID
    schools: Schools
    is_part_time: bool = False


class Author:
    """Answers the questions of one plan."""

    def __init__(self, chance: Chance, occasion: Occasion) -> None:
        self._chance = chance
        self._on = occasion
        self._voice = Voice(chance, occasion.life, year=occasion.year)
        self._refuses = occasion.year > 6 and chance.happens(0.04)
        self._specials = self._special()
        self.targets: list[dict[str, Any]] = []
        self._reviewed: list[dict[str, Any]] = []

    def answers(self, form: FormContent) -> dict[tuple[str, str], Any]:
        """Every answer of a complete plan, facts apart; questions not shown have none."""
        found: dict[tuple[str, str], Any] = {}
        for section in form.asked:
            said: dict[str, Any] = {}
            for question in section.questions:
                if question.kind == "fact" or not question.is_shown(said):
                    continue
                value = self._answer(section, question, is_needed=question.is_needed(said))
                if value not in (None, "", []):
                    said[question.key] = value
            found |= {(section.slug, key): value for key, value in said.items()}
        return found

    def _answer(
        self, section: SectionContent, question: QuestionContent, *, is_needed: bool
    ) -> Any:
        special = self._specials.get(question.key)
        if special is not None:
            return special()
        match question.kind:
            case "choice":
                return self._choice(question)
            case "choices":
                return self._several(question)
            case "yes_no":
                return self._chance.happens(YES_TO.get(question.key, 0.5))
            case "date":
                return (self._on.meeting_on - timedelta(days=12)).isoformat()
            case "number":
                return self._chance.randint(*SCORES.get(question.key, (0, 20)))
            case "rows":
                return self._rows(question)
            case "text" | "line":
                return self._text(section, question, is_needed=is_needed)
            case _:
                return None

    def _special(self) -> Mapping[str, Callable[[], Any]]:
        on, chance = self._on, self._chance
        return {
            "meeting_on": on.meeting_on.isoformat,
            "next_meeting_date": on.next_meeting_on.isoformat,
            "next_review_on": lambda: (on.meeting_on + timedelta(days=45)).isoformat(),
            "voice_how": lambda: "refused" if self._refuses else self._how(),
            "sen_status": lambda: on.life.sen,
            "care_plan_goal": lambda: GOALS.get(
                on.life.group, chance.choice(("remain", "long_term_foster"))
            ),
            "ehc_review": lambda: (on.meeting_on + timedelta(days=150)).isoformat(),
            "full_time": lambda: not on.is_part_time,
            "hours_offered": lambda: 15 if on.year < -1 else 30,
            "hours_attended": lambda: chance.choice((12, 14, 15)),
            "english_grade": lambda: chance.choice(("2", "3", "4", "5", "Entry level 3")),
            "maths_grade": lambda: chance.choice(("1", "2", "3", "4", "Entry level 2")),
        }

    def _how(self) -> str:
        young = self._on.year < 0
        return self._chance.one_of(
            {"observation": 60, "drawing": 40} if young else CHOICES["voice_how"]
        )

    def _choice(self, question: QuestionContent) -> str:
        options = [value for value, _ in question.options]
        weights = CHOICES.get(question.key, {})
        allowed = {value: weights.get(value, 0.0 if weights else 1.0) for value in options}
        return self._chance.one_of(allowed if any(allowed.values()) else dict.fromkeys(options, 1))

    def _several(self, question: QuestionContent) -> list[str]:
        options = [value for value, _ in question.options if value not in {"none", "other"}]
        chosen = self._chance.sample(options, self._chance.randint(0, 2))
        return sorted(chosen, key=options.index) or ["none"]

    def _text(self, section: SectionContent, question: QuestionContent, *, is_needed: bool) -> str:
        if section.owner == "child":
            return self._voice.child(question.key) or ""
        said = self._voice.of(section.slug, question.key) or ""
        if not said and is_needed:
            said = self._voice.of(section.slug, "strengths") or ""
        return said[: question.max_length]

    def _rows(self, question: QuestionContent) -> list[dict[str, Any]]:
        make = {
            "history": self._history,
            "subjects": self._subjects,
            "core": self._core,
            "courses": self._courses,
            "exams": self._exams,
            "now": self._learning_now,
            "eyfs_areas": self._areas,
            "requests": self._requests,
            "parental_responsibility": self._parents,
            "permissions": self._permissions,
        }.get(question.key)
        if question.key == "targets":
            is_review = not any(column.key == "area" for column in question.columns)
            if is_review:
                self._reviewed = self._review()
            return self._reviewed if is_review else self._targets(question)
        return make(question) if make else []

    def _row(self, **cells: Any) -> dict[str, Any]:
        return {"id": str(self._chance.id()), **cells}

    def _parents(self, question: QuestionContent) -> list[dict[str, Any]]:
        shared = self._on.life.group != "adoption"
        return [self._row(name="A parent", relation="Parent", shared=shared, involved=False)]

    def _permissions(self, question: QuestionContent) -> list[dict[str, Any]]:
        who = {"day_trip": "carer", "photo": "social_worker", "medicine": "carer"}
        return [self._row(what=what, who=who_may) for what, who_may in who.items()]

    def _history(self, question: QuestionContent) -> list[dict[str, Any]]:
        rows = []
        for roll in self._on.life.rolls[: question.max_rows]:
            if roll.started_on > self._on.meeting_on:
                continue
            ended = (
                roll.ended_on if roll.ended_on and roll.ended_on <= self._on.meeting_on else None
            )
            place = self._on.schools.by_id[roll.school]
            rows.append(
                self._row(
                    setting=place.name,
                    **{"from": f"{roll.started_on:%B %Y}"},
                    to=f"{ended:%B %Y}" if ended else "now",
                    reason="Moved on" if ended else "",
                )
            )
        return rows or [self._row(setting="At home, no setting yet")]

    def _subjects(self, question: QuestionContent) -> list[dict[str, Any]]:
        rows = []
        for subject in phrases()["subjects"][: self._chance.randint(5, 8)]:
            now = min(9, max(1, round(self._chance.gauss(3.1, 1.6))))
            rows.append(
                self._row(
                    subject=subject,
                    current=str(now),
                    target=str(min(9, now + self._chance.choice((0, 1, 1, 2)))),
                    progress=self._chance.one_of(CHOICES["progress"]),
                )
            )
        return rows

    def _core(self, question: QuestionContent) -> list[dict[str, Any]]:
        names = ("reading", "writing", "maths", "science")
        weights = {"at": 46, "just_below": 22, "below": 25, "above": 7}
        return [
            self._row(
                subject=subject,
                now=self._chance.one_of(weights),
                assessment="Teacher’s judgement",
                progress=self._chance.one_of(CHOICES["progress"]),
            )
            for subject in names
        ]

    def _courses(self, question: QuestionContent) -> list[dict[str, Any]]:
        title, level = self._chance.choice(phrases()["courses"])
        return [
            self._row(
                title=title,
                level=level,
                current=self._chance.choice(("Pass", "Merit", "Working towards")),
                target=self._chance.choice(("Pass", "Merit", "Distinction")),
                on_track=self._chance.one_of(CHOICES["on_track"]),
            )
        ]

    def _exams(self, question: QuestionContent) -> list[dict[str, Any]]:
        return [
            self._row(subject=subject, mock=str(self._chance.randint(1, 7)), entry="GCSE")
            for subject in phrases()["subjects"][:4]
        ]

    def _learning_now(self, question: QuestionContent) -> list[dict[str, Any]]:
        hours = self._chance.choice((5, 10, 15))
        return [self._row(what="Tuition", provider="Northmere Tutors", hours=f"{hours}")]

    def _areas(self, question: QuestionContent) -> list[dict[str, Any]]:
        areas = [value for column in question.columns for value, _ in column.options][:7]
        weights = {"on_track": 52, "below": 38, "above": 10}
        return [
            self._row(area=area, now=self._chance.one_of(weights), evidence="Seen in play")
            for area in areas
        ]

    def _targets(self, question: QuestionContent) -> list[dict[str, Any]]:
        """Three or four targets with measure, baseline, goal, owner and date (PEP-12)."""
        pool = targets_for(self._on.year)
        self._carry_on(question)
        number = self._chance.choice((3, 3, 3, 4)) - len(self.targets)
        areas = [area for area in pool if area not in {row["area"] for row in self.targets}]
        for area in self._chance.sample(areas, min(len(areas), number)):
            need, target, baseline, goal, action = self._chance.choice(pool[area])
            self.targets.append(
                self._row(
                    area=area,
                    need=need,
                    target=target,
                    baseline=baseline,
                    goal=goal,
                    action=action,
                    owner=self._chance.choice(OWNERS),
                    **self._promised(question),
                )
            )
        return self.targets

    def _promised(self, question: QuestionContent) -> dict[str, Any]:
        """What every new target says anew, as far as the form asks for it."""
        said = {
            "measure": self._chance.choice(MEASURES),
            "at_home": self._chance.choice(AT_HOME),
            "by_child": self._chance.choice(BY_CHILD),
            "intervention": self._chance.choice(HELP),
            "due_on": (self._on.next_meeting_on - timedelta(days=2)).isoformat(),
            "child_agreed": self._chance.happens(0.85),
            "funding": self._chance.happens(0.45),
        }
        asked = {column.key for column in question.columns}
        return {key: value for key, value in said.items() if key in asked and value != ""}

    def _carry_on(self, question: QuestionContent) -> None:
        """Now and then a target not met goes on, under an id that names it."""
        columns = {column.key: column for column in question.columns}
        areas = {value for value, _ in columns["area"].options}
        going_on = {row["id"] for row in self._reviewed if row["outcome"] in {"partly", "not_met"}}
        for last in self._on.last_targets:
            if self.targets or last["id"] not in going_on or not self._chance.happens(0.3):
                continue
            row = carried_row(self._on.plan_id, last, columns=columns, options=areas)
            if "area" in row:
                self.targets.append({**row, "baseline": "Nearly there", **self._promised(question)})

    def _review(self) -> list[dict[str, Any]]:
        return [
            {
                "id": row["id"],
                "target": row["target"],
                "outcome": self._chance.one_of(CHOICES["outcome"]),
                "evidence": self._voice.fill(self._chance.choice(phrases()["evidence"])),
                "difference": self._chance.one_of(CHOICES["difference"]),
                "carry": self._chance.happens(0.2),
            }
            for row in self._on.last_targets
        ]

    def _requests(self, question: QuestionContent) -> list[dict[str, Any]]:
        if not self._chance.happens(0.82):
            return []
        rows = []
        of_age = "eypp" if self._on.year < 0 else "post16" if self._on.year > 11 else "ppp"
        for target in self.targets[: self._chance.choice((1, 1, 2))]:
            item, cost = self._chance.choice(list(ITEMS.items()))
            rows.append(
                self._row(
                    item=item,
                    provider="Northmere Tutors" if item == "tuition" else "Arranged by school",
                    target=target["target"][:200],
                    cost=cost,
                    expected=target["goal"],
                    stream=of_age,
                    started_on=self._on.meeting_on.isoformat(),
                    ends_on=self._on.next_meeting_on.isoformat(),
                    not_duplicate=True,
                )
            )
        return rows
