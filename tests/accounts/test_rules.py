from datetime import UTC, datetime, timedelta

import pytest

from accounts.rules import session_is_over

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("role", "idle_minutes", "hours", "over"),
    [
        pytest.param("adviser", 29, 1, False, id="just under half an hour idle"),
        pytest.param("adviser", 30, 1, True, id="half an hour idle is over"),
        pytest.param("adviser", 0, 12, True, id="twelve hours in all is over"),
        pytest.param("young_person", 14, 1, False, id="a young person has a quarter of an hour"),
        pytest.param("young_person", 15, 1, True, id="then it is over"),
        pytest.param("young_person", 0, 2, True, id="and two hours in all"),
        pytest.param("system_administrator", 15, 1, True, id="administrators the same idle time"),
        pytest.param("system_administrator", 0, 8, True, id="and eight hours in all"),
        pytest.param(None, 30, 1, True, id="without a role the default holds"),
    ],
)
def test_session_limits(role, idle_minutes, hours, over):
    last = NOW - timedelta(minutes=idle_minutes)
    began = NOW - timedelta(hours=hours)

    assert session_is_over(role=role, began_at=began, last_at=last, now=NOW) is over
