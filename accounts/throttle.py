"""How often something may be tried, counted in the database: the cache may be away.

One row per limit and key. The key is hashed with the secret key, so that a row names nobody. For a
page of one person, `@limited(SEARCHES)` is enough; sign-in counts by account, device and address
(`accounts.signing_in`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import uuid4

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

import audit
from accounts.models import Tries
from accounts.requests import SignedInRequest


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries `within` a time; one more waits until `locked_for` is over."""

    name: str
    most: int
    within: timedelta
    locked_for: timedelta


class TooMany(Exception):
    """There were too many tries; `until` says when the next one is heard.

    `is_first`: this try is the one that locked.
    """

    def __init__(self, until: datetime, *, is_first: bool = False) -> None:
        super().__init__()
        self.until = until
        self.is_first = is_first


SEARCHES = Limit("search", 120, timedelta(minutes=5), timedelta(minutes=5))
EXPORTS = Limit("export", 60, timedelta(hours=1), timedelta(minutes=15))
PRINTS = Limit("print", 60, timedelta(minutes=5), timedelta(minutes=5))
# Whoever is on duty names a child exactly; twenty names an hour is somebody trying names out
EMERGENCIES = Limit("emergency", 20, timedelta(hours=1), timedelta(minutes=30))


def hashed(limit: Limit, key: object) -> str:
    return salted_hmac(f"accounts.throttle.{limit.name}", str(key), algorithm="sha256").hexdigest()


def locked_until(limit: Limit, key: object, *, at: datetime) -> datetime | None:
    """Answer until when a key is locked; None when it is not. One query."""
    return (
        Tries.objects.filter(kind=limit.name, key=hashed(limit, key), locked_until__gt=at)
        .values_list("locked_until", flat=True)
        .first()
    )


def spend(limit: Limit, key: object, *, at: datetime) -> None:
    """Count one try. Raises TooMany when there were `most` already. One query.

    Counted before what is tried, and the row stays locked until the transaction ends: guesses sent
    side by side wait for one another and none goes uncounted.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_tries AS held (id, kind, key, count, began_at, locked_until)
            VALUES (%(id)s, %(kind)s, %(key)s, 1, %(at)s, NULL)
            ON CONFLICT (kind, key) DO UPDATE SET
                count = CASE
                    WHEN held.locked_until > %(at)s THEN held.count
                    WHEN held.locked_until IS NOT NULL OR held.began_at <= %(since)s THEN 1
                    ELSE held.count + 1 END,
                began_at = CASE
                    WHEN held.locked_until > %(at)s THEN held.began_at
                    WHEN held.locked_until IS NOT NULL OR held.began_at <= %(since)s THEN %(at)s
                    ELSE held.began_at END,
                locked_until = CASE
                    WHEN held.locked_until > %(at)s THEN held.locked_until
                    WHEN held.locked_until IS NOT NULL OR held.began_at <= %(since)s THEN NULL
                    WHEN held.count >= %(most)s THEN %(until)s
                    ELSE NULL END
            RETURNING locked_until
            """,
            {
                "id": uuid4(),
                "kind": limit.name,
                "key": hashed(limit, key),
                "at": at,
                "since": at - limit.within,
                "most": limit.most,
                "until": at + limit.locked_for,
            },
        )
        (until,) = cursor.fetchone()
    if until is not None:
        raise TooMany(until, is_first=until == at + limit.locked_for)


def forgive(limit: Limit, key: object) -> None:
    """Forget the tries of a key that has proven itself. One query."""
    Tries.objects.filter(kind=limit.name, key=hashed(limit, key)).delete()


def forget_old(*, at: datetime) -> int:
    """Delete rows that no longer count. Answers how many."""
    old = Tries.objects.filter(began_at__lt=at - timedelta(days=1)).exclude(locked_until__gt=at)
    return old.delete()[0]


def too_many(request: HttpRequest, until: datetime) -> HttpResponse:
    """The page for somebody who has to wait."""
    context = {"until": timezone.localtime(until), "page_has_errors": True}
    return render(request, "accounts/too_many.html", context, status=429)


View = Callable[..., HttpResponseBase]


def limited(limit: Limit, *, method: str = "") -> Callable[[View], View]:
    """Let a signed-in person use a view only so often; then 429 and until when, recorded once.

    With a `method`, only its requests count. A request that is refused (403, 404) counts for
    nothing: its transaction is taken back.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not method or request.method == method:
                try:
                    spend(limit, request.user.pk, at=timezone.now())
                except TooMany as error:
                    return _stopped(request, limit, error)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def _stopped(request: SignedInRequest, limit: Limit, error: TooMany) -> HttpResponse:
    if error.is_first:
        audit.record(
            kind="refused.429",
            at=timezone.now(),
            table=request.resolver_match.view_name if request.resolver_match else "",
            authority_id=request.user.seat.authority_id if request.user.seat else None,
            after={"limit": limit.name},
        )
    context = {"until": timezone.localtime(error.until), "what": limit.name}
    return render(request, "accounts/slow_down.html", context, status=429)
