"""Words kept for their author: what two people changed at once, part by part, to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from accounts.models import User
from pep import rights, rules
from pep.form_content import Kind, QuestionContent, SectionContent, named
from pep.models import Answer, KeptText, PersonalEducationPlan, Written
from pep.reading import compared, plain_words, told
from pep.written import written_parts

YOU_REMOVED, WAS_REMOVED = SafeString("You removed this one."), SafeString("This one was removed.")


@dataclass(frozen=True, slots=True)
class Choice:
    """One part two people changed, or that could not be saved: an answer, or one row of it."""

    key: str
    label: str
    mine: SafeString
    theirs: SafeString
    theirs_by: str
    can_keep_both: bool
    is_own: bool = False  # what is there now is this person's too, from another window
    earlier: tuple[str, ...] = ()  # what they wrote in windows before, to copy from


@dataclass(frozen=True, slots=True)
class _Section:
    """What the choices of one section are made from, as their reader may know it."""

    child: str
    kept: KeptText
    answers: Mapping[str, Answer]
    written: Mapping[str, Written]
    names: Mapping[str, str]
    reader: rights.Reader

    def theirs(self, part: str) -> Any:
        key, _ = rules.split_part(part)
        answer = self.answers.get(key)
        return _part(answer.said, part) if answer else None

    def writer(self, part: str) -> Written | None:
        """Who wrote what is there now; of an answer of rows as a whole, the last of them."""
        key, row_id = rules.split_part(part)
        of_key = [by for one, by in self.written.items() if rules.split_part(one)[0] == key]
        last = max(of_key, key=lambda by: by.version, default=None)
        return self.written.get(part, self.written.get(key) if row_id else last)


def conflict_page(
    plan: PersonalEducationPlan,
    section: SectionContent,
    kept: KeptText,
    reader: rights.Reader,
) -> dict[str, Any]:
    """Each part with both wordings. Three queries.

    Whoever may no longer read the section keeps their own words and sees no others.
    """
    may_read = reader.may_read(owner=section.owner, slug=section.slug)
    answers = _answers(plan, section, kept) if may_read else {}
    written = written_parts(answers)
    writers = User.objects.filter(pk__in={by.person for by in written.values() if by.person})
    names = {str(person.pk): reader.name_of(person.pk, person.name) for person in writers}
    known = _Section(plan.child.called, kept, answers, written, names, reader)
    choices = [
        _choice(question, part, known)
        for question in section.questions
        for part in kept.in_order()
        if rules.split_part(part)[0] == question.key and question.kind != Kind.FACT
    ]
    return {
        "kept": kept,
        "may_write": reader.may_write(owner=section.owner, slug=section.slug, status=plan.status),
        "choices": choices,
        "section_title": named(section.title, plan.child.called),
        "slug": section.slug,
        "version": plan.sections.values_list("version", flat=True).get(slug=section.slug),
        "others": sorted({c.theirs_by for c in choices if c.theirs_by and not c.is_own}),
        "is_own": bool(choices) and all(choice.is_own for choice in choices),
    }


def _answers(
    plan: PersonalEducationPlan, section: SectionContent, kept: KeptText
) -> dict[str, Answer]:
    keys = {rules.split_part(part)[0] for part in kept.values}
    rows = Answer.objects.filter(plan=plan, section=section.slug, key__in=keys)
    return {answer.key: answer for answer in rows}


def _choice(question: QuestionContent, part: str, known: _Section) -> Choice:
    theirs, mine = known.theirs(part), known.kept.values[part]
    writer = known.writer(part)
    _, row_id = rules.split_part(part)
    there, own = compared(
        _words(question, part, told(theirs, known.reader), known.child),
        _words(question, part, mine, known.child),
        gone="ins",
    )
    if row_id and mine is None:
        own = YOU_REMOVED
    elif theirs is None and part in known.written:
        there = WAS_REMOVED
    is_row = isinstance(mine, dict) and isinstance(theirs, dict) and not rules.is_put_off(theirs)
    return Choice(
        key=part,
        label=_label(question, part, known),
        mine=own,
        theirs=there,
        theirs_by=known.names.get(writer.person, "") if writer else "",
        can_keep_both=is_row if row_id else question.kind in {Kind.TEXT, Kind.ROWS},
        is_own=writer is not None and writer.person == str(known.kept.person_id),
        earlier=tuple(
            _words(question, part, values[part], known.child)
            for values in known.kept.earlier
            if part in values
        ),
    )


def _label(question: QuestionContent, part: str, known: _Section) -> str:
    key, row_id = rules.split_part(part)
    label = named(question.label, known.child)
    answer = known.answers.get(key)
    rows = answer.said if answer and rules.is_rows(answer.said) else []
    ids = [row["id"] for row in rows]
    return f"{label}, number {ids.index(row_id) + 1}" if row_id in ids else label


def _words(question: QuestionContent, part: str, value: Any, child: str) -> str:
    _, row_id = rules.split_part(part)
    is_row = bool(row_id) and value is not None and not rules.is_put_off(value)
    return plain_words(question, [value] if is_row else value, child)


def _part(said: Any, part: str) -> Any:
    """One part of an answer; where the answer was put off, that stands in the place of rows."""
    _, row_id = rules.split_part(part)
    return rules.row_of(said, row_id) if row_id and not rules.is_put_off(said) else said


def chosen_words(
    plan: PersonalEducationPlan,
    section: SectionContent,
    kept: KeptText,
    posted: Mapping[str, str],
) -> dict[str, Any]:
    """What a person chose for each part: mine, theirs (no change), or both. One query."""
    answers = _answers(plan, section, kept)
    chosen: dict[str, Any] = {}
    for part, mine in kept.in_order().items():
        answer = answers.get(rules.split_part(part)[0])
        match posted.get(f"keep-{part}"):
            case "theirs":
                continue
            case "both":
                theirs = _part(answer.said, part) if answer else None
                chosen |= rules.keep_both(part, theirs, mine)
            case _:
                chosen[part] = mine
    return chosen
