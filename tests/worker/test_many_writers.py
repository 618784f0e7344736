"""Many people save in one plan at once: what was accepted is there, what was not is kept.

`VS_WRITERS=20 VS_SAVES=2000` makes a day's run of it; the suite's is smaller.
"""

import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from django.db import connections
from django.urls import reverse

from accounts import wall
from accounts.roles import Role
from pep.models import Answer, KeptText, WritingStep
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.worker.test_faults import signed_in

WRITERS = int(os.environ.get("VS_WRITERS", "6"))
SAVES = int(os.environ.get("VS_SAVES", "90"))
# By turns all in one answer, each pair in one, each in another section
PLACES = [("english", "strengths"), ("english", "next_steps"), ("maths", "strengths")]


@dataclass
class Writer:
    """One person in one window: what was typed last, and what became of each save."""

    user: object
    place: tuple[str, str]
    accepted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    answers: Counter = field(default_factory=Counter)


@pytest.fixture
def writers(world):
    school = world.plans.amara.school
    found = []
    for number in range(WRITERS):
        person = UserFactory(given_name=f"Writer {number}", family_name="Example")
        MembershipFactory(user=person, role=Role.DESIGNATED_TEACHER, school=school, authority=None)
        found.append(Writer(person, PLACES[number % len(PLACES)]))
    return found


class Fields(HTMLParser):
    """What a form of a page sends: its hidden fields and long answers as they stand."""

    def __init__(self, text):
        super().__init__()
        self.sent, self.area = {}, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "input" and given.get("type") in {"hidden", "text"} and given.get("name"):
            self.sent[given["name"]] = given.get("value") or ""
        self.area = given.get("name") if tag == "textarea" else None
        if self.area:
            self.sent[self.area] = ""

    def handle_data(self, data):
        if self.area:
            self.sent[self.area] += data.removeprefix("\n")

    def handle_endtag(self, tag):
        self.area = None


def opened(client, plan, slug):
    page = client.get(reverse("pep:section", args=[plan.pk, slug]))
    return Fields(page.content.decode().partition('id="section-form"')[2].partition("</form>")[0])


def write(writer, plan, saves):
    """Type a word more for each save, and open the page anew where another's words came first."""
    slug, key = writer.place
    client, chance = signed_in(writer.user), random.Random(writer.user.email)  # noqa: S311 (a walk to repeat)
    try:
        sent = opened(client, plan, slug).sent
        for number in range(saves):
            words = f"{writer.user.given_name} wrote {number}."
            answer = client.post(reverse("pep:autosave", args=[plan.pk, slug]), sent | {key: words})
            writer.answers[answer.status_code] += 1
            (writer.accepted if answer.status_code == 200 else writer.refused).append(words)
            if answer.status_code == 409 or chance.random() < 0.2:
                sent = opened(client, plan, slug).sent
            else:
                sent |= Fields(answer.content.decode()).sent
    finally:
        connections.close_all()


def found_of(writer, plan):
    """Each text of this person that is held, in the history, or kept for them."""
    slug, key = writer.place
    with wall.opened([901]):
        held = Answer.objects.filter(plan=plan, section=slug, key=key).values_list("value")
        steps = WritingStep.objects.filter(plan=plan, section=slug, key=key)
        kept = KeptText.objects.filter(plan=plan, section=slug, person=writer.user).first()
        texts = {value for (value,) in held}
        texts |= {text for step in steps for text in (step.before, step.after)}
        mine = [*(kept.earlier if kept else ()), kept.values if kept else {}]
    return texts, {one[key] for one in mine if key in one}


def test_nothing_that_many_people_save_at_once_is_lost(world, writers):
    plan = world.plans.amara

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda writer: write(writer, plan, SAVES // WRITERS), writers))

    for writer in writers:
        assert set(writer.answers) <= {200, 409}, writer.answers
        assert sum(writer.answers.values()) == SAVES // WRITERS
        there, kept = found_of(writer, plan)
        # What one window goes on to write within ten minutes takes the place of what it wrote
        if writer.accepted:
            assert writer.accepted[-1] in there, "the last words that were accepted"
        assert set(writer.refused) <= kept, "each text that was not"
    assert sum(writer.answers[409] for writer in writers) > 0, "that they met at all"


def add_targets(writer, plan, number):
    """Add targets one after the other in one window, and go on with the words of the one before."""
    client = signed_in(writer.user)
    try:
        sent = opened(client, plan, "targets").sent
        for row in range(number):
            sent |= {"targets-TOTAL_FORMS": str(row + 1), f"targets-{row}-id": ""}
            for words in (f"{writer.user.given_name} began {row}", f"{writer.user.email} {row}"):
                sent[f"targets-{row}-target"] = words
                answer = client.post(reverse("pep:autosave", args=[plan.pk, "targets"]), sent)
                writer.answers[answer.status_code] += 1
                sent |= Fields(answer.content.decode()).sent
            writer.accepted.append(words)
    finally:
        connections.close_all()


def test_rows_that_many_people_add_at_once_are_all_there(world, writers):
    plan, each = world.plans.amara, 3

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda writer: add_targets(writer, plan, each), writers))

    assert sum((writer.answers for writer in writers), Counter()) == {200: WRITERS * each * 2}
    with wall.opened([901]):
        held = Answer.objects.get(plan=plan, section="targets", key="targets").value
    added = [row["target"] for row in held if row["target"].endswith(tuple("012"))]
    for writer in writers:
        mine = [text for text in added if text in writer.accepted]
        assert mine == writer.accepted, "each row, once, in the order it was added"
