"""A form as its writers will see it, with a made-up child and nothing saved."""

from typing import Any

from pep import form_content
from pep.form_content import FormContent, SectionContent, named
from pep.forms import SectionForm
from pep.models import FormVersion
from planforms.rules import rule_text

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
        "sections": [(one.slug, named(one.title, CALLED)) for one in form.sections],
        "current": section.slug,
    }


def _when(shown: Any, required: Any) -> str:
    parts = [("asked when", shown), ("required when", required)]
    return "; ".join(f"{words} {rule_text(rule)}" for words, rule in parts if rule)
