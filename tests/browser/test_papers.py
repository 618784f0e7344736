"""Papers of an agreed plan, by real people at real pages: taken away, read at home, handed over."""

import io
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from papers.models import Bundle, Delivery, DeliveryPlace, ReaderPaper
from papers.tasks import sweep
from pep import actions
from pep.models import Paper
from tests.browser.conftest import PHONE
from tests.factories.accounts import seated
from tests.factories.pep import fill
from tests.factories.quality import grade_all
from tests.reading_papers import words_of
from tests.worker.running import broker, wait_until, worker  # noqa: F401 (fixtures)
from tests.world import PLANTED_POSTCODE, PLANTED_STREET

FOLDER = "casefile/in"


@pytest.fixture
def plan(world, broker):  # noqa: F811
    """Amara's plan, agreed; its PDF is owed, and the council has its plans put into a folder."""
    plan, now = world.plans.amara, timezone.now()
    with wall.opened([901]):
        teacher, adviser = seated(world.people["teacher"]), seated(world.people["adviser"])
        fill(plan, by=teacher)
        actions.send(plan_id=plan.pk, by=teacher, at=now)
        actions.start_checking(plan_id=plan.pk, by=adviser, at=now)
        grade_all(plan, by=adviser)
        actions.agree(plan_id=plan.pk, by=adviser, at=now)
        DeliveryPlace.objects.update_or_create(
            authority_id=901,
            defaults={
                "way": "folder", "folder": FOLDER, "url": "", "is_on": True,
                "started_at": now - timedelta(hours=1),
            },
        )  # fmt: skip
    return plan


def kept(model, **wanted):
    def is_there():
        with wall.opened([901]):
            return model.objects.filter(**wanted).exists()

    return is_there


def take(page, link):
    with page.expect_download() as coming:
        page.locator("a", has_text=link).click()
    return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()


def test_papers_are_taken_away_read_at_home_and_handed_over(
    visit,
    world,
    plan,
    worker,  # noqa: F811
    tmp_path,
):
    worker.environ["VS_DELIVERY_FOLDER"] = str(tmp_path)
    worker.start()
    people, papers = world.people, reverse("papers:list", args=[plan.pk])

    head = visit().enter(people["head"])
    head.open(reverse("papers:bundles"))
    head.page.get_by_label("Why do you take them away?").fill("The panel reads them.")
    head.page.get_by_role("button", name="Make the file").click()
    head.page.get_by_role("heading", name="1 plan").wait_for()
    wait_until(kept(Bundle, state="made"))
    head.page.reload()
    name, content = take(head.page, "Download")
    assert name.startswith("peps-")
    assert name.endswith(".zip")
    with ZipFile(io.BytesIO(content)) as archive:
        (inside,) = archive.namelist()
        assert archive.read(inside).startswith(b"%PDF")

    teacher = visit().enter(people["teacher"])
    teacher.open(papers)
    for what in ("copy for the school", "summary for the meeting"):
        teacher.page.get_by_role("button", name=what).click()
        teacher.page.get_by_text("we are making it").wait_for()
    wait_until(kept(ReaderPaper, kind="school", state="made"))
    wait_until(kept(ReaderPaper, kind="meeting", state="made"))
    teacher.page.get_by_role("link", name="Look again").click()
    for what, most in (("copy for the school", 40), ("summary for the meeting", 2)):
        _, content = take(teacher.page, f"Download {what}")
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert 1 <= len(pdf.pages) <= most
            text = words_of(pdf)
        assert "Amara" in text
        assert PLANTED_STREET not in text
        assert PLANTED_POSTCODE not in text

    carer = visit(size=PHONE).enter(people["carer"])
    carer.open(papers)
    carer.page.get_by_role("link", name="Copy for the family", exact=True).click()
    carer.page.get_by_text("how we will help Amara").wait_for()
    assert carer.violations() == []
    assert not carer.scrolls_sideways()

    wait_until(kept(Paper, made_at__isnull=False))
    sweep.delay()
    wait_until(kept(Delivery, state="sent"))
    head.open(papers)
    receipt = head.page.locator(".vs-card", has_text="Handed over").inner_text()
    dropped = {path.name for path in (tmp_path / "901" / FOLDER).iterdir()}
    assert len(dropped) == 2
    assert all(file in receipt for file in dropped)
    assert [visitor.messages for visitor in (head, teacher, carer)] == [[], [], []]
