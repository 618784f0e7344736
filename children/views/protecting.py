"""Who closes a record, what is seen at once, what must not be passed on."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Membership, User
from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from accounts.roles import TEAM_ROLES
from children import actions
from children.forms import (
    InstructionForm,
    NoteForm,
    RestrictForm,
    SealForm,
    ShowNotesForm,
)
from children.models import Child, DoNotShare, Enrolment, Flag, Restriction
from children.summaries import identity_facts, record_url
from ui.forms import UiForm
from ui.words import possessive
from words.requests import keeps_words, put_back

_SETS = (Permission.RESTRICT_RECORDS, Permission.GIVE_INSTRUCTIONS)


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
        "back_label": f"{possessive(child.called)} record",
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
    if _close(actions.restrict, request, child, form, shut_out=form.chosen()):
        messages.success(request, "The record is restricted.")
    return redirect("children:protection", pk=pk)


def _close(
    close: Callable[..., Restriction],
    request: SignedInRequest,
    child: Child,
    form: RestrictForm,
    **people: list[User],
) -> bool:
    """Close a record, and say whether; one that is closed already stays as it is."""
    why, owner = form.cleaned_data["why"], form.person()
    try:
        close(child=child, why=why, owner=owner, **people, by=request.user, at=timezone.now())
    except actions.AlreadyRestricted:
        messages.error(request, "This record is already restricted. End that restriction first.")
        return False
    return True


@require_POST
@require_permission(Permission.RESTRICT_RECORDS)
def lift(request: SignedInRequest, pk: UUID) -> HttpResponse:
    child = _child_of(request, pk)
    if request.POST.get("confirmed") != "1":
        return _ask_first(
            request,
            child,
            heading="End the restriction?",
            what_happens="Everybody in the virtual school’s team can then open this record without "
            "giving a reason, also those who were shut out.",
            button="End the restriction",
        )
    for restriction in Restriction.objects.current().filter(child=child):
        actions.lift_restriction(restriction=restriction, by=request.user, at=timezone.now())
        messages.success(request, "The restriction has ended.")
    return redirect("children:protection", pk=pk)


@require_POST
@keeps_words("why a record is sealed", page="children:protection", form="seal")
@require_permission(Permission.RESTRICT_RECORDS)
def seal(request: SignedInRequest, pk: UUID) -> HttpResponse:
    child = _child_of(request, pk)
    form = SealForm(request.POST, people=_staff_near(child), prefix="seal")
    if not form.is_valid():
        return _protection(request, child, seal_form=form)
    if not _close(actions.seal, request, child, form, keepers=form.chosen()):
        return redirect("children:protection", pk=pk)
    messages.success(request, "The record is sealed. Only the people you named can open it.")
    return redirect("children:sealed")


def _ask_first(request: SignedInRequest, child: Child, **shown: str) -> HttpResponse:
    """Say what ends before it does: others rely on it (ux 8.2)."""
    back = {
        "back_url": reverse("children:protection", args=[child.pk]),
        "back_label": "Protection",
    }
    actions.record_opening(child=child, by=request.user, page="protection", at=timezone.now())
    return render(request, "children/sure.html", {"child": child, **shown, **back})


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
    messages.success(request, "Everyone who works with the child now sees this.")
    return redirect("children:protection", pk=pk)


@require_POST
@require_permission(Permission.GIVE_INSTRUCTIONS)
def end_instruction(request: SignedInRequest, pk: UUID, flag_pk: UUID) -> HttpResponse:
    child = _child_of(request, pk)
    flag = get_object_or_404(Flag, child=child, kind=Flag.Kind.STOP, pk=flag_pk)
    if request.POST.get("confirmed") != "1":
        return _ask_first(
            request,
            child,
            heading=f"End “{flag.label}”?",
            what_happens="Nobody who works with the child sees this instruction any more.",
            button="End the instruction",
        )
    actions.end_instruction(flag=flag, by=request.user, at=timezone.now())
    messages.success(request, "The instruction has ended.")
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
    messages.success(request, "The note is kept. Whoever reads it gives a reason.")
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
    if request.POST.get("confirmed") != "1":
        return _ask_first(
            request,
            child,
            heading=f"End the note of {found.given_by.name}?",
            what_happens="Nobody can read it here any more, and colleagues are no longer told that "
            "something must not be passed on.",
            button="End the note",
        )
    actions.end_note(note=found, by=request.user, at=timezone.now())
    messages.success(request, "The note has ended.")
    return redirect("children:protection", pk=pk)
