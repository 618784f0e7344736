"""What stands in each paper of a plan, as plain values; the PDF and its page show the same.

A paper holds what its reader may read and no more; one made for others is narrowed once more, to
what they may read (`papers.rights`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from papers import rights
from papers.meeting import summary
from papers.rules import MEETING_LIMITS, NAMES, NOT_FOR_FAMILY, Kind
from pep import content as plans
from pep import form_content, pages, reading
from pep import rights as pep_rights
from pep import rules as pep_rules
from pep.form_content import FormContent, SectionContent, named
from pep.models import AgreedVersion, PersonalEducationPlan
from ui import words

Content = dict[str, Any]
_BODIES = {Kind.MEETING: "meeting", Kind.BLANK: "blank"}  # the others: a plan, whole or less
NOBODY = "the child"  # for whom a blank form is
EMPTY_ROWS = 3


@dataclass(frozen=True, slots=True)
class Source:
    """A plan as one reader may read it: the agreed version, or the words as they stand."""

    plan: PersonalEducationPlan
    version: AgreedVersion | None
    reader: pep_rights.Reader
    is_confidential: bool
    content: Content
    is_partial: bool  # something in it is not for this reader

    @property
    def mark(self) -> str:
        return rights.mark(self.reader, is_confidential=self.is_confidential)


def source_of(
    plan: PersonalEducationPlan,
    user: User,
    kind: Kind,
    *,
    version: AgreedVersion | None,
    at: datetime,
) -> Source:
    """Read what a paper is made from. About three queries of an agreed plan, fifteen of another.

    `plan` comes from `with_home`; `version` is the latest agreed one, if there is one.
    """
    if not uses_agreed(plan, kind, version=version):
        version = None
    if version is None:
        day = pep_rights.day_read(user, plan, on=timezone.localtime(at).date())
        whole, reader = plans.plan_content(plan, on=day, at=at), pages.reader_of(plan, user)
    else:
        whole = reading.kept(version)
        reader = pep_rights.reader(user, plan, shares=plans.shares_in(whole))
    confidential = bool(getattr(plan, "home_is_confidential", True))
    shown = plans.shown_to(whole, reader)
    other = rights.stands_before(kind, reader, is_confidential=confidential)
    if other is not None:
        shown = plans.shown_to(shown, other)
    if kind is Kind.FAMILY:
        shown = _for_family(shown, form_content.of_version(plan.form_version_id))
    last = other or reader
    if not last.knows_school:
        shown = without_names(shown)
    return Source(plan, version, reader, confidential, shown, _size(shown) < _size(whole))


def uses_agreed(plan: PersonalEducationPlan, kind: Kind, *, version: AgreedVersion | None) -> bool:
    """Whether a paper is made of the agreed version; a summary is of the plan as it stands."""
    if kind is Kind.MEETING:
        return version is not None and plan.is_agreed
    return version is not None and kind is not Kind.DRAFT


def is_draft(plan: PersonalEducationPlan, kind: Kind, *, version: AgreedVersion | None) -> bool:
    return kind is not Kind.BLANK and not uses_agreed(plan, kind, version=version)


def paper_content(
    source: Source, kind: Kind, user: User, *, at: datetime, limit: int = MEETING_LIMITS[0]
) -> Content:
    """Put one paper together. No query once the form is known."""
    if kind is Kind.BLANK:
        return _blank(source, at=at)
    whole = source.content
    common = _first_page(source, kind, user, at=at)
    if kind is Kind.MEETING:
        asked = form_content.of_version(source.plan.form_version_id)
        parts = list(summary(whole, asked, limit=limit))
        told = [part for part, _ in parts]
        return common | {"parts": told, "is_cut": any(c for _, c in parts), "left_out": ""}
    return common | {"sections": list(_sections(whole, is_plain=kind is Kind.FAMILY))}


def body_of(kind: Kind) -> str:
    """Which template of `papers/body` prints and shows it."""
    return _BODIES.get(kind, "plan")


# -- what every paper says of itself --------------------------------------------------------------


def _first_page(source: Source, kind: Kind, user: User, *, at: datetime) -> Content:
    whole, version, local = source.content, source.version, timezone.localtime(at)
    agreed = whole["agreed"]
    # A draft has no kept hash: what stands in it is hashed, so that two drafts can be told apart
    sha256 = version.sha256 if version else pep_rules.content_hash(_canonical(whole))
    agreed_on = datetime.fromisoformat(agreed["at"]).date() if version and agreed else None
    return {
        "kind": kind.value,
        "title": _title(kind, whole["child"]["called"]),
        "name": NAMES[kind].label,
        "child": whole["child"]["name"],
        "called": whole["child"]["called"],
        "term": whole["plan"]["term"],
        "council": whole["authority"]["name"],
        "is_draft": version is None,
        "number": whole["plan"]["number"],
        "agreed_on": words.long_date(agreed_on) if agreed_on else "",
        "agreed_by": ", ".join(filter(None, [agreed["by"], words.in_a_sentence(agreed["role"])]))
        if agreed_on
        else "",
        "gaps": gaps_of(whole, is_whole=kind is not Kind.FAMILY and source.reader.reads_whole_plan),
        "sha256": sha256,
        "made": f"Made {words.long_date(local.date())}, {words.time_of_day(local)}",
        "facts": list(_facts(source, kind, made_for=_made_for(user, source, kind))),
        "people": whole["people"] if kind is not Kind.FAMILY else [],
        "is_partial": source.is_partial,
    }


def _title(kind: Kind, called: str) -> str:
    match kind:
        case Kind.FAMILY:
            return f"{words.possessive(called)} plan for school"
        case Kind.MEETING:
            return "Personal education plan: summary for the meeting"
        case _:
            return "Personal education plan"


def _made_for(user: User, source: Source, kind: Kind) -> str:
    """For whom a paper was made; a family's copy names nobody of the staff."""
    if kind is Kind.FAMILY or not source.reader.knows_school:
        return ""
    return ", ".join(
        filter(None, [user.name, words.in_a_sentence(user.seat.role.label) if user.seat else ""])
    )


def _facts(source: Source, kind: Kind, *, made_for: str) -> Iterator[tuple[str, str]]:
    whole = source.content
    yield "Child", whole["child"]["name"]
    if kind is not Kind.FAMILY and source.reader.reads_whole_plan:
        yield "Born", words.long_date(date.fromisoformat(whole["child"]["born"]))
    yield "Year group", whole["child"]["year"]
    if whole["plan"]["school"]:
        yield "School", whole["plan"]["school"]
    elif source.plan.school_id is None:
        yield "School", "No school place"
    if kind is not Kind.FAMILY:
        yield "Kind of plan", f"{whole['plan']['kind']}, {whole['plan']['phase_name']}"
    yield "Council", whole["authority"]["name"]
    if made_for:
        yield "Made for", made_for


def gaps_of(shown: Mapping[str, Any], *, is_whole: bool) -> list[str]:
    """What was still missing when a plan was agreed all the same, one line each.

    Who owes it and why are for those who read the whole plan (`is_whole`).
    """
    return [_gap(row, is_whole=is_whole) for row in shown.get("gaps", [])]


def _gap(row: Mapping[str, Any], *, is_whole: bool) -> str:
    by_when = f"{row['title']}, by {words.long_date(date.fromisoformat(row['due_on']))}"
    is_told = is_whole and row["owed_by"]
    return f"{by_when}, from {row['owed_by']}. {row['reason']}" if is_told else by_when


def _canonical(content: Mapping[str, Any]) -> str:
    return pep_rules.canonical_json({**content, "figures": None})


def _size(content: Mapping[str, Any]) -> int:
    return sum(
        1 + len(section["questions"]) + len(section.get("files", ()))
        for section in content["sections"]
    )


def without_names(content: Content) -> Content:
    """Of a child whose home is hidden from this reader, without the staff who lead to it [DP-4]."""
    agreed = content["agreed"]
    sections = [
        {**section, "questions": [q for q in section["questions"] if q["key"] != "people"]}
        for section in content["sections"]
    ]
    agreed = agreed and {**agreed, "by": ""}
    return {**content, "people": [], "sections": sections, "agreed": agreed}


# -- full, school, family, draft ------------------------------------------------------------------


def _sections(whole: Mapping[str, Any], *, is_plain: bool) -> Iterator[Content]:
    for section in whole["sections"]:
        questions = [q for q in section["questions"] if q["words"] or any(q["rows"])]
        if is_plain and not questions:
            continue
        # What a sender called a file may say anything: a family's copy names none
        files = [] if is_plain else section.get("files", [])
        yield {
            "group": section["group"],
            "title": section["title"],
            "owner": section["owner_name"],
            "law": "" if is_plain else section["statutory_head"].lower(),
            "is_plain": is_plain,
            "questions": questions,
            "files": files,
        }


def _for_family(content: Content, form: FormContent) -> Content:
    """Without money, other people's families and the record around the child [DP-4, DP-6]."""
    sections = []
    for section in content["sections"]:
        asked = form.section(section["slug"])
        questions = [
            _question_for_family(question, asked, called=content["child"]["called"])
            for question in section["questions"]
            if question["key"] not in NOT_FOR_FAMILY and question["kind"] != plans.Kind.MONEY
        ]
        sections.append({**section, "questions": questions})
    return {**content, "sections": sections, "people": []}


def _question_for_family(
    question: Content, section: SectionContent | None, *, called: str
) -> Content:
    asked = section.question(question["key"]) if section else None
    if question["kind"] == plans.Kind.FACT:
        return {**question, "words": ""}  # a note that a fact is wrong is for the record's owner
    if asked is None or not asked.columns:
        return question
    # In the agreed version a cell is its label and its words: the form tells which it was
    hidden = {
        named(column.label, called)
        for column in asked.columns
        if column.key in NOT_FOR_FAMILY or column.kind == plans.Kind.MONEY
    }
    rows = [[cell for cell in row if cell[0] not in hidden] for row in question["rows"]]
    return {**question, "rows": rows}


# -- a blank form ---------------------------------------------------------------------------------


def _blank(source: Source, *, at: datetime) -> Content:
    """The questions of the form this reader may read, with room to write; nobody's name."""
    form = form_content.of_plan(source.plan)
    reader = source.reader
    sections = [
        {
            "slug": section.slug,
            "title": words_of_nobody(section.title),
            "group": words_of_nobody(section.group),
            "guidance": words_of_nobody(section.guidance),
            "owner": words_of_nobody(plans.owner_name(section.owner, NOBODY)),
            "questions": [
                _empty(question)
                for question in section.questions
                if question.kind != plans.Kind.FACT
                and not question.is_off
                and reader.reads(slug=section.slug, key=question.key)
            ],
        }
        for section in form.asked
        if reader.may_read(owner=section.owner, slug=section.slug)
    ]
    phase = source.plan.form_version.form.get_phase_display()
    return {
        "kind": Kind.BLANK.value,
        "title": "Personal education plan: blank form",
        "name": NAMES[Kind.BLANK].label,
        "phase": phase,
        "form_number": form.number,
        "is_draft": False,
        "sections": [section for section in sections if section["questions"]],
        "made": f"{phase}, form version {form.number}",
    }


def _empty(question: form_content.QuestionContent) -> Content:
    return {
        "key": question.key,
        "kind": question.kind,
        "label": words_of_nobody(question.label),
        "hint": words_of_nobody(question.hint),
        "options": [words_of_nobody(label) for _, label in question.options],
        "columns": [words_of_nobody(column.label) for column in question.columns],
        "rows": range(min(EMPTY_ROWS, question.max_rows)),
    }


def words_of_nobody(text: str) -> str:
    told = named(text, NOBODY)
    return told[:1].upper() + told[1:]


def shares_of(version: AgreedVersion) -> str:
    """Whom the child shared with, as the agreed version holds it."""
    return plans.shares_in(reading.kept(version))
