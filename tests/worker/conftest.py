import pytest

from tests.worker.running import broker, worker  # noqa: F401 (fixtures)
from tests.world import build_world


@pytest.fixture
def world(transactional_db):
    return build_world()
