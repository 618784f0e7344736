"""A form version as plain values, read once per process: a published version never changes."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Self
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from pep import rules
from pep.models import FormVersion, Owner, PersonalEducationPlan, Question, Section
from pep.rules import holds

Answers = Mapping[str, Any]
Kind = Question.Kind
MOST_RADIOS = 7  # options of a choice; more are a list to choose from


@dataclass(frozen=True, slots=True)
class Column:
    """One column of repeating rows."""

    key: str
    kind: str
    label: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    is_required: bool = False
    max_length: int = 200


@dataclass(frozen=True, slots=True)
class QuestionContent:
    """One question of a section."""

    key: str
    kind: str
    label: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    columns: tuple[Column, ...] = ()
    is_required: bool = False
    required_when: Mapping[str, Any] = field(default_factory=dict, hash=False)
    shown_when: Mapping[str, Any] = field(default_factory=dict, hash=False)
    max_length: int = 1500
    max_rows: int = 4
    is_carried: bool = False
    readers: str = rules.Readers.SECTION
    is_off: bool = False  # the facts of the child do not call for it
    has_later: bool = True  # "not yet known" may be said instead

    def is_shown(self, answers: Answers) -> bool:
        return not self.is_off and holds(self.shown_when, answers)

    def is_unfinished(self, answers: Answers) -> bool:
        """Whether a row that was begun lacks what a row cannot do without."""
        rows = answers.get(self.key)
        if self.kind != Kind.ROWS or not isinstance(rows, list) or not self.is_shown(answers):
            return False
        needed = [column.key for column in self.columns if column.is_required]
        return any(is_empty(row.get(key)) for row in rows for key in needed)

    @property
    def may_be_needed(self) -> bool:
        """Whether an answer can be required: then "not yet known" is one."""
        return self.is_required or bool(self.required_when)

    def asked_of_child(self) -> Self:
        """The question about a child's own views, as the child is asked it.

        Nobody else can tell us later what they think, and they may leave any of it: what depends
        on how the views were gathered is not required of them.
        """
        return replace(
            self,
            label=to_child(self.label),
            hint=to_child(self.hint),
            required_when={},
            has_later=False,
        )

    def fitted(self, facts: Collection[str]) -> Self:
        """The question for a child of whom these facts are true: conditions on answers are left."""
        shown = rules.settled(self.shown_when, facts)
        needed = rules.settled(self.required_when, facts) if self.required_when else None
        return replace(
            self,
            is_off=shown is None,
            shown_when=shown or {},
            is_required=self.is_required or needed == {},
            required_when=needed or {},
        )

    def is_needed(self, answers: Answers) -> bool:
        """Whether a section cannot be complete without it."""
        if not self.is_shown(answers):
            return False
        return self.is_required or (bool(self.required_when) and holds(self.required_when, answers))


@dataclass(frozen=True, slots=True)
class SectionContent:
    """One page of the form."""

    slug: str
    title: str
    group: str
    owner: str
    place: int
    hint: str
    guidance: str
    statutory_head: str
    questions: tuple[QuestionContent, ...]
    shown_when: Mapping[str, Any] = field(default_factory=dict, hash=False)
    is_off: bool = False  # the facts of the child do not call for it; its words stay

    def question(self, key: str) -> QuestionContent | None:
        return next((question for question in self.questions if question.key == key), None)

    def folded_under(self, question: QuestionContent) -> tuple[str, str] | None:
        """The question and the one option of it that a page folds this one under, if it does.

        Only a row of radio buttons opens under an option; all else stands in plain sight.
        """
        chosen = question.shown_when.get("in", ())
        above = self.question(question.shown_when["answer"]) if len(chosen) == 1 else None
        if above is None or above.is_off or above.kind not in {Kind.CHOICE, Kind.YES_NO}:
            return None
        options = [value for value, _ in above.options] or ["yes", "no"]
        is_there = chosen[0] in options and len(options) <= MOST_RADIOS
        return (above.key, chosen[0]) if is_there else None

    def is_told(self, question: QuestionContent, answers: Answers) -> bool:
        """Whether a question is part of the plan as it is read.

        Words under an option that is no longer chosen are not: the page folds them away. What is
        written in plain sight is read, whatever its condition says by now.
        """
        if question.is_shown(answers):
            return True
        is_in_sight = question.is_off or self.folded_under(question) is None
        return is_in_sight and not is_empty(answers.get(question.key))

    def shown_to(self, reads: Callable[..., bool]) -> Self:
        """The section with the questions that are for a reader (`pep.rights.Reader.reads`)."""
        return replace(
            self, questions=tuple(q for q in self.questions if reads(slug=self.slug, key=q.key))
        )

    def asked_of_child(self, adults: Collection[str]) -> Self:
        """The section as the child fills it in, without what is for `adults` to say."""
        return replace(
            self,
            questions=tuple(q.asked_of_child() for q in self.questions if q.key not in adults),
        )

    def lacking(self, answers: Answers) -> list[QuestionContent]:
        """The questions that still need an answer, or the rest of a row, to be complete."""
        return [
            question
            for question in self.questions
            if question.is_unfinished(answers)
            or (
                question.is_needed(answers)
                and (is_empty(answers.get(question.key)) or rules.lacks(answers.get(question.key)))
            )
        ]

    def overfull(self, answers: Answers) -> dict[str, int]:
        """How many rows each question has that has more of them than the form asks for."""
        return {
            question.key: len(rows)
            for question in self.questions
            if question.kind == Kind.ROWS
            and rules.is_rows(rows := answers.get(question.key) or [])
            and len(rows) > question.max_rows
        }

    def told_overfull(self, counts: Mapping[str, int], child: str) -> str:
        """The same in words, each with what it is and what is asked."""
        return " ".join(
            f"There are {counts[question.key]} in “{named(question.label, child)}”; the form asks "
            f"for no more than {question.max_rows}."
            for question in self.questions
            if question.key in counts
        )


@dataclass(frozen=True, slots=True)
class FormContent:
    """One published form."""

    version_id: UUID
    phase: str
    number: int
    sections: tuple[SectionContent, ...]

    def section(self, slug: str) -> SectionContent | None:
        return next((section for section in self.sections if section.slug == slug), None)

    def fitted(self, facts: Collection[str]) -> Self:
        """The form for a child of whom these facts are true: what they do not call for is off."""
        return replace(
            self,
            sections=tuple(
                replace(
                    section,
                    is_off=rules.settled(section.shown_when, facts) is None,
                    questions=tuple(question.fitted(facts) for question in section.questions),
                )
                for section in self.sections
            ),
        )

    @property
    def narrowed(self) -> dict[tuple[str, str], str]:
        """Questions fewer read than their section, by section and key: the rule they carry."""
        return {
            (section.slug, question.key): question.readers
            for section in self.sections
            for question in section.questions
            if question.readers != rules.Readers.SECTION
        }

    @property
    def asked(self) -> tuple[SectionContent, ...]:
        """The sections that are for the child."""
        return tuple(section for section in self.sections if not section.is_off)

    def groups(self) -> Iterator[tuple[str, list[SectionContent]]]:
        """The headings of the task list with their sections, in order."""
        for group in dict.fromkeys(section.group for section in self.sections):
            yield group, [section for section in self.sections if section.group == group]


def is_empty(value: Any) -> bool:
    """No answer: nothing, blank text, or an empty list. No is an answer, and so is nought."""
    return value is None or value == "" or value == []


def named(words: str, child: str) -> str:
    """Put the child's first name where the form says {child}."""
    return words.replace("{child}’s", f"{child}’s").replace("{child}", child)


def to_child(words: str) -> str:
    """Words about {child}, said to them."""
    return words.replace("{child}’s", "your").replace("{child}", "you")


def of_plan(plan: PersonalEducationPlan) -> FormContent:
    """The form a plan began on, fitted to the facts of its child."""
    return of_version_and_facts(plan.form_version_id, frozenset(plan.facts))


@lru_cache(maxsize=1024)
def of_version_and_facts(version_id: UUID, facts: frozenset[str]) -> FormContent:
    """Many children share the same few facts: one form for all of them."""
    return of_version(version_id).fitted(facts)


def options_of(form: FormContent, slug: str, key: str, column: str) -> dict[str, str]:
    """The options of one column of repeating rows, value to label; none where there is none."""
    section = form.section(slug)
    question = section.question(key) if section else None
    columns = question.columns if question else ()
    return next((dict(one.options) for one in columns if one.key == column), {})


@lru_cache(maxsize=256)
def of_version(version_id: UUID) -> FormContent:
    """Read a published form version. Three queries the first time in a process, then none."""
    return read_version(FormVersion.objects.filter(published_at__isnull=False), version_id)


@lru_cache(maxsize=256)
def narrowed_in(version_id: UUID) -> Mapping[tuple[str, str], str]:
    """Questions of a published form that fewer read than their section, with their rules."""
    return of_version(version_id).narrowed


def read_version(versions: QuerySet[FormVersion], version_id: UUID) -> FormContent:
    """Read a form version, also one that is still a draft. Three queries."""
    version = (
        versions.select_related("form")
        .prefetch_related(
            Prefetch(
                "sections",
                Section.objects.order_by("place").prefetch_related(
                    Prefetch("questions", Question.objects.order_by("place"))
                ),
            )
        )
        .get(pk=version_id)
    )
    return FormContent(
        version_id=version.pk,
        phase=version.form.phase,
        number=version.number,
        sections=tuple(_section(section) for section in version.sections.all()),
    )


def _section(section: Section) -> SectionContent:
    return SectionContent(
        slug=section.slug,
        title=section.title,
        group=section.group,
        owner=Owner(section.owner).value,
        place=section.place,
        hint=section.hint,
        guidance=section.guidance,
        statutory_head=section.statutory_head,
        questions=tuple(_question(question) for question in section.questions.all()),
        shown_when=section.shown_when,
    )


def _question(question: Question) -> QuestionContent:
    return QuestionContent(
        key=question.key,
        kind=question.kind,
        label=question.label,
        hint=question.hint,
        options=tuple((value, label) for value, label in question.options),
        columns=tuple(_column(column) for column in question.columns),
        is_required=question.is_required,
        required_when=question.required_when,
        shown_when=question.shown_when,
        max_length=question.max_length,
        max_rows=question.max_rows,
        is_carried=question.is_carried,
        readers=question.readers,
    )


def _column(column: Mapping[str, Any]) -> Column:
    return Column(
        key=column["key"],
        kind=column["kind"],
        label=column["label"],
        hint=column.get("hint", ""),
        options=tuple((value, label) for value, label in column.get("options", ())),
        is_required=column.get("is_required", False),
        max_length=column.get("max_length", 200),
    )
