"""Closed records: the page that asks why, who closes them, and what is seen at once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import audit
from accounts.models import Membership
from accounts.permissions import Permission, require_permission
from accounts.requests import SignedInRequest
from accounts.roles import TEAM_ROLES
from accounts.throttle import EMERGENCIES, limited
from children import actions
from children.forms import (
    EmergencyForm,
    InstructionForm,
    NoteForm,
    OpenForm,
    RestrictForm,
    SealForm,
    ShowNotesForm,
)
from children.models import Child, DoNotShare, Enrolment, Flag, Opening, Restriction
from children.opening import lists_children
from children.rules import fold_name
from children.summaries import identity_facts, record_url
from ui.forms import UiForm
from words.requests import keeps_words, put_back, typed

_SETS = (Permission.RESTRICT_RECORDS, Permission.GIVE_INSTRUCTIONS)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("your reason to open a record")
@require_permission(Permission.SEE_CHILDREN)
def restricted(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Stop a reader of the team at a restricted record until they say why (ux 7.5)."""
    child = get_object_or_404(Child.objects.visible_to(request.user), pk=pk)
    stopping = Restriction.objects.stopping(request.user).select_related("owner")
    restriction = stopping.filter(child=child).first()
    if restriction is None:
        return redirect(_back_to(request, child))
    form = OpenForm(typed(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.open_restricted(child=child, reason=reason, by=request.user, at=timezone.now())
        return redirect(_back_to(request, child))
    context = {"form": form, "restriction": restriction, "back_url": "/", "back_label": "Home"}
    status = 422 if form.errors else 200
    return render(request, "children/restricted.html", context, status=status)


def _back_to(request: HttpRequest, child: Child) -> str:
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else reverse("dashboard:child", args=[child.pk])


@require_safe
@require_permission(*_SETS)
def protection(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What closes this record, and what people see of it at once."""
    child = _child_of(request, pk)
    return _protection(request, child)


def _child_of(request: SignedInRequest, pk: UUID) -> Child:
    child: Child = get_object_or_404(Child.objects.visible_to(request.user), pk=pk)
    actions.stop_if_restricted(child=child, by=request.user)
    return child


def _protection(request: SignedInRequest, child: Child, **given: Any) -> HttpResponse:
    actions.record_opening(child=child, by=request.user, page="protection", at=timezone.now())
    may_restrict = request.user.may(Permission.RESTRICT_RECORDS)
    people = _staff_near(child) if may_restrict else []
    restriction = (
        Restriction.objects.current()
        .filter(child=child)
        .select_related("owner")
        .prefetch_related("shut_out__person")
        .first()
    )
    context = {
        "child": child,
        "identity": identity_facts(child, request.user),
        "back_url": record_url(child, request.user),
        "back_label": "The record",
        "restriction": restriction if may_restrict else None,
        "may_restrict": may_restrict,
        "flags": Flag.objects.current().filter(child=child, kind=Flag.Kind.STOP).order_by("pk"),
        **_notes(request, child),
        "instruction_form": InstructionForm(
            put_back(request, form="instruction"), prefix="instruction"
        ),
        "restrict_form": RestrictForm(
            put_back(request, form="restrict"), people=people, prefix="restrict"
        ),
        "seal_form": SealForm(put_back(request, form="seal"), people=people, prefix="seal"),
        **given,
    }
    context["form"] = next((one for one in given.values() if isinstance(one, UiForm)), None)
    status = 422 if context["form"] else 200
    return render(request, "children/protection.html", context, status=status)


def _notes(request: SignedInRequest, child: Child) -> dict[str, Any]:
    """That there are notes not to be passed on, and the forms to read and write them. One query."""
    if not request.user.may(Permission.GIVE_INSTRUCTIONS):
        return {}
    notes = DoNotShare.objects.visible_to(request.user).current().filter(child=child)
    return {
        "notes": notes.defer("words", "why")
        .select_related("given_by")
        .order_by("started_on", "pk"),
        "note_form": NoteForm(put_back(request, form="note"), prefix="note"),
        "show_form": ShowNotesForm(put_back(request, form="show"), prefix="show"),
    }


def _staff_near(child: Child) -> list[Membership]:
    """The virtual school's team and the staff of the child's school, one row a person."""
    school = Enrolment.objects.current().filter(child=child).values("school")
    rows = (
        Membership.objects.current(on=timezone.localdate())
        .filter(Q(authority=child.authority_id, role__in=TEAM_ROLES) | Q(school__in=school))
        .filter(user__is_active=True)
        .select_related("user")
        .order_by("user__family_name", "user__given_name", "user_id", "role")
    )
    people: dict[UUID, Membership] = {}
    for row in rows:
        if row.user_id not in people or row.role in TEAM_ROLES:
            people[row.user_id] = row
    return list(people.values())


@require_POST
@keeps_words("why a record is restricted", page="children:protection", form="restrict")
@require_permission(Permission.RESTRICT_RECORDS)
def restrict(request: SignedInRequest, pk: UUID) -> HttpResponse:
    child = _child_of(request, pk)
    form = RestrictForm(request.POST, people=_staff_near(child), prefix="restrict")
    if not form.is_valid():
        return _protection(request, child, restrict_form=form)
    try:
        actions.restrict(
            child=child,
            why=form.cleaned_data["why"],
            owner=form.person(),
            shut_out=form.chosen(),
            by=request.user,
            at=timezone.now(),
        )
    except actions.AlreadyRestricted:
        messages.error(request, "This record is already restricted. End that restriction first.")
    else:
        messages.success(request, "The record is restricted")
    return redirect("children:protection", pk=pk)


@require_POST
@require_permission(Permission.RESTRICT_RECORDS)
def lift(request: SignedInRequest, pk: UUID) -> HttpResponse:
    child = _child_of(request, pk)
    for restriction in Restriction.objects.current().filter(child=child):
        actions.lift_restriction(restriction=restriction, by=request.user, at=timezone.now())
        messages.success(request, "The restriction has ended")
    return redirect("children:protection", pk=pk)


@require_POST
@keeps_words("why a record is sealed", page="children:protection", form="seal")
@require_permission(Permission.RESTRICT_RECORDS)
def seal(request: SignedInRequest, pk: UUID) -> HttpResponse:
    child = _child_of(request, pk)
    form = SealForm(request.POST, people=_staff_near(child), prefix="seal")
    if not form.is_valid():
        return _protection(request, child, seal_form=form)
    try:
        actions.seal(
            child=child,
            why=form.cleaned_data["why"],
            owner=form.person(),
            keepers=form.chosen(),
            by=request.user,
            at=timezone.now(),
        )
    except actions.AlreadyRestricted:
        messages.error(request, "This record is already restricted. End that restriction first.")
        return redirect("children:protection", pk=pk)
    messages.success(request, "The record is sealed. Only the people you named can open it.")
    return redirect("children:sealed")


@require_POST
@keeps_words("a safety instruction", page="children:protection", form="instruction")
@require_permission(Permission.GIVE_INSTRUCTIONS)
def instruction(request: SignedInRequest, pk: UUID) -> HttpResponse:
    child = _child_of(request, pk)
    form = InstructionForm(request.POST, prefix="instruction")
    if not form.is_valid():
        return _protection(request, child, instruction_form=form)
    data = form.cleaned_data
    actions.give_instruction(child=child, **data, by=request.user, at=timezone.now())
    messages.success(request, "Everyone who works with the child now sees this")
    return redirect("children:protection", pk=pk)


@require_POST
@require_permission(Permission.GIVE_INSTRUCTIONS)
def end_instruction(request: SignedInRequest, pk: UUID, flag_pk: UUID) -> HttpResponse:
    child = _child_of(request, pk)
    flag = get_object_or_404(Flag, child=child, kind=Flag.Kind.STOP, pk=flag_pk)
    actions.end_instruction(flag=flag, by=request.user, at=timezone.now())
    messages.success(request, "The instruction has ended")
    return redirect("children:protection", pk=pk)


@require_POST
@keeps_words("a note not to be shared", page="children:protection", form="note")
@require_permission(Permission.GIVE_INSTRUCTIONS)
def note(request: SignedInRequest, pk: UUID) -> HttpResponse:
    child = _child_of(request, pk)
    form = NoteForm(request.POST, prefix="note")
    if not form.is_valid():
        return _protection(request, child, note_form=form)
    actions.write_note(child=child, **form.cleaned_data, by=request.user, at=timezone.now())
    messages.success(request, "The note is kept. Whoever reads it gives a reason")
    return redirect("children:protection", pk=pk)


@require_POST
@keeps_words("your reason to read a note", page="children:protection", form="show")
@require_permission(Permission.GIVE_INSTRUCTIONS)
def show_notes(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give the notes once, in the answer to the reason: no address leads to them."""
    child = _child_of(request, pk)
    form = ShowNotesForm(request.POST, prefix="show")
    if not form.is_valid():
        return _protection(request, child, show_form=form)
    shown = actions.show_notes(
        child=child, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
    )
    return _protection(request, child, shown_notes=shown)


@require_POST
@require_permission(Permission.GIVE_INSTRUCTIONS)
def end_note(request: SignedInRequest, pk: UUID, note_pk: UUID) -> HttpResponse:
    child = _child_of(request, pk)
    found = get_object_or_404(DoNotShare.objects.visible_to(request.user), child=child, pk=note_pk)
    actions.end_note(note=found, by=request.user, at=timezone.now())
    messages.success(request, "The note has ended")
    return redirect("children:protection", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("your reason to open a record")
@require_permission(Permission.OPEN_IN_EMERGENCY)
@limited(EMERGENCIES, method="POST")
def emergency(request: SignedInRequest) -> HttpResponse:
    """Break-glass: a duty worker opens a child who is not theirs, by exact name and birthday."""
    form = EmergencyForm(typed(request))
    if request.method == "POST" and form.is_valid():
        child = _named(request, form)
        if child is not None and _opened(request, child, form.cleaned_data["reason"]):
            return redirect("dashboard:child", pk=child.pk)
        audit.record(
            kind="emergency.not_found",
            at=timezone.now(),
            authority_id=request.user.seat.authority_id if request.user.seat else None,
            reason=form.cleaned_data["reason"],
        )
        form.add_error(None, "We found no child with this name and date of birth. Check both.")
    status = 422 if form.errors else 200
    return render(request, "children/emergency.html", {"form": form}, status=status)


def _named(request: SignedInRequest, form: EmergencyForm) -> Child | None:
    """The one child of this authority with exactly this name and birthday. One query."""
    given, family = form.names()
    seat = request.user.seat
    born = Child.objects.filter(
        authority=seat.authority_id if seat else None,
        date_of_birth=form.cleaned_data["date_of_birth"],
    )
    matches = [
        child
        for child in born
        if fold_name(child.family_name) == family
        and given in {fold_name(child.given_name), fold_name(child.known_as)}
    ]
    return matches[0] if len(matches) == 1 else None


def _opened(request: SignedInRequest, child: Child, reason: str) -> bool:
    """Whether this child is open to them now; one that is sealed is as if it were not found."""
    if Child.objects.visible_to(request.user).filter(pk=child.pk).exists():
        return True
    try:
        actions.open_in_emergency(child=child, reason=reason, by=request.user, at=timezone.now())
    except actions.NotTheirsToOpen:
        return False
    return True


@require_safe
@require_permission(Permission.SEE_OVERVIEW)
@lists_children
def openings(request: SignedInRequest) -> HttpResponse:
    """Which closed records were opened with a reason, newest first.

    The virtual school head reads of all; others of the team of those they answer for.
    """
    found = Opening.objects.visible_to(request.user)
    may_close = request.user.may(Permission.RESTRICT_RECORDS)
    if not may_close:
        theirs = Restriction.objects.current().filter(owner=request.user)
        found = found.filter(child__in=theirs.values("child"))
    rows = found.select_related("child", "person").order_by("-began_at", "-pk")[:200]
    context = {
        "rows": rows,
        "now": timezone.now(),
        "may_close": may_close,
        "may_see_record": request.user.may(Permission.SEE_RECORD),
    }
    return render(request, "children/openings.html", context)


@require_POST
@require_permission(Permission.RESTRICT_RECORDS)
def end_opening(request: SignedInRequest, opening_pk: UUID) -> HttpResponse:
    opening = get_object_or_404(Opening.objects.visible_to(request.user), pk=opening_pk)
    actions.end_opening(opening=opening, by=request.user, at=timezone.now())
    messages.success(request, "The record is closed to them again")
    return redirect("children:openings")


@require_safe
@require_permission(Permission.SEE_OVERVIEW)
@lists_children
def sealed(request: SignedInRequest) -> HttpResponse:
    """The sealed records this person keeps: when and by whom, never whose (DP-8).

    Whoever answers for one also reads here who opened it; it is in no other list.
    """
    mine = Restriction.objects.current().filter(kind=Restriction.Kind.SEALED, owner=request.user)
    opened = Opening.objects.filter(kind=Opening.Kind.SEALED, child__in=mine.values("child"))
    context = {
        "rows": _kept_by(request),
        "opened": opened.select_related("person").order_by("-began_at", "-pk")[:200],
        "answers_for_any": mine.exists(),
    }
    return render(request, "children/sealed.html", context)


def _kept_by(request: SignedInRequest) -> Any:
    kept = Restriction.objects.current().kept_by(request.user)
    return kept.select_related("owner", "child").order_by("-started_on", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("your reason to open a record")
@require_permission(Permission.SEE_OVERVIEW)
def open_sealed(request: SignedInRequest, restriction_pk: UUID) -> HttpResponse:
    restriction = get_object_or_404(_kept_by(request), pk=restriction_pk)
    form = OpenForm(typed(request))
    if request.method == "POST" and form.is_valid():
        actions.open_sealed(
            restriction=restriction,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
        return redirect("dashboard:child", pk=restriction.child_id)
    context = {
        "form": form,
        "restriction": restriction,
        "back_url": reverse("children:sealed"),
        "back_label": "Sealed records",
    }
    status = 422 if form.errors else 200
    return render(request, "children/restricted.html", context, status=status)
