import csv
import zipfile
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import wall
from accounts.roles import Role
from audit.models import Event
from children.models import Child
from files.models import Load, LoadFile, StoredFile
from returns import tasks
from returns.summaries import loads_seen_by
from tests.factories.accounts import person, seated

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n1,F,18/10/2011,WBRI,UN1,0,\n"
BAD = HEADER + "2,F,31/02/2011,WBRI,UN1,0,\n3,M,18/10/2011,=1+1,UN1,,\n"


@pytest.fixture
def dev(council):
    return person(Role.VIRTUAL_SCHOOL_HEAD, authority=council)


@pytest.fixture
def worker(monkeypatch):
    """Runs at once what was sent to the queue, when asked to."""
    sent = []
    for name in ("check", "apply"):
        task = getattr(tasks, name)
        monkeypatch.setattr(task, "delay", lambda task=task, **kwargs: sent.append((task, kwargs)))

    def work():
        while sent:
            task, kwargs = sent.pop(0)
            task(**kwargs)

    return work


def send(client, *, kind="roll", capture, **files):
    uploads = [
        SimpleUploadedFile(name.replace("_csv", ".csv"), content.encode(), "text/csv")
        for name, content in files.items()
    ]
    with capture(execute=True):
        return client.post(reverse("returns:send", args=[kind]), {"files": uploads})


def only_load():
    with wall.opened([850]):
        return Load.objects.get()


def test_a_sound_return_is_checked_then_added(
    client, dev, worker, django_capture_on_commit_callbacks
):
    client.force_login(dev)
    capture = django_capture_on_commit_callbacks

    answer = send(client, capture=capture, header_csv=HEADER)
    assert answer.url == reverse("returns:load", args=[only_load().pk])
    assert "being checked" in client.get(answer.url).content.decode()

    worker()
    page = client.get(answer.url).content.decode()
    assert "ready to add" in page
    with wall.opened([850]):
        assert not Child.objects.exists()

    with capture(execute=True):
        client.post(reverse("returns:add", args=[only_load().pk]))
    worker()
    assert "Roll and return added" in client.get(answer.url).content.decode()
    with wall.opened([850]):
        assert Child.objects.count() == 1
        assert not LoadFile.objects.exists()
        assert not StoredFile.objects.exists()


def test_faults_are_listed_and_may_be_left_out_with_a_reason(
    client, dev, worker, django_capture_on_commit_callbacks
):
    client.force_login(dev)
    capture = django_capture_on_commit_callbacks
    url = send(client, capture=capture, header_csv=BAD).url
    worker()

    page = client.get(url).content.decode()
    assert "February 2011 has 28 days" in page
    assert "Fix these 2 rows" in page

    leave_out = reverse("returns:leave_out", args=[only_load().pk])
    assert client.post(leave_out, {"reason": ""}).status_code == 422
    with capture(execute=True):
        client.post(leave_out, {"reason": "Asked social care, they will resend"})
    worker()

    load = only_load()
    assert load.state == Load.State.APPLIED
    assert [(one["file"], one["line"]) for one in load.left_out] == [
        ("header.csv", 3),
        ("header.csv", 4),
    ]
    assert load.left_out_reason == "Asked social care, they will resend"
    assert load.options["left_out_by"] == str(dev.pk)
    with wall.opened([850]):
        assert Child.objects.count() == 1
        assert Event.objects.filter(kind="load.rows_left_out", actor_id=dev.pk).exists()


def test_a_file_with_a_missing_column_cannot_be_added_in_part(
    client, dev, worker, django_capture_on_commit_callbacks
):
    client.force_login(dev)
    url = send(
        client, capture=django_capture_on_commit_callbacks, header_csv=HEADER.replace("SEX", "S")
    ).url
    worker()

    page = client.get(url).content.decode()

    assert "The column SEX is missing" in page
    assert "leave out" not in page
    leave_out = reverse("returns:leave_out", args=[only_load().pk])
    assert client.post(leave_out, {"reason": "no"}).status_code == 409


def test_the_download_of_faults_runs_nothing_in_a_spreadsheet(
    client, dev, worker, django_capture_on_commit_callbacks
):
    client.force_login(dev)
    send(client, capture=django_capture_on_commit_callbacks, header_csv=BAD)
    worker()

    answer = client.get(reverse("returns:faults", args=[only_load().pk]))
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))

    assert answer["Content-Disposition"].startswith("attachment;")
    assert rows[0][:3] == ["File", "Row", "Column"]
    assert rows[2][3] == "'=1+1"


def test_a_zip_is_unpacked(client, dev, worker, django_capture_on_commit_callbacks):
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("2026/header.csv", HEADER)
        archive.writestr("2026/readme.pdf", b"x")
    client.force_login(dev)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            reverse("returns:send", args=["roll"]),
            {"files": [SimpleUploadedFile("return.zip", packed.getvalue())]},
        )
    worker()

    assert only_load().file_names == ["2026/header.csv"]
    assert only_load().state == Load.State.READY


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("roll.pdf", b"x", "must be CSV files, or a zip of them"),
        ("roll.csv", b"", "The file is empty"),
        ("roll.zip", b"PK\x03\x04broken", "The zip file cannot be opened"),
    ],
)
def test_what_cannot_be_taken_in_is_said_at_once(client, dev, name, content, words):
    client.force_login(dev)

    answer = client.post(
        reverse("returns:send", args=["roll"]), {"files": [SimpleUploadedFile(name, content)]}
    )

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_files_that_are_too_large_together_are_refused(client, dev, settings):
    settings.UPLOAD_LIMIT_BYTES = 2 * 1024 * 1024
    client.force_login(dev)
    half = b"CHILD\n" * 200_000  # 1.2 MB
    files = [SimpleUploadedFile(name, half) for name in ("header.csv", "uasc.csv")]

    answer = client.post(reverse("returns:send", args=["roll"]), {"files": files})

    assert answer.status_code == 422
    assert "The files must be 2 MB or less" in answer.content.decode()


def test_nothing_chosen_is_said(client, dev):
    client.force_login(dev)

    answer = client.post(reverse("returns:send", args=["attendance"]), {})

    assert "Select a file" in answer.content.decode()


def test_marks_with_faults_may_be_added_without_them(
    client, dev, council, worker, django_capture_on_commit_callbacks
):
    with wall.opened([850]):
        Child.objects.create(
            authority=council,
            given_name="Amara",
            family_name="Okell",
            sort_name="okell amara",
            date_of_birth="2012-02-09",
            upn="D999200012346",
        )
    client.force_login(dev)
    marks = (
        "upn,date,session,code,urn\n"
        "D999200012346,2025-09-02,AM,/,116633\n"
        "D999200012346,2025-09-02,PM,?,116633\n"
    )
    capture = django_capture_on_commit_callbacks
    url = send(client, kind="attendance", capture=capture, marks_csv=marks).url
    worker()
    assert "Add 1 entry and leave out 1 row" in client.get(url).content.decode()

    with capture(execute=True):
        client.post(reverse("returns:leave_out", args=[only_load().pk]), {"reason": "School asked"})
    worker()

    assert only_load().counts["days"]["added"] == 1


def test_the_same_file_again_says_when_it_was_added(
    client, dev, worker, django_capture_on_commit_callbacks
):
    client.force_login(dev)
    capture = django_capture_on_commit_callbacks
    send(client, capture=capture, header_csv=HEADER)
    worker()
    with capture(execute=True):
        client.post(reverse("returns:add", args=[only_load().pk]))
    worker()

    url = send(client, capture=capture, header_csv=HEADER).url
    worker()

    page = client.get(url).content.decode()
    assert "You added this file on" in page
    assert "nothing will change" in page


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.VIRTUAL_SCHOOL_HEAD, 200),
        (Role.OFFICER, 200),
        (Role.ADVISER, 403),
        (Role.SOCIAL_WORKER, 403),
        (Role.GOVERNOR, 403),
    ],
)
def test_who_may_send_files(client, council, role, status):
    client.force_login(person(role, authority=council))

    assert client.get(reverse("returns:list")).status_code == status
    assert client.get(reverse("returns:send", args=["roll"])).status_code == status


def test_another_authority_does_not_see_the_load(
    client, dev, neighbour, worker, django_capture_on_commit_callbacks
):
    client.force_login(dev)
    send(client, capture=django_capture_on_commit_callbacks, header_csv=HEADER)
    load = only_load()

    client.force_login(person(Role.VIRTUAL_SCHOOL_HEAD, authority=neighbour))

    for name in ("load", "faults"):
        assert client.get(reverse(f"returns:{name}", args=[load.pk])).status_code == 404
    assert client.post(reverse("returns:add", args=[load.pk])).status_code == 404


def test_a_load_is_seen_in_its_authority_alone_whatever_wall_is_open(
    client, dev, neighbour, worker, django_capture_on_commit_callbacks
):
    client.force_login(dev)
    send(client, capture=django_capture_on_commit_callbacks, header_csv=HEADER)
    elsewhere = seated(person(Role.VIRTUAL_SCHOOL_HEAD, authority=neighbour))

    with wall.opened([850, neighbour.pk]):
        assert loads_seen_by(seated(dev)).count() == 1
        assert loads_seen_by(elsewhere).count() == 0


def test_a_system_administrator_sees_only_the_register(
    client, dev, council, worker, django_capture_on_commit_callbacks
):
    client.force_login(dev)
    send(client, capture=django_capture_on_commit_callbacks, header_csv=HEADER)
    load = only_load()

    client.force_login(person(Role.SYSTEM_ADMINISTRATOR, authority=council))

    assert client.get(reverse("returns:load", args=[load.pk])).status_code == 404
    assert client.get(reverse("returns:send", args=["roll"])).status_code == 403
    assert client.get(reverse("returns:send", args=["schools"])).status_code == 200


@pytest.mark.parametrize("loads", [1, 30])
def test_list_cost(client, dev, council, django_assert_num_queries, loads):
    from django.utils import timezone

    with wall.opened([850]):
        for _ in range(loads):
            Load.objects.create(
                authority=council, kind="roll", received_at=timezone.now(), received_by=dev
            )
    client.force_login(dev)
    client.get(reverse("returns:list"))

    with django_assert_num_queries(COST):
        client.get(reverse("returns:list"))


COST = 11  # session, user, seats, the wall with its savepoint and restoring, count, loads


def test_a_sweep_sends_again_what_a_dead_broker_lost(
    client, dev, worker, monkeypatch, django_capture_on_commit_callbacks
):
    from datetime import timedelta

    client.force_login(dev)
    send(client, capture=django_capture_on_commit_callbacks, header_csv=HEADER)
    worker_lost = only_load()
    with wall.opened([850]):
        Load.objects.update(received_at=worker_lost.received_at - timedelta(minutes=5))

    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep()
    worker()

    assert only_load().state == Load.State.READY
