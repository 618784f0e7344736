"""What is held of a form that arrived after its session had ended (plain Python; ux 8.5)."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

KEPT_FOR = timedelta(hours=24)  # decisions 42; the wall around the table says the same
MOST_CHARACTERS = 1_000_000  # of one form: several times the longest section
MOST_ROWS = 20  # of one person at a time

Values = dict[str, list[str]]

# Never held, whatever form they came with
_SECRET = re.compile(r"^csrfmiddlewaretoken$|password|passphrase", re.IGNORECASE)
_NUMBERED = re.compile(r"-(\d+)(?:-|$)")


def held_values(posted: Mapping[str, Sequence[str]]) -> Values:
    """What may be held: all that was sent but secrets, without characters no text can hold."""
    return {
        name.replace("\0", ""): [value.replace("\0", "") for value in values]
        for name, values in posted.items()
        if not _SECRET.search(name)
    }


def is_too_much(values: Values) -> bool:
    """Whether a form is larger than any of ours can be, filled to its limits."""
    length = sum(len(name) + sum(map(len, sent)) for name, sent in values.items())
    return length > MOST_CHARACTERS


def words_of(values: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The fields a person wrote in: those with a letter, and more than a technical value."""
    found = {}
    for name, sent in values.items():
        text = "\n".join(value.strip() for value in sent if value.strip())
        if any(letter.isalpha() for letter in text) and not _is_technical(text):
            found[name] = text
    return found


def _is_technical(text: str) -> bool:
    """A key or a state of the page, not a person's words."""
    return bool(re.fullmatch(r"[0-9a-f-]{32,36}|on|yes|no", text))


def label_of(name: str) -> str:
    """A field's name as words: `restrict-why` is "Why", `aims-0-next` is "Aims 1: next"."""
    if match := _NUMBERED.search(name):
        before, after = name[: match.start()], name[match.end() :]
        label = f"{before} {int(match[1]) + 1}" + (f": {after}" if after else "")
    else:
        label = name.rpartition("-")[2]
    label = label.replace("_", " ").replace("-", " ").strip()
    return label[:1].upper() + label[1:]
