"""What is read of a plan: the whole of it, its agreed versions, its history."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from accounts.models import User
from files.models import StoredFile
from pep import content, pages, rights, rules
from pep.form_content import Kind, QuestionContent, SectionContent, named
from pep.models import AgreedVersion, Paper, PersonalEducationPlan, WritingStep

STEPS_A_PAGE = 30


def whole_plan(plan: PersonalEducationPlan, user: User) -> dict[str, Any]:
    """The plan as it stands, with the parts this person may read."""
    day = rights.day_read(user, plan, on=timezone.localdate())
    whole = content.plan_content(plan, on=day, at=timezone.now())
    return content.shown_to(whole, pages.reader_of(plan, user))


def latest_version(plan: PersonalEducationPlan) -> AgreedVersion | None:
    """The last agreed version. One query."""
    return (
        AgreedVersion.objects.filter(plan=plan)
        .select_related("agreed_by")
        .order_by("-number")
        .first()
    )


def agreed_content(
    plan: PersonalEducationPlan, version: AgreedVersion, user: User
) -> dict[str, Any]:
    """An agreed version as it was kept, with the parts this person may read."""
    whole = kept(version)
    reader = rights.reader(user, plan, shares=content.shares_in(whole))
    return content.shown_to(whole, reader)


def kept(version: AgreedVersion) -> dict[str, Any]:
    """An agreed version as it was kept, all of it but what was withdrawn since."""
    return content.agreed(version)


def latest_paper(plan: PersonalEducationPlan) -> StoredFile | None:
    """The PDF of the latest agreed version; None while it is being made. One query."""
    paper = (
        Paper.objects.filter(version__plan=plan)
        .select_related("file")
        .order_by("-version__number")
        .first()
    )
    return paper.file if paper else None


# -- history --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """What one person did to one answer in ten minutes."""

    label: str
    person: str
    at: Any
    before: SafeString
    after: SafeString
    is_late: bool  # it came after later words of the same page, which stand


def history(
    plan: PersonalEducationPlan, section: SectionContent, reader: rights.Reader, number: Any
) -> Page[Step]:
    """A page of a section's history, newest first. Two queries.

    Without the names that must not reach this reader.
    """
    rows = (
        WritingStep.objects.filter(plan=plan, section=section.slug)
        .select_related("person")
        .order_by("-last_at", "-pk")
    )
    page: Page[Any] = Paginator(rows, STEPS_A_PAGE).get_page(number)
    page.object_list = [
        step for row in page.object_list if (step := _step(row, section, plan, reader)) is not None
    ]
    return page


def _step(
    row: WritingStep, section: SectionContent, plan: PersonalEducationPlan, reader: rights.Reader
) -> Step | None:
    question = section.question(row.key)
    if question is None:
        return None
    before, after = compared(
        plain_words(question, told(row.before, reader), plan.child.called),
        plain_words(question, told(row.after, reader), plan.child.called),
    )
    label = named(question.label, plan.child.called)
    name = reader.name_of(row.person_id, row.person.name)
    return Step(label, capfirst(name), row.last_at, before, after, row.is_late)


def told(value: Any, reader: rights.Reader) -> Any:
    """A value as this reader may know it: a name that was typed may lead to the home [DP-4]."""
    if rules.is_put_off(value) and reader.is_home_hidden:
        return {**value, "who": ""}
    return value


def plain_words(question: QuestionContent, value: Any, child: str) -> str:
    """One answer as a text: rows as lines."""
    if question.kind == Kind.ROWS and not rules.is_put_off(value):
        return "\n".join(
            "; ".join(
                f"{named(column.label, child)} {text}"
                for column in question.columns
                if (text := content.in_words(column.kind, row.get(column.key), column.options))
            )
            for row in value or []
        )
    return content.in_words(question.kind, value, question.options, child)


def compared(before: str, after: str, *, gone: str = "del") -> tuple[SafeString, SafeString]:
    """Two wordings with what each has that the other has not, word by word.

    `gone` marks what only the first has: deleted in a history, one of two choices in a conflict.
    """
    old, new = _words(before), _words(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    left: list[tuple[str, str]] = []
    right: list[tuple[str, str]] = []
    for verb, a, b, c, d in matcher.get_opcodes():
        left.append(("" if verb == "equal" else gone, " ".join(old[a:b])))
        right.append(("" if verb == "equal" else "ins", " ".join(new[c:d])))
    return _marked(left), _marked(right)


def _words(text: str) -> list[str]:
    """The words of a text; the end of a line is a word of its own, and belongs to none."""
    return text.replace("\n", " \n ").split(" ")


def _marked(parts: Iterable[tuple[str, str]]) -> SafeString:
    lines = [(tag, text.replace(" \n ", "\n")) for tag, text in parts]
    pieces = [
        (format_html("<{0}>{1}</{0}>", tag, text) if tag and text.strip() else text,)
        for tag, text in lines
        if text.strip() or "\n" in text
    ]
    return format_html_join(" ", "{}", pieces)
