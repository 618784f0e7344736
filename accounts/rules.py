"""How long a session may live, per role (decisions 42), and what it runs on (plain Python)."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class SessionLimits:
    idle: timedelta
    whole: timedelta

    @property
    def idle_minutes(self) -> int:
        return int(self.idle.total_seconds() // 60)


DEFAULT_LIMITS = SessionLimits(idle=timedelta(minutes=30), whole=timedelta(hours=12))
LIMITS = {
    "young_person": SessionLimits(idle=timedelta(minutes=15), whole=timedelta(hours=2)),
    "authority_administrator": SessionLimits(idle=timedelta(minutes=15), whole=timedelta(hours=8)),
    "system_administrator": SessionLimits(idle=timedelta(minutes=15), whole=timedelta(hours=8)),
}


def limits_of(role: str | None) -> SessionLimits:
    return LIMITS.get(role or "", DEFAULT_LIMITS)


def session_is_over(
    *, role: str | None, began_at: datetime, last_at: datetime, now: datetime
) -> bool:
    """Say whether a session has been idle, or has lasted, longer than its role allows."""
    limits = limits_of(role)
    return now - last_at >= limits.idle or now - began_at >= limits.whole


def ends_at(*, role: str | None, began_at: datetime, last_at: datetime) -> datetime:
    """The moment a session is over if nothing is sent any more."""
    limits = limits_of(role)
    return min(last_at + limits.idle, began_at + limits.whole)


# Words of a browser's own description, the first that is found counts
_DEVICES = (
    ("iPad", "tablet"),
    ("Tablet", "tablet"),
    ("iPhone", "phone"),
    ("Mobile", "phone"),
    ("Android", "tablet"),  # without "Mobile"
    ("Windows", "computer"),
    ("Macintosh", "computer"),
    ("CrOS", "computer"),
    ("Linux", "computer"),
)


def device_kind(user_agent: str) -> str:
    """Say what kind of device a browser says it runs on; empty when it says nothing known."""
    return next((kind for word, kind in _DEVICES if word in user_agent), "")
