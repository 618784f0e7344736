"""What a checker fills in beside a plan."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crispy_forms.utils import render_field
from django import forms
from django.forms import BaseForm
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from pep.models import Form
from pep.rules import grade_label
from quality.actions import OVERALL, Words
from quality.hints import Shown
from quality.models import Area, BankComment, Rubric
from ui.forms import LongTextField, UiForm
from ui.layout import Radios, Select, Text
from ui.layout import Words as WordsBetween

AS_SUGGESTED = ""
EVERY_TERM = "all"


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside an area's fields."""

    area: Area
    hints: Sequence[Shown] = ()
    comments: Sequence[BankComment] = ()
    before: Words | None = None  # of the round before, when the plan was sent back
    theirs: Words | None = None  # what another wrote meanwhile
    theirs_by: str = ""


class _AreaLayout:
    """One area: what is good, what to look at, the grade, the comment, words to add."""

    def __init__(self, beside: Beside, *, can_insert: bool) -> None:
        self.beside = beside
        self.can_insert = can_insert

    def render(
        self, form: BaseForm, context: Context, template_pack: str = "vsforms", **kwargs: Any
    ) -> SafeString:
        key = self.beside.area.key
        fields = {
            "grade": render_field(Radios(f"grade-{key}", inline=True, small=True), form, context),
            "comment": render_field(Text(f"comment-{key}", rows=3), form, context),
        }
        shown = {name: mark_safe(html) for name, html in fields.items()}  # noqa: S308 -- rendered templates
        words = {"beside": self.beside, "can_insert": self.can_insert, "key": key}
        return SafeString(render_to_string("quality/area.html", shown | words))


def _of_area(word: str, area: Area) -> SafeString:
    """A label that says its area to whoever hears it; others see the heading above."""
    return format_html('{}<span class="govuk-visually-hidden">: {}</span>', word, area.title)


class CheckForm(UiForm):
    """A grade and a comment for each area, and another overall grade with its reason."""

    def __init__(
        self,
        *args: Any,
        rubric: Rubric,
        beside: Sequence[Beside],
        held: Mapping[str, Words],
        suggested: str,
        overall_of_another: Words | None = None,
        can_insert: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.beside, self.held, self.can_insert = beside, held, can_insert
        self.overall_of_another = overall_of_another
        best_first = [(grade.value, grade_label(grade)) for grade in reversed(rubric.grades)]
        for one in beside:
            words = held.get(one.area.key, Words())
            self.fields[f"grade-{one.area.key}"] = forms.ChoiceField(
                label=_of_area("Grade", one.area),
                choices=best_first,
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[f"comment-{one.area.key}"] = LongTextField(
                label=_of_area("Comment", one.area),
                required=False,
                subject=f"Your comment on “{one.area.title}”",
            )
            self.initial[f"grade-{one.area.key}"] = words.grade
            self.initial[f"comment-{one.area.key}"] = words.comment
        own = held.get(OVERALL, Words())
        first = f"As suggested: {grade_label(suggested)}" if suggested else "As suggested"
        self.fields["own_grade"] = forms.ChoiceField(
            label="Overall",
            choices=[(AS_SUGGESTED, first), *best_first],
            widget=forms.RadioSelect,
            required=False,
        )
        self.fields["reason"] = LongTextField(
            label="Why is it another grade?",
            required=False,
            help_text="Needed when it is not the suggested one.",
            subject="The reason",
        )
        self.initial["own_grade"], self.initial["reason"] = own.grade, own.comment

    def get_layout(self) -> tuple[Any, ...]:
        areas = (_AreaLayout(one, can_insert=self.can_insert) for one in self.beside)
        return (
            *areas,
            *self._of_another(),
            Radios("own_grade", small=True),
            Text("reason", rows=3),
        )

    def _of_another(self) -> tuple[Any, ...]:
        other = self.overall_of_another
        if other is None:
            return ()
        grade = grade_label(other.grade) or "As suggested"
        words = f"A colleague set the overall grade meanwhile: {grade}. {other.comment}"
        return (WordsBetween(words),)

    def words(self) -> dict[str, Words]:
        """What was sent, by area; a faulty comment is left out, so that its area is not saved."""
        _ = self.errors
        found = {}
        names = {one.area.key: (f"grade-{one.area.key}", f"comment-{one.area.key}")
                 for one in self.beside}  # fmt: skip
        for key, (grade, comment) in {**names, OVERALL: ("own_grade", "reason")}.items():
            if grade in self.cleaned_data and comment in self.cleaned_data:
                found[key] = Words(self.cleaned_data[grade], self.cleaned_data[comment])
        return found

    def marks(self) -> str:
        """What the page shows, for the next save to compare with."""
        return marks_of(self.held)


class FiguresForm(forms.Form):
    """Which plans quality figures are about, from the address; what is not known is left out."""

    as_at = forms.DateField(
        label="As at",
        required=False,
        input_formats=["%d %b %Y", "%d %B %Y", "%d/%m/%Y", "%Y-%m-%d"],
        widget=forms.DateInput(attrs={"size": "11", "autocomplete": "off"}, format="%-d %b %Y"),
    )
    term = forms.ChoiceField(label="Term", required=False, widget=forms.Select)
    phase = forms.ChoiceField(
        label="Phase",
        required=False,
        choices=[("", "All phases"), *Form.Phase.choices],
        widget=forms.Select,
    )
    location = forms.ChoiceField(
        label="School location",
        required=False,
        choices=[("", "Anywhere"), ("in", "In the area"), ("out", "Outside the area")],
        widget=forms.Select,
    )

    def __init__(self, *args: Any, terms: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "The newest"), *terms, (EVERY_TERM, "Every term")]
        self.fields["term"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def marks_of(held: Mapping[str, Words]) -> str:
    return json.dumps({key: words.mark for key, words in sorted(held.items())})


def seen_in(text: str | None) -> dict[str, str]:
    """The marks a page was made from, as it sent them back."""
    try:
        marks = json.loads(text or "{}")
    except ValueError:
        return {}
    if not isinstance(marks, dict):
        return {}
    return {str(key): value for key, value in marks.items() if isinstance(value, str)}


def own_words(values: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The words of the sender in the form: comments and the reason."""
    return {
        name: text
        for name, sent in values.items()
        if (name.startswith("comment-") or name in {"reason", "note"})
        and (text := "\n".join(sent).strip())
    }


class SampleForm(UiForm):
    """Of which term, and how many plans, somebody else shall grade again."""

    term = forms.ChoiceField(
        label="PEPs of which term?", error_messages={"required": "Select a term"}
    )
    how = forms.ChoiceField(
        label="How many?",
        choices=[("percent", "A share of them"), ("number", "A number of them")],
        widget=forms.RadioSelect,
        initial="percent",
        error_messages={"required": "Select a share or a number"},
    )
    percent = forms.IntegerField(
        label="Percentage",
        required=False,
        min_value=1,
        max_value=100,
        initial=10,
        error_messages={
            "invalid": "Enter a whole number from 1 to 100",
            "min_value": "Enter a whole number from 1 to 100",
            "max_value": "Enter a whole number from 1 to 100",
        },
    )
    number = forms.IntegerField(
        label="How many PEPs?",
        required=False,
        min_value=1,
        max_value=500,
        error_messages={
            "invalid": "Enter a whole number from 1 to 500",
            "min_value": "Enter a whole number from 1 to 500",
            "max_value": "Enter a whole number from 1 to 500",
        },
    )
    layout = (
        Select("term"),
        Radios(
            "how",
            reveals={
                "percent": [Text("percent", width="3")],
                "number": [Text("number", width="3")],
            },
        ),
    )

    def __init__(self, *args: Any, terms: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["term"].choices = list(terms)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        how = data.get("how")
        if how and how not in self.errors and data.get(how) is None and how not in self.errors:
            self.add_error(how, "Enter how many")
        other = "number" if how == "percent" else "percent"
        self.errors.pop(other, None)  # what stands under the choice not made
        data[other] = None
        return data


class SettleForm(UiForm):
    """Which of two grades counts, and why."""

    grade = forms.ChoiceField(
        label="Which grade counts?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select the grade that counts"},
    )
    note = LongTextField(
        label="How did you settle it?",
        help_text="Say what you both looked at again.",
        subject="How you settled it",
        error_messages={"required": "Enter how you settled it"},
    )

    def __init__(self, *args: Any, rubric: Rubric, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grades = [(grade.value, grade_label(grade)) for grade in reversed(rubric.grades)]
        self.fields["grade"].choices = grades  # type: ignore[attr-defined]
