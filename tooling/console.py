"""What we say while we work. Everything goes to standard error: standard output is for data."""

import sys


class Refused(Exception):
    """We cannot go on, and the message says what to do about it."""


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def step(message: str) -> None:
    say(f"- {message}")
