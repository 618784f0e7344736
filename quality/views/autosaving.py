"""What a page that saves itself is answered, of a first mark and of a second alike."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.requests import SignedInRequest
from quality import actions, pages
from quality.forms import CheckForm, seen_in


def answered(
    request: SignedInRequest,
    save: Callable[[], tuple[CheckForm, actions.Saved]],
    *,
    why_not: Callable[[Exception], str],
) -> HttpResponse:
    """Save, and answer the save-state box with what the next save begins from.

    `why_not` says in a sentence why a mark may not be written any more.
    """
    box: dict[str, Any]
    try:
        form, saved = save()
    except (actions.MoveRefused, actions.NotTheirs) as refusal:
        box = {"state": "invalid", "words": "Not saved", "detail": why_not(refusal)}
    else:
        sent = seen_in(request.POST.get("seen"))
        box = pages.saved_box(form, saved, sent, at=timezone.now())
    status = 422 if box["state"] == "invalid" else 200
    return render(request, "quality/autosaved.html", box, status=status)
