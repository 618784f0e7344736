"""What may be sent in, told by its bytes; and that a picture tells no place (DP-4)."""

import io
from zipfile import ZipFile

import pytest
from PIL import Image

from files.detecting import (
    DAMAGED,
    EMPTY,
    MACROS,
    MOST_BYTES,
    TOO_LARGE,
    WRONG_TYPE,
    NotAccepted,
    accepted,
)

PDF = b"%PDF-1.7\n%%EOF"
PLACE = b"17 Plantain Row"


def read(content, *, size=None):
    return accepted(io.BytesIO(content), size=len(content) if size is None else size)


def archive(*names):
    out = io.BytesIO()
    with ZipFile(out, "w") as parts:
        for name in names:
            parts.writestr(name, "x")
    return out.getvalue()


def word(*names):
    return archive("[Content_Types].xml", "word/document.xml", *names)


def picture(kind, **more):
    out = io.BytesIO()
    Image.new("RGB", (8, 4), "red").save(out, kind, **more)
    return out.getvalue()


def taken_somewhere(kind):
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    exif[0x0112] = 6  # held upright: to be turned
    return picture(kind, exif=exif)


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        pytest.param(PDF, "pdf", id="PDF"),
        pytest.param(word(), "docx", id="Word"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "doc",
            id="older Word",
        ),
        pytest.param(picture("JPEG"), "jpg", id="JPG"),
        pytest.param(picture("PNG"), "png", id="PNG"),
    ],
)  # fmt: skip
def test_what_is_taken(content, extension):
    assert read(content).extension == extension


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", EMPTY, id="empty"),
        pytest.param(b"MZ\x90\x00", WRONG_TYPE, id="a program"),
        pytest.param(b"<html><script>1</script>", WRONG_TYPE, id="a page"),
        pytest.param(b"<svg xmlns='x'/>", WRONG_TYPE, id="a drawing with script"),
        pytest.param(b"PK\x03\x04rest", WRONG_TYPE, id="a broken archive"),
        pytest.param(archive("content.xml"), WRONG_TYPE, id="another archive"),
        pytest.param(word("word/vbaProject.bin"), MACROS, id="Word with macros"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Workbook", WRONG_TYPE, id="older Excel"),
        pytest.param(b"\xff\xd8\xff\xe0 no picture", DAMAGED, id="no picture after all"),
    ],
)
def test_what_is_refused_and_why(content, words):
    with pytest.raises(NotAccepted) as refused:
        read(content)
    assert refused.value.words == words


def test_size_is_told_before_anything_is_read_and_after():
    with pytest.raises(NotAccepted) as refused:
        read(PDF, size=MOST_BYTES + 1)
    assert refused.value.words == TOO_LARGE
    with pytest.raises(NotAccepted):
        read(PDF + b" " * MOST_BYTES, size=1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_kept_upright_and_without_where_it_was_taken(kind):
    sent = taken_somewhere(kind)
    assert PLACE in sent

    kept = read(sent).content

    assert PLACE not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()
    assert Image.open(io.BytesIO(kept)).size == (4, 8)


def test_a_picture_made_to_fill_the_memory_is_refused(monkeypatch):
    monkeypatch.setattr("files.detecting.MOST_PIXELS", 10)

    with pytest.raises(NotAccepted):
        read(picture("PNG"))
