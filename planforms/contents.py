"""The content of a form version as plain values, as the rules and files of forms know it."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from pep.models import Form, FormVersion, Question, Section
from pep.reference import shipped_questions
from pep.rules import Readers, strictest_for
from planforms.rules import Known

OF_SECTION = ("slug", "title", "group", "owner", "hint", "guidance", "statutory_head", "shown_when")
OF_QUESTION = (
    "key", "kind", "label", "hint", "options", "columns", "is_required", "required_when",
    "shown_when", "max_length", "max_rows", "is_carried", "readers",
)  # fmt: skip
USUAL = {"max_length": 1500, "max_rows": 4, "readers": Readers.SECTION}


def content_of(version: FormVersion) -> dict[str, Any]:
    """A version in the shape of the shipped files: nothing said twice. Three queries."""
    questions: dict[UUID, list[dict[str, Any]]] = {}
    rows = Question.objects.filter(section__version=version).select_related("section")
    for question in rows.order_by("place"):
        row = of_row(question, OF_QUESTION)
        if is_own(question.section.slug, question.key):  # never by what is usual
            row["readers"] = question.readers
        questions.setdefault(question.section_id, []).append(row)
    return {
        "phase": version.form.phase,
        "sections": [
            {**of_row(section, OF_SECTION), "questions": questions.get(section.pk, [])}
            for section in Section.objects.filter(version=version).order_by("place")
        ],
    }


def is_own(section: str, key: str) -> bool:
    """Whether a question is an authority's: no shipped form asks it, so no table knows it."""
    return (section, key) not in shipped_questions()


def with_readers(content: dict[str, Any]) -> dict[str, Any]:
    """A form taken in: own questions that say nothing of who reads them get the strictest rule."""
    return {
        **content,
        "sections": [
            {
                **section,
                "questions": [
                    {"readers": _usual(section, question), **question}
                    for question in section["questions"]
                ],
            }
            for section in content["sections"]
        ],
    }


def _usual(section: dict[str, Any], question: dict[str, Any]) -> Readers:
    if is_own(section["slug"], question["key"]):
        return strictest_for(section["owner"])
    return Readers.SECTION


def of_row(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """The values of a row that are not the usual ones."""
    values = {name: getattr(row, name) for name in names}
    return {
        name: value
        for name, value in values.items()
        if value not in ("", None, [], {}, False) and USUAL.get(name) != value
    }


def known_to(authority_id: int | None) -> Known:
    """Kinds of questions in published forms: the shipped ones, and the authority's. One query."""
    rows = (
        Question.objects.filter(
            Q(section__version__form__authority=None)
            | Q(section__version__form__authority=authority_id),
            section__version__published_at__isnull=False,
        )
        .order_by("section__version__published_at")
        .values_list("section__slug", "key", "kind")
    )
    return Known({(slug, key): kind for slug, key, kind in rows})


def published_of(form: Form) -> FormVersion | None:
    """The version plans begin on. One query."""
    return form.versions.filter(published_at__isnull=False).order_by("-number").first()


def draft_of(form: Form) -> FormVersion | None:
    """The version being written, if there is one. One query."""
    return form.versions.filter(published_at__isnull=True).order_by("-number").first()


def begun_from(version: FormVersion) -> FormVersion | None:
    """What a draft is compared with: the form's last published version, else the shipped one."""
    before = published_of(version.form)
    if before is None:
        shipped = Form.objects.filter(phase=version.form.phase, authority=None).first()
        before = published_of(shipped) if shipped else None
    return before
