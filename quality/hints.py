"""What a checker is told to look at, gathered from the plan, the last one, and others' (PEP-12)."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import User
from children.models import Enrolment
from children.summaries import year_group
from pep import form_content
from pep.form_content import FormContent
from pep.models import Owner, PersonalEducationPlan
from pep.pages.targets import ATTAINMENT
from pep.rules import TRANSITION_YEARS, QualityFacts, facts_of_targets, quality_prompts
from quality import prints, rules
from quality.models import PlanPrint
from quality.prints import Held
from quality.rules import AREA_OF, AreaKind, Hint, Sign, TextCell

# A subject with a section of its own, and the areas its targets may be about
_SUBJECTS = {"english": ("reading", "writing"), "maths": ("maths",)}
_BELOW = "below"
_NOT_VIEWS = frozenset({"voice_how", "voice_share"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One hint as a page has it; `other` is another child's plan this person may open."""

    words: str
    section: str = ""
    other: Any = None


def beside_areas(
    plan: PersonalEducationPlan, user: User, *, same_text_from: int
) -> dict[AreaKind, list[Shown]]:
    """What to look at beside each kind of area. About six queries.

    Another child is never named here; their plan is linked only for who may see it.
    """
    form = form_content.of_version(plan.form_version_id)
    held = prints.answers_of(plan.pk)
    last = _last_plan(plan)
    last_held = prints.answers_of(last.pk) if last else {}
    facts = quality_facts(form, held, last_held, year=_year(plan))
    numbers = {target.key: place for place, target in enumerate(facts.targets, start=1)}
    found = rules.hints_of_prompts(quality_prompts(facts), numbers)
    if facts.refused_views:
        words = "The child chose not to give views this time. That is recorded and enough"
        found.append(Hint(AREA_OF[Sign.VOICE_REFUSED], words, "views"))
    names = prints.names_of(plan)
    own = {
        text: cell
        for cell in prints.cells(form, held, plan.child.called)
        if len(text := rules.normalised(cell.text, names)) >= same_text_from
    }
    found += _as_last_term(own, last, last_held, names)
    shown: dict[AreaKind, list[Shown]] = {}
    for hint in found:
        shown.setdefault(hint.area, []).append(Shown(hint.words, hint.section))
    for area, one in _as_another(plan, own, user):
        shown.setdefault(area, []).append(one)
    return shown


def _last_plan(plan: PersonalEducationPlan) -> PersonalEducationPlan | None:
    return (
        PersonalEducationPlan.objects.filter(child=plan.child_id, started_at__lt=plan.started_at)
        .order_by("-started_at", "-pk")
        .first()
    )


def _year(plan: PersonalEducationPlan) -> int:
    on = timezone.localdate()
    enrolment = (
        Enrolment.objects.on(on).filter(child=plan.child_id, kind=Enrolment.Kind.MAIN).first()
    )
    return year_group(plan.child, on=on, recorded=enrolment.year_group if enrolment else None)


def quality_facts(form: FormContent, held: Held, last_held: Held, *, year: int) -> QualityFacts:
    """A plan's answers as the quality checks read them."""
    section = form.section("targets")
    question = section.question("targets") if section else None
    columns = {column.key: column for column in question.columns} if question else {}
    of_targets = facts_of_targets(
        _rows(held, "targets", "targets"),
        last=_rows(last_held, "targets", "targets"),
        requests=_rows(held, "pupil-premium", "requests"),
        attainment=[row for (slug, key) in held if key in ATTAINMENT
                    for row in _rows(held, slug, key)],
        next_meeting_on=_day(held.get(("meeting", "next_meeting_date"))),
        areas=[value for value, _ in columns["area"].options] if "area" in columns else (),
        has_measure="measure" in columns,
    )  # fmt: skip
    views = {key: held.get(("views", key)) for key in _keys_of_child(form)}
    refused = views.get("voice_how") == "refused"
    about = {target.area for target in of_targets.targets}
    return replace(
        of_targets,
        areas_below=of_targets.areas_below | set(_subjects_below(held, about)),
        has_child_views=not refused
        and any(value for key, value in views.items() if key not in _NOT_VIEWS),
        refused_views=refused,
        attendance_recorded=bool(held.get(("meeting", "attendees"))),
        transition_due=year in TRANSITION_YEARS,
        transition_planned=_is_move_planned(form, held),
    )


def _keys_of_child(form: FormContent) -> list[str]:
    sections = [section for section in form.sections if section.owner == Owner.CHILD]
    return [question.key for section in sections for question in section.questions]


def _rows(held: Held, section: str, key: str) -> Sequence[Mapping[str, Any]]:
    value = held.get((section, key))
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _subjects_below(held: Held, about: AbstractSet[str]) -> Iterable[str]:
    """Subjects said to be below expectation in a section of their own, that no target is about."""
    for subject, areas in _SUBJECTS.items():
        if held.get((subject, "progress")) == _BELOW and not about & set(areas):
            yield areas[0]


def _is_move_planned(form: FormContent, held: Held) -> bool:
    """Whether anything is said of the move: a section of its own, options, or a target."""
    sections = {section.slug for section in form.sections} & {"transition", "next-steps"}
    answered = any(value for (section, _), value in held.items() if section in sections)
    targets = _rows(held, "targets", "targets")
    return (
        answered
        or bool(held.get(("attainment", "options")))
        or any(row.get("area") == "transition" for row in targets)
    )


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


# The same words ----------------------------------------------------------------------------------


def _as_last_term(
    own: Mapping[str, TextCell],
    last: PersonalEducationPlan | None,
    last_held: Held,
    names: Sequence[str],
) -> Iterable[Hint]:
    """Which long answers were pasted from the last plan, save those that begin from it."""
    if last is None:
        return
    form = form_content.of_version(last.form_version_id)
    cells = prints.cells(form, last_held, last.child.called)
    before = {rules.normalised(cell.text, names) for cell in cells}
    for label, cell in {cell.label: cell for text, cell in own.items() if text in before}.items():
        if cell.is_carried or cell.section in {"targets", "last-targets"}:
            continue  # targets have a check of their own, and may be carried on
        sign = Sign.VOICE_AS_LAST_TERM if cell.is_child else Sign.WORDS_AS_LAST_TERM
        yield Hint(AREA_OF[sign], f"“{label}” has the same words as last term", cell.section)


_AREA_OF_SECTION = {
    "views": AreaKind.VOICE,
    "targets": AreaKind.TARGETS,
    "last-targets": AreaKind.PROGRESS,
    "attainment": AreaKind.PROGRESS,
    "english": AreaKind.PROGRESS,
    "maths": AreaKind.PROGRESS,
    "pupil-premium": AreaKind.MONEY,
    "carer-views": AreaKind.ADULTS,
    "meeting": AreaKind.ADULTS,
}


def _as_another(
    plan: PersonalEducationPlan, own: Mapping[str, TextCell], user: User
) -> Iterable[tuple[AreaKind, Shown]]:
    """Which long answers another child's plan of the term has too. One query, two with a hit."""
    by_print = {prints.fingerprint(text): cell for text, cell in own.items()}
    if not by_print:
        return
    rows = list(
        PlanPrint.objects.filter(
            authority=plan.authority_id, term=plan.term_id, hashes__overlap=list(by_print)
        )
        .exclude(child=plan.child_id)
        .values_list("plan", "hashes")
        .order_by("made_at", "pk")
    )
    if not rows:
        return
    seen = PersonalEducationPlan.objects.visible_to(user).filter(pk__in=[pk for pk, _ in rows])
    may_open = set(seen.values_list("pk", flat=True))
    said = set()
    for pk, hashes in rows:
        for cell in (by_print[one] for one in hashes if one in by_print):
            if cell.label in said:
                continue
            said.add(cell.label)
            words = f"“{cell.label}” has the same words as another child’s PEP this term"
            area = _AREA_OF_SECTION.get(cell.section, AREA_OF[Sign.WORDS_AS_ANOTHER])
            yield area, Shown(words, cell.section, pk if pk in may_open else None)
