"""The whole of a plan as plain values: what is frozen when agreed, and read on one page.

No home address, no carer's details, no UPN: none of them is ever asked for or read here.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.text import capfirst

from accounts.models import User
from children.models import Enrolment
from children.summaries import year_group
from pep import facts, form_content, rights, rules
from pep.form_content import Column, FormContent, QuestionContent, SectionContent, is_empty, named
from pep.models import (
    AgreedVersion,
    Answer,
    Attachment,
    FactWord,
    Form,
    Owner,
    PersonalEducationPlan,
)
from schools.rules import nc_year_name
from ui import words

EDITION = 1  # of the layout of this content, for whoever reads it in years
WITHDRAWN = "A file that was withdrawn"  # in place of its name
Kind = form_content.Kind


@dataclass(frozen=True, slots=True)
class Parts:
    """What a plan is put together from: answers, words on facts, and what the record says."""

    held: Mapping[tuple[str, str], Answer]
    said: Mapping[tuple[str, str], FactWord]
    read: Mapping[str, facts.Rows]  # by question, and "people"
    year: int
    attendance: facts.AttendanceFigures | None
    files: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)  # by section


def plan_content(
    plan: PersonalEducationPlan, *, on: date, agreed_by: User | None = None, at: datetime
) -> dict[str, Any]:
    """Put a plan together with its form, its answers and the record's facts on a day.

    About thirteen queries, whatever the number of sections. `plan` comes with child, term, school
    and authority.
    """
    form = form_content.of_plan(plan)
    held: dict[tuple[str, str], Answer] = {
        (answer.section, answer.key): answer
        for answer in Answer.objects.filter(plan=plan).select_related(
            "written_by", "not_known_person"
        )
    }
    said = {(word.section, word.key): word for word in FactWord.objects.filter(plan=plan)}
    asked = [q.key for s in form.asked for q in s.questions if q.kind == Kind.FACT]
    parts = Parts(
        held=held,
        said=said,
        read=facts.facts_for(plan, {*asked, "people"}, on=on),
        year=_year(plan, on=on),
        attendance=facts.attendance_of(
            plan.child, school_year_started_on=facts.school_year_start(plan)
        ),
        files=files_of(plan),
    )
    return assembled(plan, parts, agreed_by=agreed_by, at=at)


def assembled(
    plan: PersonalEducationPlan, parts: Parts, *, agreed_by: User | None = None, at: datetime
) -> dict[str, Any]:
    """Put a plan together from what was read already. No query once the form is known."""
    form = form_content.of_plan(plan)
    attendance = asdict(parts.attendance) if parts.attendance else None
    return {
        "edition": EDITION,
        "plan": _plan(plan, form),
        "child": _child(plan, year=parts.year),
        "authority": {"code": plan.authority.code, "name": plan.authority.display_name},
        "people": [list(row) for row in parts.read["people"]],
        "figures": {"attendance": attendance},
        "sections": [
            _section(plan, section, parts.held, parts.said, parts.read, parts.files)
            for section in form.sections
            if not section.is_off
            or section.slug in parts.files
            or written_in(section.slug, parts.held)
        ],
        "agreed": _agreed(agreed_by, at) if agreed_by else None,
    }


def files_of(plan: PersonalEducationPlan) -> dict[str, list[dict[str, Any]]]:
    """The files of a plan by section, as they are kept with an agreed version. One query."""
    rows = Attachment.objects.filter(plan=plan, removed_at__isnull=True, withdrawn_at__isnull=True)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows.select_related("file", "added_by").order_by("added_at", "pk"):
        found.setdefault(row.section, []).append(
            {
                "id": str(row.pk),
                "name": row.name,
                "type": row.file.content_type,
                "size": row.file.size,
                "sha256": row.file.sha256,
                "added_at": timezone.localtime(row.added_at).isoformat(timespec="seconds"),
                "added_by": {"id": str(row.added_by_id), "name": row.added_by.name},
            }
        )
    return found


def agreed(version: AgreedVersion) -> dict[str, Any]:
    """An agreed version as it is shown: as it was kept, without the names of withdrawn files.

    One query where it lists files, and none else.
    """
    whole: dict[str, Any] = json.loads(version.content)
    listed = {file["id"]: file for file in files_in(whole)}
    if not listed:
        return whole
    gone = Attachment.objects.filter(pk__in=listed, withdrawn_at__isnull=False)
    for row in gone.select_related("withdrawn_by"):
        by, at = row.withdrawn_by, row.withdrawn_at
        listed[str(row.pk)] |= {
            "name": WITHDRAWN,
            "withdrawn": {
                "at": timezone.localtime(at).isoformat(timespec="seconds"),
                "by": {"id": str(by.pk), "name": by.name},
                "why": row.withdrawn_why,
            },
        }
    return whole


def files_in(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The files a kept content lists; those agreed before files were kept list none."""
    return [file for section in content["sections"] for file in section.get("files", ())]


def section_content(
    plan: PersonalEducationPlan, section: SectionContent, reader: rights.Reader, *, on: date
) -> dict[str, Any]:
    """One section as it is read, for those who may not write it. Two queries, more for facts."""
    held = {
        (answer.section, answer.key): answer
        for answer in Answer.objects.filter(plan=plan, section=section.slug).select_related(
            "not_known_person"
        )
    }
    said = {
        (word.section, word.key): word
        for word in FactWord.objects.filter(plan=plan, section=section.slug)
    }
    asked = [question.key for question in section.questions if question.kind == Kind.FACT]
    whole = _section(plan, section, held, said, facts.facts_for(plan, asked, on=on), {})
    return _section_shown_to(whole, reader)


def shown_to(content: Mapping[str, Any], reader: rights.Reader) -> dict[str, Any]:
    """The same content with the sections and answers this reader may read."""
    sections = [
        _section_shown_to(section, reader)
        for section in content["sections"]
        if reader.may_read(owner=section["owner"], slug=section["slug"])
    ]
    people = content["people"] if reader.reads_whole_plan else []
    school = content["plan"]["school"] if reader.knows_school else ""
    shown = {
        **content,
        "plan": {**content["plan"], "school": school},
        "sections": sections,
        "people": people,
    }
    if "gaps" in content:
        shown["gaps"] = _gaps_shown_to(content, reader)
    return shown


def _gaps_shown_to(content: Mapping[str, Any], reader: rights.Reader) -> list[dict[str, Any]]:
    """What it was agreed without: who owes it leads to the school, as the home does [DP-4]."""
    hidden = {
        section["slug"]
        for section in content["sections"]
        if not reader.knows_of(owner=section["owner"], slug=section["slug"])
    }
    told = gaps_but_of(content, hidden)
    if reader.knows_school:
        return told
    return [{**gap, "owed_by": "", "reason": ""} for gap in told]


def gaps_but_of(content: Mapping[str, Any], slugs: Collection[str]) -> list[dict[str, Any]]:
    """What it was agreed without, but for some sections: that they were asked tells something."""
    titles = {section["title"] for section in content["sections"] if section["slug"] in slugs}
    return [gap for gap in content.get("gaps", []) if gap["title"] not in titles]


def _section_shown_to(section: Mapping[str, Any], reader: rights.Reader) -> dict[str, Any]:
    questions = [
        _question_shown_to(question, reader)
        for question in section["questions"]
        if reader.reads(slug=section["slug"], key=question["key"])
    ]
    shown = {**section, "questions": questions}
    if section.get("files"):
        shown["files"] = _files_shown_to(section, reader)
    return shown


def _files_shown_to(section: Mapping[str, Any], reader: rights.Reader) -> list[dict[str, Any]]:
    """The files of a section, for who reads all of it: which question one is about, it does not
    say."""
    keys = {question["key"] for question in section["questions"]}
    if not rights.reads_all_of(reader, owner=section["owner"], slug=section["slug"], keys=keys):
        return []
    return [_file_shown_to(file, reader) for file in section["files"]]


def _file_shown_to(file: Mapping[str, Any], reader: rights.Reader) -> dict[str, Any]:
    shown = {**file, "added_by": _adder(file["added_by"], reader)}
    if gone := file.get("withdrawn"):
        shown["withdrawn"] = {**gone, "by": _adder(gone["by"], reader)}
    return shown


def _adder(who: Mapping[str, str], reader: rights.Reader) -> dict[str, str]:
    return {**who, "name": reader.name_of(UUID(who["id"]), who["name"])}


def _question_shown_to(question: dict[str, Any], reader: rights.Reader) -> dict[str, Any]:
    """A fact without the rows that are not for this reader; a note on it goes with them."""
    key = question["key"]
    if put_off := question.get("put_off"):
        put_off = _put_off_told(put_off, reader)
        return {**question, "put_off": put_off, "words": put_off_words(put_off, put_off["name"])}
    if question["kind"] != Kind.FACT or reader.knows_school or key not in rights.ROWS_OF_SCHOOL:
        return question
    rows = [
        [cell for cell in row if reader.reads_row(key=key, label=cell[0])]
        for row in question["rows"]
    ]
    return {**question, "rows": rows, "words": ""}


def shares_in(content: Mapping[str, Any]) -> str:
    """Whom the child chose to share with, as the content holds it."""
    for section in content["sections"]:
        if section["owner"] == Owner.CHILD:
            return str(section["shared_with"])
    return rights.EVERYONE


def _plan(plan: PersonalEducationPlan, form: FormContent) -> dict[str, Any]:
    return {
        "id": str(plan.pk),
        "kind": plan.get_kind_display(),
        "phase": form.phase,
        "phase_name": Form.Phase(form.phase).label,
        "form_version": form.number,
        "number": plan.version_number,
        "term": plan.term.title,
        "school": plan.school.name if plan.school else "",
        "complete_by": plan.complete_by.isoformat(),
    }


def _year(plan: PersonalEducationPlan, *, on: date) -> int:
    enrolment = (
        Enrolment.objects.on(on).filter(child=plan.child_id, kind=Enrolment.Kind.MAIN).first()
    )
    return year_group(plan.child, on=on, recorded=enrolment.year_group if enrolment else None)


def _child(plan: PersonalEducationPlan, *, year: int) -> dict[str, Any]:
    return {
        "called": plan.child.called,
        "name": plan.child.name,
        "born": plan.child.date_of_birth.isoformat(),
        "year": nc_year_name(year),
    }


def _agreed(by: User, at: datetime) -> dict[str, Any]:
    return {
        "by": by.name,
        "role": by.seat.role.label if by.seat else "",
        "at": timezone.localtime(at).isoformat(timespec="seconds"),
    }


def _section(
    plan: PersonalEducationPlan,
    section: SectionContent,
    held: Mapping[tuple[str, str], Answer],
    said: Mapping[tuple[str, str], FactWord],
    read: Mapping[str, facts.Rows],
    files: Mapping[str, list[dict[str, Any]]],
) -> dict[str, Any]:
    child = plan.child.called
    values = {key: answer.said for (slug, key), answer in held.items() if slug == section.slug}
    return {
        "slug": section.slug,
        "title": named(section.title, child),
        "group": named(section.group, child),
        "owner": section.owner,
        "owner_name": owner_name(section.owner, child),
        "statutory_head": section.statutory_head,
        "shared_with": rights.shares_of(values) if section.owner == Owner.CHILD else "",
        "files": files.get(section.slug, []),
        "questions": [
            _question(
                question,
                child,
                answer=held.get((section.slug, question.key)),
                word=said.get((section.slug, question.key)),
                rows=read.get(question.key, []),
            )
            for question in section.questions
            if section.is_told(question, values)
        ],
    }


def written_in(slug: str, held: Mapping[tuple[str, str], Answer]) -> bool:
    """Whether a section the child's facts no longer call for has words: they stay in the plan."""
    return any(
        section == slug and not is_empty(answer.said) for (section, _), answer in held.items()
    )


def _question(
    question: QuestionContent,
    child: str,
    *,
    answer: Answer | None,
    word: FactWord | None,
    rows: facts.Rows,
) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "key": question.key,
        "kind": question.kind,
        "label": named(question.label, child),
        "value": answer.value if answer else None,
        "words": "",
        "rows": [],
    }
    if answer is not None and rules.is_put_off(answer.said):
        person = answer.not_known_person
        shown["put_off"] = {**answer.said, "name": person.name if person else ""}
        shown["words"] = put_off_words(answer.said, person.name if person else "")
    elif question.kind == Kind.FACT:
        shown["rows"] = [[list(row) for row in rows]]
        if word is not None:
            shown["value"] = word.is_right
            shown["words"] = "This is right" if word.is_right else f"This is wrong. {word.note}"
    elif question.kind == Kind.ROWS:
        shown["rows"] = [
            [[named(c.label, child), text] for c in question.columns if (text := _cell(c, row))]
            for row in (answer.value if answer and answer.value else [])
        ]
    elif answer is not None:
        shown["words"] = in_words(question.kind, answer.value, question.options, child)
    return shown


def _cell(column: Column, row: Mapping[str, Any]) -> str:
    return in_words(column.kind, row.get(column.key), column.options, "")


def put_off_words(said: Mapping[str, Any], name: str = "") -> str:
    """Not yet known. Priya Shah will tell us by 3 December 2026."""
    if said["state"] == Answer.State.NOTHING:
        return "Nothing to add"
    who = name or said.get("who") or "Somebody"
    until = said.get("until")
    by = f" by {words.long_date(date.fromisoformat(until))}" if until else ""
    return f"Not yet known. {capfirst(who)} will tell us{by}."


def _put_off_told(put_off: Mapping[str, Any], reader: rights.Reader) -> dict[str, Any]:
    """Who will tell us, as this reader may know it; a name that was typed may lead home (DP-4)."""
    who, name = put_off.get("who", ""), put_off.get("name", "")
    if put_off.get("person"):
        name = reader.name_of(UUID(put_off["person"]), name)
    if who and reader.is_home_hidden:
        who = "someone"
    return {**put_off, "who": who, "name": name}


def in_words(
    kind: str, value: Any, options: Iterable[tuple[str, str]] = (), child: str = ""
) -> str:
    """One answer as people read it; empty without one."""
    if is_empty(value):
        return ""
    if rules.is_put_off(value):
        return put_off_words(value, "A person of the plan" if value.get("person") else "")
    labels = {key: named(label, child) for key, label in options}
    match kind:
        case Kind.CHOICE:
            return labels.get(value, str(value))
        case Kind.CHOICES:
            return ", ".join(labels.get(key, str(key)) for key in value)
        case Kind.YES_NO:
            return "Yes" if value else "No"
        case Kind.DATE:
            return words.long_date(date.fromisoformat(value))
        case Kind.MONEY:
            return words.money(value)
        case _:
            return str(value)


def owner_name(owner: str, child: str, *, has_school: bool = True) -> str:
    """Whose part a section is, as the task list says it; without a school others stand in."""
    if owner == Owner.SCHOOL and not has_school:
        return "Virtual school and social worker"
    return child if owner == Owner.CHILD else Owner(owner).label
