"""A worker that dies while it makes a reader's paper leaves it owed; it is made once."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from files.models import StoredFile
from notifications.models import Notice
from papers.models import ReaderPaper
from papers.tasks import make
from papers.tasks import sweep as sweep_papers
from tests.factories.pep import fill
from tests.worker.running import wait_until


def paper():
    with wall.opened([901]):
        return ReaderPaper.objects.get()


def is_made():
    return paper().made_at is not None


def is_being_made():
    """Whether the worker holds the paper's row: it does so while it prints."""
    with wall.opened([901]):
        return not ReaderPaper.objects.select_for_update(skip_locked=True).exists()


def test_a_draft_whose_worker_was_killed_is_made_afterwards_and_once(world, worker):
    plan = world.plans.amara
    with wall.opened([901]):
        fill(plan, by=world.people["teacher"])
        before = StoredFile.objects.count()
    worker.start()
    teacher = Client()
    teacher.force_login(world.people["teacher"])
    assert teacher.post(reverse("papers:ask", args=[plan.pk, "draft"])).status_code == 302
    wait_until(is_being_made)

    worker.kill()

    assert not is_made()
    with wall.opened([901]):
        assert StoredFile.objects.count() == before
        ReaderPaper.objects.update(asked_at=timezone.now() - timedelta(minutes=2))
    worker.start()
    sweep_papers.delay()
    wait_until(is_made)
    first = paper().made_at
    make.delay(authority_id=901, paper_id=str(paper().pk))
    sweep_papers.delay()
    with wall.opened([901]):
        assert StoredFile.objects.count() == before + 1
        assert Notice.objects.filter(kind="paper_ready").count() == 1
    assert paper().made_at == first
    assert teacher.get(reverse("papers:pdf", args=[plan.pk, "draft"])).status_code == 200
