"""A form as its writers will see it, with a made-up child and nothing saved."""

from typing import Any

from accounts.roles import Role
from children.rights import CLEARED_FOR_CONFIDENTIAL
from pep import form_content
from pep.form_content import FormContent, QuestionContent, SectionContent, named
from pep.forms import SectionForm
from pep.models import FormVersion
from pep.rights import SECTION_RIGHTS, Reader
from planforms.rules import rule_text
from ui.words import in_words

CALLED = "Amara"  # made up
FACTS = [("From the record", "Shown here when the plan is a child’s")]


def previewed(version: FormVersion) -> FormContent:
    """Every section and question, whatever the facts. Three queries."""
    return form_content.read_version(FormVersion.objects.all(), version.pk)


def page(form: FormContent, section: SectionContent) -> dict[str, Any]:
    """The section's page as `pep/section.html` has it, and when it is asked."""
    facts = {q.key: FACTS for q in section.questions if q.kind == form_content.Kind.FACT}
    asked = [
        (named(question.label, CALLED), words)
        for question in section.questions
        if (words := _when(question.shown_when, question.required_when))
    ]
    return {
        "form": SectionForm(section, child=CALLED, answers={}, facts=facts),
        "title": named(section.title, CALLED),
        "guidance": named(section.guidance, CALLED),
        "number": section.place,
        "total": len(form.sections),
        "asked_when": rule_text(section.shown_when),
        "rules": asked,
        "readers": readers_of(form, section),
        "sections": [(one.slug, named(one.title, CALLED)) for one in form.sections],
        "current": section.slug,
    }


def readers_of(form: FormContent, section: SectionContent) -> list[tuple[str, str]]:
    """Who will read a section, then each question that is for fewer: its words and the roles."""
    whole = _roles(form, section)
    found = [("This part", in_words(whole))]
    for question in section.questions:
        roles = _roles(form, section, question)
        label, at_home = (
            named(question.label, CALLED),
            _roles(form, section, question, is_home_confidential=True),
        )
        if roles != whole:
            found.append((label, in_words(roles)))
        if at_home != roles:
            found.append((f"{label} (with a confidential home)", in_words(at_home)))
    return found


def _roles(
    form: FormContent,
    section: SectionContent,
    question: QuestionContent | None = None,
    *,
    is_home_confidential: bool = False,
) -> list[str]:
    cleared = CLEARED_FOR_CONFIDENTIAL if is_home_confidential else SECTION_RIGHTS
    readers = [
        Reader(role=role, is_home_hidden=role not in cleared, narrowed=form.narrowed)
        for role in SECTION_RIGHTS
        if role != Role.INVITED_COLLEAGUE  # reads the sections somebody names
    ]
    return [
        reader.role.label
        for reader in readers
        if reader.may_read(owner=section.owner, slug=section.slug)
        and (question is None or reader.reads(slug=section.slug, key=question.key))
    ]


def _when(shown: Any, required: Any) -> str:
    parts = [("asked when", shown), ("required when", required)]
    return "; ".join(f"{words} {rule_text(rule)}" for words, rule in parts if rule)
