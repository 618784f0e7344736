"""The agreed plan as another system gets it (docs/agreed-plan.md), and the names of files."""

from collections.abc import Mapping
from typing import Any

from papers.content import without_names
from papers.rights import of_the_file
from papers.rules import Kind, paper_name
from pep import content as plans
from pep import form_content
from pep import rules as pep_rules
from pep.models import AgreedVersion, Owner, PersonalEducationPlan
from pep.reading import kept
from pep.rights import EVERYONE, Narrowed, all_for_every_reader, for_every_reader
from schools.rules import AcademicYear, Season

FORMAT, EDITION = "virtual-school/agreed-plan", 2
NOT_FOR_ALL, WITHDRAWN = "not_for_every_reader", "withdrawn"


def agreed_plan(version: AgreedVersion, *, shown: Mapping[str, Any]) -> dict[str, Any]:
    """The document: what was agreed, less what `shown` leaves out, and how much that was.

    Where nothing is withheld, the SHA-256 of `content` in its canonical form is `sha256`.
    """
    return {
        "format": FORMAT,
        "edition": EDITION,
        "version_id": str(version.pk),
        "sha256": version.sha256,
        "withheld": _withheld(kept(version), shown),
        "agreed_with_gap": shown.get("gaps", []),
        "content": shown,
    }


def _withheld(whole: Mapping[str, Any], shown: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How much a copy leaves out and why, never where: a name such as "siblings" would tell."""
    there = {part["slug"]: part for part in shown["sections"]}
    number = sum(_left_out(part, there.get(part["slug"])) for part in whole["sections"])
    number += len(whole.get("gaps", ())) - len(shown.get("gaps", ()))
    number = max(number, shown != whole)  # a name or a row within an answer is a part as well
    gone = sum("withdrawn" in file for file in plans.files_in(shown))  # their names
    return [
        {"number": count, "why": why}
        for count, why in ((number, NOT_FOR_ALL), (gone, WITHDRAWN))
        if count
    ]


def _left_out(whole: Mapping[str, Any], shown: Mapping[str, Any] | None) -> int:
    """How many parts of a section are left out: all of it as one, answers, its files as one."""
    if shown is None:
        return 1
    answers = len(whole["questions"]) - len(shown["questions"])
    return answers + (bool(whole.get("files")) and not shown.get("files"))


def for_the_file(version: AgreedVersion, *, is_home_confidential: bool) -> dict[str, Any]:
    """The document for the child's file, whose readers nobody here knows.

    All of it, but what is for some eyes only: the child's own part, where the child shared it with
    some, what is restricted (brothers and sisters), and with a confidential home what leads to it
    [DP-4].
    """
    whole = kept(version)
    shared = plans.shares_in(whole) == EVERYONE
    narrowed = form_content.narrowed_in(version.form_version_id)
    sections = [
        _for_all(part, narrowed)
        for part in whole["sections"]
        if (shared or part["owner"] != Owner.CHILD)
        and for_every_reader(part["slug"], narrowed=narrowed)
    ]
    shown = {**whole, "sections": sections}
    if "gaps" in whole:
        left = {part["slug"] for part in whole["sections"]} - {part["slug"] for part in sections}
        shown["gaps"] = plans.gaps_but_of(whole, left)
    if is_home_confidential:
        shown = without_names(plans.shown_to(shown, of_the_file(narrowed=narrowed)))
    return agreed_plan(version, shown=shown)


def _for_all(section: Mapping[str, Any], narrowed: Narrowed) -> dict[str, Any]:
    """The answers of a section that are for every reader, and its files if all of them are."""
    questions = [q for q in section["questions"] if _is_for_all(section, q, narrowed)]
    shown = {**section, "questions": questions}
    keys = {question["key"] for question in section["questions"]}
    if section.get("files") and not all_for_every_reader(section["slug"], keys, narrowed=narrowed):
        shown["files"] = []
    return shown


def _is_for_all(
    section: Mapping[str, Any], question: Mapping[str, Any], narrowed: Narrowed
) -> bool:
    """Whether an answer is for every reader; of one that is empty there is nothing to withhold."""
    is_empty = not question["words"] and not any(question["rows"])
    return is_empty or for_every_reader(section["slug"], question["key"], narrowed=narrowed)


def as_text(document: Mapping[str, Any]) -> str:
    """The document as it is written: sorted keys, NFC, so that the same is always the same."""
    return pep_rules.canonical_json(document)


def file_name(plan: PersonalEducationPlan, version: AgreedVersion | None) -> str:
    """pep-autumn-2026-3f9c2a-v2: term, six characters of the id, version; no name."""
    return pep_rules.download_name(
        season=Season(plan.term.name),
        academic_year=AcademicYear(plan.term.academic_year),
        plan_id=plan.pk,
        version=version.number if version else plan.version_number,
    ).removesuffix(".pdf")


def paper_file_name(
    plan: PersonalEducationPlan, kind: Kind, *, version: AgreedVersion | None
) -> str:
    return paper_name(file_name(plan, version), kind, is_draft=version is None)
