"""What earlier agreed plans hold that a new one begins beside: learning, and money agreed to.

A fact is read by whoever reads its section. So of an earlier plan it tells only what the same
people could read there: the same section in the same hands, at the same school, under no rule of
its own. Of any other it says that there is one, and to read it there.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.utils import timezone

from pep import form_content
from pep.form_content import SectionContent, named
from pep.models import AgreedVersion, PersonalEducationPlan
from pep.rules import PREMIUM, TARGETS
from progress.models import Target
from schools.rules import ONE_DAY
from ui.words import long_date, money

Rows = list[tuple[str, str]]

LEARNING, MONEY = "attainment", "pp_plus"  # the questions that show them
NOTHING = "Nothing is in the record yet"
ELSEWHERE = "Is not shown here: read it in that PEP"
NOT_PAID = "What PEPs agreed to, not what was paid"

# The rows of a form that say how a child learns, and what of a row is told besides its subject
LEARNING_ROWS = frozenset({"core", "courses", "eyfs_areas", "subjects"})
_LEVELS = frozenset({"assessment", "current", "level", "now", "progress", "target"})
_OTHER_MONEY = "other"  # the one option that is no pupil premium


@dataclass(frozen=True, slots=True)
class Earlier:
    """An agreed plan as a later one names it."""

    term: str
    agreed_on: date
    school_id: int | None
    form_version_id: UUID

    @property
    def title(self) -> str:
        return f"{self.term} PEP, agreed on {long_date(self.agreed_on)}"


# -- read from the tables -------------------------------------------------------------------------


def learning(plan: PersonalEducationPlan, on: date) -> Rows:
    """How the child was doing in the last agreed plan before this one. One query."""
    last = (
        AgreedVersion.objects.filter(
            child=plan.child_id,
            plan__started_at__lt=plan.started_at,
            agreed_at__lt=_midnight(on + ONE_DAY),
        )
        .select_related("plan__term")
        .order_by("-plan__started_at", "-number", "pk")
        .first()
    )
    if last is None:
        return learning_rows(plan, None, [])
    said = learnt(json.loads(last.content), last.form_version_id)
    return learning_rows(plan, _earlier(last.plan, last.form_version_id, last.agreed_at), said)


def money_agreed(plan: PersonalEducationPlan, on: date) -> Rows:
    """What plans before this one agreed to pay for in the financial year of a day. Two queries.

    A plan agreed again counts where it was last agreed.
    """
    targets: dict[UUID, list[Target]] = defaultdict(list)
    for target in (
        Target.objects.agreed()
        .filter(
            child=plan.child_id,
            is_funded=True,
            agreed_at__gte=_midnight(financial_year(on)),
            agreed_at__lt=_midnight(on + ONE_DAY),
        )
        .order_by("agreed_at", "plan_id", "place", "pk")
    ):
        targets[target.plan_id].append(target)
    plans = PersonalEducationPlan.objects.filter(
        pk__in=targets, started_at__lt=plan.started_at
    ).select_related("term")
    found = [
        (_earlier(one, one.form_version_id, targets[one.pk][0].agreed_at), targets[one.pk])
        for one in plans.order_by("started_at", "pk")
    ]
    return money_rows(plan, found, on=on)


def _earlier(plan: PersonalEducationPlan, version_id: UUID, at: datetime | None) -> Earlier:
    return Earlier(
        term=plan.term.title,
        agreed_on=timezone.localtime(at).date(),
        school_id=plan.school_id,
        form_version_id=version_id,
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


# -- in words -------------------------------------------------------------------------------------


def financial_year(on: date) -> date:
    """The 1 April on which the financial year of a day began (PP-5)."""
    started_on = date(on.year, 4, 1)
    return started_on if on >= started_on else date(on.year - 1, 4, 1)


def learnt(content: Mapping[str, Any], version_id: UUID) -> list[tuple[str, str, Rows]]:
    """What a plan's kept content says by subject: the section, the question, and its rows."""
    form, called = form_content.of_version(version_id), content["child"]["called"]
    found = []
    for section in content["sections"]:
        asked = form.section(section["slug"])
        for question in section["questions"]:
            kept = asked.question(question["key"]) if asked else None
            if kept is None or kept.key not in LEARNING_ROWS or not kept.columns:
                continue
            # In a kept content a cell is its label and its words: the form tells which it was
            subject = named(kept.columns[0].label, called)
            told = {named(one.label, called) for one in kept.columns[1:] if one.key in _LEVELS}
            rows = [_level(row, subject, told) for row in question["rows"] if row]
            found.append((section["slug"], question["key"], rows))
    return found


def _level(row: Sequence[Sequence[str]], subject: str, told: set[str]) -> tuple[str, str]:
    cells = [(label, text) for label, text in row]
    name = next((text for label, text in cells if label == subject), "No subject is named")
    words = "; ".join(f"{label}: {text}" for label, text in cells if label in told)
    return name, words or "No level is given"


def learning_rows(
    plan: PersonalEducationPlan, last: Earlier | None, said: Sequence[tuple[str, str, Rows]]
) -> Rows:
    """The fact about learning: which plan it is from and when that was agreed, then each subject.

    No query once the forms are known.
    """
    here = _stands_in(plan, LEARNING)
    if last is None or here is None:
        return [("Learning", NOTHING)]
    told = [
        row
        for slug, key, rows in said
        if slug == here.slug and _is_told(plan, here, last, {(slug, key)})
        for row in rows
    ]
    if told:
        return [("PEP", last.title), *told]
    has_words = any(rows for _, _, rows in said)
    return [("PEP", last.title), ("Learning", ELSEWHERE if has_words else "It names no subject")]


def money_rows(
    plan: PersonalEducationPlan,
    found: Sequence[tuple[Earlier, Sequence[Target]]],
    *,
    on: date,
) -> Rows:
    """The fact about money: each plan of the financial year and what it agreed to, and the sum.

    The sum is given where all of it is told here. No query once the forms are known.
    """
    here = _stands_in(plan, MONEY)
    asked = {(PREMIUM, "requests"), (TARGETS, TARGETS)}
    rows: Rows = []
    summed: list[Target] = []
    is_whole = True
    for earlier, targets in found:
        premium = [t for t in targets if not _is_other(t, earlier.form_version_id)]
        if not premium:
            continue
        if here is None or not _is_told(plan, here, earlier, asked):
            rows.append((earlier.title, ELSEWHERE))
            is_whole = False
            continue
        rows.append((earlier.title, _agreed_words(premium)))
        summed += premium
    if not rows:
        return [("Pupil premium", NOTHING)]
    if is_whole and len(rows) > 1:
        rows.append(("In all", _agreed_words(summed)))
    began = financial_year(on)
    until = date(began.year + 1, 3, 31)
    year = ("Financial year", f"{long_date(began)} to {long_date(until)}")
    return [year, *rows, ("What this is", NOT_PAID)]


def _agreed_words(targets: Sequence[Target]) -> str:
    """2 targets: £480 of pupil premium plus. 1 target: no cost is given."""
    by_source: dict[str, list[int]] = defaultdict(list)
    for target in targets:
        if target.cost_pence is not None:
            by_source[target.source].append(target.cost_pence)
    told = [f"{_count(costs)}: {money(sum(costs))}{_of(name)}" for name, costs in by_source.items()]
    if without := [target for target in targets if target.cost_pence is None]:
        told.append(f"{_count(without)}: no cost is given")
    return ". ".join(told)


def _count(targets: Sequence[Any]) -> str:
    return f"{len(targets)} target" if len(targets) == 1 else f"{len(targets)} targets"


def _of(source: str) -> str:
    return f", {source}" if source else ""


def _is_other(target: Target, version_id: UUID) -> bool:
    """Whether all its money is called other than pupil premium, in the words of its form."""
    form = form_content.of_version(version_id)
    other = form_content.options_of(form, PREMIUM, "requests", "stream").get(_OTHER_MONEY)
    return bool(target.source) and target.source == other


# -- whose it is to read --------------------------------------------------------------------------


def _stands_in(plan: PersonalEducationPlan, key: str) -> SectionContent | None:
    """The section of a plan's form that shows a fact."""
    form = form_content.of_version(plan.form_version_id)
    return next((section for section in form.sections if section.question(key)), None)


def _is_told(
    plan: PersonalEducationPlan,
    here: SectionContent,
    earlier: Earlier,
    asked: Collection[tuple[str, str]],
) -> bool:
    """Whether those who read a section read these answers of an earlier plan too."""
    form = form_content.of_version(earlier.form_version_id)
    before = form.section(here.slug)
    return (
        earlier.school_id == plan.school_id
        and before is not None
        and before.owner == here.owner
        and not any(name in form.narrowed for name in asked)
    )
