"""Received files, checked and applied: whole or not at all, in one transaction."""

from returns.imports.outcome import Outcome
from returns.imports.register import load_register
from returns.imports.roll import load_roll

__all__ = ["Outcome", "load_register", "load_roll"]
