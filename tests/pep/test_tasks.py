from datetime import UTC, datetime, timedelta

import pytest

from pep import actions, tasks
from pep.models import Paper
from tests.factories.pep import Cast, fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@pytest.fixture
def paper(authority):
    cast = Cast(authority)
    fill(cast.plan, by=cast.teacher)
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    return Paper.objects.get()


def test_the_task_sees_only_its_authority(paper):
    with pytest.raises(Paper.DoesNotExist):
        tasks.produce_pdf(authority_id=902, paper_id=str(paper.pk))

    tasks.produce_pdf(authority_id=901, paper_id=str(paper.pk))
    paper.refresh_from_db()
    assert paper.made_at is not None


def test_the_sweep_sends_for_papers_left_behind(
    paper, django_capture_on_commit_callbacks, monkeypatch
):
    sent = []
    monkeypatch.setattr(tasks.produce_pdf, "delay", lambda **kwargs: sent.append(kwargs))
    Paper.objects.update(asked_at=AT - timedelta(days=365))

    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep()

    assert sent == [{"authority_id": 901, "paper_id": str(paper.pk)}]


def test_the_arguments_of_a_task_are_ids_only(
    authority, django_capture_on_commit_callbacks, monkeypatch
):
    sent = []
    monkeypatch.setattr(tasks.produce_pdf, "delay", lambda **kwargs: sent.append(kwargs))
    cast = Cast(authority)
    fill(cast.plan, by=cast.teacher)
    with django_capture_on_commit_callbacks(execute=True):
        actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
        actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
        actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)

    assert sent == [{"authority_id": 901, "paper_id": str(Paper.objects.get().pk)}]
