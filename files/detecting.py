"""What a file that somebody sent really is, told by its bytes; pictures without where and by what.

A name or a declared type is the sender's word. A picture from a telephone holds the place it was
taken at, which may be a home nobody may know [DP-4]: it is stored anew without that.
"""

import io
import warnings
from dataclasses import dataclass
from typing import IO
from zipfile import BadZipFile, ZipFile

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 60_000_000  # more is a picture made to fill the memory
WRONG_TYPE = "The file must be a PDF, Word, JPG or PNG"
TOO_LARGE = "The file must be smaller than 10 MB"
EMPTY = "The file is empty. Choose another one"
DAMAGED = "This picture cannot be opened. Save it again and choose it anew"
MACROS = "This Word file holds macros. Save it without them (as .docx) and choose it anew"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class NotAccepted(Exception):
    """A file that cannot be taken; `words` say how to put it right."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it is kept."""

    content: bytes
    content_type: str
    extension: str


def accepted(file: IO[bytes], *, size: int) -> Document:
    """Read a PDF, Word file, JPG or PNG. Raises NotAccepted, without reading what is too large."""
    if size > MOST_BYTES:
        raise NotAccepted(TOO_LARGE)
    file.seek(0)
    content = file.read(MOST_BYTES + 1)
    if not content:
        raise NotAccepted(EMPTY)
    if len(content) > MOST_BYTES:
        raise NotAccepted(TOO_LARGE)
    if content.startswith(b"%PDF-"):
        return Document(content, "application/pdf", "pdf")
    if content.startswith(b"\xff\xd8\xff"):
        return Document(_picture(content, "JPEG"), "image/jpeg", "jpg")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Document(_picture(content, "PNG"), "image/png", "png")
    if content.startswith(b"PK\x03\x04"):
        return _word(content)
    if content.startswith(_OLE) and "WordDocument".encode("utf-16-le") in content:
        return Document(content, "application/msword", "doc")
    raise NotAccepted(WRONG_TYPE)


def _picture(content: bytes, kind: str) -> bytes:
    """The same picture, turned as the camera held it, without anything but its pixels."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=[kind])
            if picture.width * picture.height > MOST_PIXELS:
                raise NotAccepted(DAMAGED)
            turned = ImageOps.exif_transpose(picture)
            plain = Image.new(turned.mode, turned.size)
            if turned.mode == "P" and (palette := turned.getpalette("RGBA")):
                plain.putpalette(palette, "RGBA")
            plain.paste(turned)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Warning) as error:
        raise NotAccepted(DAMAGED) from error
    out = io.BytesIO()
    plain.save(out, kind, **({"quality": 90} if kind == "JPEG" else {}))
    return out.getvalue()


def _word(content: bytes) -> Document:
    try:
        with ZipFile(io.BytesIO(content)) as parts:
            names = set(parts.namelist())
    except BadZipFile as error:
        raise NotAccepted(WRONG_TYPE) from error
    if "word/document.xml" not in names or "[Content_Types].xml" not in names:
        raise NotAccepted(WRONG_TYPE)
    if any(name.endswith("vbaProject.bin") for name in names):
        raise NotAccepted(MACROS)
    return Document(content, _DOCX, "docx")
