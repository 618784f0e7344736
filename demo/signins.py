"""The sign-ins of the demonstration: one person for each kind of work."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts import second_steps
from accounts.models import User
from accounts.roles import SECOND_STEP_ROLES, Role
from demo.cast import COLLEAGUES, LATER_COLLEAGUES
from families.models import CarerPin

SIGN_INS = (*COLLEAGUES, *LATER_COLLEAGUES)
# Known to everybody who reads this, which is why it exists only where nothing is real
PASSWORD = "made-up-people-only"  # noqa: S105 (of people who do not exist)

PIN = "482915"


@dataclass(frozen=True, slots=True)
class SignIn:
    """How to sign in as one of them, and what for."""

    role: str
    role_name: str
    name: str
    email: str
    password: str
    pin: str  # asked for after a link; empty for those who are not carers
    secret: str  # of the authenticator app; empty for those who need no second step

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def secret_of(email: str, role: str) -> str:
    """The secret of a person's authenticator app: always the same, so that it can be told."""
    if role not in SECOND_STEP_ROLES:
        return ""
    digest = hashlib.sha256(f"{PASSWORD} {email}".encode()).digest()
    return base64.b32encode(digest[:20]).decode()


def give_passwords(by_part: Mapping[str, User]) -> None:
    """Let the people of the cast sign in; nobody else of the demonstration can. Four queries."""
    if settings.PRODUCTION:
        return
    cast = [(part, by_part[part.name]) for part in SIGN_INS if part.name in by_part]
    User.objects.filter(pk__in=[user.pk for _, user in cast]).update(
        password=make_password(PASSWORD)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=part.email, verified=True, primary=True)
        for part, user in cast
    )
    Authenticator.objects.bulk_create(
        Authenticator(
            user=user,
            type=second_steps.APP,
            data={"secret": encrypt(secret), second_steps.MADE_UP: True},
        )
        for part, user in cast
        if (secret := secret_of(part.email, part.role))
    )
    CarerPin.objects.bulk_create(
        CarerPin(user=user, pin=make_password(PIN), set_at=timezone.now())
        for part, user in cast
        if part.role == Role.CARER
    )


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
            pin=PIN if part.role == Role.CARER else "",
            secret=secret_of(part.email, part.role),
        )
        for part in SIGN_INS
        if part.email in there
    ]
