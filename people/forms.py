"""What is typed about people: filters, a seat, an invitation."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.roles import SCHOOL_ROLES, Role
from families import forms as families
from people import rights
from schools.rules import ONE_DAY
from ui.forms import DateField, ReasonField, UiForm, speak_plainly
from ui.layout import Date, Radios, Select, Text

STATES = {
    "current": "With a role today",
    "waiting": "Not signed in yet",
    "unused": "Not signed in for a long time",
    "ending": "Role ends in 30 days",
    "ended": "No role today",
    "closed": "Account closed",
}


def labels(roles: Iterable[Role]) -> list[tuple[str, str]]:
    """Roles as choices, in the order of the enum."""
    wanted = set(roles)
    return [(role.value, role.label) for role in Role if role in wanted]


class PeopleFilterForm(forms.Form):
    """The filters of the list; a name is posted and kept in the session, not in the address."""

    name = forms.CharField(label="Name or email", required=False, max_length=80)
    role = forms.ChoiceField(label="Role", required=False)
    state = forms.ChoiceField(label="State", required=False, choices=[("", "All"), *STATES.items()])

    def __init__(self, *args: Any, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        field.choices = [("", "All"), *labels(roles)]

    def value(self, name: str) -> str:
        """What was chosen; nothing for a value that is not offered."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")


class SeatForm(UiForm):
    """A role in a place, from a day, perhaps to a last day."""

    role = forms.ChoiceField(
        label="Role",
        error_messages={
            "required": "Select a role",
            "invalid_choice": "Select a role from the list",
        },
    )
    school = forms.ChoiceField(
        label="School",
        required=False,
        help_text="Only for a role in a school",
        error_messages={"invalid_choice": "Select a school from the list"},
    )
    started_on = DateField(
        label="First day",
        required=False,
        subject="The first day",
        help_text="Leave empty for today",
    )
    last_day = DateField(
        label="Last day (optional)",
        required=False,
        subject="The last day",
        help_text="Leave empty for a role without an end",
    )
    layout: tuple[Any, ...] = (
        Select("role"), Select("school"), Date("started_on"), Date("last_day"),
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.today = by, today
        role, school = self.fields["role"], self.fields["school"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101 (for the type checker)
        assert isinstance(school, forms.ChoiceField)  # noqa: S101
        role.choices = [("", "Select a role"), *labels(rights.gives(by))]
        schools = rights.schools_run(by).order_by("name", "pk").values_list("pk", "name")
        school.choices = [("", "No school"), *[(str(pk), name) for pk, name in schools]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        started_on = data.get("started_on") or self.today
        last_day = data.get("last_day")
        if last_day and last_day < started_on:
            self.add_error("last_day", "The last day must be the same as or after the first day")
        in_school = data.get("role") in SCHOOL_ROLES
        if data.get("role") and in_school and not data.get("school"):
            self.add_error("school", "Select the school")
        data["started_on"] = started_on
        data["ended_on"] = last_day + ONE_DAY if last_day else None
        data["school_id"] = int(data["school"]) if in_school and data.get("school") else None
        data["authority_id"] = None if in_school or not self.by.seat else self.by.seat.authority_id
        return data


def _name(label: str, wrong: str, *, required: bool = True) -> forms.CharField:
    field = forms.CharField(
        label=label, max_length=100, required=required, error_messages={"required": wrong}
    )
    speak_plainly(field, label)
    return field


class TakeOffForm(UiForm):
    """Why a second step is taken off."""

    reason = ReasonField(
        label="Why is it taken off, and how did you check who asks?",
        help_text="For example, phone lost; called back on the number in the council’s directory.",
        missing="Enter why it is taken off and how you checked who asks",
    )


class _Somebody(forms.Form):
    email = forms.EmailField(
        label="Email address",
        help_text="Their own work address, like name@example.org. We send the invitation there.",
        error_messages={
            "required": "Enter their email address",
            "invalid": "Enter an email address in the right form, like name@example.org",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    given_name = _name("First name", "Enter their first name")
    family_name = _name("Last name", "Enter their last name")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


WHO = (Text("email"), Text("given_name", width="20"), Text("family_name", width="20"))


class InviteForm(_Somebody, SeatForm):
    """Somebody new, and the seat they are asked to take."""

    layout = (*WHO, *SeatForm.layout)


class InviteToChildForm(_Somebody, UiForm):
    """Somebody who works with, or cares for, one child."""

    role = forms.ChoiceField(
        label="What are they to the child?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select what they are to the child"},
    )
    layout = (*WHO, Radios("role"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101 (for the type checker)
        role.choices = labels(rights.gives_by_child(by))


class ColleagueForm(_Somebody, UiForm):
    """A colleague of the school, for named sections of one pupil's plan, to a last day."""

    sections = forms.MultipleChoiceField(
        label="Which sections will they write?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one section"},
    )
    last_day = DateField(
        label="Last day", missing="Enter the last day of the invitation", subject="The last day"
    )

    def __init__(
        self,
        *args: Any,
        sections: list[tuple[str, str]],
        today: date,
        longest_days: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.longest = today, today + timedelta(days=longest_days)
        field = self.fields["sections"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 (for the type checker)
        field.choices = sections

    def clean_last_day(self) -> date:
        day: date = self.cleaned_data["last_day"]
        if day < self.today:
            raise ValidationError("The last day must be today or later")
        if day >= self.longest:
            last = self.longest - ONE_DAY
            raise ValidationError(
                f"The last day must be {last.day} {last:%B %Y} or earlier. Invite them again then"
            )
        return day


class _Newcomer(forms.Form):
    """Who I am, as whoever invited me wrote it, to be put right."""

    given_name = _name("First name", "Enter your first name")
    family_name = _name("Last name", "Enter your last name", required=False)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        names = {"given_name": person.given_name, "family_name": person.family_name}
        super().__init__(*args, **{"initial": names, **kwargs})
        self.person = person


ME = (Text("given_name", width="20"), Text("family_name", width="20"))


class NewPinForm(_Newcomer, families.NewPinForm):
    """Who I am, and the PIN I choose: for carers, who need no password."""

    field_order = ("given_name", "family_name", "pin", "again")

    def get_layout(self) -> tuple[Any, ...]:
        return (*ME, *super().get_layout())

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data.pop("again", None)
        return data


class PasswordForm(_Newcomer, UiForm):
    """Who I am, and the password I choose: checked by the same rules as everywhere."""

    password = forms.CharField(
        label="Choose a password",
        help_text="12 characters or more. Three words you will remember make a good one.",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter a password"},
    )
    layout = (*ME, Text("password"))

    def clean_password(self) -> str:
        from django.contrib.auth.password_validation import validate_password

        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password


class ChooseForm(UiForm):
    """One person of a list."""

    person = forms.ChoiceField(
        label="Who takes over?",
        error_messages={
            "required": "Select a person",
            "invalid_choice": "Select somebody from the list",
        },
    )
    layout: tuple[Any, ...] = (Select("person"),)

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        field.choices = [("", "Select a person")] + [
            (key, person.name) for key, person in self.people.items()
        ]

    @property
    def chosen(self) -> User:
        return self.people[self.cleaned_data["person"]]


class CoverForm(ChooseForm):
    """Who stands in, from a day to a last day."""

    started_on = DateField(
        label="First day", missing="Enter the first day", subject="The first day"
    )
    last_day = DateField(label="Last day", missing="Enter the last day", subject="The last day")
    layout = (Select("person"), Date("started_on"), Date("last_day"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].label = "Who stands in?"
        self.today = today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("started_on"), data.get("last_day")
        if first and first < self.today:
            self.add_error("started_on", "The first day must be today or later")
        if first and last and last < first:
            self.add_error("last_day", "The last day must be the same as or after the first day")
        return data


class FileForm(UiForm):
    """A list of people to invite at once."""

    LIMIT = 200 * 1024
    file = forms.FileField(
        label="Which file do you want to check?",
        help_text="A CSV file with the columns email, given_name, family_name, role, urn and "
        "start_date. Up to 200 KB.",
        error_messages={"required": "Select a file", "empty": "The file is empty"},
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > self.LIMIT:
            raise ValidationError("The file must be smaller than 200 KB. Send it in parts")
        if not str(upload.name).lower().endswith((".csv", ".txt")):
            raise ValidationError("The file must be a CSV file")
        return upload
