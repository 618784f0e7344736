"""What we say while we work. Everything goes to standard error: standard output is for data."""

import sys


class Refused(Exception):
    """We cannot go on, and the message says what to do about it."""


def say(message: str) -> None:
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def step(message: str) -> None:
    say(f"- {message}")
