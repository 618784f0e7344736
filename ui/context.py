"""What every page's frame shows, from the request alone: no query of its own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from ui import navigation
from ui.navigation import Link

SERVICE_NAME = "Virtual School"
WARN_MINUTES = 5


@dataclass(frozen=True, slots=True)
class Frame:
    """The header, menu and footer of one page for one person."""

    council: str
    service: str = SERVICE_NAME
    home_url: str = "/"
    menu: tuple[Link, ...] = ()
    tools: tuple[Link, ...] = ()
    account_name: str = ""
    account_url: str = ""
    hat: str = ""
    switch_url: str = ""
    sign_out_url: str = ""
    sign_in_url: str = ""
    search_url: str = ""
    notices_url: str = ""
    notices: int = 0
    is_calm: bool = False  # a carer's or young person's: larger, one column
    footer: tuple[Link, ...] = ()
    logo_url: str = ""
    theme_url: str = ""
    idle_minutes: int = 0
    signed_out_at: datetime | None = None
    warn_minutes: int = WARN_MINUTES
    stay_url: str = ""
    written_as: str = ""  # what the record calls the request that made this page
    printed_url: str = ""
    print_style_url: str = ""

    @property
    def is_signed_in(self) -> bool:
        """Whether the header names a person."""
        return bool(self.account_name)


def _role(seat: Any) -> str:
    role = getattr(seat, "role", "")
    return str(getattr(role, "value", role) or "")


def _footer() -> tuple[Link, ...]:
    pages = (
        ("Help", ("help",)),
        ("Privacy", ("privacy",)),
        ("Accessibility statement", ("accessibility",)),
        ("Contact the virtual school", ("contact",)),
    )
    return tuple(Link(label, url) for label, names in pages if (url := navigation.address(*names)))


def _unread(request: HttpRequest) -> int:
    """The number the notifications middleware left for us, if any: a value or a callable."""
    unread = getattr(request, "unread_notices", 0)
    return int(unread() if callable(unread) else unread or 0)


def build_frame(request: HttpRequest) -> Frame:
    """Put together the frame; for someone not signed in it has only the council and the footer."""
    common: dict[str, Any] = {
        "home_url": navigation.address("dashboard:home") or "/",
        "sign_in_url": navigation.address("accounts:sign_in"),
        "footer": _footer(),
        "theme_url": navigation.address("theme", "accounts:theme"),
    }
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Frame(council=settings.VS_SERVICE_OWNER, **common)

    seat = getattr(user, "seat", None)
    role = _role(seat)
    match = getattr(request, "resolver_match", None)
    view_name = match.view_name if match else ""
    seats = getattr(request, "seats", None) or ()
    calm = role in navigation.CALM_ROLES
    full_name = user.get_full_name() if hasattr(user, "get_full_name") else ""
    first_name = getattr(user, "given_name", "") or full_name
    searches = role in navigation.SEARCHING_ROLES
    written_as = getattr(request, "written_as", "")
    return Frame(
        council=getattr(seat, "authority_name", "") or settings.VS_SERVICE_OWNER,
        menu=tuple(navigation.menu(role, view_name)),
        tools=tuple(navigation.tools(role, view_name)),
        account_name=(first_name if calm else full_name) or "Your account",
        account_url=navigation.address("accounts:account"),
        hat=getattr(seat, "label", "") if len(seats) > 1 else "",
        switch_url=navigation.address("accounts:switch") if len(seats) > 1 else "",
        sign_out_url=navigation.address("accounts:sign_out"),
        search_url=navigation.address("dashboard:search", "dashboard:children") if searches else "",
        notices_url="" if calm else navigation.address("notifications:list"),
        notices=0 if calm else _unread(request),
        is_calm=calm,
        idle_minutes=int(getattr(request, "idle_minutes", 0) or 0),
        signed_out_at=getattr(request, "signed_out_at", None),
        stay_url=navigation.address("accounts:stay"),
        written_as=written_as,
        printed_url=navigation.address("oversight:printed"),
        print_style_url=navigation.address("oversight:print_style", args=[written_as]),
        **common,
    )


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `frame`, worked out only when a template shows it, and `demo`."""
    return {
        "frame": SimpleLazyObject(lambda: build_frame(request)),
        "demo": getattr(getattr(getattr(request, "user", None), "seat", None), "is_made_up", False),
    }
