from datetime import UTC, datetime, timedelta

import pytest

from accounts.rules import device_kind, session_is_over

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


@pytest.mark.parametrize(
    ("user_agent", "kind"),
    [
        pytest.param("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Mobile", "phone", id="iPhone"),
        pytest.param("Mozilla/5.0 (iPad; CPU OS 17_0) Mobile/15E148", "tablet", id="iPad"),
        pytest.param("Mozilla/5.0 (Linux; Android 15) Mobile Safari", "phone", id="Android"),
        pytest.param("Mozilla/5.0 (Linux; Android 14; SM-X810) Safari", "tablet", id="its tablets"),
        pytest.param("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "computer", id="Windows"),
        pytest.param("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)", "computer", id="a Chromebook"),
        pytest.param("curl/8.0", "", id="nothing that is known"),
        pytest.param("", "", id="nothing said"),
    ],
)
def test_kind_of_device(user_agent, kind):
    assert device_kind(user_agent) == kind
