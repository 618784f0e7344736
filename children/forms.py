from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import TEAM_ROLES, Role
from children.rules import fold_name
from ui.forms import REASON_LIMIT, DateField, LongTextField, ReasonField, UiForm
from ui.layout import Checkboxes, Field, Select, Text


def _reason(hint: str) -> ReasonField:
    return ReasonField(
        label="Why do you need to open this record?",
        help_text=hint,
        missing="Enter why you need to open this record",
    )


class _PersonChoices:
    """The people to choose from, by id, with what tells two of one name apart."""

    @staticmethod
    def of(people: list[Membership]) -> list[tuple[str, str]]:
        return [
            (str(row.user_id), f"{row.user.name}, {Role(row.role).label.lower()}") for row in people
        ]


class OpenForm(UiForm):
    """Why a restricted or sealed record has to be opened."""

    reason = _reason("For example, I am covering for the adviser today.")


class EmergencyForm(UiForm):
    """Which child, exactly, and why: a part of a name finds nobody."""

    given_name = forms.CharField(
        label="First name",
        max_length=100,
        help_text="As on the record, or the name they are known by",
        error_messages={"required": "Enter the child’s first name"},
    )
    family_name = forms.CharField(
        label="Last name",
        max_length=100,
        error_messages={"required": "Enter the child’s last name"},
    )
    date_of_birth = DateField(
        label="Date of birth",
        subject="The date of birth",
        missing="Enter the child’s date of birth",
        allow_future=False,
    )
    reason = _reason("For example, the child is at a police station and I am on duty.")
    layout = (Text("given_name"), Text("family_name"), Field("date_of_birth"), Field("reason"))

    def names(self) -> tuple[str, str]:
        """First and last name, folded as names are compared."""
        data = self.cleaned_data
        return fold_name(data["given_name"]), fold_name(data["family_name"])


class RestrictForm(UiForm):
    """Who answers for a restriction, what a reader who is stopped is told, who is shut out."""

    why = forms.CharField(
        label="What should someone who is stopped be told?",
        max_length=200,
        help_text="For example, a member of staff is related to this child. Give no details.",
        error_messages={"required": "Enter what to tell someone who is stopped"},
    )
    owner = forms.ChoiceField(
        label="Who answers for this restriction?",
        help_text="They are told each time the record is opened with a reason",
        error_messages={
            "required": "Select who answers for this restriction",
            "invalid_choice": "Select a person from the list",
        },
    )
    shut_out = forms.MultipleChoiceField(
        label="Who must not see this record at all?",
        help_text="The child will not be in their lists, searches or papers",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Select people from the list"},
    )
    layout: tuple[Any, ...] = (Text("why"), Select("owner"), Checkboxes("shut_out"))

    def __init__(self, *args: Any, people: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(row.user_id): row.user for row in people}
        # Those who can open the pages that tell of openings, and of what is sealed
        team = _PersonChoices.of([row for row in people if row.role in TEAM_ROLES])
        self._choice("owner").choices = [("", "Select a person"), *team]
        self._choice(self.several).choices = team if self.is_seal else _PersonChoices.of(people)

    several = "shut_out"
    is_seal = False

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        return field

    def person(self) -> User:
        return self.people[self.cleaned_data["owner"]]

    def chosen(self) -> list[User]:
        return [self.people[pk] for pk in self.cleaned_data[self.several]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.several == "shut_out" and data.get("owner") in data.get("shut_out", []):
            self.add_error("shut_out", "The person who answers for it cannot be shut out")
        return data


class SealForm(RestrictForm):
    """Who may still open a record that nobody finds any more."""

    shut_out = None  # type: ignore[assignment]
    several = "keepers"
    is_seal = True
    keepers = forms.MultipleChoiceField(
        label="Who else may open the sealed record?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Select people from the list"},
    )
    sure = forms.BooleanField(
        label="I have checked that this is the right child and that the order has been made",
        error_messages={"required": "Confirm that this is the right child"},
    )
    layout = (Text("why"), Select("owner"), Checkboxes("keepers"), Field("sure"))


class InstructionForm(UiForm):
    """What must not happen to a child, in few words, and why."""

    label = forms.CharField(
        label="What must people know at once?",
        max_length=60,
        help_text="For example, must not be collected by the aunt. Everyone who works with the "
        "child sees this.",
        error_messages={
            "required": "Enter what people must know",
            "max_length": "What people must know must be 60 characters or less",
        },
    )
    reason = LongTextField(
        label="Why?",
        subject="The reason",
        limit=REASON_LIMIT,
        required=False,
        help_text="Seen only by those who may give safety instructions",
    )
    review_on = DateField(label="When will you look at it again?", required=False)
    layout = (Text("label"), Field("reason"), Field("review_on"))


class NoteForm(UiForm):
    """Words about a child that nobody is to pass on, why, and for how long."""

    words = LongTextField(
        label="What must be known and not passed on?",
        subject="What must not be passed on",
        limit=1_000,
        help_text="It is in no list, paper, email or search. Whoever reads it gives a reason.",
        error_messages={"required": "Enter what must be known and not passed on"},
    )
    why = forms.CharField(
        label="Why must it not be passed on?",
        max_length=200,
        error_messages={"required": "Enter why it must not be passed on"},
    )
    ended_on = DateField(
        label="From which day may it be passed on?",
        subject="The day from which it may be passed on",
        help_text="Leave this empty if you do not know",
        required=False,
    )
    layout = (Field("words"), Text("why"), Field("ended_on"))

    def clean_ended_on(self) -> Any:
        day = self.cleaned_data["ended_on"]
        if day is not None and day <= timezone.localdate():
            raise forms.ValidationError("The day must be after today")
        return day


class ShowNotesForm(UiForm):
    """Why the notes that are not passed on have to be read."""

    reason = ReasonField(
        label="Why do you need to read it?",
        help_text="For example, to plan contact at Christmas. We will record your reason.",
        missing="Enter why you need to read it",
    )
