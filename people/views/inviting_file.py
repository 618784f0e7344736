"""Inviting many at once from a list: checked whole, shown before anything is sent."""

from collections.abc import Iterable
from io import BytesIO

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest, require_permission
from accounts.roles import SCHOOL_ROLES
from files.csv_format import ImportRefused
from people import imports, rights
from people.actions import inviting
from people.actions.memberships import NotAllowed
from people.csv_format import COLUMNS, OPTIONAL
from people.forms import FileForm, labels
from people.imports import Asked
from people.views.seats import MANAGES

_SALT = "people.list"
GOOD_FOR = 60 * 60  # seconds from looking at the list to sending it


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(*MANAGES)
def check(request: SignedInRequest) -> HttpResponse:
    """Every fault by its line, or who would be asked to what; nothing is sent yet."""
    is_sent = request.method == "POST"
    form = FileForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    faults: Iterable[object] = ()
    if is_sent and form.is_valid():
        try:
            rows = imports.read(
                BytesIO(form.cleaned_data["file"].read()),
                by=request.user,
                today=timezone.localdate(),
            )
        except ImportRefused as refused:
            faults = list(refused.faults)
            form.add_error("file", "Correct the lines listed below and send the file again")
        else:
            shown = {
                "rows": rows,
                "signed": signing.dumps([_packed(r) for r in rows], salt=_SALT),
            }
            return render(request, "people/file_preview.html", shown)
    context: dict[str, object] = {
        "form": form,
        "faults": faults,
        "columns": [*COLUMNS, *OPTIONAL],
        "roles": labels(rights.gives(request.user)),
        "school_roles": labels(SCHOOL_ROLES & rights.gives(request.user)),
    }
    return render(request, "people/invite_file.html", context, status=422 if form.errors else 200)


def _packed(row: Asked) -> list[object]:
    return [row.email, row.given_name, row.family_name, row.role, row.school_id,
            row.started_on.isoformat()]  # fmt: skip


@require_POST
@require_permission(*MANAGES)
def send(request: SignedInRequest) -> HttpResponse:
    """Send what was shown: all or none. A list sent before changes nothing."""
    try:
        packed = signing.loads(request.POST.get("rows", ""), salt=_SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        messages.error(request, "Send the file again: it was checked too long ago.")
        return redirect("people:invite_file")
    try:
        number = inviting.invite_all(
            rows=[Asked.unpacked(row) for row in packed], by=request.user, at=timezone.now()
        )
    except NotAllowed as refused:
        messages.error(request, f"Nothing was sent. {refused.words}.")
        return redirect("people:invite_file")
    people = "1 person" if number == 1 else f"{number} people"
    messages.success(request, f"{people} invited. {inviting_words(len(packed) - number)}".strip())
    return redirect("people:changes")


def inviting_words(known: int) -> str:
    """What is said of those for whom nothing changed."""
    return f"{known} had the role or an invitation already." if known else ""
