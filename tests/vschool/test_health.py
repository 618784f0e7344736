import pytest
from django.core.cache import cache
from django.db import OperationalError
from redis.exceptions import ConnectionError as RedisConnectionError

from vschool import views
from vschool.tasks import HEARTBEAT_KEY, heartbeat


@pytest.fixture(autouse=True)
def _no_heartbeat():
    cache.delete(HEARTBEAT_KEY)
    yield
    cache.delete(HEARTBEAT_KEY)


def test_all_alive_after_a_heartbeat(client, db):
    heartbeat()

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
