from datetime import UTC, datetime
from uuid import uuid4

import pytest

from accounts.roles import Role
from files.models import Load
from returns import tasks
from starting import tasks as starting_tasks
from tests.factories.accounts import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]


@pytest.mark.parametrize(
    ("kind", "state", "starts"),
    [
        pytest.param("roll", "applied", True, id="a roll that was added"),
        pytest.param("roll", "failed", False, id="a roll that stopped"),
        pytest.param("attendance", "applied", False, id="attendance makes nobody new to care"),
    ],
)
def test_plans_start_after_a_roll_was_added_pep_1(
    authority, kind, state, starts, django_capture_on_commit_callbacks, monkeypatch
):
    """The load is not slower by it: the plans are another task's."""
    head = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    load = Load.objects.create(
        pk=uuid4(), authority=authority, kind=kind, state=state, received_by=head,
        received_at=datetime(2026, 11, 20, tzinfo=UTC), sha256="0" * 64,
    )  # fmt: skip
    sent = []
    monkeypatch.setattr(starting_tasks.start_due, "delay", lambda **kwargs: sent.append(kwargs))

    with django_capture_on_commit_callbacks(execute=True):
        tasks.apply(authority_id=authority.pk, load_id=str(load.pk))

    assert sent == ([{"authority_id": authority.pk}] if starts else [])
