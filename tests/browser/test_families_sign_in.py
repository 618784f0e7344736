"""The way in of carers and young people as they walk it, on a phone and beside an adult."""

import re

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.utils import timezone

from accounts import wall
from families import letters
from families.models import CarerLink, CarerPin
from tests.browser.conftest import PHONE
from tests.browser.test_sign_in import go_on, heading, in_order

PIN = "482915"


def link_from_the_mail():
    for link in CarerLink.objects.filter(done_at=None):
        with wall.opened([]):
            letters.deliver(link.pk, at=timezone.now())
    return re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)[1]


def ask(visitor, carer):
    visitor.open("/sign-in/")
    visitor.page.get_by_role("link", name="I am a carer").click()
    first = in_order(visitor)
    visitor.page.get_by_label("Email address").fill(carer.email)
    go_on(visitor, "Send me a link")
    return [*first, *in_order(visitor)]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_carer_by_link_and_pin_on_a_phone(visit, world, scripts):
    carer = world.people["carer"]
    first = visit(size=PHONE)
    assert ask(first, carer) == []
    first.open(link_from_the_mail())
    assert heading(first) == "Choose a PIN"
    assert in_order(first) == []
    first.page.get_by_label("Choose a PIN").fill(PIN)
    first.page.get_by_label("Type the PIN again").fill(PIN)
    go_on(first, "Save my PIN and sign in")
    assert heading(first) == "Amara at school"
    assert in_order(first) == []

    again = visit(size=PHONE, scripts=scripts)
    again.open("/sign-in/carer/")
    again.page.get_by_label("Email address").fill(carer.email)
    go_on(again, "Send me a link")
    again.open(link_from_the_mail())
    again.page.get_by_label("Your PIN").fill("999998")
    go_on(again, "Sign in")
    assert "Check your PIN" in again.page.content()
    again.page.get_by_label("Your PIN").fill(PIN)
    go_on(again, "Sign in")
    assert heading(again) == "Amara at school"


def type_who(visitor, child):
    visitor.page.get_by_label("First name").fill(child.given_name.lower())
    visitor.page.get_by_label("Day").fill(str(child.date_of_birth.day))
    visitor.page.get_by_label("Month").fill(str(child.date_of_birth.month))
    go_on(visitor, "Sign in")


def make(adult, what):
    adult.page.get_by_role("button", name=what).click()
    adult.page.wait_for_load_state("load")
    return adult.page.locator(".vs-signin-code").inner_text()


def test_a_code_made_at_one_desk_lets_in_at_another(visit, world):
    adult = visit(size=PHONE).enter(world.people["social_worker"])
    adult.open(f"/children/{world.amara.pk}/people/")
    adult.page.get_by_role("link", name="Help Amara sign in").click()
    assert in_order(adult) == []
    code = make(adult, "Make a code")
    assert in_order(adult) == []

    young = visit(size=PHONE)
    young.open(f"/me/#{code.replace(' ', '')}")
    assert young.page.get_by_label("Code", exact=True).input_value() == code.replace(" ", "")
    assert "#" not in young.page.url
    assert in_order(young) == []
    type_who(young, world.kofi)
    wrong = [line for line in in_order(young) if "422" not in line]
    assert "Check the code, your first name and your birthday" in young.page.content()
    assert wrong == []
    young.messages.clear()
    type_who(young, world.amara)
    assert young.page.url.endswith("/my-views/")
    assert in_order(young) == []

    adult.open(f"/children/{world.amara.pk}/sign-in/")
    assert "Code for now" not in adult.page.locator("main").inner_text()


def test_a_sheet_is_typed_without_scripts_and_withdrawn(visit, world):
    adult = visit(size=PHONE).enter(world.people["carer"])
    adult.open(f"/my-children/{world.amara.pk}/")
    adult.page.get_by_role("link", name="Help Amara sign in").click()
    code = make(adult, "Make a sheet")
    assert in_order(adult) == []
    assert adult.page.get_by_role("button", name="Print").is_visible()
    young = visit(size=PHONE, scripts=False)
    young.open("/sign-in/")
    young.page.get_by_role("link", name="I am a young person").click()
    young.page.get_by_label("Code", exact=True).fill(code.lower())
    type_who(young, world.amara)
    assert young.page.url.endswith("/my-views/")

    adult.open(f"/children/{world.amara.pk}/sign-in/")
    assert in_order(adult) == []
    adult.page.get_by_role("button", name="Withdraw it").click()
    adult.page.wait_for_load_state("load")
    assert "It no longer lets anybody in" in adult.page.content()
    other = visit(size=PHONE)
    other.open("/me/")
    other.page.get_by_label("Code", exact=True).fill(code)
    type_who(other, world.amara)
    assert "Check the code" in other.page.content()


def test_the_other_pages_are_in_order(visit, world):
    carer = world.people["carer"]
    CarerPin.objects.create(user=carer, pin=make_password(PIN), set_at=timezone.now())
    head = visit(size=PHONE).enter(world.people["head"])
    found = {}
    for path in (f"/children/{world.amara.pk}/carers/{carer.pk}/pin/", "/me/"):
        head.open(path)
        found[path] = in_order(head)
    head.open(f"/children/{world.amara.pk}/people/")
    head.page.get_by_role("link", name="Forgot their PIN").click()
    go_on(head, "Let them choose a new PIN")

    assert not CarerPin.objects.exists()
    assert {path: faults for path, faults in found.items() if faults} == {}
