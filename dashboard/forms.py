from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from attendance.rules import AbsenceBand
from children.rules import UPN, fold_name
from dashboard.summaries.roll import RollFilter
from schools.rules import Phase, nc_year_name
from ui.forms import ReasonField, UiForm
from ui.parts import ChosenFilter

NEW_DAYS = 28
OLDEST_YEAR = 1990

BANDS = {
    AbsenceBand.PERSISTENT.value: "Missed a tenth or more",
    AbsenceBand.SEVERE.value: "Missed half or more",
    AbsenceBand.BELOW_THRESHOLD.value: "Missed less than a tenth",
    AbsenceBand.NO_DATA.value: "No marks yet",
}
PLANS = {
    "overdue": "Overdue",
    "due": "Due in 7 days",
    "none": "Not started",
    "with_school": "With school",
    "to_check": "To check",
    "sent_back": "Sent back",
    "complete": "Agreed",
}
PHASES = {
    Phase.EARLY_YEARS.value: "Early years",
    Phase.PRIMARY.value: "Primary",
    Phase.SECONDARY.value: "Secondary",
    Phase.POST_16.value: "Post-16",
}
AREAS = {"in": "Live in the area", "out": "Live outside the area"}
SCHOOL_AREAS = {"in": "School in the area", "out": "School outside the area"}
ALSO = {"new": f"New to care in {NEW_DAYS} days", "no_school": "No school"}
YEARS = {str(year): nc_year_name(year) for year in range(-2, 14)}


def _select(label: str, empty: str, choices: dict[str, str]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=[("", empty), *choices.items()], widget=forms.Select
    )


class ChildrenFilterForm(forms.Form):
    """The filters of the children list. A value it does not know is left out.

    All come from the address but the name, which is kept in the session.
    """

    name = forms.CharField(
        label="Name",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"size": "16", "autocomplete": "off", "spellcheck": "false"}),
    )
    year = _select("Year group", "Any year", YEARS)
    band = _select("Attendance", "Any", BANDS)
    pep = _select("PEP", "Any", PLANS)
    adviser = _select("Adviser", "Anyone", {})
    area = _select("Home", "Anywhere", AREAS)
    also = _select("Which children", "Everyone", ALSO)

    def __init__(self, *args: Any, advisers: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if advisers:
            self.fields["adviser"].choices = [("", "Anyone"), *advisers.items()]  # type: ignore[attr-defined]
        else:
            del self.fields["adviser"]

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen and is known, by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def looks_like_upn(self) -> bool:
        """Whether the name typed has the form of a UPN, which no address may hold [DP-2]."""
        text = str(self.chosen.get("name", "")).strip().upper()
        return UPN.fullmatch(text) is not None

    def as_filter(self) -> RollFilter:
        chosen = self.chosen
        return RollFilter(
            name=fold_name(chosen.get("name", "")),
            year=int(chosen["year"]) if "year" in chosen else None,
            band=chosen.get("band", ""),
            pep=chosen.get("pep", ""),
            adviser=UUID(chosen["adviser"]) if "adviser" in chosen else None,
            area=chosen.get("area", ""),
            new_days=NEW_DAYS if chosen.get("also") == "new" else None,
            no_school=chosen.get("also") == "no_school",
        )

    def removable(self) -> list[ChosenFilter]:
        """Each filter in use with the address that leaves it out."""
        found = []
        for name, value in self.chosen.items():
            query = QueryDict(mutable=True)
            query.update(self.data)
            query.pop("name", None)  # kept in the session, never in an address
            query.pop("named" if name == "name" else name, None)
            query.pop("page", None)
            field = self.fields[name]
            word = dict(getattr(field, "choices", ())).get(value, value)
            found.append(ChosenFilter(f"{field.label}: {word}", f"?{query.urlencode()}"))
        return found


def _in_our_times(day: date) -> None:
    """No record reaches further back; and the first school year needs a year before it."""
    if day.year < OLDEST_YEAR:
        raise ValidationError("The day must be in 1990 or later")


class OverviewFilterForm(forms.Form):
    """The day and the children an overview is about, from the address."""

    as_at = forms.DateField(
        label="As at",
        required=False,
        validators=[_in_our_times],
        input_formats=["%d %b %Y", "%d %B %Y", "%d/%m/%Y", "%Y-%m-%d"],
        widget=forms.DateInput(attrs={"size": "11", "autocomplete": "off"}, format="%-d %b %Y"),
    )
    phase = _select("Phase", "All phases", PHASES)
    location = _select("School location", "Anywhere", SCHOOL_AREAS)

    @property
    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class UpnForm(forms.Form):
    """Finding one record by UPN, for those who match records; posted, never in an address."""

    upn = forms.CharField(
        label="UPN",
        max_length=20,
        widget=forms.TextInput(attrs={"size": "16", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_upn(self) -> str:
        upn = "".join(str(self.cleaned_data["upn"]).split()).upper()
        if UPN.fullmatch(upn) is None:
            raise forms.ValidationError("Enter a UPN that has 13 characters, like A801200012045")
        return upn


class AddressForm(UiForm):
    """Why a person needs a child's address: recorded with who and when [DP-4]."""

    reason = ReasonField(
        label="Why do you need the address?",
        subject="Why you need the address",
        limit=300,
        help_text="For example, to arrange transport to school. We will record your reason.",
        missing="Enter why you need the address",
    )
