import pytest
from django.test import Client
from django.utils import timezone

from pep import actions as plan_actions
from quality import actions
from tests.factories.pep import Cast, fill


@pytest.fixture
def cast(authority):
    return Cast(authority)


@pytest.fixture
def checked(open_wall, cast):
    """The cast's plan, sent by the teacher; the adviser has begun to check it."""
    begin(cast)
    return cast


def begin(cast, *, at=None):
    at = at or timezone.now()
    fill(cast.plan, by=cast.teacher)
    plan_actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=at)
    actions.start(plan_id=cast.plan.pk, by=cast.adviser, at=at)
    cast.plan.refresh_from_db()
    return cast


def as_(user):
    client = Client()
    client.force_login(user)
    return client
