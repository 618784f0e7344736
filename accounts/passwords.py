"""Which passwords are too easy to guess: a list we ship, and the person's own words.

No pattern is asked for: length and a list of what people really choose stop more.
"""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from accounts.models import User

BLOCKED = Path(__file__).parent / "data" / "blocked_passwords.txt"
SHORTEST_WORD = 4
LONGEST_PIECE = 6
MUST_ADD = 6  # characters beside a word that is easy to guess
_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")

TOO_COMMON = "This password is too common. Choose three or more words that do not belong together"
OWN_WORDS = "Choose a password without your name, your email address or the name of this service"


def plain(password: str) -> str:
    """Letters and digits in lower case, lookalikes undone: P@ssw0rd is password."""
    return re.sub(r"[^a-z0-9]", "", password.lower().translate(_LOOKALIKES))


@cache
def blocked() -> frozenset[str]:
    lines = BLOCKED.read_text().splitlines()
    return frozenset(plain(line) for line in lines if line and not line.startswith("#"))


def is_blocked(password: str) -> bool:
    """Say whether a password is on the list, also with digits or signs put at its end, or is one
    short piece over and over.
    """
    bare = plain(password)
    without_end = plain(re.sub(r"[\W\d_]+$", "", password))
    is_repeated = any(
        (bare[:size] * len(bare))[: len(bare)] == bare
        for size in range(1, min(LONGEST_PIECE, len(bare) // 2) + 1)
    )
    return bare in blocked() or without_end in blocked() or is_repeated


def has_own_words(password: str, words: list[str]) -> bool:
    """Say whether little is left of a password without a person's own words."""
    bare = left = plain(password)
    for word in sorted({plain(word) for word in words}, key=len, reverse=True):
        if len(word) >= SHORTEST_WORD:
            left = left.replace(word, "")
    return left != bare and len(left) < MUST_ADD


class BlockedListValidator:
    """Django asks this for each new password."""

    def validate(self, password: str, user: Any = None) -> None:
        if is_blocked(password):
            raise ValidationError(TOO_COMMON, code="password_too_common")

    def get_help_text(self) -> str:
        return TOO_COMMON


class OwnWordsValidator:
    """No name, address or service name with a few characters put to it."""

    def validate(self, password: str, user: "User | None" = None) -> None:
        words = ["virtualschool", "virtual", "school"]
        if user is not None:
            before, _, host = (user.email or "").partition("@")
            words += [user.given_name, user.family_name, before, *re.split(r"[._+-]", before)]
            words += re.split(r"[.-]", host)
        if has_own_words(password, words):
            raise ValidationError(OWN_WORDS, code="password_own_words")

    def get_help_text(self) -> str:
        return OWN_WORDS
