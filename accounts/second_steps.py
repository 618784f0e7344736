"""Second steps a person has, and whether a code is theirs. The secrets lie with the library.

The library remembers used codes in the cache; we keep the last one with the secret, so that a code
counts once whether the cache is there or not.
"""

import io
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import qrcode
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.safestring import SafeString, mark_safe
from qrcode.image.svg import SvgPathImage

from accounts.roles import SECOND_STEP_ROLES

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.roles import Seat

APP, PASSKEY, CODES = (
    Authenticator.Type.TOTP,
    Authenticator.Type.WEBAUTHN,
    Authenticator.Type.RECOVERY_CODES,
)
# Written with the secrets of people who do not exist: their code may be shown (`demo.signins`)
MADE_UP = "made_up"
LAST_STEP = "last_step"


def is_needed(seats: Iterable["Seat"]) -> bool:
    """Say whether a person with these seats must take a second step."""
    return any(seat.role in SECOND_STEP_ROLES for seat in seats)


def is_set_up(user: "User") -> bool:
    """Say whether a person has an authenticator app or a passkey. One query."""
    return bool(Authenticator.objects.filter(user=user, type__in=(APP, PASSKEY)).exists())


def all_of(user: "User") -> list[Authenticator]:
    """A person's second steps, oldest first. One query."""
    return list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))


def new_secret() -> str:
    secret: str = generate_totp_secret()
    return secret


def code_at(secret: str, step: int) -> str:
    """The six digits of a half minute, counted from 1970."""
    code: str = format_hotp_value(hotp_value(secret, step))
    return code


def step_at(at: datetime) -> int:
    return int(at.timestamp()) // int(app_settings.TOTP_PERIOD)


def step_of_code(secret: str, code: str, *, at: datetime, after: int = 0) -> int | None:
    """Answer which half minute a code belongs to, if it may be used now; None when it may not.

    A clock may be half a minute off either way; only half minutes `after` the last used one count.
    """
    now, tolerance = step_at(at), int(app_settings.TOTP_TOLERANCE)
    for step in range(now - tolerance, now + tolerance + 1):
        if constant_time_compare(code, code_at(secret, step)) and step > after:
            return step
    return None


def secret_of(authenticator: Authenticator) -> str:
    secret: str = decrypt(authenticator.data["secret"])
    return secret


def setup_address(user: "User", secret: str) -> str:
    """What the QR code says to the app."""
    address: str = get_adapter().build_totp_url(user, secret)
    return address


def qr_code(text: str) -> SafeString:
    """A QR code as SVG to stand in the page: presentation attributes only, as the policy asks."""
    buffer = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=2).save(buffer)
    svg = buffer.getvalue().decode()
    return mark_safe(svg[svg.index("<svg") :])  # noqa: S308 (drawn by the library from our text)


def in_groups(text: str, size: int = 4) -> str:
    """A long secret in groups, to be typed by hand."""
    return " ".join(text[at : at + size] for at in range(0, len(text), size))


def code_to_show(user: "User", *, at: datetime) -> str:
    """The code of a person of the demonstration, who has no phone; empty for everybody else."""
    if settings.PRODUCTION:
        return ""
    found = Authenticator.objects.filter(user=user, type=APP).first()
    if found is None or not found.data.get(MADE_UP):
        return ""
    step = max(step_at(at), int(found.data.get(LAST_STEP, 0)) + 1)
    return code_at(secret_of(found), step)


def named(authenticator: Authenticator) -> str:
    """What a person calls one of theirs."""
    data: dict[str, Any] = authenticator.data
    return str(data.get("name") or "Passkey") if authenticator.type == PASSKEY else "App"
