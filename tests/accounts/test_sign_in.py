"""The way in and what has been tried against it."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions, second_steps
from accounts.letters import deliver
from accounts.models import AccountMail, KnownDevice, OpenSession, Tries, User
from accounts.roles import Role
from audit.models import Event
from schools.models import Policy
from tests.factories.accounts import PASSWORD, code_now, person, ready_to_sign_in
from ui.templatetags.ui import human_time

SIGN_IN, CODE, SET_UP, ACCOUNT = "/sign-in/", "/sign-in/code/", "/account/two-step/", "/account/"
DEVICE = django_settings.DEVICE_COOKIE_NAME


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password was hashed."""

    count = 0

    def encode(self, password, salt):
        type(self).count += 1
        return super().encode(password, salt)


@pytest.fixture
def head(authority):
    user = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority, email="head@council.example")
    return ready_to_sign_in(user)


@pytest.fixture
def administrator(authority):
    return person(Role.AUTHORITY_ADMINISTRATOR, authority=authority)


def password(client, user, typed=PASSWORD, **more):
    email = user if isinstance(user, str) else user.email
    return client.post(SIGN_IN, {"email": email, "password": typed}, **more)


def whole_way(client, user):
    """Sign in, as if the half minute of the last code was long over."""
    app = Authenticator.objects.get(user=user, type="totp")
    app.data[second_steps.LAST_STEP] = 0
    app.save()
    password(client, user)
    answer = client.post(CODE, {"code": code_now(user)})
    assert answer.status_code == 302, answer.content.decode()
    return client


def is_in(client):
    return client.get(ACCOUNT).status_code == 200


def kinds(*names):
    return Event.objects.filter(kind__in=names).count()


# Two steps ---------------------------------------------------------------------------------------


def test_a_password_alone_opens_nothing(client, head):
    answer = password(client, head)

    assert answer.url == CODE
    for address in (ACCOUNT, "/", SET_UP, "/admin/", "/account/two-step/codes/"):
        assert client.get(address).url.startswith((SIGN_IN, "/admin/login/"))


def test_password_and_code_lead_to_the_page_asked_for_and_are_recorded(client, head):
    client.post(
        f"{SIGN_IN}?next=/account/", {"email": "Head@Council.example", "password": PASSWORD}
    )

    answer = client.post(CODE, {"code": code_now(head)})

    assert answer.url == ACCOUNT
    event = Event.objects.get(kind="signed_in")
    assert (event.actor_id, event.after) == (head.pk, {"second_step": "totp"})
    assert is_in(client)


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
    ],
)
def test_signing_in_never_leads_to_another_host(client, head, target):
    client.post(f"{SIGN_IN}?next={target}", {"email": head.email, "password": PASSWORD})

    assert client.post(CODE, {"code": code_now(head)}).url == "/"


def test_a_code_counts_once(client, head):
    code = code_now(head)
    password(client, head)
    client.post(CODE, {"code": code})
    other = Client()
    password(other, head)

    answer = other.post(CODE, {"code": code})

    assert answer.status_code == 422
    assert not is_in(other)
    assert "if you have just used it, wait for the next one" in answer.content.decode()


def test_a_code_may_be_pasted_with_its_space(client, head):
    password(client, head)
    code = code_now(head)

    assert client.post(CODE, {"code": f" {code[:3]} {code[3:]} "}).status_code == 302


def test_a_backup_code_works_once_and_is_recorded(client, head):
    codes = Authenticator.objects.get(user=head, type="recovery_codes").wrap().get_unused_codes()
    password(client, head)
    first = client.post("/sign-in/recovery/", {"code": second_steps.in_groups(codes[0])})
    other = Client()
    password(other, head)

    again = other.post("/sign-in/recovery/", {"code": codes[0]})

    assert first.status_code == 302
    assert again.status_code == 422
    assert kinds("backup_code_used") == 1


def test_the_secrets_are_not_in_the_database_in_plain(head):
    app = Authenticator.objects.get(user=head, type="totp")

    assert second_steps.secret_of(app) not in str(app.data)
    assert not Event.objects.filter(table="mfa_authenticator", after__data__secret__isnull=False)


def test_a_second_step_waits_a_quarter_of_an_hour_at_most(client, head):
    password(client, head)
    session = client.session
    session["account_login"] = {**session["account_login"], "initiated_at": 1}
    session.save()

    assert client.post(CODE, {"code": code_now(head)}).url == SIGN_IN


def test_a_person_closed_between_the_steps_does_not_get_in(client, head):
    password(client, head)
    User.objects.update(is_active=False)

    assert client.post(CODE, {"code": code_now(head)}).url == SIGN_IN


# Setting it up -----------------------------------------------------------------------------------


@pytest.fixture
def newcomer(authority):
    user = person(Role.ADVISER, authority=authority, email="new@council.example")
    return ready_to_sign_in(user, app=False)


@pytest.mark.parametrize(
    "name",
    [
        "dashboard:home", "dashboard:children", "pep:list", "accounts:account", "accounts:switch",
        "accounts:devices", "accounts:codes", "accounts:change_password", "notifications:list",
    ],
)  # fmt: skip
def test_nothing_else_opens_before_a_second_step_is_set_up(client, newcomer, name):
    assert password(client, newcomer).status_code == 302

    assert client.get(reverse(name)).url == SET_UP


def test_a_partial_request_before_it_gets_401(client, newcomer):
    password(client, newcomer)

    assert client.get(ACCOUNT, headers={"hx-request": "true"}).status_code == 401


def test_the_admin_does_not_open_before_it_either(client, authority):
    user = person(Role.SYSTEM_ADMINISTRATOR, authority=authority, email="sys@council.example")
    password(client, ready_to_sign_in(user, app=False))

    assert client.get("/admin/").url == SET_UP
    assert client.get("/admin/accounts/user/").url == SET_UP


def test_an_app_is_set_up_proven_and_followed_by_codes_shown_once(client, newcomer):
    password(client, newcomer)
    page = client.get("/account/two-step/app/").content.decode()
    secret = client.session["app_secret"]
    wrong = client.post("/account/two-step/app/", {"code": "000000"})
    now = second_steps.step_at(timezone.now())

    right = client.post("/account/two-step/app/", {"code": second_steps.code_at(secret, now)})
    shown = client.get(right.url).content.decode()

    assert "<svg" in page
    assert "style=" not in page
    assert wrong.status_code == 422
    assert len(re.findall(r"<code>[\d ]+</code>", shown)) == 10
    assert client.get("/account/two-step/codes/").url == SET_UP
    assert is_in(client)
    assert kinds("second_step_added", "backup_codes_made") == 2


def test_a_carer_needs_none(client, db):
    user = ready_to_sign_in(person(Role.CARER, email="carer@home.example"), app=False)

    password(client, user)

    assert client.get(ACCOUNT).status_code == 403  # no child yet: no seat; but not sent to set up


def test_removing_the_last_one_closes_the_site_again(client, head):
    whole_way(client, head)
    app = Authenticator.objects.get(user=head, type="totp")

    client.post("/account/two-step/remove/", {"factor": app.pk})

    assert not Authenticator.objects.filter(user=head).exists()
    assert client.get(ACCOUNT).url == SET_UP


def test_another_persons_factor_is_not_removed(client, head, newcomer):
    other = ready_to_sign_in(newcomer)
    whole_way(client, head)

    client.post(
        "/account/two-step/remove/",
        {"factor": Authenticator.objects.get(user=other, type="totp").pk},
    )

    assert second_steps.is_set_up(other)


def test_after_a_while_the_password_is_asked_before_factors_change(client, head):
    whole_way(client, head)
    session = client.session
    session["began_at"] = (timezone.now() - timedelta(minutes=11)).isoformat()
    session.save()
    app = "/account/two-step/app/"

    sent = client.get(app)
    wrong = client.post(sent.url, {"current": "not-the-right-one"})
    right = client.post(sent.url, {"current": PASSWORD})

    assert sent.url == f"/account/confirm/?next={app}"
    assert wrong.status_code == 422
    assert right.url == app
    assert client.get(app).status_code == 200


def test_confirming_leads_to_no_other_host(client, head):
    whole_way(client, head)

    answer = client.post("/account/confirm/?next=https://elsewhere.example/", {"current": PASSWORD})

    assert answer.url == SET_UP


# An administrator takes it off -------------------------------------------------------------------


def test_an_administrator_resets_anothers_and_ends_their_sessions(client, head, administrator):
    whole_way(client, head)

    actions.reset_second_factor(
        person=head, by=administrator, reason="Lost phone", at=timezone.now()
    )

    assert not is_in(client)
    assert not second_steps.is_set_up(head)
    assert Event.objects.get(kind="second_step_reset").reason == "Lost phone"


def test_nobody_resets_their_own_and_only_administrators_do(head, administrator):
    with pytest.raises(PermissionDenied):
        actions.reset_second_factor(
            person=administrator, by=administrator, reason="", at=timezone.now()
        )
    with pytest.raises(PermissionDenied):
        actions.reset_second_factor(person=administrator, by=head, reason="", at=timezone.now())


# Known and unknown -------------------------------------------------------------------------------


def words(answer):
    """A page without what is another each time: the token of its form, the time."""
    page = answer.content.decode().replace("nobody@", "head@")
    return re.sub(r'value="[^"]{40,}"|<time.*</time>', "", page)


def test_known_and_unknown_addresses_get_the_same_answer_to_the_last(head):
    answers = {}
    for email in ("head@council.example", "nobody@council.example"):
        client = Client()
        answers[email] = [password(client, email, "not-the-right-one") for _ in range(11)]

    known, unknown = answers.values()
    assert [a.status_code for a in known] == [a.status_code for a in unknown] == [422] * 10 + [429]
    assert [words(a) for a in known] == [words(a) for a in unknown]


@pytest.mark.parametrize("email", ["head@council.example", "nobody@council.example"])
def test_a_password_is_hashed_for_both(client, head, email, settings):
    settings.PASSWORD_HASHERS = ["tests.accounts.test_sign_in.CountingHasher"]
    CountingHasher.count = 0
    head.set_password(PASSWORD)
    head.save()
    CountingHasher.count = 0

    password(client, email, "not-the-right-one")

    assert CountingHasher.count == 1


@pytest.mark.parametrize("email", ["head@council.example", "nobody@council.example"])
def test_asking_for_a_new_password_looks_the_same_and_costs_the_same(
    client, head, email, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as sent:
        answer = client.post("/sign-in/help/", {"email": email})

    assert answer.url == "/sign-in/help/sent/"
    assert len(sent) == 1
    assert AccountMail.objects.get().kind == "reset"


# Guessing ----------------------------------------------------------------------------------------


def test_two_hundred_guesses_are_ten(client, head):
    answers = [password(client, head, f"guess number {n}").status_code for n in range(200)]

    assert answers == [422] * 10 + [429] * 190
    assert password(Client(), head).status_code == 429  # the right one, from anywhere unknown
    assert kinds("sign_in_refused") == 10


def test_being_locked_says_until_when_and_ends(client, head):
    for _ in range(11):
        answer = password(client, head, "not-the-right-one")
    until = Tries.objects.get(kind="password").locked_until
    page = answer.content.decode()

    assert human_time(until) in page
    assert "who to call" in page
    Tries.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert password(client, head).url == CODE


def test_guesses_from_elsewhere_do_not_lock_a_known_device(client, head):
    whole_way(client, head)
    client.post("/sign-out/")
    stranger = Client()
    for _ in range(30):
        password(stranger, head, "not-the-right-one")

    assert password(stranger, head).status_code == 429
    whole_way(client, head)
    assert is_in(client)


def test_a_known_device_has_an_end_of_tries_too(client, head):
    whole_way(client, head)
    client.post("/sign-out/")

    answers = [password(client, head, "not-the-right-one").status_code for _ in range(11)]

    assert answers == [422] * 10 + [429]


@pytest.mark.parametrize("cookie", ["forged", "", "x:y:z"])
def test_a_device_cookie_cannot_be_made_up(head, cookie):
    client = Client()
    client.cookies[DEVICE] = cookie
    for _ in range(11):
        answer = password(client, head, "not-the-right-one")

    assert answer.status_code == 429
    assert set(Tries.objects.values_list("kind", flat=True)) == {"password", "address"}


def test_a_device_known_to_one_person_is_not_to_another(client, head, newcomer):
    whole_way(client, head)
    client.post("/sign-out/")
    for _ in range(10):
        password(Client(), newcomer, "not-the-right-one")

    assert password(client, newcomer).status_code == 429


def test_one_password_tried_on_many_accounts_is_stopped(client, db):
    answers = [
        password(client, f"person{n}@council.example", "Summer holidays 1").status_code
        for n in range(101)
    ]

    assert answers[:100] == [422] * 100
    assert password(client, "other@council.example").status_code in {422, 429}
    assert password(client, "another@council.example").status_code == 429


def test_codes_cannot_be_guessed(client, head):
    password(client, head)

    answers = [client.post(CODE, {"code": "000000"}).status_code for _ in range(30)]

    assert answers == [422] * 10 + [429] * 20
    assert client.post(CODE, {"code": code_now(head)}).status_code == 429
    again = Client()
    password(again, head)
    assert again.post("/sign-in/recovery/", {"code": "12345678"}).status_code == 429


def test_resets_are_sent_three_times_an_hour_and_nobody_is_told(client, head):
    answers = {client.post("/sign-in/help/", {"email": head.email}).url for _ in range(8)}

    assert answers == {"/sign-in/help/sent/"}
    assert AccountMail.objects.count() == 3


def test_counters_name_nobody(client, head):
    password(client, head, "not-the-right-one")

    assert not [row for row in Tries.objects.values_list("key", flat=True) if "head" in row]


# Sessions and devices ----------------------------------------------------------------------------


def test_a_session_planted_before_sign_in_is_not_the_one_after(client, head):
    client.get(SIGN_IN)
    client.session.save()
    planted = client.session.session_key
    password(client, head)
    between = client.session.session_key

    client.post(CODE, {"code": code_now(head)})

    assert len({planted, between, client.session.session_key}) == 3
    thief = Client()
    thief.cookies[django_settings.SESSION_COOKIE_NAME] = planted
    assert not is_in(thief)


@pytest.fixture
def two_devices(head):
    return whole_way(Client(headers={"user-agent": "Mozilla Windows NT Edg/1"}), head), whole_way(
        Client(headers={"user-agent": "Mozilla iPhone Safari/1"}), head
    )


def test_the_devices_are_listed_in_words(two_devices):
    page = two_devices[0].get("/account/devices/").content.decode()

    assert "Edge, Windows (this one)" in page
    assert "Safari, iPhone" in page


def test_one_other_session_is_ended_or_all(head, two_devices):
    desk, phone = two_devices
    other = OpenSession.objects.exclude(session_key=desk.session.session_key).get()

    desk.post("/account/devices/end/", {"session": other.pk})

    assert is_in(desk)
    assert not is_in(phone)
    phone = whole_way(Client(), head)
    phone.post("/account/devices/end/")
    assert not is_in(desk)
    assert is_in(phone)


def test_nobody_ends_anothers_session(head, newcomer, two_devices):
    stranger = whole_way(Client(), ready_to_sign_in(newcomer))

    for session in OpenSession.objects.filter(user=head):
        stranger.post("/account/devices/end/", {"session": session.pk})
    stranger.post("/account/devices/end/")

    assert all(is_in(device) for device in two_devices)


@pytest.mark.parametrize(
    ("how", "status"),
    [
        pytest.param(
            lambda u: u.memberships.update(ended_on=timezone.localdate()), 403, id="seat ended"
        ),
        pytest.param(
            lambda u: User.objects.filter(pk=u.pk).update(is_active=False), 302, id="closed"
        ),
        pytest.param(lambda u: actions.end_sessions(user=u, at=timezone.now()), 302, id="ended"),
        pytest.param(
            lambda u: actions.reset_password(user=u, password="kettle orange", at=timezone.now()),
            302,
            id="new password",
        ),
    ],
)
def test_what_is_taken_away_is_gone_on_the_next_click(client, head, how, status):
    whole_way(client, head)
    assert is_in(client)

    how(head)

    assert client.get(ACCOUNT).status_code == status


def test_changing_ones_password_keeps_this_session_and_ends_the_others(head, two_devices):
    desk, phone = two_devices
    new = {"current": PASSWORD, "password": "kettle orange bicycle"}

    wrong = desk.post("/account/password/", {**new, "current": "not-the-right-one"})
    weak = desk.post("/account/password/", {**new, "password": "Virtual School 1"})
    desk.post("/account/password/", new)

    assert (wrong.status_code, weak.status_code) == (422, 422)
    assert is_in(desk)
    assert not is_in(phone)
    assert kinds("password_changed") == 1


# A device trusted in place of the second step ----------------------------------------------------


def trusting(client, user):
    password(client, user)
    client.post(CODE, {"code": code_now(user), "trust": "on"})
    client.post("/sign-out/")
    return password(client, user).url


def test_trust_is_off_unless_policy_has_it(client, head):
    assert trusting(client, head) == CODE


def test_a_trusted_device_is_asked_for_the_password_alone_until_the_time_is_over(
    client, head, authority
):
    Policy.objects.create(authority=authority, started_on="2020-01-01", trusted_device_days=30)

    assert trusting(client, head) == "/"
    client.post("/sign-out/")
    assert password(Client(), head).url == CODE
    KnownDevice.objects.update(trusted_until=timezone.now())
    assert password(client, head).url == CODE


def test_an_administrators_reset_ends_trust(client, head, administrator, authority):
    Policy.objects.create(authority=authority, started_on="2020-01-01", trusted_device_days=30)
    trusting(client, head)
    actions.reset_second_factor(person=head, by=administrator, reason="", at=timezone.now())

    assert not KnownDevice.objects.filter(trusted_until__isnull=False).exists()


# Links -------------------------------------------------------------------------------------------


def send(**which):
    deliver(AccountMail.objects.filter(**which).latest("asked_at").pk, at=timezone.now())
    return mail.outbox[-1]


def test_a_new_password_by_a_link_that_works_once(client, head):
    client.post("/sign-in/help/", {"email": head.email})
    letter = send(kind="reset")
    link = re.search(r"http://[^/]+(/sign-in/reset/\S+)", letter.body)[1]
    assert not re.search("Robin|Person|head", letter.subject + letter.body)

    page = client.get(link)
    weak = client.post(page.url, {"password": "short"})
    done = client.post(page.url, {"password": "kettle orange bicycle"})

    assert weak.status_code == 422
    assert done.url == SIGN_IN
    assert client.get(client.get(link).url).status_code == 410
    assert password(client, head, "kettle orange bicycle").url == CODE


def test_a_link_is_over_after_an_hour(client, head, settings):
    client.post("/sign-in/help/", {"email": head.email})
    link = re.search(r"http://[^/]+(/sign-in/reset/\S+)", send(kind="reset").body)[1]
    settings.PASSWORD_RESET_TIMEOUT = -1

    assert client.get(client.get(link).url).status_code == 410


def test_an_address_nobody_has_gets_no_mail(client, db):
    client.post("/sign-in/help/", {"email": "nobody@council.example"})

    assert not deliver(AccountMail.objects.get().pk, at=timezone.now())
    assert mail.outbox == []
    assert AccountMail.objects.get().done_at is not None


def test_an_address_that_was_changed_is_confirmed_before_the_next_sign_in(client, head):
    head.email = "new.name@council.example"
    head.save()
    sent = password(client, head)
    link = re.search(r"http://[^/]+(/sign-in/email/\S+)", send(kind="confirm").body)[1]

    opened = client.get(link)
    assert password(client, head).url == "/sign-in/email/"  # opening it alone, as scanners do
    client.post(link)

    assert sent.url == "/sign-in/email/"
    assert opened.status_code == 200
    assert list(EmailAddress.objects.values_list("email", "verified")) == [(head.email, True)]
    assert password(client, head).url == CODE


def test_mail_that_could_not_be_sent_is_sent_later(client, head, monkeypatch):
    client.post("/sign-in/help/", {"email": head.email})
    owed = AccountMail.objects.get()

    def fail(self):
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", fail)
        assert not deliver(owed.pk, at=timezone.now())

    assert deliver(owed.pk, at=timezone.now())
    assert not deliver(owed.pk, at=timezone.now())
    assert len(mail.outbox) == 1


# The demonstration -------------------------------------------------------------------------------


def test_a_code_is_shown_of_made_up_people_only_and_never_in_production(client, head, settings):
    password(client, head)
    assert "demonstration" not in client.get(CODE).content.decode()
    app = Authenticator.objects.get(user=head, type="totp")
    app.data[second_steps.MADE_UP] = True
    app.save()

    assert f"<strong>{code_now(head)}</strong>" in client.get(CODE).content.decode()

    settings.PRODUCTION = True
    assert "demonstration" not in client.get(CODE).content.decode()
