"""Files as computers and hurried people make them: far years, broken zips, two of one name."""

import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import wall
from accounts.roles import Role
from files.csv_format import ImportRefused
from files.models import Load
from returns.imports import load_roll
from tests.factories.accounts import person
from tests.returns.test_imports import HEADER, TODAY

ENROLMENTS = "CHILD,URN,start,end\n1,135823,01/09/2025,{end}\n"


def packed(*files):
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as box:
        for name, text in files:
            box.writestr(name, text)
    return archive.getvalue()


def damaged():
    """A zip whose list of files is sound and whose first file is not."""
    whole = bytearray(packed(("header.csv", HEADER * 20)))
    start = 30 + len("header.csv")
    whole[start : start + 12] = b"\xff" * 12
    return bytes(whole)


@pytest.fixture
def send(client, council):
    client.force_login(person(Role.VIRTUAL_SCHOOL_HEAD, authority=council))

    def send(*uploads, kind="roll"):
        files = [SimpleUploadedFile(name, content) for name, content in uploads]
        return client.post(reverse("returns:send", args=[kind]), {"files": files})

    return send


def test_a_year_that_stands_for_no_end_is_refused_by_line(hampshire):
    files = {
        "header.csv": HEADER.encode(),
        "enrolments.csv": ENROLMENTS.format(end="31/12/9999").encode(),
    }

    with pytest.raises(ImportRefused) as refused:
        load_roll(files, authority=hampshire, today=TODAY)

    (fault,) = refused.value.faults
    assert (fault.line, fault.column, fault.value) == (2, "end", "31/12/9999")
    assert "9999" in fault.message
    assert "leave" in fault.fix.lower()


@pytest.mark.parametrize(
    ("uploads", "kind", "words"),
    [
        pytest.param(
            [("a.zip", damaged())], "roll", "The zip file cannot be opened", id="a damaged zip"
        ),
        pytest.param(
            [("roll.csv", b"CHILD\n1\n"), ("roll.csv", b"CHILD\n2\n")],
            "roll",
            "Two files have the same name",
            id="two of one name: one would be lost",
        ),
        pytest.param(
            [("marks.zip", packed(("a.csv", "upn"), ("b.csv", "upn")))],
            "attendance",
            "Send one file of marks at a time",
            id="two files of marks in a zip",
        ),
    ],
)
def test_what_cannot_be_taken_in_is_told_and_not_kept(send, uploads, kind, words):
    answer = send(*uploads, kind=kind)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    with wall.opened([850]):
        assert not Load.objects.exists()


def test_what_a_mac_adds_to_a_zip_is_not_read(send):
    send(("a.zip", packed(("header.csv", HEADER), ("__MACOSX/._header.csv", "\x00\x05"))))

    with wall.opened([850]):
        assert Load.objects.get().file_names == ["header.csv"]
