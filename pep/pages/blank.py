"""A section as empty questions, to be printed and filled in by hand. Names nobody."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import capfirst

from pep.form_content import Kind, SectionContent, named

NOBODY = "the child"
EMPTY_ROWS = 3


@dataclass(frozen=True, slots=True)
class EmptyQuestion:
    key: str
    label: str
    hint: str
    kind: str
    options: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[int]


@dataclass(frozen=True, slots=True)
class EmptySection:
    title: str
    guidance: str
    questions: Sequence[EmptyQuestion]


def empty_section(section: SectionContent) -> EmptySection:
    """The questions of a section somebody can answer on paper: not the facts of the record."""
    return EmptySection(
        title=_words(section.title),
        guidance=_words(section.guidance),
        questions=[
            EmptyQuestion(
                key=question.key,
                label=_words(question.label),
                hint=_words(question.hint),
                kind=question.kind,
                options=[_words(label) for _, label in question.options]
                if question.options
                else ["Yes", "No"]
                if question.kind == Kind.YES_NO
                else [],
                columns=[_words(column.label) for column in question.columns],
                rows=range(1, min(EMPTY_ROWS, question.max_rows) + 1),
            )
            for question in section.questions
            if question.kind != Kind.FACT and not question.is_off
        ],
    )


def _words(words: str) -> str:
    """The words of the form about nobody, each sentence with its capital."""
    return capfirst(named(words, NOBODY).replace(f". {NOBODY}", f". {capfirst(NOBODY)}"))
