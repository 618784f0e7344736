"""What an administrator may type about a form, its sections and its questions."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet

from pep.models import Question, Section
from pep.rules import FACT_LABELS, PHASES, strictest_for
from planforms.boxes import OptionsField, RuleField
from planforms.columns import ColumnsField
from planforms.contents import OF_QUESTION, OF_SECTION, known_to, of_row
from planforms.rules import (
    HEADS,
    LARGEST_FILE,
    faults_of_section,
)

RULE_HELP = (
    "Empty for always. “answer to planned_move is yes”, “answer to progress is below or none”, "
    "“fact is ehc_plan or year_6”, “phase is SE”; several with “and” between them."
)
FACTS_HELP = (
    "Facts: "
    + ", ".join(
        f"{fact.value} ({label})"
        for fact, label in FACT_LABELS.items()
        if not fact.value.startswith("year_")
    )
    + ", year_1 to year_13. Phases: "
    + ", ".join(PHASES)
    + "."
)


class _Placed(forms.ModelForm):  # type: ignore[type-arg]
    """A row with a place among others: places may be given twice, saving numbers them anew."""

    def validate_unique(self) -> None:
        """Said in a sentence by the rules of the whole section or form."""

    def validate_constraints(self) -> None:
        """The same."""


class SectionRowForm(_Placed):
    """A section in the list of a version."""

    class Meta:
        model = Section
        fields = ("place", "slug", "title", "group", "owner")


class SectionForm(_Placed):
    """A section on its own page."""

    shown_when = RuleField(label="Asked when", help_text=f"{RULE_HELP} {FACTS_HELP}")
    statutory_head = forms.ChoiceField(
        label="Statutory head",
        required=False,
        choices=[("", "None"), *((head, head) for head in HEADS)],
        help_text="Each of the five stands in a section that every child is asked.",
    )

    class Meta:
        model = Section
        fields = OF_SECTION


class QuestionForm(_Placed):
    """One question of a section."""

    options = OptionsField(help_text="One a line: a value, “|” and its words: visit | A visit")
    columns = ColumnsField(label="Columns")
    required_when = RuleField(label="Required when", help_text=RULE_HELP)
    shown_when = RuleField(label="Asked when", help_text=RULE_HELP)

    class Meta:
        model = Question
        fields = ("place", *OF_QUESTION)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["columns"].widget.is_shown = self["kind"].value() == Question.Kind.ROWS

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == Question.Kind.ROWS and data.get("columns") == []:
            self.add_error("columns", "Enter at least one column: repeating rows have columns.")
        return data


class _PlacedFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Rows that saving numbers anew: what is there twice is said by the rules."""

    def validate_unique(self) -> None:
        """Places may be given twice; names are the rules' matter."""

    def kept(self) -> list[Any]:
        """The forms of rows that stay or come, in the order of their places."""
        rows = [f for f in self.forms if f.cleaned_data and not f.cleaned_data.get("DELETE")]
        return sorted(rows, key=lambda form: form.cleaned_data.get("place") or 0)


class SectionFormSet(_PlacedFormSet):
    """The sections of a version, in order; what they ask is checked on their own pages."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        slugs = [form.cleaned_data["slug"] for form in self.kept()]
        again = sorted({slug for slug in slugs if slugs.count(slug) > 1})
        if again:
            raise ValidationError(
                [f"There are two sections “{slug}”. Give one another name." for slug in again]
            )


class QuestionFormSet(_PlacedFormSet):
    """All questions of a section, checked together with it."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """A new question begins with the strictest rule its part may have."""
        super().add_fields(form, index)
        if form.instance._state.adding:
            form.initial["readers"] = strictest_for(self.instance.owner)

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = self.kept()
        section = {
            **of_row(self.instance, OF_SECTION),
            "questions": [of_row(form.instance, OF_QUESTION) for form in kept],
        }
        form_row = self.instance.version.form
        if faults := faults_of_section(section, known_to(form_row.authority_id)):
            raise ValidationError(faults)


class ImportForm(forms.Form):
    """A file another council saved."""

    file = forms.FileField(
        label="Which file?",
        help_text="A PEP form saved with “Save as a file”, of 1 MB or less. It becomes a draft.",
        error_messages={"required": "Choose a file", "empty": "The file is empty. Choose another"},
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError("The file is larger than 1 MB. A form is much smaller")
        return file
