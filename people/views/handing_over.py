"""Changing who works with a child or a caseload in two clicks: choose, see who sees what, done."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.permissions import Permission
from accounts.requests import SignedInRequest, posted, require_permission
from accounts.roles import Role
from children.actions import stop_if_restricted
from children.models import Child, Involvement
from people import rights, summaries
from people.actions import handing_over
from people.actions.memberships import NotAllowed
from people.forms import ChooseForm, CoverForm
from schools.rules import ONE_DAY
from ui.words import long_date


def _role(request: SignedInRequest, role: str) -> Role:
    """The role of the address, if this seat may hand it over: 404 for no such, 403 for no right."""
    try:
        wanted = Role(role)
    except ValueError:
        raise Http404 from None
    if wanted not in rights.hands_over(request.user):
        raise PermissionDenied
    return wanted


def _candidates(request: SignedInRequest, role: Role, *, without: UUID | None) -> list[User]:
    seat = request.user.seat
    if seat is None or seat.authority_id is None:
        return []
    found = summaries.candidates(role=role, authority_id=seat.authority_id, on=timezone.localdate())
    return list(found.exclude(pk=without) if without else found)


@dataclass(frozen=True, slots=True)
class Change:
    """A hand-over as the two pages show it."""

    role: Role
    children: list[Child]
    former: User | None
    back_url: str
    back_label: str

    @property
    def number(self) -> str:
        return (
            self.children[0].called if len(self.children) == 1 else f"{len(self.children)} children"
        )


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.HAND_OVER)
def change(request: SignedInRequest, pk: UUID, role: str) -> HttpResponse:
    """Somebody else works with one child from today."""
    wanted = _role(request, role)
    child = get_object_or_404(Child.objects.visible_to(request.user), pk=pk)
    stop_if_restricted(child=child, by=request.user)
    held = (
        Involvement.objects.current()
        .filter(child=child, role=wanted, is_cover=False)
        .select_related("person")
        .first()
    )
    return _two_clicks(
        request,
        Change(
            role=wanted,
            children=[child],
            former=held.person if held else None,
            back_url=reverse("dashboard:child_people", args=[pk]),
            back_label=f"{child.called}’s people",
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.HAND_OVER)
def caseload(request: SignedInRequest, pk: UUID, role: str) -> HttpResponse:
    """Somebody else works with all the children of one colleague from today."""
    wanted = _role(request, role)
    former = get_object_or_404(User, pk=pk)
    on = timezone.localdate()
    children = list(summaries.caseload_of(request.user, person=former, role=wanted, on=on))
    if not children:
        raise Http404
    return _two_clicks(
        request,
        Change(
            role=wanted,
            children=children,
            former=former,
            back_url=reverse("people:cover"),
            back_label="Caseloads and cover",
        ),
    )


def _two_clicks(request: SignedInRequest, asked: Change) -> HttpResponse:
    """First choose, then see who will see what, then it is done."""
    without = asked.former.pk if asked.former else None
    people = _candidates(request, asked.role, without=without)
    form = ChooseForm(posted(request), people=people)
    context = {"form": form, "change": asked, "has_people": bool(people)}
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "people/choose.html", context, status=status)
    if request.POST.get("confirmed") != "1":
        return render(request, "people/confirm.html", context | {"to": form.chosen, "form": None})
    try:
        number = handing_over.hand_over(
            child_ids=[child.pk for child in asked.children],
            role=asked.role,
            to=form.chosen,
            by=request.user,
            at=timezone.now(),
        )
    except NotAllowed as refused:
        form.add_error("person", refused.words)
        return render(request, "people/choose.html", context, status=422)
    words = "1 child" if number == 1 else f"{number} children"
    messages.success(request, f"{form.chosen.name} works with {words} from today.")
    return redirect(asked.back_url)


@require_http_methods(["GET", "HEAD"])
@require_permission(Permission.HAND_OVER)
def cover(request: SignedInRequest) -> HttpResponse:
    """Caseloads, and who stands in for whom until when."""
    on = timezone.localdate()
    context = {
        "covers": summaries.covers(request.user, on=on),
        "caseloads": summaries.allocations(request.user, on=on),
        "on": on,
    }
    return render(request, "people/cover.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.HAND_OVER)
def add_cover(request: SignedInRequest, pk: UUID, role: str) -> HttpResponse:
    """Somebody stands in for an absent colleague with all their children, for a time."""
    wanted = _role(request, role)
    absent, on = get_object_or_404(User, pk=pk), timezone.localdate()
    number = summaries.caseload_of(request.user, person=absent, role=wanted, on=on).count()
    if not number:
        raise Http404
    people = _candidates(request, wanted, without=absent.pk)
    form = CoverForm(posted(request), people=people, today=on)
    if request.method == "POST" and form.is_valid():
        last_day = form.cleaned_data["last_day"]
        try:
            handing_over.cover(
                absent=absent,
                role=wanted,
                by_whom=form.chosen,
                started_on=form.cleaned_data["started_on"],
                ended_on=last_day + ONE_DAY,
                by=request.user,
                at=timezone.now(),
            )
        except NotAllowed as refused:
            form.add_error("person", refused.words)
        else:
            name = form.chosen.name
            messages.success(request, f"{name} stands in until {long_date(last_day)}.")
            return redirect("people:cover")
    context = {
        "form": form, "absent": absent, "role": wanted, "number": number,
        "back_url": reverse("people:cover"), "back_label": "Caseloads and cover",
    }  # fmt: skip
    return render(request, "people/add_cover.html", context, status=422 if form.errors else 200)


@require_POST
@require_permission(Permission.HAND_OVER)
def end_cover(request: SignedInRequest, pk: UUID, role: str) -> HttpResponse:
    wanted = _role(request, role)
    person = get_object_or_404(User, pk=pk)
    ended = handing_over.end_cover(person=person, role=wanted, by=request.user, at=timezone.now())
    if not ended:
        raise Http404
    messages.success(request, f"{person.name} no longer stands in.")
    return redirect("people:cover")
