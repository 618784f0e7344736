"""Pages for machines and for when things go wrong."""

import json
import logging
import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from redis.exceptions import RedisError

from vschool.tasks import HEARTBEAT_KEY, HEARTBEAT_SECONDS

log = logging.getLogger(__name__)
LONGEST_REPORT = 8 * 1024  # bytes
_RULE = re.compile(r"[a-z-]{1,40}")
_HOST = re.compile(r"[a-z0-9.-]{1,100}")


@login_not_required
@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Say whether database, queue, worker and beat are alive: 200 when all are, else 503.

    Worker and beat are proven together: beat sends a sign of life every 20 seconds, a worker
    leaves it; `seconds_since_heartbeat` is how long ago beat sent the last that a worker has run.
    """
    state: dict[str, Any] = {"database": _database_answers()}
    try:
        beaten = cache.get(HEARTBEAT_KEY)
        state["queue"] = True
    except (RedisError, OSError):
        beaten = None
        state["queue"] = False
    age = None
    if beaten:
        age = round((timezone.now() - datetime.fromisoformat(beaten)).total_seconds(), 1)
    state["worker"] = state["beat"] = age is not None and age <= HEARTBEAT_SECONDS
    state["seconds_since_heartbeat"] = age
    alive = all(state[name] for name in ("database", "queue", "worker", "beat"))
    return JsonResponse({"alive": alive, **state}, status=200 if alive else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        return False


@login_not_required
@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Note in the log that a browser blocked something: which rule and which host, no more.

    Anyone may post here, so nothing of it is kept but two short words of known form.
    """
    if int(request.headers.get("Content-Length") or 0) > LONGEST_REPORT:
        return HttpResponse(status=413)
    try:
        report = json.loads(request.body).get("csp-report", {})
        rule = str(report.get("effective-directive") or report.get("violated-directive", ""))
        blocked = urlsplit(str(report.get("blocked-uri", ""))).hostname or ""
    except (ValueError, AttributeError):
        return HttpResponse(status=400)
    log.warning(
        "Blocked by the content policy: %s, from %s",
        _RULE.fullmatch(rule) and rule,
        _HOST.fullmatch(blocked) and blocked,
    )
    return HttpResponse(status=204)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)
