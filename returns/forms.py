"""What a person sends, and the words when it cannot be taken."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from files.models import Load
from ui.forms import LongTextField, UiForm
from ui.layout import Field, Text

ENDINGS = (".csv", ".txt", ".zip")
FIRST_YEAR, LAST_YEAR = 1992, 2100


class FilesInput(forms.FileInput):
    """Several files at once; works without scripts."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    widget = FilesInput

    def __init__(self, *, at_most: int, **kwargs: Any) -> None:
        self.at_most = at_most
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        if not files:
            raise ValidationError(self.error_messages["required"], code="required")
        cleaned = [super(FilesField, self).clean(one, initial) for one in files]
        if len(cleaned) > self.at_most:
            limit = "one file" if self.at_most == 1 else f"{self.at_most} files or fewer"
            raise ValidationError(f"Select {limit}", code="too_many")
        for one in cleaned:
            if not str(one.name).lower().endswith(ENDINGS):
                raise ValidationError(
                    "The files must be CSV files, or a zip of them", code="not_csv"
                )
        if sum(one.size or 0 for one in cleaned) > settings.UPLOAD_LIMIT_BYTES:
            megabytes = settings.UPLOAD_LIMIT_BYTES // (1024 * 1024)
            raise ValidationError(f"The files must be {megabytes} MB or less", code="too_large")
        return cleaned


WORDS = {
    Load.Kind.ROLL: (
        "Which files do you want to check?",
        "The files of your SSDA903 return and people.csv, enrolments.csv and involvements.csv, "
        "or a children.csv. Select them all at once, or one zip file.",
        60,
    ),
    Load.Kind.ATTENDANCE: (
        "Which file of marks do you want to check?",
        "A CSV file with the columns upn, date, session, code and urn.",
        1,
    ),
    Load.Kind.SCHOOLS: (
        "Which register files do you want to check?",
        "edubasealldata.csv from Get Information About Schools and, if you have it, "
        "links_edubasealldata.csv.",
        2,
    ),
}


class SendForm(UiForm):
    """Files of one kind. Of a roll, also the year, where the dates cannot tell it."""

    def __init__(self, *args: Any, kind: Load.Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label, hint, at_most = WORDS[kind]
        self.fields["files"] = FilesField(
            label=label,
            help_text=hint,
            at_most=at_most,
            error_messages={
                "required": "Select a file" if at_most == 1 else "Select the files",
                "empty": "The file is empty",
            },
        )
        if kind == Load.Kind.ROLL:
            self.fields["year"] = forms.IntegerField(
                label="Year of the return (optional)",
                help_text="For example, 2026 for the year to 31 March 2026. "
                "Leave empty and we work it out from the dates.",
                required=False,
                min_value=FIRST_YEAR,
                max_value=LAST_YEAR,
                error_messages={
                    "invalid": "Enter a year with 4 numbers, like 2026",
                    "min_value": "Enter a year with 4 numbers, like 2026",
                    "max_value": "Enter a year with 4 numbers, like 2026",
                },
                widget=forms.TextInput(attrs={"inputmode": "numeric", "size": "4"}),
            )

    def get_layout(self) -> tuple[Any, ...]:
        return tuple(
            Text(name, width="4") if name == "year" else Field(name) for name in self.fields
        )


class LeaveOutForm(UiForm):
    """Why rows are left out: kept with the load."""

    reason = LongTextField(
        label="Why are you leaving these rows out?",
        help_text="Kept with the record of this load, with your name.",
        subject="The reason",
        limit=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter why you are leaving these rows out"},
    )
