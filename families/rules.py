"""Codes a young person types and PINs a carer chooses (plain Python)."""

from collections.abc import Collection
from datetime import date, timedelta

# Nothing that looks like something else, in print or on a screen: no 0 O, 1 I L, 2 Z, 5 S, 8 B
CODE_LETTERS = "34679ACDEFGHJKMNPQRTUVWXY"
CODE_LENGTH = 8
CODE_LASTS = timedelta(minutes=15)

LINK_LASTS = timedelta(minutes=30)
PIN_LENGTH = 6
PIN_TRIES = 5  # then the link is over

# What people choose most, beside runs and repeats
_CHOSEN_OFTEN = frozenset(
    {
        "010203", "102030", "112233", "123321", "147258", "147852", "159357", "159753",
        "258456", "332211", "420420", "445566", "456852", "514000", "520131", "666999",
        "696969", "741852", "753951", "778899", "789456", "852456", "963852", "987456",
    }
)  # fmt: skip
_UP, _DOWN = "01234567890123456789", "98765432109876543210"


def typed_code(text: str) -> str:
    """What was meant by what was typed: capitals, without spaces and dashes."""
    return "".join(letter for letter in text.upper() if letter.isascii() and letter.isalnum())


def is_code(text: str) -> bool:
    """Say whether a code could be one of ours at all."""
    return len(text) == CODE_LENGTH and set(text) <= set(CODE_LETTERS)


def shown_code(code: str) -> str:
    """A code as it is read out and copied: in two groups."""
    half = CODE_LENGTH // 2
    return f"{code[:half]} {code[half:]}"


def is_obvious(pin: str) -> bool:
    """Say whether a PIN is among the first that somebody would try."""
    repeats = any(pin == pin[:size] * (len(pin) // size) for size in (1, 2, 3))
    return repeats or pin in _UP or pin in _DOWN or pin in _CHOSEN_OFTEN


def fits(
    *, names: Collection[str], date_of_birth: date, given_name: str, day: int, month: int
) -> bool:
    """Say whether a first name and a birthday are those of a child.

    `names` are the first names the child goes by, and `given_name` what was typed, both folded.
    """
    known = {name for whole in names if whole for name in (whole, whole.split()[0])}
    return given_name in known and (day, month) == (date_of_birth.day, date_of_birth.month)
