"""A plan in two pages for a meeting: what matters most first, a row of answers in a line or two."""

from collections.abc import Iterator, Mapping
from typing import Any

from papers.rules import (
    MEETING_ORDER,
    MEETING_WORDS,
    NOT_FOR_MEETING,
    ROW_WORTH,
    shared,
    shortened,
)
from pep import content as plans
from pep.form_content import Column, FormContent, SectionContent, named
from pep.rules import TARGETS

Content = dict[str, Any]
SHORTEST = 12  # characters of one cell of a row
FACTS_SHOWN = 2  # of a question answered by the record, such as attendance


def summary(
    whole: Mapping[str, Any], form: FormContent, *, limit: int
) -> Iterator[tuple[Content, bool]]:
    """The parts of a summary, what matters most first, and whether each was shortened."""
    by_slug = {section["slug"]: section for section in whole["sections"]}
    order = [slug for slug in MEETING_ORDER if slug in by_slug]
    for slug in order:
        names = _cell_names(form.section(slug), whole["child"]["called"])
        lines, is_cut = _lines(by_slug[slug], names, limit=limit)
        if lines:
            yield {"title": by_slug[slug]["title"], "lines": lines}, is_cut


def _cell_names(section: SectionContent | None, called: str) -> dict[str, dict[str, str | None]]:
    """What a summary calls each cell, by question and label; None where it leaves it out.

    A kept cell is its label and its words: the form tells which column it was.
    """
    return {
        question.key: {
            named(column.label, called): _cell_name(question.key, column, called)
            for column in question.columns
        }
        for question in (section.questions if section else ())
    }


def _cell_name(question: str, column: Column, called: str) -> str | None:
    if column.key in NOT_FOR_MEETING:
        return None
    if question == TARGETS and column.key == "target":
        return ""  # the row is about it
    return MEETING_WORDS.get(column.key, named(column.label, called))


def _lines(
    section: Mapping[str, Any], names: Mapping[str, Mapping[str, str | None]], *, limit: int
) -> tuple[list[Content], bool]:
    """One line of each answer and of each row, and whether any was shortened."""
    found: list[Content] = []
    is_cut = False
    for label, cells in _answers(section, names):
        whole = [" ".join(text.split()) for _, text in cells]
        most = shared([len(text) for text in whole], limit * (ROW_WORTH if len(cells) > 1 else 1))
        told = [shortened(text, max(n, SHORTEST)) for text, n in zip(whole, most, strict=True)]
        is_cut |= told != whole
        cells = [(name, text) for (name, _), text in zip(cells, told, strict=True)]
        found.append({"label": label, "cells": cells})
    return found, is_cut


def _answers(
    section: Mapping[str, Any], names: Mapping[str, Mapping[str, str | None]]
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each answer with its label; of a row each of its cells that is not left out."""
    for question in section["questions"]:
        if question["key"] in NOT_FOR_MEETING:
            continue
        if question["kind"] == plans.Kind.FACT:
            for name, text in question["rows"][0][:FACTS_SHOWN] if question["rows"] else []:
                yield name, [("", text)]
        elif question["rows"]:
            known = names.get(question["key"], {})
            for number, row in enumerate(filter(None, question["rows"]), 1):
                told = [(known.get(name, name), text) for name, text in row]
                if cells := [(name, text) for name, text in told if name is not None]:
                    yield f"{number}.", cells
        elif question["words"]:
            yield question["label"], [("", question["words"])]
