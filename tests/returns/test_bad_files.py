"""Files as councils send them, through the page: every fault by its line, and nothing by halves."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import wall
from accounts.roles import Role
from children.models import Child
from files.models import Load
from returns import tasks
from tests.factories.accounts import person

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\r\n"
SOUND = HEADER + "1,F,18/10/2011,WBRI,UN1,0,\r\n"
PLAIN = (
    "CHILD,UPN,given_name,family_name,known_as,date_of_birth,sex,ethnicity,care_start,legal_status"
    "\r\n"
)
ZOFIA = PLAIN + "1,,Zofia,Łaska,,18/10/2011,F,WOTH,03/03/2024,C2\r\n"
BRIAIN = PLAIN + "1,,Róisín,Ó Briain,,18/10/2011,F,WIRI,03/03/2024,C2\r\n"
IN_TWO_LINES = PLAIN + '1,,Amara,Okell,"Ama\nra",18/10/2011,F,WBRI,03/03/2024,C2\r\n'


@pytest.fixture
def page(client, council):
    """Send a file as the officer would, have it checked, and answer its page."""
    client.force_login(person(Role.OFFICER, authority=council))

    def send(content, *, name):
        upload = SimpleUploadedFile(name, content, "text/csv")
        answer = client.post(reverse("returns:send", args=["roll"]), {"files": [upload]})
        assert answer.status_code == 302
        load = only_load()
        tasks.check(authority_id=850, load_id=str(load.pk))
        return client.get(answer.url).content.decode()

    return send


def only_load():
    with wall.opened([850]):
        return Load.objects.get()


def children():
    with wall.opened([850]):
        return list(Child.objects.order_by("pk").values_list("family_name", flat=True))


def add():
    with wall.opened([850]):
        Load.objects.update(state=Load.State.APPLYING)
    tasks.apply(authority_id=850, load_id=str(only_load().pk))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(SOUND.replace("SEX,", ""), "The column SEX is missing", id="a column"),
        pytest.param(SOUND.replace("18/10", "31/02"), "February 2011 has 28 days", id="a date"),
        pytest.param(SOUND.replace("WBRI", "QQQQ"), "QQQQ", id="a code"),
        pytest.param(SOUND + SOUND.splitlines()[1], "Keep one of the two rows", id="a row twice"),
    ],
)
def test_faults_are_said_and_nothing_is_added(page, content, said):
    shown = page(content.encode(), name="header.csv")

    assert said in shown
    assert only_load().state == Load.State.REFUSED
    assert all(fault["message"] and fault["fix"] for fault in only_load().faults)
    assert children() == []


@pytest.mark.parametrize(
    ("content", "encoding", "name"),
    [
        pytest.param(ZOFIA, "utf-8", "Łaska", id="UTF-8"),
        pytest.param(ZOFIA, "utf-8-sig", "Łaska", id="with a byte order mark"),
        pytest.param(ZOFIA, "utf-16", "Łaska", id="UTF-16"),
        pytest.param(BRIAIN, "cp1252", "Ó Briain", id="cp1252"),
        pytest.param(IN_TWO_LINES, "utf-8", "Okell", id="a cell of two lines"),
    ],
)
def test_files_of_every_spreadsheet_are_read(page, content, encoding, name):
    shown = page(content.encode(encoding), name="children.csv")

    assert only_load().state == Load.State.READY, only_load().faults
    assert "ready to add" in shown
    assert children() == []
    add()
    assert children() == [name]


def test_one_wrong_row_keeps_all_others_out_until_somebody_decides(page):
    wrong = "2,F,31/02/2011,WBRI,UN1,0,\r\n"

    page((SOUND + wrong).encode(), name="header.csv")

    assert only_load().state == Load.State.REFUSED
    assert [fault["line"] for fault in only_load().faults] == [3]
    assert children() == []


def test_a_file_of_another_kind_is_said_to_be_unknown(page):
    shown = page(b"name,colour\r\nApple,green\r\n", name="fruit.csv")

    assert only_load().state == Load.State.REFUSED
    assert "fruit.csv" in shown
    assert only_load().faults[0]["fix"]
