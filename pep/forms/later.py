"""Instead of an answer that is needed: not yet known, who tells us by when; or nothing to add."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from pep.form_content import Kind, QuestionContent, named
from pep.forms.base import SectionBase
from pep.rules import later
from ui.forms import DateField, speak_plainly
from ui.widgets import DATE_PARTS

# Kinds of answers there may be none of: of a choice, a day or a number there is one or none yet
MAY_BE_NOTHING = frozenset({Kind.TEXT, Kind.LINE, Kind.ROWS, Kind.CHOICES})
STATES = ((later.NOT_KNOWN, "Not yet known"), (later.NOTHING, "Nothing to add"))
WHO, UNTIL = "Enter who will tell us", "Enter by when they will tell us"


def has_later(question: QuestionContent) -> bool:
    return question.has_later and question.may_be_needed and question.kind != Kind.FACT


def names_of(key: str) -> tuple[str, str, str, str]:
    """The fields beside a question: what, which person, somebody else's name, by when."""
    return f"{key}-later", f"{key}-later_person", f"{key}-later_who", f"{key}-later_until"


def add_fields(form: SectionBase, question: QuestionContent, held: Any) -> None:
    """Four small fields; what is held of them is shown again."""
    state, person, who, until = names_of(question.key)
    form.fields[state] = forms.CharField(max_length=20, required=False)
    form.fields[person] = forms.CharField(max_length=36, required=False)
    form.fields[who] = forms.CharField(max_length=100, required=False)
    form.fields[until] = DateField(subject="The date", required=False)
    speak_plainly(form.fields[who], "The name")
    if later.is_put_off(held):
        form.initial[state] = held[later.STATE]
        form.initial[person] = held.get("person", "")
        form.initial[who] = held.get("who", "")
        form.initial[until] = held.get("until", "")


def read(form: SectionBase, question: QuestionContent) -> Any:
    """What was chosen instead of an answer; None for nothing."""
    state, person, who, until = names_of(question.key)
    sent = form.cleaned_data
    match sent.get(state):
        case later.NOTHING if question.kind in MAY_BE_NOTHING:
            return later.nothing_to_add()
        case later.NOT_KNOWN:
            day = sent.get(until)
            return later.not_known(
                person=_known_person(form, sent.get(person, ""), question.key),
                who=sent.get(who, ""),
                until=day.isoformat() if day else "",
            )
        case _:
            return None


def _known_person(form: SectionBase, person: str, key: str) -> str:
    """Only a person of this plan, or the one who was named before, can be asked to tell us."""
    held = form.held.get(key)
    before = held["person"] if held and later.is_put_off(held) and "person" in held else ""
    is_theirs = bool(person) and (person == before or person in {str(pk) for pk, _ in form.people})
    return person if is_theirs else ""


class WithLater:
    """A question's field, and under it what can be said instead of an answer."""

    def __init__(self, item: Any, question: QuestionContent) -> None:
        self.item, self.question = item, question
        self.name = question.key

    def render(
        self, form: SectionBase, context: Context, template_pack: str = "vsforms", **kwargs: Any
    ) -> SafeString:
        """Both; the second is one template from plain values: there may be eighty of them."""
        first = self.item.render(form, context, template_pack)
        second: str = get_template("pep/later.html").render(self._described(form))
        return mark_safe(f"{first}{second}")  # noqa: S308 -- rendered templates

    def _described(self, form: SectionBase) -> dict[str, Any]:
        names = names_of(self.question.key)
        state, person, who, until = (_shown(form, name) for name in names)
        nothing = self.question.kind in MAY_BE_NOTHING
        return {
            "key": self.question.key,
            "label": named(self.question.label, form.child),
            "state": state,
            "states": STATES if nothing else STATES[:1],
            "has_nothing": nothing,
            "person": person,
            "people": _people(form, self.question.key, person),
            "who": who,
            "boxes": _boxes(form, names[3], until),
            "errors": {name: form.errors.get(name, ()) for name in names},
            "names": names,
        }


def _shown(form: SectionBase, name: str) -> Any:
    if form.is_bound and not name.endswith("_until"):
        return form.data.get(name, "")
    return form.initial.get(name, "")


def _people(form: SectionBase, key: str, person: str) -> list[tuple[str, str]]:
    known = [(str(pk), label) for pk, label in form.people]
    if person and person not in dict(known):
        known.append((person, "The person named before"))
    return known


def _boxes(form: SectionBase, name: str, until: str) -> list[dict[str, Any]]:
    if form.is_bound:
        values = [form.data.get(f"{name}_{number}", "") for number in range(3)]
    else:
        values = [part.lstrip("0") for part in reversed(until.split("-"))] if until else [""] * 3
    return [
        {"id": f"id_{name}-{part.key}", "name": f"{name}_{number}", "label": part.label,
         "value": values[number], "width": part.width}
        for number, part in enumerate(DATE_PARTS)
    ]  # fmt: skip


def ask_for(form: SectionBase, question: QuestionContent) -> bool:
    """Say what a chosen "not yet known" still lacks; whether it was one."""
    value: Mapping[str, Any] | None = read(form, question) if has_later(question) else None
    missing = later.lacks(value)
    _, _, who, until = names_of(question.key)
    for name, words in (("who", WHO), ("until", UNTIL)):
        if name in missing:
            form.add_error(who if name == "who" else until, words)
    return bool(missing)
