"""Check the content of a form: the shape of `pep/data/forms`, from wherever it came."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pep.rules import (
    PHASES,
    READERS_LABELS,
    Fact,
    Readers,
    can_be_written,
    clauses,
    strictest_for,
)

# PEP-10 [CPR10 Sch 1 para 2]: none of the five may go
HEADS = (
    "Education and training history",
    "Existing arrangements, including special provision",
    "Planned changes and how disruption is kept small",
    "Leisure interests",
    "Role of the carer and others",
)
OWNERS = ("school", "social_worker", "carer", "child", "virtual_school")
KINDS = (
    "text", "line", "choice", "choices", "yes_no", "date", "number", "money", "rows", "fact",
)  # fmt: skip
OF_COLUMNS = tuple(kind for kind in KINDS if kind not in {"rows", "fact", "choices"})
FACT_QUESTIONS = (
    "child", "people", "care", "attendance", "health", "days", "place", "sen", "attainment",
    "pp_plus",
)  # fmt: skip
# Without these a plan can neither be shared as the child wishes, nor agreed
ESSENTIAL = {
    ("views", "voice_how"): "how the child shared their views",
    ("views", "voice_share"): "who may read the child's views",
    ("targets", "targets"): "the new targets",
    ("meeting", "meeting_on"): "the day of the meeting",
}
# Columns that rows are followed by from one plan to the next
ESSENTIAL_COLUMNS = {
    ("targets", "targets"): ("target",),
    ("last-targets", "targets"): ("target", "outcome"),
}
SHARES = ("everyone", "school_and_social_worker", "social_worker")
OWNED_BY = {"views": "child", "unaccompanied-status": "social_worker"}
MOST_SECTIONS, MOST_QUESTIONS, MOST_OPTIONS, MOST_COLUMNS = 40, 80, 60, 16
LONGEST_ANSWER, MOST_ROWS = 20_000, 50

SLUG = re.compile(r"[a-z][a-z0-9-]{0,39}")
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")

# Name -> longest text, or the type; and those that must be there
SECTION_FIELDS: dict[str, Any] = {
    "slug": 40, "title": 100, "group": 60, "owner": 20, "hint": 200, "guidance": 2000,
    "statutory_head": 60, "shown_when": dict, "questions": list,
}  # fmt: skip
QUESTION_FIELDS: dict[str, Any] = {
    "key": 40, "kind": 8, "label": 200, "hint": 300, "options": list, "columns": list,
    "is_required": bool, "required_when": dict, "shown_when": dict, "max_length": int,
    "max_rows": int, "is_carried": bool, "readers": 7,
}  # fmt: skip
COLUMN_FIELDS: dict[str, Any] = {
    "key": 40, "kind": 8, "label": 200, "hint": 300, "options": list, "is_required": bool,
    "max_length": int,
}  # fmt: skip
NEEDED = {"slug", "title", "group", "owner", "questions", "key", "kind", "label"}

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """Kinds of questions in the shipped forms and in earlier versions: a key keeps its own."""

    kinds: Mapping[tuple[str, str], str] = field(default_factory=dict)


def faults_of_form(form: Content, known: Known | None = None) -> list[str]:
    """Every fault of a form, each a sentence that says where and what to do; none if sound."""
    sections = form.get("sections")
    if not isinstance(sections, list) or not sections:
        return ["The form has no sections. Add at least one."]
    if len(sections) > MOST_SECTIONS:
        return [f"The form has {len(sections)} sections. A form may have {MOST_SECTIONS}."]
    found = [fault for number, one in enumerate(sections, 1) for fault in _section(one, number)]
    if not found:
        found = [*_whole(sections), *_kinds(sections, known or Known())]
    return found


def faults_of_section(section: Content, known: Known | None = None) -> list[str]:
    """The faults of one section by itself; those of the whole form are found when publishing."""
    found = list(_section(section, 1))
    return found or list(_kinds([section], known or Known()))


def _shape(row: Any, fields: Mapping[str, Any], where: str) -> Iterator[str]:
    if not isinstance(row, dict):
        yield f"{where} is not a list of names and values."
        return
    for name in sorted(set(map(str, row)) - set(fields)):
        yield f"{where} has “{name[:40]}”, which no form has. Take it out."
    for name, want in fields.items():
        value = row.get(name)
        if name in NEEDED and (value is None or value == ""):
            yield f"{where} has no “{name}”. Enter it."
        elif value is not None:
            yield from _value(name, value, want, where)


def _value(name: str, value: Any, want: Any, where: str) -> Iterator[str]:
    if isinstance(want, int):
        if not isinstance(value, str):
            yield f"{where}: “{name}” must be text."
        elif len(value) > want:
            yield f"{where}: “{name}” must be {want:,} characters or less."
        elif "\x00" in value:
            yield f"{where}: “{name}” has a character that cannot be saved."
        return
    is_right = isinstance(value, want) and (want is not int or not isinstance(value, bool))
    if not is_right:
        kinds = {dict: "a rule", list: "a list", bool: "true or false", int: "a whole number"}
        yield f"{where}: “{name}” must be {kinds[want]}."


def _section(section: Any, number: int) -> Iterator[str]:
    slug = section.get("slug") if isinstance(section, dict) else None
    where = f"Section “{slug}”" if slug else f"Section {number}"
    shape = list(_shape(section, SECTION_FIELDS, where))
    if shape:
        yield from shape
        return
    if not SLUG.fullmatch(slug or ""):
        yield f"{where}: a section's name has small letters, digits and hyphens, like “next-steps”."
    if section["owner"] not in OWNERS:
        yield f"{where}: the owner must be one of {', '.join(OWNERS)}."
    owner = OWNED_BY.get(slug or "")
    if owner and section["owner"] != owner:
        yield f"{where}: this section belongs to {owner} and to nobody else."
    if (head := section.get("statutory_head")) and head not in HEADS:
        yield f"{where}: “{head}” is none of the five statutory heads: {'; '.join(HEADS)}."
    if any("answer" in clause for clause in _clauses(section.get("shown_when"))):
        yield f"{where}: a section depends on facts and phases, not on answers."
    yield from _condition(section.get("shown_when"), {}, where)
    questions = section["questions"]
    if not questions:
        yield f"{where} asks nothing. Add a question, or take the section out."
    if len(questions) > MOST_QUESTIONS:
        yield f"{where} has {len(questions)} questions. A section may have {MOST_QUESTIONS}."
        return
    asked = {q.get("key"): q for q in questions if isinstance(q, dict)}
    for place, question in enumerate(questions, 1):
        yield from _question(question, place, where, asked)
        yield from _readers(question, where, section["owner"])
    yield from _twice([q.get("key") for q in questions if isinstance(q, dict)], where, "question")


def _readers(question: Any, section: str, owner: str) -> Iterator[str]:
    """Who reads it is one of the rules, and whoever writes the part is among them."""
    readers = question.get("readers") if isinstance(question, dict) else None
    if readers is None or owner not in OWNERS:
        return
    where = f"{section}, question “{question.get('key')}”"
    if readers not in set(Readers):
        yield f"{where}: who reads it must be one of {', '.join(Readers)}."
    elif not can_be_written(owner, readers):
        most = READERS_LABELS[strictest_for(owner)]
        yield (
            f"{where}: whoever writes this part could not read the question. Let more read it, "
            f"at least “{most}”, or ask it in the social worker's or the virtual school's part."
        )


def _twice(names: list[Any], where: str, kind: str) -> Iterator[str]:
    for name in sorted({str(name) for name in names if names.count(name) > 1}):
        yield f"{where} has the {kind} “{name}” twice. Give one of them another name."


def _question(
    question: Any, place: int, section: str, asked: Mapping[Any, Content]
) -> Iterator[str]:
    key = question.get("key") if isinstance(question, dict) else None
    where = f"{section}, question “{key}”" if key else f"{section}, question {place}"
    shape = list(_shape(question, QUESTION_FIELDS, where))
    if shape:
        yield from shape
        return
    if not KEY.fullmatch(key or ""):
        yield f"{where}: a question's name has small letters, digits and “_”, like “next_steps”."
    yield from _kind(question, where, KINDS)
    if question["kind"] == "fact" and key not in FACT_QUESTIONS:
        yield f"{where}: the record has facts for {', '.join(FACT_QUESTIONS)} only."
    columns = question.get("columns") or []
    if (question["kind"] == "rows") != bool(columns):
        yield f"{where}: repeating rows have columns, and nothing else has."
    yield from _columns(columns, where)
    for name in ("shown_when", "required_when"):
        yield from _condition(question.get(name), asked, where, own=key)
    if not 1 <= question.get("max_length", 1) <= LONGEST_ANSWER:
        yield f"{where}: “max_length” must be from 1 to {LONGEST_ANSWER:,}."
    if not 1 <= question.get("max_rows", 1) <= MOST_ROWS:
        yield f"{where}: “max_rows” must be from 1 to {MOST_ROWS}."


def _columns(columns: list[Any], where: str) -> Iterator[str]:
    if len(columns) > MOST_COLUMNS:
        yield f"{where} has {len(columns)} columns. It may have {MOST_COLUMNS}."
        return
    for place, column in enumerate(columns, 1):
        here = f"{where}, column {place}"
        shape = list(_shape(column, COLUMN_FIELDS, here))
        if shape:
            yield from shape
            continue
        if not KEY.fullmatch(column["key"]) or column["key"] in {"id", "remove"}:
            yield f"{here}: a column's name has small letters, digits and “_”, like “due_on”."
        if not 1 <= column.get("max_length", 1) <= LONGEST_ANSWER:
            yield f"{here}: “max_length” must be from 1 to {LONGEST_ANSWER:,}."
        yield from _kind(column, here, OF_COLUMNS)
    yield from _twice([c.get("key") for c in columns if isinstance(c, dict)], where, "column")


def _kind(asked: Content, where: str, kinds: tuple[str, ...]) -> Iterator[str]:
    """The kind, and the options that only a choice has."""
    options = asked.get("options") or []
    if asked["kind"] not in kinds:
        yield f"{where}: the kind must be one of {', '.join(kinds)}."
    elif (asked["kind"] in {"choice", "choices"}) != bool(options):
        yield f"{where}: a choice has options, and nothing else has."
    if len(options) > MOST_OPTIONS:
        yield f"{where} has {len(options)} options. It may have {MOST_OPTIONS}."
        return
    values = []
    for option in options:
        is_pair = isinstance(option, list | tuple) and len(option) == 2
        if not is_pair or not all(isinstance(part, str) and part for part in option):
            yield f"{where}: each option is a value and its words, like “visit” and “A visit”."
        elif not VALUE.fullmatch(option[0]) or len(option[1]) > 200:
            yield f"{where}: the value “{option[0][:40]}” may have letters, digits, “_”, “-”, “.”."
        else:
            values.append(option[0])
    yield from _twice(values, where, "option")


def _clauses(condition: Any) -> list[Any]:
    try:
        return [clause for clause in clauses(condition or {}) if isinstance(clause, dict)]
    except TypeError:
        return []


def _condition(
    condition: Any, asked: Mapping[Any, Content], where: str, own: str | None = None
) -> Iterator[str]:
    """The closed vocabulary of `pep.rules.conditions`, and nothing else."""
    if not condition:
        return
    found = _clauses(condition)
    if "all" in condition and (len(condition) > 1 or len(found) < 2):
        yield f"{where}: a rule of several parts has two parts or more, and nothing beside them."
        return
    for clause in found:
        match sorted(clause):
            case ["phase"]:
                yield from _names(clause["phase"], PHASES, "phase", where)
            case ["fact"]:
                yield from _names(clause["fact"], tuple(Fact), "fact", where)
            case ["answer", "in"] | ["answer", "not_in"]:
                yield from _on_answer(clause, asked, where, own)
            case _:
                yield f"{where}: a rule is about a phase, a fact or an answer, and nothing else."


def _names(names: Any, allowed: tuple[str, ...], kind: str, where: str) -> Iterator[str]:
    if not isinstance(names, list) or not names:
        yield f"{where}: the rule names no {kind}."
        return
    for name in names:
        if name not in allowed:
            yield f"{where}: there is no {kind} “{name}”. There is: {', '.join(allowed)}."


def _on_answer(
    clause: Content, asked: Mapping[Any, Content], where: str, own: str | None
) -> Iterator[str]:
    key, values = clause["answer"], clause.get("in", clause.get("not_in"))
    other = asked.get(key) if isinstance(key, str) else None
    if other is None or key == own:
        yield f"{where}: the rule is about “{key}”, which is no other question of this section."
        return
    match other.get("kind"):
        case "yes_no":
            allowed: tuple[str, ...] = ("yes", "no")
        case "choice" | "choices":
            allowed = tuple(str(option[0]) for option in other.get("options") or () if option)
        case _:
            yield f"{where}: the rule is about “{key}”, which is no choice and no yes or no."
            return
    yield from _names(values, allowed, f"answer to “{key}”", where)


def _whole(sections: list[Content]) -> Iterator[str]:
    """What only the whole form shows: heads, what a plan cannot do without, names used twice."""
    yield from _twice([section["slug"] for section in sections], "The form", "section")
    for head in HEADS:
        of_head = [section for section in sections if section.get("statutory_head") == head]
        if not of_head:
            yield f"No section has the statutory head “{head}”. The law asks for it: put it back."
        elif all(section.get("shown_when") for section in of_head):
            yield f"The statutory head “{head}” is asked of some children only. Ask it of all."
    asked = {(s["slug"], q["key"]): q for s in sections for q in s["questions"]}
    for name, words in ESSENTIAL.items():
        question = asked.get(name)
        section = next((s for s in sections if s["slug"] == name[0]), {})
        if question is None or question.get("shown_when") or section.get("shown_when"):
            yield f"Every plan needs “{name[1]}” in the section “{name[0]}”: {words}."
    for (slug, key), columns in ESSENTIAL_COLUMNS.items():
        has = {column["key"] for column in asked.get((slug, key), {}).get("columns") or ()}
        for column in columns if (slug, key) in asked else ():
            if column not in has:
                yield (
                    f"Section “{slug}”, question “{key}” needs the column “{column}”: targets are "
                    "followed by it from one plan to the next. Put it back."
                )
    share = asked.get(("views", "voice_share"), {})
    for value, _ in share.get("options") or ():
        if value not in SHARES:
            yield f"Who may read the child's views can be {', '.join(SHARES)}, not “{value}”."


def _kinds(sections: list[Content], known: Known) -> Iterator[str]:
    for section in sections:
        for question in section["questions"]:
            before = known.kinds.get((section["slug"], question["key"]))
            if before is not None and before != question["kind"]:
                yield (
                    f"Section “{section['slug']}”, question “{question['key']}” is of the kind "
                    f"{before} in other forms, so that figures compare. Keep it, or ask under "
                    "another name."
                )
