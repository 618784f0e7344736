"""What is said before a paper is handed to a family."""

from typing import Any

from django import forms

from accounts.models import User
from pep.models import Form, PersonalEducationPlan
from schools.models import School, Term
from ui.forms import ReasonField, UiForm
from ui.layout import Checkboxes, Select, Text

STATEMENTS = [
    ("one_person", "It is for one person, and I know who that is"),
    ("read", "I have read all of it, as it stands below"),
    ("no_place", "No word in it leads to a home or a school that this person must not find"),
    ("no_others", "It says nothing of another child or another family"),
]


class FamilyCheckForm(UiForm):
    """The check list before a family's copy is made by somebody else [DP-5]."""

    checked = forms.MultipleChoiceField(
        label="Before it is made",
        help_text="A computer cannot find every such word. You can.",
        choices=STATEMENTS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick each line, or do not make this copy"},
    )
    layout = (Checkboxes("checked"),)

    def clean_checked(self) -> list[str]:
        checked: list[str] = self.cleaned_data["checked"]
        if len(checked) < len(STATEMENTS):
            raise forms.ValidationError("Tick each line, or do not make this copy")
        return checked


class BundleForm(UiForm):
    """Which agreed plans, and why they are taken away."""

    term = forms.ModelChoiceField(
        Term.objects.none(),
        label="Which term?",
        empty_label=None,
        error_messages={"required": "Select a term", "invalid_choice": "Select a term"},
    )
    school = forms.ModelChoiceField(
        School.objects.none(),
        label="Which school?",
        required=False,
        empty_label="Every school",
        error_messages={"invalid_choice": "Select a school"},
    )
    phase = forms.ChoiceField(
        label="Which form?",
        required=False,
        choices=[("", "Every form"), *Form.Phase.choices],
        error_messages={"invalid_choice": "Select a form"},
    )
    reason = ReasonField(
        label="Why do you take them away?",
        help_text="Kept with the record of who did what, at each child.",
        subject="The reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        missing="Enter why you take them away",
    )
    layout = (Select("term"), Select("school"), Select("phase"), Text("reason"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = PersonalEducationPlan.objects.visible_to(by).filter(agreed_versions__isnull=False)
        terms, schools = self.fields["term"], self.fields["school"]
        terms.queryset = Term.objects.filter(plans__in=plans).distinct().order_by("-started_on")  # type: ignore[attr-defined]
        terms.label_from_instance = lambda term: term.title  # type: ignore[attr-defined]
        schools.queryset = School.objects.filter(plans__in=plans).distinct().order_by("name", "pk")  # type: ignore[attr-defined]
