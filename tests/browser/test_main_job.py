"""The main job from the first word to the paper, by real people at real pages, with a worker."""

import io
import re
from pathlib import Path

import pikepdf
import pytest
from django.urls import reverse

from accounts import wall
from notifications.models import Email
from pep.models import Answer, Paper, PlanSection
from tests.browser.conftest import PHONE
from tests.factories.pep import fill
from tests.reading_papers import words_of
from tests.worker.running import broker, wait_until, worker  # noqa: F401 (fixtures)
from tests.world import PLANTED_POSTCODE, PLANTED_STREET, PLANTED_UPN

pytestmark = pytest.mark.usefixtures("worker")

OPEN = ("english", "care", "carer-views", "views")
WORDS = {
    "english": {"strengths": "She reads Łaska’s poems aloud.", "next_steps": "Write a longer one."},
    "care": {
        "conditions": "None", "sw_view": "Mornings are hard.", "parent_view": "Her mother agrees.",
    },
    "carer-views": {"carer_view": "She reads at bedtime.", "carer_help": "We listen to her."},
    "views": {
        "voice_likes": "I like drawing.", "voice_hard": "Maths, Mr Đặng helps.",
        "voice_goals": "To be a vet.", "voice_plan": "They are fair.",
    },
}  # fmt: skip
CHOICES = {
    "english": {"progress": "on", "support": None},
    "care": {"care": "right", "care_plan_goal": "remain", "planned_move": "no"},
    "views": {"voice_feel": "4", "voice_share": "everyone"},
}
WRITERS = {
    "english": "teacher", "care": "social_worker", "carer-views": "carer", "views": "young_person",
}  # fmt: skip


@pytest.fixture
def plan(world):
    """Amara's plan, complete but for four sections of four people."""
    plan = world.plans.amara
    with wall.opened([901]):
        fill(plan, by=world.people["teacher"])
        Answer.objects.filter(plan=plan, section__in=OPEN).delete()
        plan.fact_words.filter(section="care").delete()
        sections = PlanSection.objects.filter(plan=plan, slug__in=OPEN)
        sections.update(state="not_started", completed_at=None, completed_by=None)
        plan.sections_complete -= len(OPEN)
        plan.save()
    return plan


def write(visitor, plan, slug):
    """Write a section, see it saved while writing, and call it complete."""
    page = visitor.page
    visitor.open(reverse("pep:section", args=[plan.pk, slug]))
    for name, value in CHOICES.get(slug, {}).items():
        field = page.locator(f"[name={name}]" + (f"[value='{value}']" if value else "")).first
        if page.locator(f"select[name={name}]").count():
            page.locator(f"select[name={name}]").select_option(value)
        else:
            field.check()
    for name, words in WORDS[slug].items():
        page.locator(f"[name={name}]").fill(words)
    page.locator("#save-state[data-save-state=saved]", has_text="by you").wait_for()
    page.get_by_role("button", name="Save and mark as complete").click()
    page.wait_for_load_state("load")
    page.get_by_text("is complete.").wait_for()


def move(visitor, plan, *, button, page_name="plan", expect):
    """Press a button of a plan's page and see what it did."""
    visitor.open(reverse(f"pep:{page_name}", args=[plan.pk]))
    visitor.page.get_by_role("button", name=button).click()
    visitor.page.get_by_text(expect).first.wait_for()


def grade(visitor):
    """Grade every area, each saved as it is chosen; the last comment of the round stands beside."""
    page = visitor.page
    assert "Which poem?" in page.locator("#area-progress details").first.text_content()
    for area in page.locator("section[id^=area-]").all():
        area.get_by_label("Good", exact=True).check()
    page.locator("#check-overall", has_text="Good").wait_for()


def percentage(head):
    """What the overview says of PEPs on time, and the address behind it."""
    head.open(reverse("dashboard:overview"))
    tile = head.page.locator("a[href*='peps-on-time']").first
    card = head.page.locator(".vs-kpis > li", has_text="PEPs completed on time")
    return card.inner_text(), tile


def test_from_the_first_word_to_the_paper(visit, world, plan, worker):  # noqa: F811
    worker.start()
    head = visit().enter(world.people["head"])
    before, _ = percentage(head)
    people = {
        slug: visit(size=PHONE if who == "carer" else {"width": 1280, "height": 900}).sign_in(
            world.people[who]
        )
        for slug, who in WRITERS.items()
    }
    for slug, person in people.items():
        write(person, plan, slug)
    teacher, adviser = people["english"], visit().enter(world.people["adviser"])

    move(teacher, plan, page_name="send", button="Send to the virtual school", expect="been sent")
    move(adviser, plan, button="Start checking", expect="Save and send back")
    adviser.page.locator("[name=comment-progress]").fill("Which poem?")
    adviser.page.get_by_role("button", name="Save and send back").click()
    adviser.page.get_by_label("What needs to change?").fill("Name the poem in English.")
    adviser.page.get_by_role("button", name="Send back").click()
    adviser.page.get_by_text("has been sent back").wait_for()
    teacher.open(reverse("pep:plan", args=[plan.pk]))
    assert "Name the poem in English." in teacher.page.locator("main").inner_text()
    teacher.open(reverse("pep:section", args=[plan.pk, "english"]))
    teacher.page.locator("[name=strengths]").fill("She reads “Birds” aloud.")
    teacher.page.get_by_role("button", name="Save and mark as complete").click()
    teacher.page.get_by_text("is complete.").wait_for()
    move(teacher, plan, page_name="send", button="Send to the virtual school", expect="been sent")
    move(adviser, plan, button="Start checking", expect="Save and send back")
    grade(adviser)
    head.open(reverse("quality:check", args=[plan.pk]))
    head.page.get_by_role("button", name="Agree this PEP").click()
    head.page.get_by_text("PEP agreed").first.wait_for()

    wait_until(is_made)
    paper = download(teacher, plan)
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        text = words_of(pdf)
    assert "She reads “Birds” aloud." in text
    for secret in (PLANTED_STREET, PLANTED_POSTCODE, PLANTED_UPN):
        assert secret not in text
    teacher.open(reverse("notifications:list"))
    assert "A PEP has been agreed" in teacher.page.locator("main").inner_text()
    wait_until(all_sent)
    for mail in worker.mails():
        for name in ("Amara", "Okell", "Hollins", "Plantain", PLANTED_UPN):
            assert name not in mail
    after, tile = percentage(head)
    assert after != before
    tile.click()
    head.page.wait_for_load_state("load")
    assert "Kofi" in head.page.locator("main").inner_text()
    for visitor in (head, adviser, *people.values()):
        assert visitor.messages == []


def is_made():
    with wall.opened([901]):
        return Paper.objects.get().made_at is not None


def all_sent():
    with wall.opened([901]):
        return not Email.objects.filter(state=Email.State.WAITING).exists()


def download(visitor, plan):
    visitor.open(reverse("pep:plan", args=[plan.pk]))
    with visitor.page.expect_download() as coming:
        visitor.page.get_by_role("link", name="PDF", exact=True).click()
    assert re.fullmatch(r"pep-\w+-\d{4}-[0-9a-f]{6}-v1\.pdf", coming.value.suggested_filename)
    return Path(coming.value.path()).read_bytes()


def test_the_job_without_scripts(visit, world, plan):
    with wall.opened([901]):
        PlanSection.objects.filter(plan=plan).exclude(slug="english").update(
            state="complete", completed_at=plan.started_at, completed_by=world.people["teacher"]
        )
    teacher = visit(scripts=False).sign_in(world.people["teacher"])
    page = teacher.page
    page.get_by_role("searchbox").first.fill("okell")
    page.get_by_role("button", name="Search").first.click()
    assert "Amara Okell" in page.locator("main").inner_text()

    teacher.open(reverse("pep:section", args=[plan.pk, "english"]))
    page.locator("[name=strengths]").fill("She reads.")
    page.get_by_role("button", name="Save and mark as complete").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert page.title().startswith("Error: ")
    assert page.locator("[name=strengths]").input_value() == "She reads."
    page.locator("[name=progress][value=on]").check()
    page.locator("[name=support]").first.check()
    page.locator("[name=next_steps]").fill("Write more.")
    page.get_by_role("button", name="Save and mark as complete").click()
    page.get_by_text("is complete.").wait_for()
    with wall.opened([901]):
        plan.refresh_from_db()
    page.get_by_role("link", name="Send to the virtual school").or_(
        page.get_by_role("button", name="Send to the virtual school")
    ).click()
    page.get_by_role("button", name="Send to the virtual school").click()

    page.get_by_text("has been sent to the virtual school").wait_for()
    assert [said for said in teacher.messages if "422" not in said] == []
