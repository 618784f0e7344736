"""A plan's texts, and the keyed fingerprints by which equal ones are found in other plans."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.crypto import salted_hmac

from pep import form_content
from pep.form_content import FormContent, Kind, named
from pep.models import Answer, Owner, PersonalEducationPlan
from quality import rules
from quality.rules import TextCell

SHORTEST = 40  # characters kept at all; the rubric says from where they are pointed out
_TEXTS = {Kind.TEXT, Kind.LINE}
Held = Mapping[tuple[str, str], Any]


def answers_of(plan_id: Any) -> Held:
    """A plan's answers by section and question. One query."""
    rows = Answer.objects.filter(plan=plan_id).values_list("section", "key", "value")
    return {(section, key): value for section, key, value in rows}


def cells(form: FormContent, held: Held, child: str) -> Iterator[TextCell]:
    """Every text somebody wrote, of questions and of rows."""
    for section in form.sections:
        is_child = section.owner == Owner.CHILD
        for question in section.questions:
            value = held.get((section.slug, question.key))
            label = named(question.label, child)
            if question.kind in _TEXTS and isinstance(value, str):
                yield TextCell(
                    section.slug, question.key, label, value, is_child, question.is_carried
                )
            if question.kind != Kind.ROWS or not isinstance(value, list):
                continue
            texts = [column for column in question.columns if column.kind in _TEXTS]
            for row in value:
                for column in texts:
                    if isinstance(text := row.get(column.key), str):
                        yield TextCell(section.slug, question.key, label, text, is_child)


def of_plan(plan: PersonalEducationPlan) -> list[int]:
    """The fingerprints of a plan's longer texts. One query once the form is known."""
    form = form_content.of_version(plan.form_version_id)
    found = cells(form, answers_of(plan.pk), plan.child.called)
    names = names_of(plan)
    texts = (rules.normalised(cell.text, names) for cell in found)
    return sorted({fingerprint(text) for text in texts if len(text) >= SHORTEST})


def names_of(plan: PersonalEducationPlan) -> Sequence[str]:
    """The child's names, which stand for nothing when texts are compared."""
    child = plan.child
    return [child.given_name, child.family_name, child.known_as]


def fingerprint(text: str) -> int:
    """Eight bytes of a keyed hash, as a signed number the database can index."""
    digest = salted_hmac("quality.prints", text, algorithm="sha256").digest()
    return int.from_bytes(digest[:8], "big", signed=True)
