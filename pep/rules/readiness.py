"""What a plan still lacks before it is sent or agreed, and its targets' quality."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from children.rules import fold_name
from pep.rules.states import Status

MINIMUM_TARGETS = 3  # LOCAL, PEP-12
VIEWS, TARGETS, MEETING = "views", "targets", "meeting"  # the sections of these, by slug
NOBODY_IN_PARTICULAR = frozenset({"", "school", "the school", "staff", "all staff", "teacher"})


class Lack(StrEnum):
    """Kinds of things a plan may lack."""

    SECTION = "section"
    CHILD_VIEWS = "child_views"
    TARGETS = "targets"
    MEETING = "meeting"
    CHECK = "check"
    GRADE = "grade"
    OTHER_CHECKER = "other_checker"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing a plan lacks, in words, with the section it is in where there is one."""

    lack: Lack
    words: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class SectionFacts:
    slug: str
    title: str
    is_complete: bool


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan as far as sending and agreeing depend on it."""

    status: Status
    sections: tuple[SectionFacts, ...]
    targets: int = 0
    has_child_views: bool = False
    refused_views: bool = False  # the child was asked and said no: recorded, never a hindrance
    met_on: date | None = None
    grade: str = ""
    checker_wrote_it: bool = False
    minimum_targets: int = MINIMUM_TARGETS
    needs_grade: bool = True
    gaps: frozenset[str] = frozenset()  # sections let go with a reason and a task, by slug


def targets_needed(*, usual: int, early_years: int, is_early_years: bool, is_interim: bool) -> int:
    """How many targets a plan needs before it is agreed, PEP-12; the numbers are LOCAL.

    An interim plan has one thing to do: to get the child back into school (PEP-8).
    """
    least = early_years if is_early_years else usual
    return min(1, least) if is_interim else least


def missing_for_sending(plan: PlanFacts) -> list[Missing]:
    """What a plan lacks before it can be sent to the virtual school: every section complete."""
    return [
        Missing(Lack.SECTION, f"{section.title} is not complete", section.slug)
        for section in plan.sections
        if not section.is_complete and section.slug not in plan.gaps
    ]


def missing_for_agreement(plan: PlanFacts) -> list[Missing]:
    """What a plan lacks before the virtual school can agree it, PEP-10 to PEP-12, PEP-19.

    A section may be missing where a gap was named for it, with a reason and a task for the
    person who owes it: the plan then counts as agreed with a gap.
    """
    found = missing_for_sending(plan)
    if not (plan.has_child_views or plan.refused_views or VIEWS in plan.gaps):
        found.append(Missing(Lack.CHILD_VIEWS, "The child's views, or that they chose not to say"))
    if plan.targets < plan.minimum_targets and TARGETS not in plan.gaps:
        words = f"At least {plan.minimum_targets} targets: there are {plan.targets}"
        found.append(Missing(Lack.TARGETS, words))
    if plan.met_on is None and MEETING not in plan.gaps:
        found.append(Missing(Lack.MEETING, "The day of the meeting"))
    if plan.status is not Status.BEING_CHECKED:
        found.append(Missing(Lack.CHECK, "A check by the virtual school"))
    if plan.needs_grade and not plan.grade:
        found.append(Missing(Lack.GRADE, "The grade of the quality check"))
    if plan.checker_wrote_it:
        found.append(Missing(Lack.OTHER_CHECKER, "A check by somebody who did not write the plan"))
    return found


# Targets


class Check(StrEnum):
    """Quality checks: each that fails is a warning to the author, never a grade by itself."""

    MEASURE = "measure"
    BASELINE_AND_GOAL = "baseline_and_goal"
    DUE_DATE = "due_date"
    NEW_WORDS = "new_words"
    NAMED_OWNER = "named_owner"
    FUNDED_MEASURE = "funded_measure"
    AREA_WITHOUT_TARGET = "area_without_target"
    FUNDING_WITHOUT_TARGET = "funding_without_target"
    VOICE = "voice"
    ATTENDANCE_RECORDED = "attendance_recorded"
    NEXT_MEETING = "next_meeting"
    TRANSITION = "transition"


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """One target as far as its quality can be looked at without judging it, PEP-12."""

    key: str
    text: str
    measure: str = ""
    baseline: str = ""
    goal: str = ""
    owner: str = ""
    due_on: date | None = None
    area: str = ""
    is_funded: bool = False


@dataclass(frozen=True, slots=True)
class QualityFacts:
    """A plan's targets and what stands around them."""

    targets: tuple[TargetFacts, ...]
    last_texts: frozenset[str] = frozenset()  # the last plan's targets
    next_meeting_on: date | None = None
    areas_below: frozenset[str] = frozenset()  # below age expectation
    funding_targets: tuple[str | None, ...] = ()  # the target of each cost line
    has_child_views: bool = False
    refused_views: bool = False
    attendance_recorded: bool = False  # of social worker, designated teacher and carer
    transition_due: bool = False
    transition_planned: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """One failed check: of a target, by its key, or of the plan."""

    check: Check
    target: str = ""


def target_prompts(target: TargetFacts, facts: QualityFacts) -> list[Prompt]:
    """The checks one target fails."""
    has_measure = bool(target.measure.strip()) or bool(re.search(r"\d", target.text))
    last = {fold_name(text) for text in facts.last_texts}
    due_in_time = target.due_on is not None and (
        facts.next_meeting_on is None or target.due_on <= facts.next_meeting_on
    )
    failed = (
        (Check.MEASURE, not has_measure),
        (Check.BASELINE_AND_GOAL, not (target.baseline.strip() and target.goal.strip())),
        (Check.DUE_DATE, not due_in_time),
        (Check.NEW_WORDS, fold_name(target.text) in last),
        (Check.NAMED_OWNER, fold_name(target.owner) in NOBODY_IN_PARTICULAR),
        (Check.FUNDED_MEASURE, target.is_funded and not target.measure.strip()),
    )
    return [Prompt(check, target.key) for check, is_failed in failed if is_failed]


def quality_prompts(facts: QualityFacts) -> list[Prompt]:
    """Every check a plan fails: warnings for its author, prompts for its checker."""
    found = [prompt for target in facts.targets for prompt in target_prompts(target, facts)]
    keys = {target.key for target in facts.targets}
    areas = {target.area for target in facts.targets}
    failed = (
        (Check.AREA_WITHOUT_TARGET, bool(facts.areas_below - areas)),
        (Check.FUNDING_WITHOUT_TARGET, _has_stray(facts.funding_targets, keys)),
        (Check.VOICE, not (facts.has_child_views or facts.refused_views)),
        (Check.ATTENDANCE_RECORDED, not facts.attendance_recorded),
        (Check.NEXT_MEETING, facts.next_meeting_on is None),
        (Check.TRANSITION, facts.transition_due and not facts.transition_planned),
    )
    return found + [Prompt(check) for check, is_failed in failed if is_failed]


def _has_stray(references: Iterable[str | None], keys: Collection[str]) -> bool:
    return any(reference not in keys for reference in references)
