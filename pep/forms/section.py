"""The form of one section, built from its questions."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid5

from django import forms
from django.utils.functional import cached_property

from pep.form_content import Kind, QuestionContent, SectionContent, is_empty, named
from pep.forms import later
from pep.forms.fields import (
    BLANK,
    RIGHT,
    RIGHT_WRONG,
    ROW_IDS,
    WRONG,
    asked_for,
    choice_of,
    digest,
    field_of,
    is_uuid,
    laid_out,
    normal,
    only_option,
    shown,
    stored,
    whole_number,
)
from pep.forms.groups import FactList, RowGroup
from pep.forms.rows import RowHelp, offer
from pep.rules import is_put_off
from ui.fields import Previous
from ui.forms import LongTextField, UiForm
from words.rules import words_of


class SectionForm(UiForm):
    """What a person writes in one section. Nothing is required until it is called complete."""

    def __init__(
        self,
        content: SectionContent,
        *,
        child: str,
        answers: Mapping[str, Any],
        words: Mapping[str, Mapping[str, Any]] | None = None,
        facts: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        previous: Mapping[str, Previous] | None = None,
        extra_row: str = "",
        row_seed: str = "",
        people: Callable[[], later.People] = tuple,
        beside: Mapping[str, RowHelp] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data=data)
        self.content, self.child = content, child
        self.held = {key: normal(value) for key, value in answers.items()}
        self.words = dict(words or {})
        self.facts = facts or {}
        self.previous = previous or {}
        self.extra_row, self.row_seed = extra_row, row_seed
        self.beside = beside or {}
        self._people = people
        self.row_ids: dict[str, list[str]] = {}
        for question in self._asked():
            self._add(question)

    def _asked(self) -> list[QuestionContent]:
        """The questions the facts of the child call for."""
        return [question for question in self.content.questions if not question.is_off]

    @cached_property
    def people(self) -> later.People:
        """Who can be asked to tell us what is not yet known; read when first needed."""
        return self._people()

    # -- fields ----------------------------------------------------------------------------------

    def _add(self, question: QuestionContent) -> None:
        if later.has_later(question):
            later.add_fields(self, question, self.held.get(question.key))
        if question.kind == Kind.ROWS:
            self._add_rows(question)
            return
        if question.kind == Kind.FACT:
            word = self.words.get(question.key)
            self.fields[question.key] = choice_of(question.label, RIGHT_WRONG, "")
            self.fields[f"{question.key}_note"] = LongTextField(
                label="What is wrong?",
                limit=500,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            if word:
                self.initial[question.key] = RIGHT if word["is_right"] else WRONG
                self.initial[f"{question.key}_note"] = word.get("note", "")
            return
        label, hint = named(question.label, self.child), named(question.hint, self.child)
        self.fields[question.key] = field_of(question, label, hint, self.child)
        self.initial[question.key] = shown(question.kind, self._given(question.key))

    def _given(self, key: str) -> Any:
        """The answer itself; None where it was put off."""
        held = self.held.get(key)
        return None if is_put_off(held) else held

    def _add_rows(self, question: QuestionContent) -> None:
        held = self._given(question.key) or []
        if self.is_bound:
            total = whole_number(self.data.get(f"{question.key}-TOTAL_FORMS"))
            ids = [str(self.data.get(f"{question.key}-{n}-id") or "") for n in range(total)]
        else:
            ids = [str(row.get("id", "")) for row in held]
            if not ids or question.key == self.extra_row:
                ids.append("")
        ids = ids[: max(question.max_rows, len(held))]
        self.row_ids[question.key] = ids
        by_id = {str(row.get("id")): row for row in held}
        for number, row_id in enumerate(ids):
            self._add_row(question, str(number), by_id.get(row_id, {}))
        self._add_row(question, BLANK, {})

    def _add_row(self, question: QuestionContent, number: str, row: Mapping[str, Any]) -> None:
        for column in question.columns:
            name = f"{question.key}-{number}-{column.key}"
            label, hint = named(column.label, self.child), named(column.hint, self.child)
            self.fields[name] = field_of(column, label, hint, self.child)
            self.initial[name] = shown(column.kind, row.get(column.key))
            if options := self.offered(question.key, column.key):
                value = self.data.get(name) if self.is_bound else self.initial[name]
                offer(self.fields[name], options, value)
        self.fields[f"{question.key}-{number}-remove"] = forms.BooleanField(
            label="Remove this one", required=False
        )

    def offered(self, key: str, column: str) -> Sequence[tuple[str, str]]:
        """What a column is picked from, where something is beside the rows."""
        return self.beside[key].options(column) if key in self.beside else ()

    # -- answers ---------------------------------------------------------------------------------

    def answers(self) -> dict[str, Any]:
        """The answers that could be read, as they are stored; a faulty one is left out.

        What stands under an option not chosen is left as it was.
        """
        _ = self.errors  # reads the form once; faults added later stay
        found = {
            question.key: value for question in self._asked() for value in self._read(question)
        }
        known = self.held | found
        return {
            key: value
            for key, value in found.items()
            if (question := self.content.question(key)) and question.is_shown(known)
        }

    def changed_answers(self, base: Mapping[str, str]) -> dict[str, Any]:
        """Those that differ from what the page showed; without its marks, from what is held."""
        changed = {}
        for key, value in self.answers().items():
            question = self.content.question(key)
            if question is not None and question.kind == Kind.FACT:
                if value and value != self.words.get(key):
                    changed[key] = value
            elif digest(value) != base.get(key, digest(self.held.get(key))):
                changed[key] = value
        return changed

    def marks(self) -> str:
        """What the page shows, for the next save to compare with: JSON of key to digest.

        Also the columns of rows and the notes on facts, each by the name of its field.
        """
        keys = [q.key for q in self._asked() if q.kind != Kind.FACT]
        shown = {
            name: digest(self.initial.get(name))
            for name in self.fields
            if BLANK not in name and ("-" in name or name.endswith("_note"))
        }
        return json.dumps(shown | {key: digest(self.held.get(key)) for key in keys})

    def marks_as_sent(self, base: Mapping[str, str]) -> str:
        """The same of the words just sent, which the page still shows; faulty ones as before."""
        facts = {q.key for q in self.content.questions if q.kind == Kind.FACT}
        sent = {key: digest(value) for key, value in self.answers().items() if key not in facts}
        return json.dumps({**base, **sent})

    def _read(self, question: QuestionContent) -> Iterator[Any]:
        """One value, or none when it could not be read. An answer wins over there being none."""
        for value in self._read_answer(question):
            put_off = later.has_later(question) and is_empty(normal(value))
            if put_off and any(name in self.errors for name in later.names_of(question.key)):
                return
            yield later.read(self, question) or value if put_off else value

    def _read_answer(self, question: QuestionContent) -> Iterator[Any]:
        if question.kind == Kind.ROWS:
            rows = self._read_rows(question)
            if rows is not None:
                yield rows
        elif question.kind == Kind.FACT:
            chosen = self.cleaned_data.get(question.key)
            note = self.cleaned_data.get(f"{question.key}_note") or ""
            if f"{question.key}_note" not in self.errors and chosen:
                yield {"is_right": chosen == RIGHT, "note": "" if chosen == RIGHT else note}
        elif question.key in self.cleaned_data:
            yield stored(question.kind, self.cleaned_data[question.key])

    def _read_rows(self, question: QuestionContent) -> list[dict[str, Any]] | None:
        rows: list[dict[str, Any]] = []
        used: set[str] = {row_id for row_id in self.row_ids[question.key] if row_id}
        for number, row_id in enumerate(self.row_ids[question.key]):
            prefix = f"{question.key}-{number}-"
            if any(name.startswith(prefix) for name in self.errors):
                return None
            values = {
                column.key: stored(column.kind, self.cleaned_data.get(prefix + column.key))
                for column in question.columns
            }
            values = {key: value for key, value in values.items() if not is_empty(normal(value))}
            if self.cleaned_data.get(prefix + "remove") or not values:
                continue
            row = row_id if is_uuid(row_id) else self._new_id(question.key, number, used)
            used.add(row)
            rows.append({"id": row, **values})
        return rows

    def _new_id(self, key: str, number: int, used: set[str]) -> str:
        """An id for a new row: the same one when the same page saves it again."""
        for again in range(100):
            row_id = str(uuid5(ROW_IDS, f"{self.row_seed}:{key}:{number}:{again}"))
            if row_id not in used:
                return row_id
        raise ValueError("too many rows")

    def ask_for(self, lacking: Sequence[QuestionContent]) -> None:
        """Say at each question without an answer what to do; also in rows begun but not done."""
        asked = [question for question in lacking if self.content.question(question.key)]
        if not asked:
            self.add_error(None, "What is left of this section is not yours to write")
        for question in asked:
            if later.ask_for(self, question):
                continue
            words = named(question.label, self.child)
            name = question.key
            if question.kind == Kind.ROWS:
                name = f"{question.key}-0-{question.columns[0].key}"
                self.row_ids[question.key] = self.row_ids[question.key] or [""]
                if name not in self.fields:
                    self._add_row(question, "0", {})
            self.add_error(name, asked_for(question.kind, words))

    def rows_to_finish(self) -> bool:
        """Ask for the columns each row cannot do without; whether there were any."""
        found = False
        for question in self._asked():
            needed = [column for column in question.columns if column.is_required]
            for number in range(len(self.row_ids.get(question.key, ()))):
                values = {
                    c.key: self.cleaned_data.get(f"{question.key}-{number}-{c.key}")
                    for c in question.columns
                }
                if all(is_empty(value) for value in values.values()):
                    continue
                for column in needed:
                    name = f"{question.key}-{number}-{column.key}"
                    if is_empty(values[column.key]) and name not in self.errors:
                        found = True
                        words = named(column.label, self.child)
                        self.add_error(
                            name, f"{asked_for(column.kind, words)}, number {number + 1}"
                        )
        return found

    # -- layout ----------------------------------------------------------------------------------

    def get_layout(self) -> tuple[Any, ...]:
        """Every question in order; a follow-up of one option stands straight under it."""
        under = {
            question.key: only_option(question)
            for question in self._asked()
            if only_option(question)
        }
        return tuple(
            self._laid_out(question) for question in self._asked() if question.key not in under
        )

    def _laid_out(self, question: QuestionContent) -> Any:
        item = self._item(question)
        return later.WithLater(item, question) if later.has_later(question) else item

    def _item(self, question: QuestionContent) -> Any:
        if question.kind == Kind.ROWS:
            return RowGroup(question)
        if question.kind == Kind.FACT:
            return FactList(question)
        reveals: dict[str, list[Any]] = {}
        for other in self._asked():
            option = only_option(other)
            if option and option[0] == question.key:
                reveals.setdefault(option[1], []).append(self._laid_out(other))
        return laid_out(question, question.key, self.previous.get(question.key), reveals)


def own_words(posted: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What the sender of a section wrote in it: all else that was sent is what the page showed.

    Told by the marks sent along, without a look at the plan: it may not be theirs any more. Words
    without a mark are those of a row they added.
    """
    try:
        marks = json.loads(next(iter(posted.get("marks", ())), "{}"))
    except ValueError:
        marks = {}
    if not isinstance(marks, dict):
        marks = {}
    return {
        name: text
        for name, text in words_of(posted).items()
        if BLANK not in name and _is_own(name, text, marks)
    }


def _is_own(name: str, text: str, marks: Mapping[str, Any]) -> bool:
    if name in marks:
        return bool(digest(text) != marks[name])
    question, _, column = name.partition("-")
    return question in marks and bool(column) and not column.endswith(("-id", "-remove"))
