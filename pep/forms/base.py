"""What a section's form is made with: the parts of its page are given this."""

from abc import abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from pep.form_content import QuestionContent, SectionContent
from pep.forms.fields import normal
from ui.fields import Previous
from ui.forms import UiForm

People = Sequence[tuple[UUID, str]]


class RowHelp(Protocol):
    """Help beside the rows of one question. `row_id` is empty for a row not saved yet."""

    def options(self, column: str) -> Sequence[tuple[str, str]]:
        """What a column of one line offers; none to have it written."""

    def before(self, row_id: str) -> SafeString:
        """Above the fields of a row."""

    def after(self, form: "SectionBase", number: str, row_id: str) -> SafeString:
        """Under them; `number` is the row's in the page, or the mark of the blank one."""

    def below(self, form: "SectionBase") -> SafeString:
        """Under all rows."""

    def in_a_line(self, form: "SectionBase", number: str, row_id: str) -> str:
        """A row that lacks nothing in one line: it is shown closed. Empty: it stays open."""


class SectionBase(UiForm):
    """A section's questions, what is held of them, and what stands beside its rows."""

    def __init__(
        self,
        content: SectionContent,
        *,
        child: str,
        answers: Mapping[str, Any],
        words: Mapping[str, Mapping[str, Any]] | None = None,
        facts: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        previous: Mapping[str, Previous] | None = None,
        extra_row: str = "",
        row_seed: str = "",
        written_here: Collection[str] = (),
        people: Callable[[], People] = tuple,
        beside: Mapping[str, RowHelp] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data=data)
        self.content, self.child = content, child
        self.held = {key: normal(value) for key, value in answers.items()}
        self.words = dict(words or {})
        self.facts = facts or {}
        self.previous = previous or {}
        self.extra_row, self.row_seed = extra_row, row_seed
        self.written_here = written_here
        self.beside = beside or {}
        self._people = people
        self.row_ids: dict[str, list[str]] = {}
        for question in self.asked():
            self._add(question)

    def asked(self) -> list[QuestionContent]:
        """The questions the facts of the child call for."""
        return [question for question in self.content.questions if not question.is_off]

    @cached_property
    def people(self) -> People:
        """Who can be asked to tell us what is not yet known; read when first needed."""
        return self._people()

    def offered(self, key: str, column: str) -> Sequence[tuple[str, str]]:
        """What a column is picked from, where something is beside the rows."""
        return self.beside[key].options(column) if key in self.beside else ()

    @abstractmethod
    def _add(self, question: QuestionContent) -> None:
        """Make the fields of one question."""
