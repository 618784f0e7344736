"""Writes many rows of any table at once: COPY beside the table, then one INSERT from there.

COPY cannot write into a table behind the wall; the INSERT passes it, with every trigger and check.
"""

import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models

COPY_BLOCK = 1 << 16  # characters handed to the server at a time
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def store(rows: Sequence[Any], model: type[models.Model] | None = None) -> int:
    """Write rows of one table as they are, keys included; answer how many. A few queries.

    Rows may be plain objects with the columns' names: a model's own cost more than writing them.
    """
    if not rows:
        return 0
    model = model or type(rows[0])
    fields = list(model._meta.local_concrete_fields)
    names = [(field.attname, isinstance(field, models.JSONField)) for field in fields]
    lines = (
        "\t".join(_text(getattr(row, name), is_json=is_json) for name, is_json in names)
        for row in rows
    )
    columns = [field.column for field in fields]
    return copy_lines(model._meta.db_table, columns, lines)


def copy_lines(table: str, columns: Sequence[str], lines: Iterable[str], *, order: str = "") -> int:
    """Write lines of COPY text into a table through one beside it; answer how many."""
    quoted = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS beside")
        cursor.execute(f"CREATE TEMPORARY TABLE beside AS SELECT {quoted} FROM {table} LIMIT 0")  # noqa: S608 (names of our own models)
        cursor.copy_expert(f"COPY beside ({quoted}) FROM STDIN", _Stream(lines), COPY_BLOCK)
        ordered = f"ORDER BY {order}" if order else ""
        cursor.execute(f"INSERT INTO {table} ({quoted}) SELECT {quoted} FROM beside {ordered}")  # noqa: S608 (as above)
        written: int = cursor.rowcount
        cursor.execute("DROP TABLE beside")
    return written


def _text(value: Any, *, is_json: bool) -> str:
    if value is None:
        return "\\N"
    if is_json:
        return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list):  # an array of words that need no quoting
        return "{" + ",".join(value) + "}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


class _Stream(io.TextIOBase):
    """Lines as a file that COPY reads in pieces, never all in memory."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._rest = ""

    def read(self, size: int | None = -1) -> str:
        wanted = size if size is not None and size > 0 else 1 << 20
        parts, length = [self._rest], len(self._rest)
        while length < wanted and (line := next(self._lines, None)) is not None:
            parts.append(line + "\n")
            length += len(line) + 1
        text = "".join(parts)
        self._rest = text[wanted:]
        return text[:wanted]
