"""How a log line is written: where something failed and of which kind, never in whose words.

The text of an exception may quote what a person typed (PostgreSQL repeats the value it refused).
A value given under the name of a field that tells of a person is left out (`audit.classes`).
"""

import logging
import traceback
from collections.abc import Mapping
from copy import copy
from typing import Any

from audit.classes import names_to_hide

HIDDEN = "(left out)"


class WithoutWords(logging.Formatter):
    """Writes an exception as its kind and the places it passed."""

    def format(self, record: logging.LogRecord) -> str:
        record = copy(record)
        record.exc_text = None  # another handler may have written it in full
        # Celery puts the exception into its message: `%(exc)s`
        if isinstance(record.args, Mapping) and "exc" in record.args:
            kind = record.exc_info[0] if isinstance(record.exc_info, tuple) else None
            hidden = {"exc": kind.__name__ if kind else "an exception", "traceback": ""}
            record.args = {**record.args, **hidden}
        # A task's line names the task, not a person
        elif isinstance(record.args, Mapping):
            hide = names_to_hide()
            record.args = {
                key: HIDDEN if key in hide else value for key, value in record.args.items()
            }
        return super().format(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 (the standard library's name)
        error: BaseException | None = ei[1]
        lines: list[str] = []
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            places = traceback.extract_tb(error.__traceback__)
            lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
            lines += [f"  {place.filename}:{place.lineno} in {place.name}" for place in places]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)
