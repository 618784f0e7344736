"""Layout objects of a section: facts from the record, and repeating rows."""

from collections.abc import Callable
from typing import Any

from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from pep.form_content import Column, QuestionContent, named
from pep.forms.base import SectionBase
from pep.forms.fields import BLANK, WRONG, laid_out
from ui import layout as layouts


class FactList:
    """Facts from the record, and whether they are right."""

    def __init__(self, question: QuestionContent) -> None:
        self.question = question
        self.name = question.key

    def render(
        self, form: SectionBase, context: Context, template_pack: str = "vsforms", **kwargs: Any
    ) -> SafeString:
        """The facts as a list, the question under them."""
        note = layouts.Text(f"{self.name}_note", rows=2)
        choice = layouts.Radios(self.name, reveals={WRONG: [note]}, inline=False)
        return mark_safe(  # noqa: S308 -- rendered templates
            render_to_string("pep/facts.html", {"rows": form.facts.get(self.name, ())})
            + choice.render(form, context, template_pack)
        )


class RowGroup:
    """Repeating rows with a button that adds one, with or without script.

    `over` counts them where there are more than the form asks for.
    """

    def __init__(
        self, question: QuestionContent, *, over: Callable[[QuestionContent], int]
    ) -> None:
        self.question, self.over = question, over
        self.name = question.key

    def render(
        self, form: SectionBase, context: Context, template_pack: str = "vsforms", **kwargs: Any
    ) -> SafeString:
        """Each row in a box of its own; the last one is the blank a script copies."""
        ids = form.row_ids[self.name]
        beside = form.beside.get(self.name)
        rows = [
            {
                "number": number + 1,
                "id_name": f"{self.name}-{number}-id",
                "id": row_id,
                "fields": self._fields(form, context, str(number), can_remove=bool(row_id)),
                "before": beside.before(row_id) if beside else "",
                "after": beside.after(form, str(number), row_id) if beside else "",
                "in_a_line": beside.in_a_line(form, str(number), row_id) if beside else "",
            }
            for number, row_id in enumerate(ids)
        ]
        return render_to_string(
            "pep/rows.html",
            {
                "key": self.name,
                "label": named(self.question.label, form.child),
                "hint": named(self.question.hint, form.child),
                "rows": rows,
                "blank_id_name": f"{self.name}-{BLANK}-id",
                "blank": self._fields(form, context, BLANK, can_remove=False),
                "blank_after": beside.after(form, BLANK, "") if beside else "",
                "below": beside.below(form) if beside else "",
                "most": self.question.max_rows,
                "is_full": len(ids) >= self.question.max_rows,
                "over": self.over(self.question),
                "previous": form.previous.get(self.name),
            },
        )

    def _fields(
        self, form: SectionBase, context: Context, number: str, *, can_remove: bool
    ) -> SafeString:
        parts = [
            self._column(form, column, number).render(form, context)
            for column in self.question.columns
        ]
        if can_remove:
            remove = layouts.Checkboxes(f"{self.name}-{number}-remove", small=True)
            parts.append(remove.render(form, context))
        return mark_safe("".join(parts))  # noqa: S308 -- rendered templates

    def _column(self, form: SectionBase, column: Column, number: str) -> Any:
        name = f"{self.name}-{number}-{column.key}"
        if form.offered(self.name, column.key):
            return layouts.Select(name)
        return laid_out(column, name, None, {})
