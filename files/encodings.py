"""Which encoding a file that somebody sent is in, or why it is no text at all (plain Python)."""

import codecs
import re
from contextlib import suppress
from typing import BinaryIO

CHUNK = 1 << 20
MOST_NUL_LINES = 10_000  # listed; a file with more is no text

_MAGIC = {
    b"\xd0\xcf\x11\xe0": "This is an Excel 97-2003 workbook, not a CSV file.",
    b"PK\x03\x04": "This is a workbook or a zip file, not a CSV file.",
    b"%PDF": "This is a PDF, not a CSV file.",
    b"\x1f\x8b": "This is a compressed file, not a CSV file.",
    b"\xff\xfe\x00\x00": "This file is in UTF-32, which almost nothing writes.",
    b"\x00\x00\xfe\xff": "This file is in UTF-32, which almost nothing writes.",
}
_SAVE_AS = "Save the sheet as “CSV UTF-8 (comma delimited)” and send that file."
_TWO_BYTES_OF_UTF8 = re.compile(rb"[\xc3-\xf4][\x80-\xbf]+")


class Unreadable(Exception):
    """The file as a whole is not a table of text. Carries what it is and what to send instead."""

    def __init__(self, message: str, fix: str = _SAVE_AS) -> None:
        self.message, self.fix = message, fix
        super().__init__(f"{message} {fix}")


def settled_encoding(stream: BinaryIO) -> tuple[str, tuple[int, ...]]:
    """The codec that reads the whole file, and the lines that hold NUL characters."""
    stream.seek(0)
    head = stream.read(4096)
    if not head.strip():
        raise Unreadable("This file is empty.", "Send a file with a heading row and data.")
    for magic, sentence in _MAGIC.items():
        if head.startswith(magic):
            raise Unreadable(sentence)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Unreadable(
            "This is an XML or web page, not a CSV file.",
            "Export the return as CSV, one file for each table.",
        )
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _checked(stream, "utf-16", "This file says it is UTF-16 and is not.")
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if half and odd > half * 0.4 and even < half * 0.1:
        return _checked(stream, "utf-16-le", "This file is neither UTF-8 nor whole UTF-16.")
    if half and even > half * 0.4 and odd < half * 0.1:
        return _checked(stream, "utf-16-be", "This file is neither UTF-8 nor whole UTF-16.")
    try:
        return "utf-8-sig", _nul_lines(stream, "utf-8-sig")
    except UnicodeDecodeError:
        pass
    if head.startswith(codecs.BOM_UTF8) or _looks_mixed(stream):
        raise Unreadable("This file is partly UTF-8 and partly in another encoding.")
    return _checked(stream, "cp1252", "This file is neither UTF-8, UTF-16 nor Windows-1252.")


def _checked(stream: BinaryIO, encoding: str, otherwise: str) -> tuple[str, tuple[int, ...]]:
    try:
        return encoding, _nul_lines(stream, encoding)
    except UnicodeError:
        raise Unreadable(otherwise) from None


def _nul_lines(stream: BinaryIO, encoding: str) -> tuple[int, ...]:
    """Read the whole file once. Raises UnicodeError where the codec does not fit."""
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    lines: list[int] = []
    line = 1
    while True:
        chunk = stream.read(CHUNK)
        text = decoder.decode(chunk, final=not chunk)
        if "\0" in text and len(lines) < MOST_NUL_LINES:
            at = 0
            for found in re.finditer("\0", text):
                lines.append(line + text.count("\n", at, found.start()))
                line, at = lines[-1], found.start()
            line += text.count("\n", at)
        else:
            line += text.count("\n")
        if not chunk:
            return tuple(sorted(set(lines)))


def _looks_mixed(stream: BinaryIO) -> bool:
    """Whether bytes that are not UTF-8 stand beside characters that can hardly be else."""
    stream.seek(0)
    tail = b""
    while chunk := stream.read(CHUNK):
        for found in _TWO_BYTES_OF_UTF8.finditer(tail + chunk):
            with suppress(UnicodeDecodeError):
                found.group().decode()
                return True
        tail = chunk[-3:]
    return False
