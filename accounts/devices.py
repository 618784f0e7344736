"""The browser a request comes from: its cookie and its words."""

import hashlib
import re
import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

_SALT = "accounts.device"
_AGE_SECONDS = 400 * 24 * 60 * 60  # browsers keep a cookie no longer
_BROWSERS = (  # the first that fits: most browsers claim to be several
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def token_of(request: HttpRequest) -> str:
    """Answer the random value in the device's cookie; empty without one, or with one not ours."""
    try:
        token: str = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=_SALT, max_age=_AGE_SECONDS
        )
    except signing.BadSignature:
        return ""
    return token


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def remember(response: HttpResponseBase, token: str) -> None:
    """Leave the device's cookie, which says nothing by itself and signs nobody in."""
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(token, salt=_SALT),
        max_age=_AGE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def words_of(user_agent: str) -> str:
    """Say which browser and system it is: "Edge, Windows"."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if re.search(mark, user_agent)), "")
    return f"{browser}, {system}" if system else browser
