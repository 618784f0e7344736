"""Which forms are held for their author, and what a page fills its form with.

A view of a form in which people write carries `@keeps_words`, and makes its form from
`typed(request)` in place of `posted(request)`. The rest is done for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.requests import SignedInRequest
from ui.words import time_of_day
from words import actions, rules
from words.models import HeldWords

ASKED = "words"  # in the query of the page: which held words to put back
SHOWN = "words_shown"  # in the session: which of them stands in which form
PUT_BACK = (
    "We kept what you wrote at {at}, after you were signed out. It is back in the page, "
    "not saved yet. Check that it is yours, then send it again. Choose files again if you had any."
)

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Keeping:
    """How the form of a view is held: where it stands, and which words in it are the sender's."""

    called: str
    page: str
    form: str
    own: Callable[[rules.Values], Mapping[str, str]]

    def path(self, request: HttpRequest) -> str:
        """The page the form stands on, which a person can be led back to."""
        match = request.resolver_match
        if not self.page or match is None:
            return request.path
        return reverse(self.page, kwargs=match.kwargs)


def keeps_words(
    called: str,
    *,
    page: str = "",
    form: str = "",
    own: Callable[[rules.Values], Mapping[str, str]] = rules.words_of,
) -> Callable[[V], V]:
    """Mark a view whose form is held when it arrives after the session has ended.

    `called` says what it is, "a section of a PEP". `page` names the route that shows the form, if
    it is another, with the same arguments; `form` which one of that page. `own` picks the words of
    the sender out of all that was sent. When the form is accepted, what was held of it is gone.
    """

    def mark(view: V) -> V:
        keeping = Keeping(called, page, form, own)

        @wraps(view)
        def settling(request: SignedInRequest, *args: Any, **kwargs: Any) -> Any:
            response = view(request, *args, **kwargs)
            if request.method == "POST" and response.status_code < 400:
                _settle(request, keeping)
            return response

        settling.keeps_words = keeping  # type: ignore[attr-defined]
        return cast("V", settling)

    return mark


def typed(request: SignedInRequest, *, form: str = "") -> QueryDict | None:
    """What to fill a form with: what was just sent, else what was held of it, else nothing."""
    return request.POST if request.method == "POST" else put_back(request, form=form)


def put_back(request: SignedInRequest, *, form: str = "") -> QueryDict | None:
    """What was held of a form of this page, if the page is asked to put it back.

    One query, and only then. For a page with several forms, or whose form is sent elsewhere.
    """
    if request.method == "POST":
        return None
    held = _asked_for(request)
    if held is None or (held.page, held.form) != (request.path, form):
        return None
    request.words_are_back = True  # type: ignore[attr-defined]
    shown = request.session.get(SHOWN, {})
    request.session[SHOWN] = {**shown, _place(held.page, form): held.pk.hex}
    messages.warning(request, PUT_BACK.format(at=time_of_day(timezone.localtime(held.made_at))))
    return held.posted()


def _asked_for(request: SignedInRequest) -> HeldWords | None:
    if not (wanted := request.GET.get(ASKED)):
        return None
    try:
        pk = UUID(wanted)
    except ValueError:
        return None
    mine = HeldWords.objects.visible_to(request.user).current(at=timezone.now())
    return mine.filter(pk=pk).first()


def _settle(request: SignedInRequest, keeping: Keeping) -> None:
    shown = request.session.get(SHOWN)
    if not shown:
        return
    pk = shown.pop(_place(keeping.path(request), keeping.form), None)
    if pk:
        request.session[SHOWN] = shown
        actions.discard(held_id=UUID(pk), by=request.user)


def _place(page: str, form: str) -> str:
    return f"{page} {form}"
