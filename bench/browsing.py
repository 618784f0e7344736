"""A reader without a browser: signed in as one of the demonstration, through the whole stack."""

from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts import wall
from accounts.middleware import SECOND_STEP
from accounts.models import User
from accounts.roles import Role, Seat
from accounts.seats import seats_of
from bench.measuring import Work
from demo.cast import COLLEAGUES


class NotAsked(Exception):
    """A page answered otherwise than it should: its time would mean nothing."""


@dataclass(frozen=True)
class Reader:
    """A person of the demonstration with an open session."""

    user: User
    seat: Seat
    client: Client

    def behind_wall(self) -> AbstractContextManager[None]:
        """The wall as it is open for this person's requests."""
        return wall.opened(self.seat.authorities)

    def get(self, url: str) -> HttpResponse:
        return _answered(self.client.get(url), url)

    def home(self) -> str:
        """The address of the page this role is sent to."""
        return str(self.client.get("/", follow=True).request["PATH_INFO"])

    def post(self, url: str, data: dict[str, Any]) -> HttpResponse:
        return _answered(self.client.post(url, data, headers={"HX-Request": "true"}), url)


def _answered(response: HttpResponse, url: str) -> HttpResponse:
    if response.status_code != 200:
        raise NotAsked(f"{url} answered {response.status_code}")
    return response


def reader(role: Role) -> Reader:
    """Sign in the first of the cast with a role."""
    email = next(part.email for part in COLLEAGUES if part.role == role)
    user = User.objects.get(email=email)
    seat = next(seat for seat in seats_of(user, on=timezone.localdate()) if seat.role == role)
    user.seat = seat
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    session = client.session
    session[SECOND_STEP] = True  # as after a sign-in by the pages
    session.save()
    return Reader(user, seat, client)


def queries(work: Work) -> int:
    """How many statements a work sends to the database, those of the wall and session too."""
    sent = 0

    def count(execute: Any, statement: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal sent
        sent += 1
        return execute(statement, params, many, context)

    with ExitStack() as stack:
        if work.before:
            work.before()
        stack.enter_context(connection.execute_wrapper(count))
        work.run()
    return sent


class Fields(HTMLParser):
    """The values a browser would send with the page's main form."""

    def __init__(self, html: str, *, action: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._action = action
        self._inside = False
        self._text: str | None = None
        self._select = ""
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = self._action in found.values()
        elif self._inside and "name" in found and "disabled" not in found:
            self._take(tag, found)
        elif self._inside and tag == "option" and "selected" in found:
            self.values[self._select] = [found.get("value", "")]

    def _take(self, tag: str, found: dict[str, str]) -> None:
        name = found["name"]
        if tag == "textarea":
            self._text = name
            self.texts.append(name)
            self.values[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "input":
            ticked = found.get("type") not in {"radio", "checkbox"} or "checked" in found
            if ticked and found.get("type") not in {"submit", "file"}:
                self.values.setdefault(name, []).append(found.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self.values[self._text][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = None
        elif tag == "form":
            self._inside = False
