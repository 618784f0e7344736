"""What is chosen to be kept with a section."""

from typing import Any

from django import forms

from ui.forms import LongTextField, UiForm
from ui.layout import File


class WithdrawForm(UiForm):
    """Why a file is withdrawn from an agreed plan."""

    reason = LongTextField(
        label="Why do you withdraw it?",
        help_text="It stands in the PEP in place of the file’s name. Name nobody.",
        subject="Why you withdraw it",
        limit=300,
        error_messages={"required": "Enter why you withdraw it"},
    )


class FileForm(UiForm):
    """A report or a piece of work. What it is, is told by its bytes (`files.detecting`)."""

    file = forms.FileField(
        label="Add a report or piece of work (optional)",
        help_text="PDF, Word, JPG or PNG, up to 10 MB.",
        error_messages={
            "required": "Choose a file",
            "empty": "The file is empty. Choose another one",
        },
        widget=forms.FileInput(attrs={"accept": ".pdf,.doc,.docx,.jpg,.jpeg,.png"}),
    )

    layout = (File("file"),)

    def __init__(self, *args: Any, saves_words: bool = False, **kwargs: Any) -> None:
        """Without a script the file goes with the words of its section, which are saved first."""
        super().__init__(*args, **kwargs)
        if saves_words:
            self.fields["file"].widget.attrs["form"] = "section-form"
