"""The form of one section, built from its questions."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid5

from django import forms
from django.utils.functional import cached_property

from pep.form_content import Kind, QuestionContent, is_empty, named
from pep.forms import later
from pep.forms.base import SectionBase
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
    shown,
    stored,
    whole_number,
)
from pep.forms.groups import FactList, RowGroup
from pep.forms.rows import offer
from pep.rules import is_put_off, row_of, row_part, split_part
from ui.forms import LongTextField
from words.rules import words_of


class SectionForm(SectionBase):
    """What a person writes in one section. Nothing is required until it is called complete."""

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
            has_room = len(ids) < question.max_rows
            if not ids or (question.key == self.extra_row and has_room):
                ids.append("")
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

    # -- answers ---------------------------------------------------------------------------------

    def answers(self) -> dict[str, Any]:
        """The answers that could be read, as they are stored; a faulty one is left out.

        Also what stands under an option not chosen: whoever typed it may choose that option yet.
        """
        _ = self.errors  # reads the form once; faults added later stay
        return {question.key: value for question in self.asked() for value in self._read(question)}

    @cached_property
    def parts(self) -> dict[str, Any]:
        """The same by the parts a save is merged by: of repeating groups each row of the page.

        A row that was removed or emptied is None; one that could not be read is left out. An
        answer of rows as a whole stands there only where it is put off, or was.
        """
        found: dict[str, Any] = {}
        for key, value in self.answers().items():
            question = self.content.question(key)
            if question is None or question.kind != Kind.ROWS or is_put_off(value):
                found[key] = value
            else:
                found |= {row_part(key, row_id): row for row_id, row in self._rows(question)}
                if is_put_off(self.held.get(key)) and not value:
                    found[key] = None
        return found

    def changed_parts(self, base: Mapping[str, str]) -> dict[str, Any]:
        """Those that differ from what the page showed; without its marks, from what is held.

        What this page wrote itself is compared with what is held: it may not know that it did.
        """
        changed = {}
        for part, value in self.parts.items():
            question = self.content.question(part)
            if question is not None and question.kind == Kind.FACT:
                if value and value != self.words.get(part):
                    changed[part] = value
                continue
            held = digest(self._held_part(part))
            before = held if part in self.written_here else base.get(part, held)
            if digest(value) != before:
                changed[part] = value
        return changed

    def _held_part(self, part: str) -> Any:
        key, row_id = split_part(part)
        return row_of(self.held.get(key), row_id) if row_id else self.held.get(key)

    def marks(self) -> str:
        """What the page shows, for the next save to compare with: JSON of part to digest.

        Also the columns of rows and the notes on facts, each by the name of its field.
        """
        shown = {
            name: digest(self.initial.get(name))
            for name in self.fields
            if BLANK not in name and ("-" in name or name.endswith("_note"))
        }
        for question in self.asked():
            if question.kind == Kind.ROWS:
                shown |= _marks_of_rows(question.key, self.held.get(question.key))
            elif question.kind != Kind.FACT:
                shown[question.key] = digest(self.held.get(question.key))
        return json.dumps(shown)

    def marks_as_sent(self, base: Mapping[str, str]) -> str:
        """The same of the words just sent, which the page still shows; faulty ones as before."""
        facts = {q.key for q in self.content.questions if q.kind == Kind.FACT}
        sent = {part: digest(value) for part, value in self.parts.items() if part not in facts}
        whole = {split_part(part)[0]: digest(None) for part in sent}
        return json.dumps({**base, **whole, **sent})

    def _read(self, question: QuestionContent) -> Iterator[Any]:
        """One value, or none when it could not be read. An answer wins over there being none."""
        for value in self._read_answer(question):
            put_off = later.has_later(question) and is_empty(normal(value))
            if put_off and any(name in self.errors for name in later.names_of(question.key)):
                return
            held = self.held.get(question.key)
            if not question.has_later and is_put_off(held) and is_empty(normal(value)):
                yield held  # said by somebody who was offered it
            else:
                yield later.read(self, question) or value if put_off else value

    def _read_answer(self, question: QuestionContent) -> Iterator[Any]:
        if question.kind == Kind.ROWS:
            yield [row for _, row in self._rows(question) if row]
        elif question.kind == Kind.FACT:
            chosen = self.cleaned_data.get(question.key)
            note = self.cleaned_data.get(f"{question.key}_note") or ""
            if f"{question.key}_note" not in self.errors and chosen:
                yield {"is_right": chosen == RIGHT, "note": "" if chosen == RIGHT else note}
        elif question.key in self.cleaned_data:
            yield stored(question.kind, self.cleaned_data[question.key])

    def _rows(self, question: QuestionContent) -> Iterator[tuple[str, dict[str, Any] | None]]:
        """Each row of the page that could be read, by its id; None for one removed or empty."""
        used = {row_id for row_id in self.row_ids[question.key] if row_id}
        for number, sent_id in enumerate(self.row_ids[question.key]):
            prefix = f"{question.key}-{number}-"
            row_id = sent_id if is_uuid(sent_id) else self._new_id(question.key, number, used)
            used.add(row_id)
            is_removed = self.cleaned_data.get(prefix + "remove")
            if not is_removed and any(name.startswith(prefix) for name in self.errors):
                continue
            values = {
                column.key: stored(column.kind, self.cleaned_data.get(prefix + column.key))
                for column in question.columns
            }
            values = {key: value for key, value in values.items() if not is_empty(normal(value))}
            row = {"id": row_id, **self._not_asked(question, row_id), **values}
            yield row_id, row if values and not is_removed else None

    def _not_asked(self, question: QuestionContent, row_id: str) -> dict[str, Any]:
        """What a row holds that this form has no column for: it stays."""
        held = row_of(self.held.get(question.key), row_id) or {}
        asked = {"id", *(column.key for column in question.columns)}
        return {key: value for key, value in held.items() if key not in asked}

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
        if lacking and not asked:
            self.add_error(None, "What is left of this section is not yours to write")
        for question in asked:
            if later.ask_for(self, question):
                continue
            words = named(question.label, self.child)
            name = question.key
            if question.kind == Kind.ROWS and any(row for _, row in self._rows(question)):
                self.add_error(None, f"Finish “{words}”: somebody else has begun one meanwhile")
                continue
            if question.kind == Kind.ROWS:
                name = f"{question.key}-0-{question.columns[0].key}"
                self.row_ids[question.key] = self.row_ids[question.key] or [""]
                if name not in self.fields:
                    self._add_row(question, "0", {})
            self.add_error(name, asked_for(question.kind, words))

    def rows_to_finish(self) -> bool:
        """Ask for the columns each row cannot do without; whether there were any."""
        found = False
        for question in self.asked():
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

    def rows_over(self, question: QuestionContent) -> int:
        """How many rows there are, also of others, where the form asks for fewer; else nought."""
        rows: dict[str, Any] = {row["id"]: row for row in self._given(question.key) or []}
        if self.is_bound:
            _ = self.errors  # reads the form
            rows |= dict(self._rows(question))
        count = sum(row is not None for row in rows.values())
        return count if count > question.max_rows else 0

    # -- layout ----------------------------------------------------------------------------------

    def get_layout(self) -> tuple[Any, ...]:
        """Every question in order; a follow-up of one option stands straight under it."""
        return tuple(
            self._laid_out(question)
            for question in self.asked()
            if not self.content.folded_under(question)
        )

    def _laid_out(self, question: QuestionContent) -> Any:
        item = self._item(question)
        return later.WithLater(item, question) if later.has_later(question) else item

    def _item(self, question: QuestionContent) -> Any:
        if question.kind == Kind.ROWS:
            return RowGroup(question, over=self.rows_over)
        if question.kind == Kind.FACT:
            return FactList(question)
        reveals: dict[str, list[Any]] = {}
        for other in self.asked():
            option = self.content.folded_under(other)
            if option and option[0] == question.key:
                reveals.setdefault(option[1], []).append(self._laid_out(other))
        return laid_out(question, question.key, self.previous.get(question.key), reveals)


def _marks_of_rows(key: str, held: Any) -> dict[str, str]:
    """Marks of each row, and of the answer where it is put off."""
    if is_put_off(held):
        return {key: digest(held)}
    return {key: digest(None)} | {row_part(key, str(row["id"])): digest(row) for row in held or []}


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
