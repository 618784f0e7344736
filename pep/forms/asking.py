"""What is typed beside an answer: a query, a comment, a reply."""

from collections.abc import Sequence
from typing import Any

from django import forms

from pep.models import Note
from ui.forms import LongTextField, UiForm
from ui.layout import Radios, Select, Text

_READERS = (
    "Everyone who may read this answer can read this, a carer or the child too. "
    "It is not part of the PEP they keep."
)


class AskForm(UiForm):
    """A query or a comment, and the answer it is about. Queries are the virtual school's."""

    about = forms.ChoiceField(label="Which answer is it about?", required=False)
    kind = forms.ChoiceField(
        label="What is it?",
        choices=[
            (Note.Kind.QUERY, "A query: somebody has to answer it"),
            (Note.Kind.COMMENT, "A comment: nobody has to do anything"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it is a query or a comment"},
    )
    words = LongTextField(
        label="What do you want to say?",
        help_text=_READERS,
        subject="What you want to say",
        error_messages={"required": "Enter what you want to say"},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        answers: Sequence[tuple[str, str]],
        asks: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["about"].choices = answers  # type: ignore[attr-defined]
        if not asks:
            del self.fields["kind"]

    def get_layout(self) -> tuple[Any, ...]:
        kind = (Radios("kind", inline=False),) if "kind" in self.fields else ()
        return (Select("about"), *kind, Text("words", rows=5))

    def is_query(self) -> bool:
        return self.cleaned_data.get("kind") == Note.Kind.QUERY


class ReplyForm(UiForm):
    """What somebody answers."""

    words = LongTextField(
        label="Your reply",
        help_text=_READERS,
        subject="Your reply",
        error_messages={"required": "Enter your reply"},
    )
