"""The sign-ins of the demonstration: one person for each kind of work."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.roles import Role
from demo.cast import COLLEAGUES, LATER_COLLEAGUES

SIGN_INS = (*COLLEAGUES, *LATER_COLLEAGUES)
# Known to everybody who reads this, which is why it exists only where nothing is real
PASSWORD = "made-up-people-only"  # noqa: S105 (of people who do not exist)


@dataclass(frozen=True, slots=True)
class SignIn:
    """How to sign in as one of them, and what for."""

    role: str
    role_name: str
    name: str
    email: str
    password: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def give_passwords(by_part: Mapping[str, User]) -> None:
    """Let the people of the cast sign in; nobody else of the demonstration can. One query."""
    if settings.PRODUCTION:
        return
    ids = [by_part[part.name].pk for part in SIGN_INS if part.name in by_part]
    User.objects.filter(pk__in=ids).update(password=make_password(PASSWORD))


def signins() -> list[SignIn]:
    """The sign-ins there are; none in production, or before the demonstration was made."""
    if settings.PRODUCTION:
        return []
    there = set(
        User.objects.filter(email__in=[part.email for part in SIGN_INS]).values_list(
            "email", flat=True
        )
    )
    return [
        SignIn(
            role=part.role,
            role_name=Role(part.role).label,
            name=f"{part.given} {part.family}",
            email=part.email,
            password=PASSWORD,
        )
        for part in SIGN_INS
        if part.email in there
    ]
