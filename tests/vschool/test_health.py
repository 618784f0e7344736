from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisConnectionError

from vschool import views
from vschool.celery import app
from vschool.tasks import HEARTBEAT_KEY, HEARTBEAT_SECONDS, heartbeat


@pytest.fixture(autouse=True)
def _no_heartbeat():
    cache.delete(HEARTBEAT_KEY)
    yield
    cache.delete(HEARTBEAT_KEY)


def test_all_alive_after_a_heartbeat(client, db):
    heartbeat(sent_at=timezone.now().isoformat())

    answer = client.get("/health/")

    assert answer.status_code == 200
    assert answer.json() | {"seconds_since_heartbeat": 0} == {
        "alive": True,
        "database": True,
        "queue": True,
        "worker": True,
        "beat": True,
        "seconds_since_heartbeat": 0,
    }


def test_without_a_heartbeat_worker_and_beat_count_as_dead(client, db):
    answer = client.get("/health/")

    assert answer.status_code == 503
    assert answer.json()["worker"] is False
    assert answer.json()["database"] is True


def test_what_beat_sent_long_ago_is_no_sign_of_life(client, db):
    waited = timedelta(seconds=HEARTBEAT_SECONDS + 10)
    heartbeat(sent_at=(timezone.now() - waited).isoformat())

    answer = client.get("/health/")

    assert answer.status_code == 503
    assert answer.json()["beat"] is False
    assert answer.json()["seconds_since_heartbeat"] >= waited.total_seconds()


def test_beat_says_when_it_sent_its_sign_of_life():
    before = timezone.now().isoformat()

    sent_at = app.conf.beat_schedule["heartbeat"]["kwargs"]["sent_at"]()

    assert before <= sent_at <= timezone.now().isoformat()


def test_a_dead_queue_is_said(client, db, monkeypatch):
    def refuse(key):
        raise RedisConnectionError

    monkeypatch.setattr(views.cache, "get", refuse)

    answer = client.get("/health/")

    assert answer.status_code == 503
    assert answer.json()["queue"] is False


def test_a_dead_database_is_said(client, db, monkeypatch):
    class Dead:
        def cursor(self):
            raise OperationalError

    monkeypatch.setattr(views, "connection", Dead())

    answer = client.get("/health/")

    assert answer.status_code == 503
    assert answer.json()["database"] is False
