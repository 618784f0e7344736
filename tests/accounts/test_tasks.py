from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.tasks import sweep


def test_a_session_that_is_over_is_forgotten(db):
    """It may hold the name last searched for."""
    now = timezone.now()
    for key, minutes in (("over", -1), ("open", 1)):
        Session.objects.create(
            session_key=key, session_data="x", expire_date=now + timedelta(minutes=minutes)
        )

    sweep()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]
