"""Reads one table of a child's record as the paper has it: labels, values, and what is withheld."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from attendance.models import Day, ReplacedDay, TermSummary
from audit.classes import FieldClass, classes_of
from audit.models import Event
from children.codes import meaning
from children.models import Child
from disclosure.labels import label_of
from disclosure.masking import Masks, Value
from disclosure.registry import Chapter
from disclosure.rules import Kind
from oversight.looking import LookFilter, looks
from pep import content as pep_content
from pep import form_content
from pep.models import AgreedVersion, Answer, PersonalEducationPlan
from schools.models import School, Term
from ui.words import long_date, short_date

LONG = 60  # a text with more room than this may say anything
_NEVER = {"id", "authority", "child", "content_type", "load_number", "sha256", "file"}
_WORDS = (models.TextField, models.JSONField)
Entry = dict[str, Any]


def fields(model: type[models.Model], chapter: Chapter, child: Child, masks: Masks) -> list[Entry]:
    """Every row by its fields, each treated by its class. One query."""
    shown = [field for field in model._meta.concrete_fields if field.name not in _NEVER]
    related = [f.name for f in shown if isinstance(f, models.ForeignKey) and _is_told(f)]
    rows = model._default_manager.filter(**_of(model, child)).select_related(*related)
    return [
        {"rows": list(_cells(row, shown, chapter, masks))} for row in rows.order_by(*_order(model))
    ]


def _of(model: type[models.Model], child: Child) -> dict[str, Any]:
    """Only by the id of this child, never by a name or a number: nothing is joined [DP-8]."""
    tracked = getattr(model, "pgh_tracked_model", model)
    return {"id" if tracked is Child else "child_id": child.pk}


def _order(model: type[models.Model]) -> tuple[str, ...]:
    names = {field.name for field in model._meta.concrete_fields}
    first = [n for n in ("started_on", "held_on", "began_at", "made_at", "signed_at") if n in names]
    return (*first[:1], "pk")


def _is_told(field: models.Field[Any, Any]) -> bool:
    """Of other tables, only people, schools, councils, plans and terms mean something to read."""
    return field.related_model in (User, School, Term, PersonalEducationPlan) or (
        field.name == "area_authority"
    )


def _cells(
    row: models.Model, shown: Iterable[models.Field[Any, Any]], chapter: Chapter, masks: Masks
) -> Iterator[list[Value]]:
    classes = classes_of(type(row))
    table = getattr(row, "pgh_tracked_model", type(row))._meta.label_lower
    for field in shown:
        name = field.name
        if classes[name] is FieldClass.SECRET or name in chapter.left_out:
            continue
        if field.is_relation and not _is_told(field):
            continue
        if name.startswith("pgh_"):
            continue
        value = getattr(row, name, None)
        if value is None or value == "" or value == [] or value == {}:
            continue
        label = label_of(table, name)
        words = _in_words(row, field, value, chapter)
        kind = _kind(row, field, classes[name], chapter)
        yield [label, masks.hide(kind, label, words) if kind else words]


def _kind(
    row: models.Model, field: models.Field[Any, Any], of: FieldClass, chapter: Chapter
) -> Kind | None:
    """Why a field is withheld for review, if it is."""
    name = field.name
    if name in chapter.kinds:
        return chapter.kinds[name]
    if field.related_model is User:
        own = name == "person" and getattr(row, "role", "") == Role.YOUNG_PERSON
        return None if own else Kind.PERSON
    if of is FieldClass.ADDRESS:
        return Kind.ADDRESS
    if of is FieldClass.PUBLIC or name in chapter.plain or field.is_relation or field.choices:
        return None
    is_long = isinstance(field, models.CharField) and (field.max_length or 0) >= LONG
    return Kind.WORDS if is_long or isinstance(field, _WORDS) else None


def _in_words(
    row: models.Model, field: models.Field[Any, Any], value: Any, chapter: Chapter
) -> str:
    if field.name in chapter.codes:
        return meaning(chapter.codes[field.name], str(value)) or str(value)
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    match value:
        case bool():
            return "Yes" if value else "No"
        case datetime():
            return (
                f"{long_date(timezone.localtime(value).date())}, {timezone.localtime(value):%H:%M}"
            )
        case date():
            return long_date(value)
        case User():
            return value.name
        case PersonalEducationPlan():
            return f"PEP started {long_date(timezone.localtime(value.started_at).date())}"
        case Term():
            return value.title
        case list() if all(isinstance(part, str) for part in value):
            return ", ".join(value)
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(getattr(value, "display_name", "") or value)


def earlier(model: Any, chapter: Chapter, child: Child, masks: Masks) -> list[Entry]:
    """What rows said before: every kept state but the one that stands today. One query."""
    shown = [field for field in model._meta.concrete_fields if field.name not in _NEVER]
    states: dict[Any, list[Any]] = {}
    for row in model._default_manager.filter(**_of(model, child)).order_by("pgh_id"):
        states.setdefault(row.pgh_obj_id, []).append(row)
    found: list[Entry] = []
    for kept in states.values():
        gone = kept[-1].pgh_label == "delete"
        for row in kept if gone else kept[:-1]:
            noted = long_date(timezone.localtime(row.pgh_created_at).date())
            noted_row = [["Noted on", noted], ["What", chapter.title]]
            found.append({"rows": [*noted_row, *_cells(row, shown, chapter, masks)]})
    return found


# What needs more than its fields -----------------------------------------------------------------


def attendance(_: type[models.Model], __: Chapter, child: Child, masks: Masks) -> list[Entry]:
    """Sessions counted by term and school. Two queries."""
    counts = list(TermSummary.objects.filter(child_id=child.pk).order_by("term_started_on"))
    names = _schools(count.school_id for count in counts)
    labels = (
        "possible", "attending", "approved", "authorised", "unauthorised", "late",
        "late_after_close", "ill", "excluded",
    )  # fmt: skip
    head = ["Term from", "School", *(name.replace("_", " ").capitalize() for name in labels)]
    rows = [
        [short_date(count.term_started_on), names.get(count.school_id, "")]
        + [str(getattr(count, name)) for name in labels]
        for count in counts
    ]
    return [{"title": "Sessions (half days)", "head": head, "table": rows}] if rows else []


def _schools(ids: Iterable[int]) -> dict[int, str]:
    return dict(School.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


def marks(_: type[models.Model], __: Chapter, child: Child, masks: Masks) -> list[Entry]:
    """A row a week, morning and afternoon of each day, a table for each term. Three queries."""
    days = list(Day.objects.filter(child_id=child.pk).order_by("on", "school_id"))
    names = _schools(day.school_id for day in days)
    terms = list(Term.objects.filter(authority=child.authority_id).order_by("started_on"))
    tables: dict[str, dict[tuple[date, int], list[str]]] = {}
    for day in days:
        title = next((t.title for t in terms if t.started_on <= day.on < t.ended_on), "Other days")
        week = (day.on - timedelta(days=day.on.weekday()), day.school_id)
        row = tables.setdefault(title, {}).setdefault(week, [""] * 7)
        row[day.on.weekday()] = f"{day.am or '·'} {day.pm or '·'}"
    head = ["Week from", "School", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    return [
        {
            "title": title,
            "head": head,
            "table": [
                [short_date(week), names.get(school, ""), *row]
                for (week, school), row in sorted(weeks.items())
            ],
        }
        for title, weeks in tables.items()
    ]


def replaced(_: type[models.Model], __: Chapter, child: Child, masks: Masks) -> list[Entry]:
    """Marks as they stood before a correction. Two queries."""
    days = list(ReplacedDay.objects.filter(child_id=child.pk).order_by("on", "pk"))
    names = _schools(day.school_id for day in days)
    rows = [[short_date(d.on), names.get(d.school_id, ""), f"{d.am} {d.pm}".strip()] for d in days]
    head = ["Day", "School", "Before"]
    return [{"title": "Before the correction", "head": head, "table": rows}] if rows else []


def agreed(_: type[models.Model], __: Chapter, child: Child, masks: Masks) -> list[Entry]:
    """Each agreed plan, from its kept words alone. One query."""
    found: list[Entry] = []
    for version in AgreedVersion.objects.filter(child=child).order_by("agreed_at", "number"):
        content = json.loads(version.content)
        plan = f"{content['plan']['term']}, version {content['plan']['number']}"
        people: list[list[Value]] = [
            [role, masks.hide(Kind.PERSON, role, name)] for role, name in content["people"] if name
        ]
        by = str((content["agreed"] or {}).get("by", ""))
        if by:
            people.append(["Agreed by", masks.hide(Kind.PERSON, "Agreed by", by)])
        found.append({"title": f"{plan}: people", "rows": people})
        for section in content["sections"]:
            rows: list[list[Value]] = []
            for question in section["questions"]:
                rows += _agreed_answer(question, masks)
            if rows:
                found.append({"title": f"{plan}: {section['title']}", "rows": rows})
        gaps = json.dumps(version.agreed_with_gap, ensure_ascii=False)
        if version.agreed_with_gap:
            label = "Agreed though this was missing"
            found.append({"title": plan, "rows": [[label, masks.hide(Kind.WORDS, label, gaps)]]})
    return found


def _agreed_answer(question: dict[str, Any], masks: Masks) -> list[list[Value]]:
    rows: list[list[Value]] = []
    label = str(question["label"])
    if question["words"]:
        rows.append([label, masks.hide(Kind.WORDS, label, str(question["words"]))])
    for cells in question["rows"]:
        for name, words in cells:
            if words:
                rows.append([f"{label}: {name}", masks.hide(Kind.WORDS, f"{name}", str(words))])
    return rows


def answers(model: type[models.Model], chapter: Chapter, child: Child, masks: Masks) -> list[Entry]:
    """Each answer under its question. Two queries, and one for each form not known yet."""
    people = ("written_by", "not_known_person")
    held = Answer.objects.filter(child=child).select_related("plan__term", *people)
    found: list[Entry] = []
    for answer in held.order_by("plan__started_at", "plan", "section", "pk"):
        question = _question(answer)
        name = form_content.named(question.label, child.called) if question else answer.key
        rows: list[list[Value]] = [["Plan", answer.plan.term.title], ["Question", name]]
        words = _answer_words(answer, question, child)
        if words:
            rows.append(["Answer", masks.hide(Kind.WORDS, name, words)])
        asked = answer.not_known_person
        if finds_out := asked.name if asked else answer.not_known_who:
            kind = chapter.kinds["not_known_who"]
            rows.append(["Who finds out", masks.hide(kind, "Who finds out", finds_out)])
        rows.append(["State", answer.get_state_display()])
        if answer.written_by:
            writer = masks.hide(Kind.PERSON, "Written by", answer.written_by.name)
            rows.append(["Written by", writer])
        found.append({"rows": rows})
    return found


def _question(answer: Answer) -> form_content.QuestionContent | None:
    form = form_content.of_version(answer.plan.form_version_id)
    asked = (q for s in form.sections if s.slug == answer.section for q in s.questions)
    return next((q for q in asked if q.key == answer.key), None)


def _answer_words(
    answer: Answer, question: form_content.QuestionContent | None, child: Child
) -> str:
    if isinstance(answer.value, list | dict) and (not question or question.kind == "rows"):
        return json.dumps(answer.value, ensure_ascii=False, sort_keys=True)
    if question is None:
        return "" if form_content.is_empty(answer.value) else str(answer.value)
    return pep_content.in_words(question.kind, answer.value, question.options, child.called)


def seen(_: type[models.Model], __: Chapter, child: Child, masks: Masks) -> list[Entry]:
    """Who has looked: the role, the month and on how many days; no names. One query."""
    roles = {role.value: role.label for role in Role}
    days: dict[tuple[date, str], set[date]] = {}
    events: Iterable[Event] = looks(child, LookFilter()).only("at", "seat").iterator()
    for event in events:
        on = timezone.localtime(event.at).date()
        role = roles.get(event.seat.split(":")[0], "Not known")
        days.setdefault((on.replace(day=1), role), set()).add(on)
    rows = [[f"{month:%B %Y}", role, str(len(on))] for (month, role), on in sorted(days.items())]
    head = ["Month", "Role", "On how many days"]
    return [{"title": "Openings of the record", "head": head, "table": rows}] if rows else []


Reader = Callable[[type[models.Model], Chapter, Child, Masks], list[Entry]]
READERS: dict[str, Reader] = {
    "fields": fields, "attendance": attendance, "marks": marks, "replaced": replaced,
    "agreed": agreed, "answers": answers, "looks": seen,
}  # fmt: skip
