"""The agreed plan goes where the child's file is: once, with a receipt, and no harm from there."""

import json
import socket
import subprocess
import sys
import time
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import Event
from notifications.models import Notice
from papers import delivering, exchange, sending
from papers.models import Delivery, DeliveryPlace
from papers.sending import Fault, NotSent, Part
from pep import rules
from pep.models import AgreedVersion
from tests.factories.accounts import person
from tests.factories.placements import AddressFactory, PlacementFactory
from tests.factories.schools import SchoolFactory
from tests.papers_made import agreed_plan
from tests.worker.running import wait_until

BUFFERED = 20_000_000  # more than the two ends of a connection hold unread
SECRET = "a long secret of the council's"
PARTS = [
    Part("a.pdf", "paper", "application/pdf", b"%PDF-1.7 \r\n--x\r\n"),
    Part("a.json", "plan", "application/json", b"{}"),
]


@pytest.fixture(scope="module")
def receiver(tmp_path_factory):
    folder = tmp_path_factory.mktemp("receiver")
    command = [sys.executable, str(Path(__file__).parent / "receiver.py"), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip(), folder
        process.kill()


@pytest.fixture
def taken(receiver):
    """What the other side took since the test began."""
    file = receiver[1] / "taken"
    file.write_text("")
    return lambda: [json.loads(line) for line in file.read_text().splitlines()]


@pytest.fixture
def trusted(receiver, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(receiver[1] / "ca.pem"))


def post(receiver, path, **more):
    more = {"private_hosts": frozenset({"localhost"}), "secret": SECRET, "whole_seconds": 5} | more
    return sending.to_endpoint(f"{receiver[0]}{path}", PARTS, key="the-key", **more)


# -- the other side -------------------------------------------------------------------------------


def test_both_files_arrive_with_key_and_secret(receiver, trusted, taken):
    answer = post(receiver, "/ok")

    assert (answer.code, answer.words) == (201, "Filed under 4711")
    (got,) = taken()
    assert (got["key"], got["secret"]) == ("the-key", f"Bearer {SECRET}")
    assert {name: part[:2] for name, part in got["parts"].items()} == {
        "paper": ["a.pdf", "application/pdf"],
        "plan": ["a.json", "application/json"],
    }


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/error", Fault.REFUSED),
        ("/redirect", Fault.REDIRECT),
        ("/slow", Fault.NO_ANSWER),
        ("/slow-body", Fault.NO_ANSWER),
        ("/hang", Fault.NO_ANSWER),
        ("/nonsense", Fault.NO_ANSWER),
    ],
)
def test_a_hostile_answer_is_no_receipt_and_takes_its_time_from_nobody(
    receiver, trusted, taken, path, fault
):
    began = time.monotonic()

    with pytest.raises(NotSent) as refused:
        post(receiver, path, whole_seconds=2)

    assert refused.value.fault is fault
    assert time.monotonic() - began < 10
    assert [one["path"] for one in taken()] == [path]  # no redirect was followed
    assert "\x1b" not in refused.value.answer


def test_of_an_answer_without_end_little_is_read(receiver, trusted):
    poured = receiver[1] / "poured"
    poured.unlink(missing_ok=True)

    answer = post(receiver, "/huge")

    assert len(answer.words) <= sending.ANSWER_KEPT
    wait_until(lambda: poured.exists() and poured.read_text())
    assert int(poured.read_text()) < BUFFERED


def test_a_certificate_nobody_vouches_for_is_not_trusted(receiver, taken):
    with pytest.raises(NotSent) as refused:
        post(receiver, "/ok")

    assert refused.value.fault is Fault.NOT_SAFE
    assert taken() == []


def test_a_machine_inside_the_network_is_reached_only_where_it_is_listed(receiver, trusted, taken):
    with pytest.raises(NotSent) as refused:
        post(receiver, "/ok", private_hosts=frozenset())

    assert refused.value.fault is Fault.PRIVATE
    assert taken() == []


def test_a_certificate_of_another_host_is_not_trusted(receiver, trusted, taken):
    address = receiver[0].replace("localhost", "127.0.0.1")
    with pytest.raises(NotSent) as refused:
        sending.to_endpoint(
            f"{address}/ok", PARTS, key="k", secret=SECRET, whole_seconds=5,
            private_hosts=frozenset({"127.0.0.1"}),
        )  # fmt: skip

    assert (refused.value.fault, taken()) == (Fault.NOT_SAFE, [])


def test_an_address_is_looked_at_again_when_it_is_sent_to(receiver, trusted, taken):
    with pytest.raises(NotSent) as refused:
        post((receiver[0].replace("https://", "https://me:word@"), receiver[1]), "/ok")

    assert (refused.value.fault, taken()) == (Fault.NO_ADDRESS, [])


def test_a_host_with_one_address_inside_the_network_is_not_reached(monkeypatch):
    found = [(0, 0, 0, "", (address, 443)) for address in ("51.140.1.1", "10.0.0.9")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    with pytest.raises(NotSent) as refused:
        sending._looked_up(urlsplit("https://files.council.example/"), frozenset())

    assert refused.value.fault is Fault.PRIVATE


def test_the_connection_is_to_the_address_that_was_looked_up(receiver):
    """Asked again a moment later, the name may mean another machine."""
    port = urlsplit(receiver[0]).port
    pinned = sending._Pinned(urlsplit(f"https://nowhere.invalid:{port}/"), ["127.0.0.1"])

    with pinned._connected() as plain:
        assert plain.getpeername() == ("127.0.0.1", port)


def test_without_a_secret_nothing_is_sent(receiver, trusted, taken):
    with pytest.raises(NotSent) as refused:
        post(receiver, "/ok", secret="")

    assert (refused.value.fault, taken()) == (Fault.NO_SECRET, [])


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("127.0.0.1", False), ("10.0.0.9", False), ("169.254.169.254", False), ("::1", False),
        ("192.168.1.1", False), ("0.0.0.0", False), ("::ffff:127.0.0.1", False),  # noqa: S104
        ("64:ff9b::a00:9", False), ("2002:7f00:1::", False), ("fe80::1%eth0", False),
        ("fd00::1", False), ("224.0.0.1", False), ("100.64.0.1", False),
        ("51.140.1.1", True), ("2a01:111::1", True),
    ],
)  # fmt: skip
def test_which_addresses_are_of_the_internet_at_large(address, is_public):
    assert sending.is_public(address) is is_public


@pytest.mark.parametrize(
    ("url", "is_good"),
    [
        ("https://files.council.example/plans", True),
        ("https://files.council.example:8443/plans", True),
        ("http://files.council.example/plans", False),
        ("https://me:secret@files.council.example/", False),
        ("https://files.council.example/?key=1", False),
        ("https://files.council.example/#x", False),
        ("https://", False),
        ("https://files.council.example:99999/", False),
        ("file:///etc/passwd", False),
        ("not an address", False),
    ],
)
def test_which_addresses_may_be_set(url, is_good):
    assert (sending.address_fault(url) == "") is is_good


# -- a folder -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "folder", ["..", "../other", "a/../../b", "/etc", "a//b", "", "a b", "a/.hidden", "a\\b"]
)
def test_a_folder_stays_below_the_authoritys_own(tmp_path, folder):
    with pytest.raises(NotSent):
        sending.to_folder(tmp_path, "901", folder, PARTS)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("link", ["901/in", "901"])
def test_a_link_does_not_lead_out_of_it(tmp_path, link):
    root, outside = tmp_path / "root", tmp_path / "outside"
    outside.mkdir()
    (root / link).parent.mkdir(parents=True)
    (root / link).symlink_to(outside, target_is_directory=True)

    with pytest.raises(NotSent):
        sending.to_folder(root, "901", "in", PARTS)

    assert list(outside.rglob("*")) == []


def test_files_in_a_folder_are_whole_and_written_once(tmp_path):
    (tmp_path / "901" / "in").mkdir(parents=True)
    (tmp_path / "901" / "in" / ".a.pdf.part").write_text("half, of a worker that died")
    for _ in range(2):
        sending.to_folder(tmp_path, "901", "in", PARTS)

    found = {path.name: path.read_bytes() for path in (tmp_path / "901" / "in").iterdir()}
    assert found == {part.name: part.content for part in PARTS}


def test_a_root_that_is_not_there_is_a_fault(tmp_path):
    with pytest.raises(NotSent) as refused:
        sending.to_folder(tmp_path / "not-there", "901", "in", PARTS)

    assert refused.value.fault is Fault.NO_FOLDER


# -- what is owed ---------------------------------------------------------------------------------


@pytest.fixture
def head(authority, open_wall):
    return person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)


@pytest.fixture
def plan(authority, head):
    return agreed_plan(authority, SchoolFactory(authority=authority), by=head)


@pytest.fixture
def folder(authority, settings, tmp_path, plan):
    settings.DELIVERY_FOLDER = str(tmp_path / "drop")
    (tmp_path / "drop").mkdir()
    DeliveryPlace.objects.create(
        authority=authority, way="folder", folder="casefile/in", is_on=True,
        started_at=timezone.now() - timedelta(days=1),
    )  # fmt: skip
    return tmp_path / "drop" / authority.code / "casefile" / "in"


def work_off(*, at=None):
    at = at or timezone.now()
    delivering.owe(authority_id=901, at=at)
    for pk in delivering.due(at=at):
        delivering.deliver(pk, at=at)


def test_an_agreed_plan_is_handed_over_once_and_its_receipt_shown(client, plan, head, folder):
    for _ in range(3):
        work_off()
    delivery = Delivery.objects.get()
    delivering.deliver(delivery.pk, at=timezone.now())

    version = AgreedVersion.objects.get()
    stem = f"pep-autumn-2026-{plan.pk.hex[:6]}-v1-{version.pk.hex}"
    assert sorted(path.name for path in folder.iterdir()) == [f"{stem}.json", f"{stem}.pdf"]
    assert (delivery.state, delivery.tries) == ("sent", 1)
    assert Event.objects.filter(kind="plan.handed_over").count() == 1
    client.force_login(head)
    page = client.get(reverse("papers:list", args=[plan.pk])).content.decode()
    for shown in ("Handed over", "casefile/in", stem, delivery.pdf_sha256, delivery.json_sha256):
        assert shown in page


def test_where_it_went_is_told_to_those_who_read_the_whole_plan(client, plan, authority, folder):
    work_off()
    client.force_login(person(Role.OFFICER, authority=authority))

    page = client.get(reverse("papers:list", args=[plan.pk]))

    assert page.status_code == 200
    assert "casefile/in" not in page.text


def test_nothing_goes_while_it_is_switched_off_or_before_its_time(plan, folder):
    at = timezone.now()
    assert delivering.owe(authority_id=901, at=at) == 1
    assert delivering.owe(authority_id=901, at=at) == 0
    delivery = Delivery.objects.get()
    delivering.deliver(delivery.pk, at=at - timedelta(seconds=1))
    DeliveryPlace.objects.update(is_on=False)
    delivering.deliver(delivery.pk, at=at)
    Delivery.objects.filter(pk=delivery.pk).delete()

    assert delivering.owe(authority_id=901, at=at) == 0
    assert not folder.exists()


def test_nothing_goes_to_another_councils_place(plan, folder, neighbour):
    at = timezone.now()
    DeliveryPlace.objects.update(authority=neighbour)

    assert delivering.owe(authority_id=neighbour.pk, at=at) == 0
    version = AgreedVersion.objects.get()
    delivery = Delivery.objects.create(
        authority_id=901, child=plan.child, version=version, owed_at=at, next_try_at=at
    )
    delivering.deliver(delivery.pk, at=at)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == ("owed", 0)


def test_without_a_folder_of_the_installation_nothing_is_written(
    plan, folder, settings, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    settings.DELIVERY_FOLDER = ""

    work_off()

    assert Delivery.objects.get().fault == "no_folder"
    assert not folder.exists()
    assert not (tmp_path / plan.authority.code).exists()


@pytest.mark.parametrize(
    "place", [{"way": "folder", "folder": "../other"}, {"way": "https", "url": "http://x.example"}]
)
def test_a_place_is_looked_at_when_it_is_set(place):
    with pytest.raises(ValidationError):
        DeliveryPlace(**place).clean()


def test_the_page_of_a_place_keeps_its_authority_and_tells_no_secret(
    client, plan, folder, settings
):
    settings.DELIVERY_SECRETS = {plan.authority.code: SECRET}
    client.force_login(person(Role.AUTHORITY_ADMINISTRATOR, authority=plan.authority))
    url = reverse("admin:papers_deliveryplace_change", args=[DeliveryPlace.objects.get().pk])

    page = unescape(client.get(url).text)

    assert "is set" in page
    assert SECRET not in page
    assert 'name="authority"' not in page


def test_a_plan_agreed_before_it_was_switched_on_stays_here(plan, folder):
    DeliveryPlace.objects.update(started_at=timezone.now() + timedelta(minutes=1))

    work_off()

    assert not Delivery.objects.exists()


def test_a_fault_is_tried_again_later_and_told_to_the_administrators_without_names(
    plan, folder, authority, neighbour, settings
):
    administrator = person(Role.AUTHORITY_ADMINISTRATOR, authority=authority)
    person(Role.AUTHORITY_ADMINISTRATOR, authority=neighbour)
    settings.DELIVERY_FOLDER = "/nowhere/at/all"
    at = timezone.now()
    work_off(at=at)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.fault) == ("owed", "no_folder")
    work_off(at=at + timedelta(seconds=30))
    delivery.refresh_from_db()
    assert delivery.tries == 1

    for _ in range(delivering.MOST_TRIES):
        delivery.refresh_from_db()
        work_off(at=delivery.next_try_at)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == ("failed", delivering.MOST_TRIES)
    kept = Event.objects.filter(kind="plan.not_handed_over", row=str(delivery.pk))
    assert kept.count() == delivering.MOST_TRIES
    notices = Notice.objects.filter(kind="plans_not_handed_over")
    assert {notice.recipient_id for notice in notices} == {administrator.pk}
    assert notices.count() == 2  # when it did not go at first, and when it was given up
    for notice in notices:
        assert plan.child.family_name not in notice.text
        assert plan.child.given_name not in notice.text
        assert str(plan.pk) not in notice.text + notice.path


def test_what_was_handed_over_to_an_endpoint_is_keyed_by_its_version(
    plan, folder, settings, receiver, trusted, taken
):
    DeliveryPlace.objects.update(way="https", folder="", url=f"{receiver[0]}/ok")
    settings.DELIVERY_SECRETS = {plan.authority.code: SECRET}
    settings.DELIVERY_PRIVATE_HOSTS = frozenset({"localhost"})

    work_off()

    delivery = Delivery.objects.get()
    (got,) = taken()
    assert got["key"] == str(delivery.version_id)
    assert (delivery.code, delivery.answer) == (201, "Filed under 4711")
    assert got["parts"]["paper"][2] == delivery.pdf_sha256
    assert got["parts"]["plan"][2] == delivery.json_sha256


def test_another_authoritys_secret_is_never_sent(plan, folder, settings, receiver, trusted, taken):
    DeliveryPlace.objects.update(way="https", folder="", url=f"{receiver[0]}/ok")
    settings.DELIVERY_SECRETS = {"902": SECRET}
    settings.DELIVERY_PRIVATE_HOSTS = frozenset({"localhost"})

    work_off()

    assert (Delivery.objects.get().fault, taken()) == ("no_secret", [])


@pytest.mark.parametrize(("tries", "minutes"), [(1, 1), (2, 2), (5, 16), (12, 720)])
def test_the_wait_doubles_up_to_half_a_day(tries, minutes):
    assert delivering.wait_after(tries) == timedelta(minutes=minutes)


def test_the_document_says_what_it_withholds(plan):
    version = AgreedVersion.objects.get()
    whole = exchange.for_the_file(version, is_home_confidential=False)

    assert whole["withheld"] == []
    assert rules.content_hash(rules.canonical_json(whole["content"])) == rules.content_hash(
        version.content
    )


def test_a_childs_confidential_home_is_seen_when_the_plan_is_handed_over(authority, head):
    """DP-4: asked on the day it goes, not when it was agreed."""
    plan = agreed_plan(authority, SchoolFactory(authority=authority), by=head, is_whole=True)
    AddressFactory(
        child=plan.child, placement=PlacementFactory(child=plan.child), is_confidential=True
    )
    version = AgreedVersion.objects.get()
    delivery = Delivery(version=version, child=plan.child, authority=plan.authority)
    parts = delivering._parts(delivery, on=timezone.localdate())

    told = json.loads(parts[1].content)["content"]
    assert told["plan"]["school"] == ""
    assert plan.school.name.encode() not in parts[1].content
    assert parts[0].content.startswith(b"%PDF-1.7")
