"""A worker that dies over a reader's paper or a bundle leaves it owed; it is made once."""

import zipfile
from datetime import timedelta
from pathlib import Path

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from files.models import StoredFile
from notifications.models import Notice
from papers import actions
from papers.models import Bundle, BundlePaper, ReaderPaper
from papers.tasks import make, make_bundle
from papers.tasks import sweep as sweep_papers
from tests.factories.accounts import seated
from tests.factories.pep import fill
from tests.papers_made import agreed_plan
from tests.worker.running import wait_until
from tests.worker.test_faults import wait_for_the_queue


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


PLANS = 4  # each about a second of printing


def bundle():
    with wall.opened([901]):
        return Bundle.objects.select_related("file").get()


def bundle_is_being_made():
    """Whether a worker has taken it over and holds its row, as it does while it prints."""
    with wall.opened([901]):
        free = Bundle.objects.select_for_update(skip_locked=True, of=("self",)).exists()
        return not free and Bundle.objects.get().run is not None


def bundle_is_made():
    return bundle().state == Bundle.State.MADE


def grow_old():
    """Make the bundle as old as the sweep waits for, and its worker as long unheard of."""
    before = timezone.now() - timedelta(minutes=5)
    with wall.opened([901]):
        Bundle.objects.update(asked_at=before, worked_at=before)


def test_a_bundle_whose_worker_was_killed_is_begun_anew_and_kept_once(world, worker):
    head, authority = seated(world.people["head"]), world.amara.authority
    with wall.opened([901]):
        Bundle.objects.all().delete()
        made = {"by": head, "has_paper": False, "is_whole": True}
        plans = [agreed_plan(authority, world.school, **made) for _ in range(PLANS)]
        before = StoredFile.objects.count()
        worker.start()
        chosen = {"term": plans[0].term, "school": None, "phase": "", "reason": "A review"}
        actions.ask_for_all(by=head, at=timezone.now(), **chosen)
    wait_until(bundle_is_being_made)

    worker.kill()

    with wall.opened([901]):
        assert StoredFile.objects.count() == before
        assert set(BundlePaper.objects.values_list("state", flat=True)) == {"owed"}
    assert not [*(Path(worker.folder) / "files").rglob("tmp*")], "no half of a file"
    grow_old()
    worker.start()
    sweep_papers.delay()
    wait_until(bundle_is_made, seconds=60)
    make_bundle.delay(authority_id=901, bundle_id=str(bundle().pk))
    sweep_papers.delay()
    wait_for_the_queue()
    whole = bundle()
    assert (whole.in_file, whole.tries) == (PLANS, 2)
    with wall.opened([901]):
        assert StoredFile.objects.count() == before + 1
        assert Notice.objects.filter(kind="plans_ready").count() == 1
    with whole.file.content.open("rb") as stored, zipfile.ZipFile(stored) as archive:
        assert len(set(archive.namelist())) == len(archive.namelist()) == PLANS
        assert archive.testzip() is None
