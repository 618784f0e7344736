from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from accounts.middleware import LAST
from accounts.roles import Role
from audit.models import Event
from tests.factories.accounts import MembershipFactory, UserFactory, person

SIGN_IN = "/sign-in/"
WORDS = "correct-horse-battery"


@pytest.fixture
def head(authority):
    user = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority, email="head@council.example")
    user.set_password(WORDS)
    user.save()
    return user


@pytest.mark.parametrize("email", ["head@council.example", "nobody@council.example"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, head, email):
    answer = client.post(SIGN_IN, {"email": email, "password": "not-the-right-one"})

    assert answer.status_code == 422
    assert "Check your email address and password" in answer.content.decode()
    assert Event.objects.filter(kind="sign_in_refused").count() == 1


def test_a_person_who_may_not_sign_in_does_not(client, head):
    head.is_active = False
    head.save()

    assert client.post(SIGN_IN, {"email": head.email, "password": WORDS}).status_code == 422


def test_a_session_left_idle_is_over(client, head):
    client.force_login(head)
    client.get(reverse("accounts:account"))
    session = client.session
    session[LAST] = (timezone.now() - timedelta(minutes=31)).isoformat()
    session.save()

    answer = client.get(reverse("accounts:account"))

    assert answer.status_code == 302
    assert answer.url.startswith(SIGN_IN)


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        pytest.param(
            "http://testserver/account/devices/?a=b", "/account/devices/%3Fa%3Db", id="ours"
        ),
        pytest.param("http://elsewhere.example/account/devices/", "/", id="not ours"),
        pytest.param("", "/", id="not said"),
    ],
)
def test_a_button_pressed_too_late_leads_back_to_its_page(client, db, came_from, back):
    answer = client.post(reverse("accounts:end_session"), headers={"referer": came_from})

    assert answer.url == f"{SIGN_IN}?next={back}"
    assert "what you last pressed did nothing" in client.get(answer.url).content.decode()


def test_the_address_of_a_button_alone_says_so(client, head):
    client.force_login(head)

    answer = client.get(reverse("accounts:end_session"))

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "This page opens only by a button" in answer.content.decode()


def test_a_page_that_is_not_there_offers_a_search_to_those_who_may_search(client, head):
    search = "Find a child, school or person"

    assert search not in client.get("/not-there/").content.decode()
    client.force_login(head)
    assert search in client.get("/not-there/").content.decode()


def test_a_partial_request_without_a_session_gets_401_and_nothing(client, db):
    answer = client.get(reverse("accounts:account"), headers={"hx-request": "true"})

    assert answer.status_code == 401
    assert answer.content == b""


def test_the_hat_is_switched_only_to_one_the_person_has(client, head, neighbour):
    MembershipFactory(user=head, role=Role.GOVERNOR, authority=neighbour)
    client.force_login(head)

    refused = client.post(reverse("accounts:switch"), {"seat": "system_administrator:901"})
    taken = client.post(reverse("accounts:switch"), {"seat": "governor:902"})

    assert refused.status_code == 422
    assert taken.status_code == 302
    assert client.session["seat"] == "governor:902"


def test_an_ended_membership_is_gone_on_the_next_click(client, head):
    client.force_login(head)
    assert client.get(reverse("accounts:account")).status_code == 200
    head.memberships.update(ended_on=timezone.localdate())

    assert client.get(reverse("accounts:account")).status_code == 403


def test_a_refusal_is_recorded_although_its_transaction_was_rolled_back(client, db):
    user = UserFactory()
    client.force_login(user)

    client.get(reverse("accounts:account"))

    event = Event.objects.get(kind="refused.403")
    assert event.actor_id == user.pk
    assert event.table == "accounts:account"


def test_pages_are_not_kept_on_the_device(client, head):
    client.force_login(head)

    answer = client.get(reverse("accounts:account"))

    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_theme_follows_the_council(client, head, authority):
    authority.accent = "#7a1f5c"
    authority.save()
    client.force_login(head)

    assert "--vs-accent:#7a1f5c" in client.get("/theme.css").content.decode()


def test_a_task_runs_behind_the_wall_of_its_authority(authority):
    from accounts.tasks import WalledTask
    from vschool import celery_app

    @celery_app.task(base=WalledTask)
    def look(*, authority_id):
        return wall.authorities_open()

    assert look(authority_id=901) == [901]
