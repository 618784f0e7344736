"""The filters of who owes what, from the address. A value it does not know is left out."""

from typing import Any

from django import forms

EVERYONE = "all"


class BoardFilterForm(forms.Form):
    """Whose children, at which school, of which term."""

    who = forms.CharField(required=False, widget=forms.HiddenInput)
    adviser = forms.ChoiceField(label="Adviser", required=False)
    school = forms.ChoiceField(label="School", required=False)
    term = forms.ChoiceField(label="Term", required=False)

    def __init__(
        self, data: Any, *, options: dict[str, list[tuple[str, str]]], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        firsts = {"adviser": (EVERYONE, "Everyone"), "school": ("", "Any"), "term": ("", "Any")}
        for name, first in firsts.items():
            field = self.fields[name]
            field.choices = [first, *options[name]]  # type: ignore[attr-defined]
