"""What is said before a paper is handed to a family."""

from django import forms

from ui.forms import UiForm
from ui.layout import Checkboxes

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
