"""The way in as people walk it: password, second step, first set-up, being locked, devices."""

import pytest

from accounts import second_steps
from accounts.models import User
from tests.browser.conftest import PHONE, WIDE
from tests.factories.accounts import PASSWORD, code_now, ready_to_sign_in

SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])


@pytest.fixture
def teacher(world):
    return ready_to_sign_in(world.people["teacher"])


@pytest.fixture
def newcomer(world):
    return ready_to_sign_in(world.people["adviser"], app=False)


def give_password(visitor, user, password=PASSWORD):
    visitor.open("/sign-in/")
    visitor.page.get_by_label("Email address").fill(user.email)
    visitor.page.get_by_label("Password", exact=True).fill(password)
    go_on(visitor)


def go_on(visitor, name="Continue"):
    visitor.page.get_by_role("button", name=name, exact=True).click()
    visitor.page.wait_for_load_state("load")


def give_code(visitor, code):
    visitor.page.get_by_label("6-digit code").fill(code)
    go_on(visitor)


def heading(visitor):
    return visitor.page.get_by_role("heading", level=1).inner_text()


def in_order(visitor):
    """Nothing wrong with the page as it stands: axe, references, the console, the width."""
    return [
        *visitor.violations(),
        *visitor.dangling(),
        *visitor.messages,
        *(["scrolls sideways"] if visitor.scrolls_sideways() else []),
    ]


@SIZES
def test_password_code_devices_and_out(visit, teacher, size):
    visitor = visit(size=size)
    give_password(visitor, teacher, "not-the-right-one")
    wrong = in_order(visitor)
    visitor.messages.clear()  # the browser notes that the answer was 422
    give_password(visitor, teacher)
    box = visitor.page.get_by_label("6-digit code")
    attributes = [box.get_attribute(name) for name in ("inputmode", "autocomplete")]
    step = in_order(visitor)
    give_code(visitor, code_now(teacher))

    assert attributes == ["numeric", "one-time-code"]
    assert [line for line in wrong if "422" not in line] == step == []
    visitor.open("/account/devices/")
    assert "Chrome, Linux (this one)" in visitor.page.content()
    assert in_order(visitor) == []


@SIZES
def test_the_first_visit_sets_up_an_app_and_shows_codes_once(visit, newcomer, size):
    visitor = visit(size=size)
    give_password(visitor, newcomer)
    assert heading(visitor) == "Set up a second step"
    assert in_order(visitor) == []
    visitor.open("/children/")
    assert heading(visitor) == "Set up a second step"

    visitor.page.get_by_role("link", name="An authenticator app on your phone").click()
    visitor.page.get_by_text("I cannot point my phone at it").click()
    assert in_order(visitor) == []
    secret = visitor.page.locator("details strong").inner_text().replace(" ", "")
    give_code(visitor, second_steps.code_at(secret, now_step()))

    assert heading(visitor) == "Your backup codes"
    assert in_order(visitor) == []
    codes = visitor.page.locator("code").all_inner_texts()
    assert len(codes) == 10
    visitor.page.get_by_role("button", name="I have kept them").click()
    visitor.page.wait_for_load_state("load")
    assert heading(visitor) != "Set up a second step"

    other = visit(size=size)
    give_password(other, newcomer)
    other.page.get_by_role("link", name="Use a backup code").click()
    assert in_order(other) == []
    other.page.get_by_label("backup codes").fill(codes[0])
    go_on(other)
    assert other.open("/account/").status == 200


def now_step():
    from django.utils import timezone

    return second_steps.step_at(timezone.now())


@SIZES
def test_a_passkey_is_set_up_and_used(visit, newcomer, size):
    visitor = visit(size=size)
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    give_password(visitor, newcomer)
    visitor.page.get_by_role("link", name="A passkey").click()
    visitor.page.get_by_label("What do you call it?").fill("Work laptop")
    assert in_order(visitor) == []
    visitor.page.get_by_role("button", name="Set up the passkey").click()
    visitor.page.wait_for_url("**/two-step/codes/")
    visitor.page.get_by_role("button", name="I have kept them").click()
    visitor.page.get_by_role("button", name="Sign out").click()

    give_password(visitor, newcomer)
    assert in_order(visitor) == []
    visitor.page.get_by_role("button", name="Use your passkey").click()
    visitor.page.wait_for_url(lambda url: "/sign-in/" not in url)

    assert visitor.open("/account/two-step/").status == 200
    assert "Passkey: Work laptop" in visitor.page.content()
    assert in_order(visitor) == []


def test_too_many_tries_say_until_when_and_another_browser_gets_in(visit, teacher):
    known = visit().sign_in(teacher)
    known.page.get_by_role("button", name="Sign out").click()
    stranger = visit(size=PHONE, scripts=True)
    for _ in range(11):
        give_password(stranger, teacher, "not-the-right-one")
    page = [line for line in in_order(stranger) if "status of 4" not in line]

    assert heading(stranger) == "Wait before you try again"
    assert "who to call" in stranger.page.content()
    assert page == []
    give_password(known, User.objects.get(pk=teacher.pk))
    assert heading(known) == "Your second step"


def test_without_scripts_the_way_in_is_the_same(visit, teacher):
    visitor = visit(scripts=False)
    give_password(visitor, teacher)
    give_code(visitor, code_now(teacher))

    assert visitor.open("/account/").status == 200


def test_the_other_pages_are_in_order(visit, teacher):
    visitor = visit(size=PHONE)
    found = {}
    for path in ("/sign-in/help/", "/sign-in/help/sent/", "/sign-in/email/"):
        visitor.open(path)
        found[path] = in_order(visitor)
    visitor.sign_in(teacher)
    for path in ("/account/", "/account/password/", "/account/two-step/", "/account/confirm/"):
        visitor.open(path)
        found[path] = in_order(visitor)

    assert {path: faults for path, faults in found.items() if faults} == {}
