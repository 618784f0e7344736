"""What is withheld for review: a number stands in the paper, the words stand beside it."""

from dataclasses import dataclass

from disclosure.rules import Kind

Value = str | dict[str, int]
MARK = "withheld"


@dataclass(slots=True)
class Masked:
    """One part that is withheld, however often it stands in the record."""

    number: int
    kind: Kind
    chapter: str
    label: str
    value: str
    times: int = 1


class Masks:
    """Collects what is withheld. A name stands once; words once for each question they answer."""

    def __init__(self) -> None:
        self._found: dict[tuple[Kind, str, str], Masked] = {}
        self.chapter = ""

    def hide(self, kind: Kind, label: str, value: str) -> Value:
        """Put a number in the place of a value."""
        key = (kind, label if kind is Kind.WORDS else "", value)
        known = self._found.get(key)
        if known is None:
            known = Masked(len(self._found) + 1, kind, self.chapter, label[:300], value)
            self._found[key] = known
        else:
            known.times += 1
        return {MARK: known.number}

    @property
    def items(self) -> list[Masked]:
        return list(self._found.values())
