"""Write in a section: nothing a person typed is ever lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from pep import finding_out, form_content, rights, rules
from pep.actions.facts import write_facts
from pep.actions.history import note_late, note_steps
from pep.actions.keeping import keep_words
from pep.actions.parts import held_of, is_met, rows_changed, written_since
from pep.actions.turns import last_turn, note_turn
from pep.circumstances import TELLING
from pep.fitting import fit_sections
from pep.form_content import QuestionContent, SectionContent
from pep.models import (
    Answer,
    FactWord,
    Gap,
    KeptText,
    PersonalEducationPlan,
    PlanMove,
    PlanSection,
    Written,
)
from pep.own_views import as_asked, as_completed
from pep.written import is_from

_WRITTEN = (
    "value", "state", "not_known_who", "not_known_person", "not_known_until", "version",
    "window", "rows_written", "written_at", "written_by", "is_to_confirm",
)  # fmt: skip
Status, State = PersonalEducationPlan.Status, PlanSection.State


class NotComplete(Exception):
    """A section lacks answers it cannot be complete without, or has too many rows."""

    def __init__(self, lacking: list[QuestionContent], overfull: Mapping[str, int]) -> None:
        super().__init__(f"{len(lacking)} answers are missing, {len(overfull)} are overfull")
        self.lacking, self.overfull = lacking, overfull


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save. `version` is what the next save begins from.

    `conflicts` are the answers another person changed meanwhile: the words sent lie in `kept`.
    `kept` without conflicts: the plan could no longer be written. `is_own_window`: the words in
    conflict are this person's own, from another window. `is_late`: a later save of the same page
    came first and stands; `turn` is the last that came of this page. `overfull`: questions that
    have more rows by now than the form asks for, with how many.
    """

    version: int
    at: datetime
    conflicts: Mapping[str, rules.Conflict] = field(default_factory=dict)
    kept: KeptText | None = None
    merged_with_others: bool = False
    is_own_window: bool = False
    is_late: bool = False
    turn: int = 0
    overfull: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_locked(self) -> bool:
        return self.kept is not None and not self.conflicts


@transaction.atomic
def save_section(
    *,
    plan_id: UUID,
    slug: str,
    values: Mapping[str, Any],
    base_version: int,
    by: User,
    at: datetime,
    window: str = "",
    turn: int = 0,
) -> Saved:
    """Write the parts a person changed since `base_version`, and merge with others' by part.

    A part is an answer, or one of its repeating rows (`rules.row_part`); a row of None is removed.
    `window` tells the opened pages of one person apart: what they wrote in another one since is
    like another person's, what they wrote in this one is theirs to go on with, also when the
    answer to a save was lost on its way; each save of a window has a higher `turn`, and one that
    comes after a later one goes into the history alone. The same words again change nothing. What
    was changed meanwhile is kept for this person to settle, as is everything when the plan is
    locked. Whoever is to find an answer out is told. Raises PermissionDenied for a section not
    theirs to write.
    """
    plan, section = _lock(plan_id, slug)
    content = _content(plan, slug)
    held = {a.key: a for a in Answer.objects.filter(plan=plan, section=slug).order_by("pk")}
    reader = _writer(plan, section, held, by)
    values = {part: value for part, value in values.items() if _asked(content, part)}
    facts = {k: v for k, v in values.items() if _kind(content, k) == form_content.Kind.FACT}
    mine = {part: value for part, value in values.items() if part not in facts}
    if window and turn < (last := last_turn(section, by, window)):
        if late := _late_steps(held, mine):
            note_late(plan, slug, late, by=by, at=at)
            return Saved(section.version, at, is_late=True, turn=last)
        facts, turn = {}, last  # it says nothing else: a button that came late is still pressed
    is_noted = note_turn(section, by, window, turn, at=at)
    if not reader.is_open(plan.status):
        if is_noted:
            section.save(update_fields=["turns"])
        kept = keep_words(
            section, by, values, base_version, reason=KeptText.Reason.LOCKED, at=at, window=window
        )
        return Saved(section.version, at, kept=kept, turn=turn)

    merged = rules.merge_save(
        base_version=base_version,
        mine=mine,
        held={key: held_of(answer, by, window) for key, answer in held.items()},
    )
    touched = dict.fromkeys(rules.split_part(part)[0] for part in mine)
    changed = {
        key: merged.values[key]
        for key in touched
        if key in merged.values and _differs(held.get(key), merged.values[key])
    }
    since = written_since(held, base_version, by, window)
    met = {written.person for part, written in since.items() if is_met(part, merged.conflicts)}
    _write_answers(plan, section, held, changed, by=by, at=at, window=window)
    said = write_facts(plan, slug, facts, by=by, at=at)
    if changed or said:
        _note_written(plan, section, content, merged.values, by=by, at=at)
    elif is_noted:
        section.save(update_fields=["turns"])
    put_off = [key for key, value in changed.items() if rules.is_put_off(value)]
    finding_out.tell_now(plan, slug, put_off, by=by, at=at)
    if any((slug, key) in TELLING for key in changed):
        fit_sections([plan.pk], on=timezone.localtime(at).date(), at=at)
    kept = None
    if merged.conflicts:
        words = {key: conflict.mine for key, conflict in merged.conflicts.items()}
        kept = keep_words(
            section, by, words, base_version, reason=KeptText.Reason.CONFLICT, at=at, window=window
        )
    return Saved(
        section.version, at, merged.conflicts, kept,
        merged_with_others=bool(since), is_own_window=met == {str(by.pk)}, turn=turn,
        overfull=content.overfull({key: merged.values.get(key) for key in touched}),
    )  # fmt: skip


@transaction.atomic
def mark_complete(*, plan_id: UUID, slug: str, by: User, at: datetime) -> PlanSection:
    """Call a section done, and what was carried over from the last plan still right.

    Raises NotComplete with the questions that lack an answer, and those with more rows than the
    form asks for. Marking it twice changes nothing.
    """
    plan, section = _lock(plan_id, slug)
    content = as_asked(_content(plan, slug), by)
    held = {a.key: a for a in Answer.objects.filter(plan=plan, section=slug).order_by("pk")}
    reader = _writer(plan, section, held, by)
    if not reader.is_open(plan.status):
        raise PermissionDenied
    values = _values(plan, slug, held)
    lacking, overfull = content.lacking(values), content.overfull(values)
    if lacking or overfull:
        raise NotComplete(lacking, overfull)
    Answer.objects.filter(plan=plan, section=slug, is_to_confirm=True).update(
        is_to_confirm=False, written_by=by, written_at=at
    )
    if section.state != State.COMPLETE:
        section.state, section.completed_at, section.completed_by = State.COMPLETE, at, by
        section.asked_more_at = None
        section.save(update_fields=["state", "completed_at", "completed_by", "asked_more_at"])
        Gap.objects.open().filter(plan=plan, kind=Gap.Kind.SECTION, part=slug).update(closed_at=at)
        _begin_writing(plan, by=by, at=at)
        _recount(plan)
    return section


def settle_kept_text(
    *, kept_id: UUID, values: Mapping[str, Any], seen_version: int, by: User, at: datetime
) -> Saved:
    """Write what a person chose for the answers two people changed; then nothing is kept apart.

    Whoever wrote again meanwhile is a new conflict, kept in the same place.
    """
    with transaction.atomic():
        kept = KeptText.objects.select_for_update().get(pk=kept_id, person=by)
        saved = save_section(
            plan_id=kept.plan_id,
            slug=kept.section,
            values=values,
            base_version=seen_version,
            by=by,
            at=at,
        )
        if saved.kept is None:
            KeptText.objects.filter(pk=kept.pk).update(settled_at=at)
    return saved


def lock_section(
    plan_id: UUID, slug: str, by: User
) -> tuple[PersonalEducationPlan, PlanSection, SectionContent]:
    """Hold a section to write in it. Raises PermissionDenied where this person may not now."""
    plan, section = _lock(plan_id, slug)
    content = _content(plan, slug)
    held = {a.key: a for a in Answer.objects.filter(plan=plan, section=slug)}
    if not _writer(plan, section, held, by).is_open(plan.status):
        raise PermissionDenied
    return plan, section, content


def write_rows(
    plan: PersonalEducationPlan,
    section: PlanSection,
    key: str,
    rows: list[dict[str, Any]],
    *,
    by: User,
    at: datetime,
) -> None:
    """Write repeating rows as a button of the page changed them; the section is held."""
    content = _content(plan, section.slug)
    held = {a.key: a for a in Answer.objects.filter(plan=plan, section=section.slug)}
    _write_answers(plan, section, held, {key: rows}, by=by, at=at)
    _note_written(plan, section, content, _values(plan, section.slug, held), by=by, at=at)


def _lock(plan_id: UUID, slug: str) -> tuple[PersonalEducationPlan, PlanSection]:
    """Lock the plan, then the section: the same order as every move of a plan."""
    plan = PersonalEducationPlan.objects.select_for_update().get(pk=plan_id)
    return plan, PlanSection.objects.select_for_update().get(plan=plan, slug=slug)


def _content(plan: PersonalEducationPlan, slug: str) -> SectionContent:
    content = form_content.of_plan(plan).section(slug)
    if content is None:
        raise PermissionDenied
    return content


def _asked(content: SectionContent, part: str) -> bool:
    key, row_id = rules.split_part(part)
    question = content.question(key)
    return question is not None and (not row_id or question.kind == form_content.Kind.ROWS)


def _kind(content: SectionContent, key: str) -> str:
    question = content.question(key)
    return question.kind if question else ""


def _writer(
    plan: PersonalEducationPlan, section: PlanSection, held: Mapping[str, Answer], by: User
) -> rights.Reader:
    values = {key: answer.value for key, answer in held.items()}
    reader = rights.reader(by, plan, shares=rights.shares_of(values))
    if reader.right(owner=section.owner, slug=section.slug) != rights.Right.WRITE:
        raise PermissionDenied
    return reader


def _late_steps(held: Mapping[str, Answer], mine: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What stands of each answer, and what it would be with words that came too late."""
    there = {key: rules.Held(answer.said, 0) for key, answer in held.items()}
    late = rules.merge_save(base_version=0, mine=mine, held=there).values
    touched = dict.fromkeys(rules.split_part(part)[0] for part in mine)
    return {
        key: (held[key].said if key in held else None, late[key])
        for key in touched
        if key in late and _differs(held.get(key), late[key])
    }


def _differs(held: Answer | None, value: Any) -> bool:
    if held is None:
        return not form_content.is_empty(value)
    return bool(held.said != value)


def _values(plan: PersonalEducationPlan, slug: str, held: Mapping[str, Answer]) -> dict[str, Any]:
    """The answers and the words on facts as completeness sees them."""
    words = FactWord.objects.filter(plan=plan, section=slug).values_list("key", "is_right")
    return {key: answer.said for key, answer in held.items()} | dict(words)


def _write_answers(
    plan: PersonalEducationPlan,
    section: PlanSection,
    held: dict[str, Answer],
    changed: Mapping[str, Any],
    *,
    by: User,
    at: datetime,
    window: str = "",
) -> None:
    if not changed:
        return
    version = section.version + 1
    steps = {key: (held[key].said if key in held else None, changed[key]) for key in changed}
    anew = {key for key in changed if key in held and not is_from(held[key].written, by, window)}
    answers = []
    for key, value in changed.items():
        answer = held.get(key) or Answer(
            authority_id=plan.authority_id,
            child_id=plan.child_id,
            plan=plan,
            section=section.slug,
            key=key,
        )
        if rows := rows_changed(answer.said, value):
            answer.note_rows(rows, Written(version, str(by.pk), window))
        answer.say(value)
        answer.version, answer.written_at, answer.window = version, at, window
        answer.written_by, answer.is_to_confirm = by, False
        answers.append(answer)
    Answer.objects.bulk_create(
        answers,
        update_conflicts=True,
        unique_fields=["plan", "section", "key"],
        update_fields=_WRITTEN,
    )
    note_steps(plan, section.slug, steps, anew=anew, by=by, at=at)


def _note_written(
    plan: PersonalEducationPlan,
    section: PlanSection,
    content: SectionContent,
    values: Mapping[str, Any],
    *,
    by: User,
    at: datetime,
) -> None:
    """Move the section on, and back from complete when it no longer is."""
    before = section.state
    section.version += 1
    section.written_at, section.written_by = at, by
    if section.state == State.NOT_STARTED:
        section.state = State.IN_PROGRESS
    elif section.state == State.COMPLETE:
        words = FactWord.objects.filter(plan=plan, section=section.slug)
        known = dict(values) | dict(words.values_list("key", "is_right"))
        content = as_completed(content, section)
        if content.lacking(known) or content.overfull(known):
            section.state, section.completed_at, section.completed_by = (
                State.IN_PROGRESS,
                None,
                None,
            )
    section.save(
        update_fields=[
            "version",
            "written_at",
            "written_by",
            "state",
            "completed_at",
            "completed_by",
            "turns",
        ]
    )
    _begin_writing(plan, by=by, at=at)
    if State.COMPLETE in {before, section.state}:
        _recount(plan)


def _begin_writing(plan: PersonalEducationPlan, *, by: User, at: datetime) -> None:
    """The first words in a plan begin it."""
    if plan.status != Status.NOT_STARTED:
        return
    plan.status = Status.WITH_SCHOOL
    plan.save(update_fields=["status"])
    PlanMove.objects.create(
        authority_id=plan.authority_id,
        child_id=plan.child_id,
        plan=plan,
        before=Status.NOT_STARTED,
        after=Status.WITH_SCHOOL,
        made_at=at,
        made_by=by,
    )


def _recount(plan: PersonalEducationPlan) -> None:
    complete = PlanSection.objects.filter(plan=plan).aggregate(
        n=Count("pk", filter=Q(state=State.COMPLETE, is_asked=True))
    )["n"]
    if complete != plan.sections_complete:
        plan.sections_complete = complete
        plan.save(update_fields=["sections_complete"])
