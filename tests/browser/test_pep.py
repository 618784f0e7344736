"""A teacher writes a section in a real browser: under the strict policy, and nothing is lost."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts import wall
from pep.models import Answer
from tests.browser.conftest import PHONE

WORDS = "Zofia Łaska, Đặng and Ó Briain read with her every day."


@pytest.fixture
def signed_in(visit):
    """Open a browser for a person who has signed in before: the sign-in has its own tests."""

    def make(user, **options):
        visitor = visit(**options)
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        visitor.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": visitor.address}]
        )
        return visitor

    return make


def _english(world):
    return reverse("pep:section", args=[world.plans.amara.pk, "english"])


def _stored(world, key="strengths"):
    with wall.opened([901]):
        answers = Answer.objects.filter(plan=world.plans.amara, section="english", key=key)
        return answers.values_list("value", flat=True).first()


def test_what_is_typed_is_saved_and_survives_the_closed_tab(signed_in, world):
    visitor = signed_in(world.people["teacher"])
    visitor.open(_english(world))

    visitor.page.get_by_label("What is going well in English?").fill(WORDS)
    visitor.page.locator("#save-state[data-save-state=saved]", has_text="by you").wait_for()
    visitor.page.close()

    assert _stored(world) == WORDS
    assert visitor.messages == []


def test_two_people_choose_what_to_keep(signed_in, world):
    teacher, head = signed_in(world.people["teacher"]), signed_in(world.people["head"])
    label = "What is going well in English?"
    for visitor in (teacher, head):
        visitor.open(_english(world))
    teacher.page.get_by_label(label).fill("She sings.")
    teacher.page.locator("#save-state", has_text="by you").wait_for()

    head.page.get_by_label(label).fill("She reads.")
    head.page.get_by_role("link", name="See what we kept").click()
    head.page.get_by_label("Keep both, one after the other, and let me edit").check()
    head.page.get_by_role("button", name="Save and carry on").click()
    head.page.wait_for_load_state("load")

    assert _stored(world) == "She sings.\n\nShe reads."


def test_targets_that_two_people_add_at_once_are_both_kept(signed_in, world):
    people = {name: signed_in(world.people[name]) for name in ("teacher", "head")}
    for visitor in people.values():
        visitor.open(reverse("pep:section", args=[world.plans.amara.pk, "targets"]))
        visitor.page.get_by_role("button", name="Add another").click()
    for name, visitor in people.items():
        visitor.page.locator("textarea[name^=targets-][name$=-target]").last.fill(f"By the {name}")
        visitor.page.locator("#save-state[data-save-state=saved]", has_text="by you").wait_for()

    with wall.opened([901]):
        held = Answer.objects.get(plan=world.plans.amara, section="targets", key="targets").value
    assert [row["target"] for row in held][-2:] == ["By the teacher", "By the head"]
    assert [message for visitor in people.values() for message in visitor.messages] == []


def test_a_section_works_without_scripts(signed_in, world):
    visitor = signed_in(world.people["teacher"], scripts=False)
    visitor.open(_english(world))

    visitor.page.get_by_label("What is going well in English?").fill(WORDS)
    visitor.page.get_by_role("button", name="Save and come back later").click()

    assert _stored(world) == WORDS


def test_a_file_without_scripts_takes_no_words_along(signed_in, world, tmp_path):
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF-1.7\n0")
    visitor = signed_in(world.people["teacher"], scripts=False)
    visitor.open(_english(world))
    label = "What is going well in English?"

    visitor.page.get_by_label(label).fill(WORDS)
    visitor.page.get_by_label("Add a report or piece of work").set_input_files(report)
    visitor.page.get_by_role("button", name="Add file").click()
    assert _stored(world) == WORDS
    visitor.page.get_by_label(label).fill(WORDS * 2)
    visitor.page.get_by_role("button", name="Remove report.pdf").last.click()
    assert _stored(world) == WORDS * 2
    visitor.page.get_by_label(label).fill(WORDS * 3)
    visitor.page.get_by_role("button", name="Ask a colleague to help").click()

    assert _stored(world) == WORDS * 3
    visitor.page.get_by_role("heading", level=1, name="colleague").wait_for()


def test_a_file_with_scripts_is_sent_alone_and_stays_out_of_what_is_saved(
    signed_in, world, tmp_path
):
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF-1.7\n0")
    visitor = signed_in(world.people["teacher"])
    visitor.open(_english(world))

    for number in (1, 2):  # the second is chosen in the list the first reply has brought
        report.write_bytes(b"%PDF-1.7\n" + str(number).encode())
        visitor.page.get_by_label("Add a report or piece of work").set_input_files(report)
        visitor.page.get_by_role("link", name="report.pdf").nth(number).wait_for()
    visitor.page.get_by_label("What is going well in English?").fill(WORDS)
    visitor.page.locator("#save-state[data-save-state=saved]", has_text="by you").wait_for()

    assert _stored(world) == WORDS
    assert visitor.messages == []


@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("path", ["", "section/english/", "section/targets/", "send/", "read/"])
def test_pages_of_a_plan_are_accessible(signed_in, world, path, size):
    visitor = signed_in(world.people["teacher"], size=size)

    visitor.open(reverse("pep:plan", args=[world.plans.amara.pk]) + path)

    assert visitor.violations() == []
    assert not visitor.scrolls_sideways()
    assert visitor.messages == []
