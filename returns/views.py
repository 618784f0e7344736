"""Pages under "Data in and out": send files, see what is wrong, add them."""

import csv
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import audit
from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from accounts.throttle import EXPORTS, limited
from files.csv_format import safe_cell
from files.models import Load
from returns import actions, summaries
from returns.forms import LeaveOutForm, SendForm
from words.requests import keeps_words, put_back

PER_PAGE = 100
MAY_LOAD = (Permission.LOAD_FILES, Permission.LOAD_SCHOOLS)


@require_safe
@require_permission(*MAY_LOAD)
def loads(request: SignedInRequest) -> HttpResponse:
    found = summaries.loads_seen_by(request.user).select_related("received_by")
    page = Paginator(found.order_by("-received_at", "pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    kinds = [
        {"slug": kind.value, "name": name}
        for kind, name in summaries.KIND_NAMES.items()
        if request.user.may(summaries.NEEDED[kind])
    ]
    return render(request, "returns/loads.html", {"page": page, "kinds": kinds})


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(*MAY_LOAD)
def send(request: SignedInRequest, kind: str) -> HttpResponse:
    if kind not in Load.Kind.values:
        raise Http404
    chosen = Load.Kind(kind)
    seat = request.user.seat
    if not request.user.may(summaries.NEEDED[chosen]) or not seat or seat.authority_id is None:
        raise PermissionDenied
    is_sent = request.method == "POST"
    form = SendForm(
        request.POST if is_sent else None, request.FILES if is_sent else None, kind=chosen
    )
    if is_sent and form.is_valid():
        try:
            load = actions.receive(
                kind=chosen,
                uploads=form.cleaned_data["files"],
                authority_id=seat.authority_id,
                options={"year": form.cleaned_data.get("year")},
                by=request.user,
                at=timezone.now(),
            )
            return redirect("returns:load", pk=load.pk)
        except actions.NotAccepted as error:
            form.add_error("files", error.words)
    context = {"form": form, "kind_name": summaries.KIND_NAMES[chosen]}
    return render(request, "returns/send.html", context, status=422 if form.errors else 200)


@require_safe
@require_permission(*MAY_LOAD)
def load(request: SignedInRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(summaries.loads_seen_by(request.user), pk=pk)
    _record(found, "load.opened")
    return _load_page(request, found, LeaveOutForm(put_back(request)))


def _record(found: Load, kind: str) -> None:
    """Write down that a person read or took away what a file says of children."""
    audit.record(
        kind=kind,
        at=timezone.now(),
        table="files_load",
        row=found.pk,
        authority_id=found.authority_id,
    )


def _load_page(
    request: SignedInRequest, found: Load, form: LeaveOutForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "load": found,
        "kind_name": summaries.KIND_NAMES[Load.Kind(found.kind)],
        "tiles": summaries.tiles(found),
        "entries": summaries.entries_to_add(found),
        "faulty_rows": summaries.faulty_rows(found),
        "page": Paginator(found.faults, PER_PAGE).get_page(request.GET.get("page")),
        "warnings": found.warnings[:PER_PAGE],
        "may_leave_out": actions.may_leave_out(found),
        "added_before": summaries.added_before(found),
        "is_waiting": found.state
        in {Load.State.RECEIVED, Load.State.CHECKING, Load.State.APPLYING},
        "leave_out_form": form,
        "form": form if form.is_bound else None,
    }
    return render(request, "returns/load.html", context, status=status)


@require_POST
@require_permission(*MAY_LOAD)
def add(request: SignedInRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(summaries.loads_seen_by(request.user), pk=pk)
    try:
        actions.add(load_id=found.pk, by=request.user, at=timezone.now())
    except actions.NotNow:
        return _load_page(request, found, LeaveOutForm(), status=409)
    return redirect("returns:load", pk=pk)


@require_POST
@keeps_words("why rows are left out", page="returns:load")
@require_permission(*MAY_LOAD)
def leave_out(request: SignedInRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(summaries.loads_seen_by(request.user), pk=pk)
    form = LeaveOutForm(request.POST)
    if not form.is_valid():
        return _load_page(request, found, form, status=422)
    try:
        actions.add_without_faulty_rows(
            load_id=found.pk,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except actions.NotNow:
        return _load_page(request, found, LeaveOutForm(), status=409)
    return redirect("returns:load", pk=pk)


@require_safe
@require_permission(*MAY_LOAD)
@limited(EXPORTS)
def faults(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The faulty rows as a CSV that a spreadsheet opens without running anything in it."""
    found = get_object_or_404(summaries.loads_seen_by(request.user), pk=pk)
    _record(found, "load.faults_downloaded")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="faults-{found.pk.hex[:6]}.csv"'
    response.write("\ufeff")  # so that Excel reads it as UTF-8
    writer = csv.writer(response)
    writer.writerow(["File", "Row", "Column", "In your file", "What is wrong", "How to fix it"])
    for one in found.faults:
        cells = (one[name] for name in ("file", "line", "column", "value", "message", "fix"))
        writer.writerow([safe_cell(cell) for cell in cells])
    return response
