"""A form that arrives after its session has ended loses nothing (ux 8.5, decisions 14 and 42)."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts import wall
from accounts.middleware import OUTSIDE
from accounts.models import User
from words import actions, rules
from words.models import HeldWords
from words.requests import ASKED, Keeping

RENEW_AFTER = timedelta(hours=1)
_SIGNER = TimestampSigner(salt="words.author")

HELD = (
    "You had been signed out before what you wrote arrived. We have kept it for 24 hours: sign in "
    "and it will be back in the page."
)
NOT_HELD = (
    "You had been signed out, and what you sent is too long for us to keep. Go back in your "
    "browser, where it still stands, and copy it before you sign in."
)
WAITING = (
    'We kept what you wrote after you had been signed out. <a class="govuk-link" href="{}">See the '
    "words we kept</a>. They are deleted after 24 hours."
)


STOPPED = (
    "What you wrote was not saved: this record asks for a reason now. We have kept it for 24 "
    'hours. <a class="govuk-link" href="{}">See the words we kept</a>.'
)
REFUSED = {403, 404}
KEPT_HEADER = "X-Words-Kept"  # read by frontend/js/autosave.js


class KeptWordsMiddleware:
    """Hold what a person sent after their session had ended, and offer it when they are back.

    The same for what arrives in a session whose role, or part in the child's life, has ended.

    Whose session it was is told by a cookie of ours: signed, out of reach of scripts, renewed while
    they are signed in and good for a day. It opens nothing: all that can be done with it is to
    leave words that only this person will see, and that are saved only if they say so.

    Between the end of sessions and the demand to sign in; after the check against forged requests,
    which another site's form does not pass, so that none can leave words here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(OUTSIDE):
            return self.get_response(request)
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        user = request.user
        if not isinstance(user, User):
            return response
        response = _keep_refused(request, response, user)
        _remember(request, response, user)
        if not was_signed_in:
            _tell_of_waiting(request, response, user)
        elif _are_not_back(request) and (address := _address_of_asked(request, user)):
            return redirect(address)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_: object
    ) -> HttpResponseBase | None:
        keeping: Keeping | None = getattr(view, "keeps_words", None)
        if request.method != "POST" or keeping is None:
            return None
        if getattr(view, "csrf_exempt", False):  # nothing has shown that this was not forged
            return None
        if request.user.is_authenticated:
            request.words_sent_to = keeping  # type: ignore[attr-defined]
            return None
        author = _author_of(request)
        return _hold(request, keeping, author) if author else None


def _hold(request: HttpRequest, keeping: Keeping, author: User) -> HttpResponseBase | None:
    """Hold the form and ask to sign in; a form that saves itself asks by its own dialog."""
    path = keeping.path(request)
    values = rules.held_values(dict(request.POST.lists()))
    is_partial = bool(getattr(request, "htmx", False))
    try:
        held = actions.hold(
            author=author,
            page=path,
            form=keeping.form,
            called=keeping.called,
            values=values,
            own=keeping.own(values),
            at=timezone.now(),
        )
    except actions.TooMuch:
        held, words = None, NOT_HELD
    else:
        words = HELD if held else ""
    if is_partial:
        return None
    if words:
        messages.warning(request, words)
    back = held.address() if held else path
    return redirect(f"{reverse('accounts:sign_in')}?{urlencode({'next': back})}")


def _keep_refused(request: HttpRequest, response: HttpResponseBase, user: User) -> HttpResponseBase:
    """Hold what a signed-in person sent to a page that was closed to them while they wrote.

    Their role or their part in the child's life has ended, or the record asks for a reason now. The
    answer stays what it was; it shows them the words they have just sent, and no others.
    """
    keeping: Keeping | None = getattr(request, "words_sent_to", None)
    is_stopped = getattr(request, "is_stopped_at_a_record", False)
    if keeping is None or not (is_stopped or response.status_code in REFUSED):
        return response
    values = rules.held_values(dict(request.POST.lists()))
    own = [(rules.label_of(name), text) for name, text in keeping.own(values).items()]
    if not own:
        return response
    seat = user.seat.key if user.seat else ""
    try:
        actions.hold(
            author=user, page=keeping.path(request), form=keeping.form, called=keeping.called,
            values=values, own=keeping.own(values), at=timezone.now(), seat=seat,
        )  # fmt: skip
    except actions.TooMuch:
        is_kept = False
    else:
        is_kept = True
    is_partial = bool(getattr(request, "htmx", False))
    if is_stopped and is_kept:
        messages.warning(request, format_html(STOPPED, reverse("words:list")))
    if is_partial and is_kept:
        response.headers[KEPT_HEADER] = "yes"
    if is_stopped or is_partial:
        return response
    context = {"own": own, "is_kept": is_kept, "may_return": bool(seat)}
    return render(request, "words/refused.html", context, status=response.status_code)


def _remember(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Leave with the browser whose session this is, for the day after it ends."""
    if _marked(request, within=RENEW_AFTER) == user.pk:
        return
    response.set_cookie(
        settings.AUTHOR_COOKIE_NAME,
        _SIGNER.sign(user.pk.hex),
        max_age=rules.KEPT_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def _marked(request: HttpRequest, *, within: timedelta) -> UUID | None:
    """Whom our cookie names, if we made it, and not longer ago."""
    cookie = request.COOKIES.get(settings.AUTHOR_COOKIE_NAME, "")
    try:
        return UUID(_SIGNER.unsign(cookie, max_age=within))
    except (BadSignature, ValueError):
        return None


def _author_of(request: HttpRequest) -> User | None:
    pk = _marked(request, within=rules.KEPT_FOR)
    return User.objects.filter(pk=pk, is_active=True).first() if pk else None


def _tell_of_waiting(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Say once, at sign-in, that words wait; not if the next page is the one that shows them."""
    if f"{ASKED}=" in response.headers.get("Location", ""):
        return
    with wall.opened([], actor=wall.Actor(user_id=user.pk)):
        waits = HeldWords.objects.visible_to(user).current(at=timezone.now()).exists()
    if waits:
        messages.warning(request, format_html(WAITING, reverse("words:list")))


def _are_not_back(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and ASKED in request.GET
        and not getattr(request, "words_are_back", False)
    )


def _address_of_asked(request: HttpRequest, user: User) -> str:
    """Where the words can be read that the page could not take; empty if they are not theirs."""
    try:
        pk = UUID(request.GET[ASKED])
    except ValueError:
        return ""
    with wall.opened([], actor=wall.Actor(user_id=user.pk)):
        held = HeldWords.objects.visible_to(user).current(at=timezone.now()).filter(pk=pk)
        is_theirs = held.exists()
    return f"{reverse('words:list')}#words-{pk}" if is_theirs else ""
