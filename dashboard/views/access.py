"""Who has looked at a child's record: the page, and the list as a file."""

import csv
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

import audit
from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from accounts.throttle import EXPORTS, limited
from children.models import Child
from dashboard.views.frame import Opened, open_record
from files.csv_format import safe_cell
from oversight import looking
from oversight.forms import ExportForm, LookFilterForm
from words.requests import keeps_words, put_back

PER_PAGE = 50
MOST_IN_A_FILE = 50_000


@require_safe
@require_permission(Permission.SEE_WHO_LOOKED)
def child_access(request: SignedInRequest, pk: UUID) -> HttpResponse:
    opened = open_record(request, pk, "who has looked")
    return _page(request, opened, ExportForm(put_back(request)))


def _page(request: SignedInRequest, opened: Opened, export: ExportForm) -> HttpResponse:
    form = LookFilterForm(request.GET, people=looking.lookers(opened.child))
    chosen = form.chosen() if form.is_valid() else looking.LookFilter()
    upto = _number(request.GET.get("upto", ""))
    found = looking.looks(opened.child, chosen, upto=upto)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    faulty = form if form.errors else export if export.is_bound else None
    context = opened.context | {
        "filters": form,
        "form": faulty,
        "export": export,
        "query": request.GET.urlencode(),
        "page": page,
        "upto": upto or max((event.pk for event in page), default=None),
        "is_as_it_was": upto is not None,
        "looks": looking.with_names(page.object_list) if not form.errors else [],
    }
    status = 422 if faulty else 200
    return render(request, "dashboard/child_access.html", context, status=status)


def _number(text: str) -> int | None:
    """The id of an event out of an address; None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_POST
@keeps_words("why to take a list away", page="dashboard:child_access")
@require_permission(Permission.SEE_WHO_LOOKED)
@limited(EXPORTS)
def export_access(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The same list as a CSV, for a reason, which is recorded with it."""
    opened = open_record(request, pk, "who has looked")
    export = ExportForm(request.POST)
    form = LookFilterForm(request.GET, people=looking.lookers(opened.child))
    if not export.is_valid() or not form.is_valid():
        return _page(request, opened, export)
    found = looking.looks(opened.child, form.chosen())[:MOST_IN_A_FILE]
    response = _file(opened.child, looking.with_names(found))
    audit.record(
        kind="child.looks_exported",
        at=timezone.now(),
        table=Child._meta.db_table,
        row=opened.child.pk,
        child_id=opened.child.pk,
        authority_id=opened.child.authority_id,
        actor_id=request.user.pk,
        reason=export.cleaned_data["reason"],
    )
    return response


def _file(child: Child, looks: list[looking.Look]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="who-looked-{child.pk.hex[:6]}.csv"'
    response.write("\ufeff")  # so that Excel reads it as UTF-8
    writer = csv.writer(response)
    writer.writerow(["When", "Who", "Role", "Instead of", "What", "Reason", "From"])
    for look in looks:
        when = timezone.localtime(look.at).strftime("%Y-%m-%d %H:%M")
        cells = (look.name, look.role, look.instead_of, look.what, look.reason, look.where)
        writer.writerow([when, *map(safe_cell, cells)])
    return response
