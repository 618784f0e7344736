"""The pages of targets: last term's to review and carry on, the new ones with checks and help."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from children.summaries import year_group
from pep import rules
from pep.circumstances import targets_needed
from pep.form_content import Kind, QuestionContent, SectionContent, is_empty
from pep.forms.base import RowHelp, SectionBase
from pep.forms.rows import row_values
from pep.models import Answer, PersonalEducationPlan
from pep.rules import LAST_TARGETS, PREMIUM, TARGETS, Check, QualityFacts
from progress.codes import AREAS, OUTCOME_LABELS
from progress.models import PHASES, Example, Intervention
from schools.models import Policy
from schools.rules import phase
from ui.words import long_date

ATTAINMENT = ("subjects", "core", "eyfs_areas")  # questions that say what is below expectation


def beside(plan: PersonalEducationPlan, section: SectionContent) -> dict[str, RowHelp]:
    """What stands beside the rows of a section; it is read when it is shown."""
    match section.slug:
        case "targets" if question := section.question(TARGETS):
            return {TARGETS: NewTargets(plan, question)}
        case "last-targets" if section.question(TARGETS):
            return {TARGETS: LastTargets(plan)}
        case "pupil-premium":
            keys = {"requests": TARGETS, "spent": LAST_TARGETS}
            return {key: Costs(plan, slug) for key, slug in keys.items() if section.question(key)}
        case _:
            return {}


class _Beside:
    """Nothing: what the others begin from."""

    def __init__(self, plan: PersonalEducationPlan) -> None:
        self.plan = plan

    def options(self, column: str) -> Sequence[tuple[str, str]]:
        return ()

    def before(self, row_id: str) -> SafeString:
        return SafeString()

    def after(self, form: SectionBase, number: str, row_id: str) -> SafeString:
        return SafeString()

    def below(self, form: SectionBase) -> SafeString:
        return SafeString()

    def in_a_line(self, form: SectionBase, number: str, row_id: str) -> str:
        return ""


class NewTargets(_Beside):
    """The kinds of help to pick from, and what would make each target stronger. Three queries."""

    def __init__(self, plan: PersonalEducationPlan, question: QuestionContent) -> None:
        super().__init__(plan)
        self.question = question
        self._lines: dict[str, list[str]] | None = None

    @cached_property
    def _interventions(self) -> list[tuple[str, str]]:
        rows = Intervention.objects.for_authority(self.plan.authority_id)
        names = rows.order_by("name").values_list("name", flat=True)
        return [(name, name) for name in dict.fromkeys(names)]

    def options(self, column: str) -> Sequence[tuple[str, str]]:
        return self._interventions if column == "intervention" else ()

    def after(self, form: SectionBase, number: str, row_id: str) -> SafeString:
        return checks_box(number, self._of(form).get(number, ()))

    def below(self, form: SectionBase) -> SafeString:
        return checks_box("all", self._of(form)[""])

    def in_a_line(self, form: SectionBase, number: str, row_id: str) -> str:
        row = row_values(form, TARGETS).get(number, {})
        columns = self.question.columns
        lacks = any(is_empty(row.get(column.key)) for column in columns if column.is_required)
        if form.is_bound or not row_id or lacks or self._of(form).get(number):
            return ""
        areas = dict(
            option for column in columns if column.key == "area" for option in column.options
        )
        return f"{areas.get(row['area'], row['area'])}: {row['target']}"

    def _of(self, form: SectionBase) -> dict[str, list[str]]:
        if self._lines is None:
            self._lines = check_lines(self.plan, self.question, form)
        return self._lines


class LastTargets(_Beside):
    """What each of last term's targets was, and the button that carries it on. Two queries."""

    @cached_property
    def _written(self) -> dict[str, dict[str, Any]]:
        """The rows of the child's last plans, by their id."""
        return written_before(self.plan)

    @cached_property
    def _carried(self) -> set[str]:
        rows = _answer(self.plan, TARGETS, TARGETS)
        return {str(row.get("id")) for row in rows}

    def before(self, row_id: str) -> SafeString:
        row = self._written.get(row_id, {})
        due_on = date.fromisoformat(row["due_on"]) if row.get("due_on") else None
        context = {"row": row, "due_on": due_on} if row else {}
        return _html("pep/last_target.html", context) if context else SafeString()

    def after(self, form: SectionBase, number: str, row_id: str) -> SafeString:
        if not row_id:
            return SafeString()
        is_carried = str(rules.carried_id(self.plan.pk, row_id)) in self._carried
        context = {
            "plan_pk": self.plan.pk,
            "slug": TARGETS,
            "row_id": row_id,
            "is_carried": is_carried,
            "goes_on": row_values(form, TARGETS).get(number, {}).get("carry") is True,
        }
        return _html("pep/carry_on.html", context)


class Costs(_Beside):
    """The targets a cost may be for, by their words. One query."""

    def __init__(self, plan: PersonalEducationPlan, slug: str) -> None:
        super().__init__(plan)
        self.slug = slug

    @cached_property
    def _targets(self) -> list[tuple[str, str]]:
        rows = _answer(self.plan, self.slug, TARGETS)
        words = [str(row.get("target") or "").strip() for row in rows]
        names = [text[: rules.LONGEST_LINE].strip() for text in words if text]
        return [(name, name) for name in dict.fromkeys(names)]

    def options(self, column: str) -> Sequence[tuple[str, str]]:
        return self._targets if column == "target" else ()


def _html(template: str, context: Mapping[str, Any]) -> SafeString:
    return mark_safe(render_to_string(template, dict(context)))  # noqa: S308 -- a template


def _answer(plan: PersonalEducationPlan, slug: str, key: str) -> list[dict[str, Any]]:
    rows = Answer.objects.filter(plan=plan, section=slug, key=key).values_list("value", flat=True)
    return list(rows.first() or [])


def written_before(plan: PersonalEducationPlan) -> dict[str, dict[str, Any]]:
    """The targets of the child's plans of earlier terms, by the id of their row. One query."""
    values = (
        Answer.objects.filter(child=plan.child_id, section=TARGETS, key=TARGETS)
        .exclude(plan=plan)
        .order_by("plan__term__started_on", "pk")
        .values_list("value", flat=True)
    )
    return {str(row.get("id")): row for value in values for row in value or []}


# -- checks ---------------------------------------------------------------------------------------


def checks_box(number: str, lines: Iterable[str], *, is_sent_after: bool = False) -> SafeString:
    """What would make one target stronger, or all of them: a box a reply may put in its place."""
    context = {"number": number, "lines": list(lines), "is_sent_after": is_sent_after}
    return _html("pep/target_checks.html", context)


def target_checks(
    plan: PersonalEducationPlan, section: SectionContent, form: SectionBase
) -> list[SafeString]:
    """The same boxes for the reply of a save while writing. Two queries; none elsewhere."""
    question = section.question(TARGETS)
    if section.slug != TARGETS or question is None:
        return []
    lines = check_lines(plan, question, form)
    return [
        checks_box(number or "all", found, is_sent_after=True) for number, found in lines.items()
    ]


def check_lines(
    plan: PersonalEducationPlan, question: QuestionContent, form: SectionBase
) -> dict[str, list[str]]:
    """What each row of the new targets fails, in words by its number; "" is of them all."""
    rows = [{**row, "id": number} for number, row in row_values(form, TARGETS).items()]
    facts = quality_facts(plan, question, rows)
    failed = rules.target_warnings(facts)
    lines = {
        number: [
            _words(check, facts, number, plan.child.called) for check in failed.get(number, ())
        ]
        for number in ["", *(str(row["id"]) for row in rows)]
    }
    begun = sum(bool(target.text) for target in facts.targets)
    policy = Policy.objects.in_force(
        authority_id=plan.authority_id, on=timezone.localtime(plan.started_at).date()
    )
    if 0 < begun < (needed := targets_needed(plan, policy)):
        lines[""].insert(0, _too_few(begun, needed))
    return lines


def quality_facts(
    plan: PersonalEducationPlan,
    question: QuestionContent,
    rows: Sequence[Mapping[str, Any]],
) -> QualityFacts:
    """Gather what the checks look at around these rows. One query."""
    asked = Answer.objects.filter(plan=plan, key__in=[TARGETS, "requests", "next_meeting_date",
                                                      *ATTAINMENT])  # fmt: skip
    held = {(a.section, a.key): a.value for a in asked.only("section", "key", "value")}
    of_key = {key: value for (_, key), value in held.items()}
    next_meeting = of_key.get("next_meeting_date")
    columns = {column.key: column for column in question.columns}
    return rules.facts_of_targets(
        rows,
        last=held.get((LAST_TARGETS, TARGETS)) or [],
        requests=held.get((PREMIUM, "requests")) or [],
        attainment=[row for key in ATTAINMENT for row in of_key.get(key) or []],
        next_meeting_on=date.fromisoformat(next_meeting) if next_meeting else None,
        areas=[value for value, _ in columns["area"].options] if "area" in columns else [],
        has_measure="measure" in columns,
    )


def _too_few(number: int, minimum: int) -> str:
    are = "is 1" if number == 1 else f"are {number}"
    return f"At least {minimum} targets are needed before this PEP can be agreed. There {are}."


def _words(check: Check, facts: QualityFacts, key: str, child: str) -> str:
    match check:
        case Check.MEASURE:
            return "Add a number, or something people can see."
        case Check.BASELINE_AND_GOAL:
            return f"Say where {child} is now and where {child} will be."
        case Check.DUE_DATE:
            return _about_the_date(facts, key)
        case Check.NEW_WORDS:
            return "These are last term’s words. Say what will be different this time."
        case Check.NAMED_OWNER:
            return "Name the person who makes sure it happens, not “school”."
        case Check.FUNDED_MEASURE:
            return "It asks for money. Say how you will measure the difference."
        case Check.AREA_WITHOUT_TARGET:
            names = sorted(facts.areas_below - {target.area for target in facts.targets})
            areas = ", ".join(AREAS.get(name, name) for name in names)
            return f"Below what is expected, and without a target: {areas}."
        case _:
            return "A cost in the section on money is not for one of these targets."


def _about_the_date(facts: QualityFacts, key: str) -> str:
    due_on = next((target.due_on for target in facts.targets if target.key == key), None)
    if due_on is None or facts.next_meeting_on is None:
        return "Add the date it will be reached by."
    meeting = long_date(facts.next_meeting_on)
    return f"The date is after the next meeting on {meeting}. Choose one the meeting can look at."


# -- help beside the new targets ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LastTarget:
    """One of last term's targets, to carry on."""

    id: str
    text: str
    outcome: str
    is_carried: bool


@dataclass(frozen=True, slots=True)
class TargetHelp:
    """What is shown beside the new targets of one plan."""

    last: Sequence[LastTarget]
    examples: Sequence[tuple[str, Sequence[Example]]]  # by area
    interventions: Sequence[tuple[str, Sequence[Intervention]]]  # by category


def target_help(plan: PersonalEducationPlan, section: SectionContent) -> TargetHelp | None:
    """Last term's targets, good examples and kinds of help. Four queries; none elsewhere."""
    question = section.question(TARGETS)
    if section.slug != TARGETS or question is None or question.kind != Kind.ROWS:
        return None
    carried = {str(row.get("id")) for row in _answer(plan, TARGETS, TARGETS)}
    examples = Example.objects.for_authority(plan.authority_id).filter(phase=_phase_of(plan))
    by_area: dict[str, list[Example]] = {}
    for example in examples.order_by("authority", "key", "pk"):
        by_area.setdefault(example.area, []).append(example)
    by_category: dict[str, list[Intervention]] = {}
    for one in Intervention.objects.for_authority(plan.authority_id).order_by("name", "pk"):
        by_category.setdefault(one.get_category_display(), []).append(one)
    return TargetHelp(
        last=[
            LastTarget(
                id=str(row["id"]),
                text=str(row.get("target") or ""),
                outcome=OUTCOME_LABELS.get(str(row.get("outcome")), "Not said yet"),
                is_carried=str(rules.carried_id(plan.pk, row["id"])) in carried,
            )
            for row in _answer(plan, LAST_TARGETS, TARGETS)
            if row.get("target")
        ],
        examples=[(AREAS[area], by_area[area]) for area in AREAS if area in by_area],
        interventions=[(title, by_category[title]) for title in sorted(by_category)],
    )


def _phase_of(plan: PersonalEducationPlan) -> str:
    """The age phase of a plan: its form's, or of forms for a circumstance the child's."""
    form = plan.form_version.form
    if form.phase in dict(PHASES):
        return form.phase
    return phase(year_group(plan.child, on=plan.term.started_on, recorded=None)).value


def new_row_place(plan: PersonalEducationPlan, row_id: str) -> str:
    """Where a row is in the page of the new targets, as the end of its address."""
    ids = [str(row.get("id")) for row in _answer(plan, TARGETS, TARGETS)]
    return f"#{TARGETS}-row-{ids.index(row_id) + 1}" if row_id in ids else ""
