import pytest

from tests import every_table
from tests.retention.deciding import head_of


@pytest.fixture
def head(open_wall, authority):
    return head_of(authority)


@pytest.fixture
def child(head, authority):
    """With a row in every table, and due."""
    return every_table.make_child(authority)
