"""A carer's link and PIN, and what has been tried against them."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import check_password, make_password
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import wall
from accounts.models import AccountMail, OpenSession
from accounts.roles import Role
from audit.models import Event
from children.models import Involvement
from families import letters
from families.models import CarerLink, CarerPin
from tests.factories.accounts import PASSWORD, MembershipFactory, UserFactory, person
from tests.factories.children import ChildFactory, InvolvementFactory

ASK, SENT, PIN = "/sign-in/carer/", "/sign-in/carer/sent/", "/sign-in/carer/pin/"
GOOD = "482915"
sent_texts = []


def text_sender(*, to, body):
    sent_texts.append((to, body))


@pytest.fixture
def carer(authority):
    user = UserFactory(email="maureen@home.example", phone="07700 900123")
    with wall.opened([authority.pk]):
        InvolvementFactory(child=ChildFactory(authority=authority), person=user, role=Role.CARER)
    return user


@pytest.fixture
def with_pin(carer):
    CarerPin.objects.create(user=carer, pin=make_password(GOOD), set_at=timezone.now())
    return carer


def send_all():
    for link in CarerLink.objects.filter(done_at=None):
        letters.deliver(link.pk, at=timezone.now())


def link_for(client, user):
    """Ask for a link as this browser, and read it out of the mail."""
    mail.outbox.clear()
    client.post(ASK, {"email": user.email})
    send_all()
    return re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)[1]


def open_link(client, user):
    return client.get(link_for(client, user))


def is_in(client):
    return client.get("/account/").status_code == 200


def kinds(row):
    return list(
        Event.objects.filter(row=str(row)).exclude(kind__startswith="row.")
        .order_by("id").values_list("kind", flat=True)
    )  # fmt: skip


def test_the_first_time_a_carer_chooses_a_pin_and_is_in(client, carer):
    page = client.get(open_link(client, carer).url)
    answer = client.post(PIN, {"pin": GOOD, "again": GOOD})

    assert b"Choose a PIN" in page.content
    assert answer.url == "/"
    assert is_in(client)
    stored = CarerPin.objects.get(user=carer).pin
    assert GOOD not in stored
    assert check_password(GOOD, stored)
    assert kinds(carer.pk) == ["link_asked", "pin_chosen", "link_used", "signed_in"]
    assert client.get("/").url.startswith("/my-children/")


def test_after_that_the_link_asks_for_the_pin(client, with_pin):
    page = client.get(open_link(client, with_pin).url)

    assert b"Enter your PIN" in page.content
    assert not is_in(client)
    assert client.post(PIN, {"pin": "482 915"}).url == "/"
    assert is_in(client)


@pytest.mark.parametrize(
    ("pin", "again", "words"),
    [
        pytest.param("", "", "Enter a PIN", id="nothing"),
        pytest.param("12345", "12345", "must be 6 digits", id="too short"),
        pytest.param("48291a", "48291a", "must be 6 digits", id="a letter"),
        pytest.param("٤٨٢٩١٥", "٤٨٢٩١٥", "must be 6 digits", id="digits no phone has"),
        pytest.param("111111", "111111", "easy to guess", id="one digit"),
        pytest.param("123456", "123456", "easy to guess", id="a run"),
        pytest.param(GOOD, "482916", "must be the same", id="not the same"),
    ],
)
def test_a_first_pin_that_is_refused_says_why(client, carer, pin, again, words):
    open_link(client, carer)

    answer = client.post(PIN, {"pin": pin, "again": again})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not CarerPin.objects.exists()


def test_the_link_works_once(client, with_pin):
    address = link_for(client, with_pin)
    client.get(address)
    client.post(PIN, {"pin": GOOD})
    other = Client()

    assert other.get(other.get(address).url).status_code == 410
    assert other.post(PIN, {"pin": GOOD}).status_code == 410
    assert not is_in(other)


def test_following_the_link_uses_nothing_up(client, with_pin):
    address = link_for(client, with_pin)
    scanner = Client()
    scanner.get(scanner.get(address).url)

    client.get(address)

    assert client.post(PIN, {"pin": GOOD}).status_code == 302


def test_the_link_is_over_after_half_an_hour(client, with_pin):
    open_link(client, with_pin)
    CarerLink.objects.update(until_at=timezone.now())

    assert client.get(PIN).status_code == 410
    assert client.post(PIN, {"pin": GOOD}).status_code == 410
    assert not is_in(client)


def test_a_link_lasts_thirty_minutes_from_when_it_was_sent(client, carer):
    link_for(client, carer)
    link = CarerLink.objects.get()

    assert link.until_at - link.done_at == timedelta(minutes=30)


def test_only_a_hash_of_the_link_is_kept(client, carer):
    token = link_for(client, carer).rstrip("/").rsplit("/", 1)[1]

    assert CarerLink.objects.get().token_hash == letters.token_hash(token)
    assert not Event.objects.filter(after__icontains=token[:12]).exists()
    assert "(not kept)" in str(
        Event.objects.filter(table="families_carerlink").values_list("after", flat=True)
    )


def test_five_wrong_pins_end_the_link(client, with_pin):
    open_link(client, with_pin)
    answers = [client.post(PIN, {"pin": "999998"}).status_code for _ in range(5)]

    assert answers == [422] * 5
    assert client.post(PIN, {"pin": GOOD}).status_code == 410
    assert not is_in(client)


def test_after_five_wrong_pins_a_new_link_does_not_help_a_stranger(client, with_pin):
    open_link(client, with_pin)
    for _ in range(5):
        client.post(PIN, {"pin": "999998"})
    stranger = Client()
    open_link(stranger, with_pin)

    assert stranger.post(PIN, {"pin": GOOD}).status_code == 429
    assert not is_in(stranger)
    assert "pin_locked" in kinds(with_pin.pk)


def test_a_stranger_cannot_lock_the_carer_out_of_their_own_phone(client, with_pin):
    open_link(client, with_pin)
    client.post(PIN, {"pin": GOOD})
    client.post("/sign-out/")
    stranger = Client()
    open_link(stranger, with_pin)
    for _ in range(5):
        stranger.post(PIN, {"pin": "999998"})

    open_link(client, with_pin)

    assert client.post(PIN, {"pin": GOOD}).status_code == 302


def test_known_unknown_and_not_a_carer_get_the_same_answer(client, carer, authority):
    staff = person(Role.SOCIAL_WORKER, authority=authority, email="staff@council.example")
    answers = []
    for email in (carer.email, "nobody@home.example", staff.email):
        browser = Client()
        answer = browser.post(ASK, {"email": email})
        answers.append((answer.status_code, answer.url, browser.get(answer.url).content))
    send_all()

    assert len({(status, url) for status, url, _ in answers}) == 1
    assert [message.to for message in mail.outbox] == [[carer.email]]


def test_a_carer_who_also_works_here_gets_no_link(client, carer, authority):
    MembershipFactory(user=carer, role=Role.SOCIAL_WORKER, authority=authority)
    client.post(ASK, {"email": carer.email})
    send_all()

    assert mail.outbox == []


def test_a_link_that_was_sent_dies_with_the_care(client, with_pin):
    open_link(client, with_pin)
    with wall.opened([901]):
        Involvement.objects.update(ended_on=timezone.localdate())

    assert client.post(PIN, {"pin": GOOD}).status_code == 410


def test_a_link_that_was_sent_dies_with_a_job_here(client, with_pin, authority):
    open_link(client, with_pin)
    MembershipFactory(user=with_pin, role=Role.ADVISER, authority=authority)

    assert client.post(PIN, {"pin": GOOD}).status_code == 410
    assert not is_in(client)


def test_more_than_three_links_in_a_while_are_not_sent_and_nothing_says_so(client, carer):
    answers = {client.post(ASK, {"email": carer.email}).url for _ in range(6)}
    send_all()

    assert answers == {SENT}
    assert len(mail.outbox) == 3


def test_very_many_from_one_address_wait(client, db):
    answers = [
        client.post(ASK, {"email": f"nobody{n}@home.example"}).status_code for n in range(31)
    ]

    assert answers[-2:] == [302, 429]


def test_the_session_gets_a_new_key(client, with_pin):
    open_link(client, with_pin)
    planted = client.session.session_key
    client.post(PIN, {"pin": GOOD})

    assert client.session.session_key != planted
    client.cookies[django_settings.SESSION_COOKIE_NAME] = planted
    assert not is_in(client)


def test_another_browser_is_asked_for_the_pin_and_it_is_recorded(client, with_pin):
    address = link_for(client, with_pin)
    other = Client()
    page = other.get(other.get(address).url)
    other.post(PIN, {"pin": GOOD})

    assert b"Enter your PIN" in page.content
    assert Event.objects.get(kind="link_used").after == {"way": "email", "same_browser": False}


def test_the_same_browser_is_recorded_as_such(client, with_pin):
    client.get(ASK)
    open_link(client, with_pin)
    client.post(PIN, {"pin": GOOD})

    assert Event.objects.get(kind="link_used").after["same_browser"] is True


def test_without_a_link_there_is_no_pin_page(client, db):
    assert client.get(PIN).status_code == 410
    assert client.post(PIN, {"pin": GOOD}).status_code == 410
    assert client.get(client.get("/sign-in/carer/made-up/").url).status_code == 410


def test_a_mail_that_cannot_go_is_tried_again(client, carer, monkeypatch):
    monkeypatch.setattr(letters, "_mail", lambda *_: (_ for _ in ()).throw(OSError))
    client.post(ASK, {"email": carer.email})
    send_all()
    assert CarerLink.objects.get().token_hash is None
    monkeypatch.undo()
    send_all()

    link = CarerLink.objects.get()
    assert (link.tries, len(mail.outbox)) == (2, 1)


def test_text_is_offered_only_where_it_can_be_sent(client, carer, settings):
    assert b"ext message" not in client.get(ASK).content
    settings.VS_TEXT_SENDER = f"{__name__}.text_sender"
    assert b"Text message" in client.get(ASK).content


@pytest.mark.parametrize("number", ["07700 900123", "+44 7700 900123", "07700900123"])
def test_a_link_by_text(client, with_pin, settings, monkeypatch, number):
    settings.VS_TEXT_SENDER = "a.provider"
    sent_texts.clear()
    monkeypatch.setattr(letters.texts, "import_string", lambda _: text_sender)
    client.post(ASK, {"by": "text", "to": number})
    send_all()
    ((to, body),) = sent_texts
    client.get(re.search(r"https?://[^/]+(/\S+)", body)[1])

    assert to == "07700 900123"
    assert client.post(PIN, {"pin": GOOD}).status_code == 302
    assert mail.outbox == []


def test_a_number_two_people_share_gets_no_text(client, with_pin, settings):
    settings.VS_TEXT_SENDER = "a.provider"
    UserFactory(phone="+44 7700 900123")
    client.post(ASK, {"by": "text", "to": "07700900123"})

    assert CarerLink.objects.get().user is None


def test_a_carer_with_a_password_may_go_on_using_it(client, carer):
    from tests.factories.accounts import ready_to_sign_in

    ready_to_sign_in(carer, app=False)
    client.post("/sign-in/", {"email": carer.email, "password": PASSWORD})

    assert is_in(client)


def test_the_team_forgets_a_pin_and_the_carer_chooses_anew(client, with_pin, authority):
    head = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    with wall.opened([authority.pk]):
        child = Involvement.objects.get(person=with_pin).child
    address = link_for(client, with_pin)
    client.get(address)
    client.post(PIN, {"pin": GOOD})
    desk = Client()
    desk.force_login(head)
    page = f"/children/{child.pk}/carers/{with_pin.pk}/pin/"

    assert desk.get(page).status_code == 200
    assert desk.post(page).url == f"/children/{child.pk}/people/"
    assert not is_in(client)
    assert not OpenSession.objects.filter(user=with_pin).exists()
    assert AccountMail.objects.filter(user=with_pin, kind="changed").exists()
    with wall.opened([authority.pk]):
        assert Event.objects.get(kind="pin_reset").actor_id == head.pk
    assert b"Choose a PIN" in client.get(open_link(client, with_pin).url).content


def test_a_pin_is_forgotten_only_for_a_carer_of_that_child(client, with_pin, authority):
    head = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    with wall.opened([authority.pk]):
        other = ChildFactory(authority=authority)
        InvolvementFactory(child=other, person=with_pin, role=Role.SOCIAL_WORKER)
    client.force_login(head)

    answer = client.post(f"/children/{other.pk}/carers/{with_pin.pk}/pin/")

    assert answer.status_code == 404
    assert CarerPin.objects.exists()
