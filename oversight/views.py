"""Pages about the record: what was done, by a person, to a child; and what a child is told."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

import audit
from accounts.models import Membership, User
from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from accounts.roles import Role
from accounts.throttle import PRINTS, limited
from audit.models import Event
from children.actions import record_opening, stop_if_restricted
from children.models import Child
from oversight import actions, changes, log, looking
from oversight.forms import FindPersonForm, LogFilterForm, NoteForm
from oversight.models import UnusualReading
from oversight.rules import place_of, reason_words
from words.requests import keeps_words, typed

FOUND_AT_MOST = 20
PER_PAGE = 50
READ = "record.read"


def _record_reading(request: SignedInRequest, *, page: str, child: Child | None = None) -> None:
    """Reading the record is in the record. One query."""
    seat = request.user.seat
    audit.record(
        kind=READ,
        at=timezone.now(),
        table="audit_event",
        child_id=child.pk if child else None,
        authority_id=seat.authority_id if seat else None,
        actor_id=request.user.pk,
        after={"page": page},
    )


@require_safe
@require_permission(Permission.SEE_RECORD)
def whole_log(request: SignedInRequest) -> HttpResponse:
    form = LogFilterForm(request.GET)
    if not form.is_valid():
        context = _frame(request, form) | {"form": form}
        return render(request, "oversight/log.html", context, status=422)
    chosen = form.chosen()
    child = _child(request, chosen.child) if chosen.child else None
    people = log.people_of(request.user)
    person = get_object_or_404(people, pk=chosen.person) if chosen.person else None
    _record_reading(request, page="the log", child=child)
    page = log.page(request.user, chosen, after=place_of(request.GET.get("after", "")))
    context = _frame(request, form) | {"child": child, "person": person} | _listed(request, page)
    return render(request, "oversight/log.html", context)


def _frame(request: SignedInRequest, form: LogFilterForm) -> dict[str, Any]:
    return {
        "filters": form,
        "find_form": FindPersonForm(),
        "may_see_unusual": request.user.may(Permission.SEE_UNUSUAL_READING),
        "may_see_openings": request.user.may(Permission.RESTRICT_RECORDS),
    }


def _listed(request: SignedInRequest, page: log.Page) -> dict[str, Any]:
    query = request.GET.copy()
    query["after"] = page.next
    is_first = not request.GET.get("after")
    query_first = request.GET.copy()
    query_first.pop("after", None)
    return {
        "entries": page.entries,
        "next_url": f"?{query.urlencode()}" if page.next else "",
        "first_url": "" if is_first else f"?{query_first.urlencode()}",
    }


def _child(request: SignedInRequest, pk: UUID) -> Child:
    """A child whose lines this reader may ask for: one they may see, and open now."""
    if not log.reads_cases(request.user):
        raise Http404
    child = get_object_or_404(Child.objects.visible_to(request.user), pk=pk)
    stop_if_restricted(child=child, by=request.user)
    return child


@require_POST
@require_permission(Permission.SEE_RECORD)
def find_person(request: SignedInRequest) -> HttpResponse:
    """Lead to what a person did; to a choice where several have the name."""
    form = FindPersonForm(request.POST)
    found: list[User] = []
    if form.is_valid():
        names = Q()
        for word in form.cleaned_data["name"].split():
            names &= Q(given_name__icontains=word) | Q(family_name__icontains=word)
        people = log.people_of(request.user).filter(names)
        found = list(people.order_by("family_name", "given_name", "pk")[:FOUND_AT_MOST])
        if len(found) == 1:
            return redirect("oversight:person", pk=found[0].pk)
        if not found:
            form.add_error("name", "Nobody of your authority has this name")
    context = {"find_form": form, "form": form if form.errors else None, "found": found}
    return render(request, "oversight/find.html", context, status=422 if form.errors else 200)


@require_safe
@require_permission(Permission.SEE_RECORD)
def person(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What one person did, and in which seats."""
    about = get_object_or_404(log.people_of(request.user), pk=pk)
    form = LogFilterForm(request.GET)
    seats = Membership.objects.filter(user=about).select_related("authority", "school")
    context: dict[str, Any] = {
        "about": about,
        "filters": form,
        "seats": seats.order_by("-started_on", "pk"),
        "back_url": reverse("oversight:log"),
        "back_label": "The record",
    }
    if not form.is_valid():
        return render(request, "oversight/person.html", context | {"form": form}, status=422)
    _record_reading(request, page="what a person did")
    chosen = form.chosen(person=about.pk)
    if chosen.child:
        context["child"] = _child(request, chosen.child)
    page = log.page(request.user, chosen, after=place_of(request.GET.get("after", "")))
    return render(request, "oversight/person.html", context | _listed(request, page))


@require_safe
@require_permission(Permission.SEE_RECORD)
def event(request: SignedInRequest, pk: int) -> HttpResponse:
    """One change, before and after, as far as this reader may see those fields now."""
    authority = request.user.seat.authority_id if request.user.seat else None
    shown = get_object_or_404(
        Event.objects.filter(authority_id=authority, kind__startswith="row."), pk=pk
    )
    child = _child(request, shown.child_id) if shown.child_id else None
    _record_reading(request, page="before and after", child=child)
    context = {
        "event": shown,
        "entry": log.entry_of(request.user, shown),
        "rows": changes.rows(shown, request.user),
        "back_url": reverse("oversight:log"),
        "back_label": "The record",
    }
    return render(request, "oversight/event.html", context)


@require_safe
@require_permission(Permission.SEE_UNUSUAL_READING)
def unusual(request: SignedInRequest) -> HttpResponse:
    """Reading to look into, newest first; that it was read is recorded."""
    _record_reading(request, page="unusual reading")
    open_only = request.GET.get("show") != "all"
    found = UnusualReading.objects.visible_to(request.user)
    if open_only:
        found = found.filter(looked_into_at=None)
    found = found.select_related("person", "looked_into_by").order_by("-on", "reason", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    ids = [row.child_id for row in page.object_list if row.child_id]
    children = {one.pk: one for one in Child.objects.visible_to(request.user).filter(pk__in=ids)}
    context = {
        "page": page,
        "rows": [
            _unusual_row(row, children.get(row.child_id) if row.child_id else None)
            for row in page.object_list
        ],
        "open_only": open_only,
        "back_url": reverse("oversight:log"),
        "back_label": "The record",
    }
    return render(request, "oversight/unusual.html", context)


def _unusual_row(row: UnusualReading, child: Child | None) -> dict[str, Any]:
    return {
        "row": row,
        "role": dict(Role.choices).get(row.role, ""),
        "words": reason_words(row.reason, number=row.number, usual=row.usual),
        "child": child,
        "url": f"{reverse('oversight:person', args=[row.person_id])}"
        f"?from_on={row.on.isoformat()}&to_on={row.on.isoformat()}",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("what came of looking into a day’s reading")
@require_permission(Permission.SEE_UNUSUAL_READING)
def look_into(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Note what came of looking into a day's reading."""
    seen = UnusualReading.objects.visible_to(request.user).select_related("person")
    row = get_object_or_404(seen, pk=pk)
    form = NoteForm(typed(request))
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        actions.look_into(reading_id=row.pk, note=note, by=request.user, at=timezone.now())
        messages.success(request, "Your note is saved.")
        return redirect("oversight:unusual")
    _record_reading(request, page="unusual reading")
    about = Child.objects.visible_to(request.user)
    child = about.filter(pk=row.child_id).first() if row.child_id else None
    context = {
        "form": form,
        "shown": _unusual_row(row, child),
        "back_url": reverse("oversight:unusual"),
        "back_label": "Unusual reading",
    }
    status = 422 if form.errors else 200
    return render(request, "oversight/look_into.html", context, status=status)


@require_POST
@require_permission(Permission.SEE_ACCOUNT)
@limited(PRINTS)
def printed(request: SignedInRequest) -> HttpResponse:
    """A page of this person's goes to paper: its own script says so (`frontend/js/print.js`)."""
    try:
        written_as = UUID(request.POST.get("written_as", ""))
    except ValueError:
        return HttpResponse(status=400)
    actions.note_print(written_as=written_as, by=request.user, at=timezone.now())
    return HttpResponse(status=204)


@require_safe
@require_permission(Permission.SEE_ACCOUNT)
def print_style(request: SignedInRequest, written_as: UUID) -> HttpResponse:
    """The style of a page read without script: once it is laid out for paper it asks for
    `printed_plain`. A browser fetches a background only when the style it stands in applies."""
    address = reverse("oversight:printed_plain", args=[written_as])
    style = f'@media print {{ body {{ background-image: url("{address}") !important; }} }}\n'
    return HttpResponse(style, content_type="text/css")


@require_GET
@require_permission(Permission.SEE_ACCOUNT)
@limited(PRINTS)
def printed_plain(request: SignedInRequest, written_as: UUID) -> HttpResponse:
    """A page of this person's goes to paper in a browser without script; nothing is drawn."""
    actions.note_print(written_as=written_as, by=request.user, at=timezone.now())
    return HttpResponse(status=204)


@require_safe
@require_permission(Permission.SEE_OWN_PAGES)
def my_looks(request: SignedInRequest) -> HttpResponse:
    """Who has looked at a young person's record, in words for them: no names, no family."""
    child = Child.objects.visible_to(request.user).order_by("-created_at", "pk").first()
    if child is None:
        raise Http404
    now = timezone.now()
    record_opening(child=child, by=request.user, page="who has looked", at=now)
    months = looking.months_for_the_child(child, on=timezone.localdate(now))
    return render(request, "oversight/my_looks.html", {"months": months, "young_person": True})
