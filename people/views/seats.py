"""The people of an authority, its schools and its team: find one, give a role, end it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import second_steps
from accounts.actions import unlink_council_account
from accounts.models import Membership, User
from accounts.permissions import Permission
from accounts.requests import SignedInRequest, posted, require_permission
from people import rights, summaries
from people.actions import memberships
from people.actions.memberships import Ended, NotAllowed
from people.forms import STATES, PeopleFilterForm, SeatForm

PER_PAGE = 50
KEPT_NAME = "people_name"
UNDO_FOR = 60 * 60  # seconds an ending can be undone from its banner
MANAGES = (Permission.MANAGE_PEOPLE, Permission.MANAGE_OWN_TEAM)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(*MANAGES)
def people(request: SignedInRequest) -> HttpResponse:
    if request.method == "POST":
        return redirect(_address_without_name(request))
    query = request.GET.copy()
    if query.get("named"):
        query["name"] = request.session.get(KEPT_NAME, "")
    form = PeopleFilterForm(query, roles=rights.gives(request.user))
    on = timezone.localdate()
    found = summaries.people(
        request.user,
        on=on,
        name=form.value("name"),
        role=form.value("role"),
        state=form.value("state"),
        unused_days=summaries.policy_for(request.user, on=on).unused_account_days,
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filters": form, "page": page, "on": on, "is_filtered": any(query.values())}
    context["may_hand_over"] = request.user.may(Permission.HAND_OVER)
    return render(request, "people/people.html", context)


def _address_without_name(request: SignedInRequest) -> str:
    query = QueryDict(mutable=True)
    for name in ("role", "state"):
        if value := request.POST.get(name, ""):
            query[name] = value
    if name := request.POST.get("name", "").strip()[:80]:
        request.session[KEPT_NAME] = name
        query["named"] = "1"
    return f"{reverse('people:list')}?{query.urlencode()}"


def _person(request: SignedInRequest, pk: UUID) -> User:
    return get_object_or_404(rights.people_run(request.user), pk=pk)


@require_safe
@require_permission(*MANAGES)
def person(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _person_page(request, _person(request, pk))


def _person_page(
    request: SignedInRequest, somebody: User, *, fault: str = "", status: int = 200
) -> HttpResponse:
    on = timezone.localdate()
    seats = rights.seats_run(request.user).filter(user=somebody)
    seat = request.user.seat
    context = {
        "person": somebody,
        "is_self": somebody.pk == request.user.pk,
        "on": on,
        "seats": [
            {"row": row, "is_open": row.ended_on is None or row.ended_on > on}
            for row in seats.select_related("authority", "school").order_by("-started_on", "pk")
        ],
        "caseloads": summaries.caseloads(
            somebody, authority_id=seat.authority_id if seat else None, on=on
        ),
        "hands_over": rights.hands_over(request.user),
        "has_council_account": summaries.has_council_account(somebody),
        "has_second_step": second_steps.is_set_up(somebody),
        "may_close": not rights.account_refusal(by=request.user, person=somebody),
        "fault": fault,
    }
    return render(request, "people/person.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(*MANAGES)
def give(request: SignedInRequest, pk: UUID) -> HttpResponse:
    somebody, now = _person(request, pk), timezone.now()
    form = SeatForm(posted(request), by=request.user, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            memberships.give(person=somebody, by=request.user, at=now, **_seat_of(form))
        except NotAllowed as refused:
            form.add_error(None, refused.words)
        else:
            messages.success(request, f"{somebody.name} has a new role.")
            return redirect("people:person", pk=pk)
    context = {"form": form, "person": somebody}
    return render(request, "people/give.html", context, status=422 if form.errors else 200)


def _seat_of(form: SeatForm) -> dict[str, Any]:
    names = ("role", "authority_id", "school_id", "started_on", "ended_on")
    return {name: form.cleaned_data[name] for name in names}


@require_POST
@require_permission(*MANAGES)
def end(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """End one role today: it is gone on the person's next click."""
    row = get_object_or_404(rights.seats_run(request.user).select_related("user"), pk=pk)
    try:
        ended = memberships.end(
            membership_id=pk, on=timezone.localdate(), by=request.user, at=timezone.now()
        )
    except NotAllowed as refused:
        return _person_page(request, row.user, fault=refused.words, status=422)
    _say_ended(request, row.user, [ended])
    return _back(request, row.user)


@require_POST
@require_permission(*MANAGES)
def end_all(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """End every role of a leaver that this administrator runs."""
    somebody = _person(request, pk)
    try:
        ended = memberships.end_all(
            person=somebody, on=timezone.localdate(), by=request.user, at=timezone.now()
        )
    except NotAllowed as refused:
        return _person_page(request, somebody, fault=refused.words, status=422)
    if ended:
        _say_ended(request, somebody, ended)
    else:
        messages.warning(request, f"{somebody.name} had no role left to end.")
    return _back(request, somebody)


def _back(request: SignedInRequest, somebody: User) -> HttpResponse:
    """To the page the button stood on, when it was the list of changes."""
    asked = request.POST.get("next", "")
    is_ours = asked == reverse("people:changes") and url_has_allowed_host_and_scheme(asked, None)
    return redirect(asked) if is_ours else redirect("people:person", pk=somebody.pk)


def _say_ended(request: SignedInRequest, somebody: User, ended: list[Ended]) -> None:
    rows = [
        [str(one.membership_id), one.former_end and one.former_end.isoformat(), one.end.isoformat()]
        for one in ended
    ]
    undo = reverse("people:undo", kwargs={"ended": signing.dumps(rows, salt=_SALT)})
    number = "One role" if len(rows) == 1 else f"{len(rows)} roles"
    messages.success(
        request, f"{number} of {somebody.name} ended today.", extra_tags=f"undo:{undo}"
    )


_SALT = "people.ended"


@require_POST
@require_permission(*MANAGES)
def undo(request: SignedInRequest, ended: str) -> HttpResponse:
    """Give back what was just ended, if it is as it was left."""
    try:
        rows = signing.loads(ended, salt=_SALT, max_age=UNDO_FOR)
    except signing.BadSignature:
        raise Http404 from None
    taken = [
        Ended(UUID(pk), date.fromisoformat(former) if former else None, date.fromisoformat(end))
        for pk, former, end in rows
    ]
    first = get_object_or_404(
        rights.seats_run(request.user).select_related("user"), pk=taken[0].membership_id
    )
    try:
        memberships.take_back(ended=taken, by=request.user, at=timezone.now())
    except (NotAllowed, Membership.DoesNotExist):
        raise Http404 from None
    messages.success(request, f"{first.user.name} has the role again.")
    return redirect("people:person", pk=first.user_id)


@require_POST
@require_permission(Permission.MANAGE_PEOPLE)
def account(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Close an account, or open it again."""
    somebody = _person(request, pk)
    opens = request.POST.get("open") == "1"
    change = memberships.open_account if opens else memberships.close_account
    try:
        change(person=somebody, by=request.user, at=timezone.now())
    except NotAllowed as refused:
        return _person_page(request, somebody, fault=refused.words, status=422)
    word = "can sign in again" if opens else "can no longer sign in"
    messages.success(request, f"{somebody.name} {word}.")
    return redirect("people:person", pk=pk)


@require_POST
@require_permission(Permission.MANAGE_PEOPLE)
def unlink(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Forget which council account is theirs, such as when the address went to somebody new."""
    somebody = _person(request, pk)
    if words := rights.account_refusal(by=request.user, person=somebody):
        return _person_page(request, somebody, fault=words, status=422)
    unlink_council_account(person=somebody, by=request.user, at=timezone.now())
    messages.success(request, f"{somebody.name} is no longer linked to a council account.")
    return redirect("people:person", pk=pk)


@require_safe
@require_permission(*MANAGES)
def changes(request: SignedInRequest) -> HttpResponse:
    """Joiners, movers and leavers: who needs a look."""
    on, by = timezone.localdate(), request.user
    policy = summaries.policy_for(by, on=on)
    unused = summaries.people(by, on=on, state="unused", unused_days=policy.unused_account_days)
    waiting = list(summaries.invitations(by)[:SHOWN])
    context = {
        "on": on,
        "now": timezone.now(),
        "unused_days": policy.unused_account_days,
        "unused": unused[:SHOWN],
        "unused_count": unused.count(),
        "without_children": summaries.without_children(by, on=on)[:SHOWN],
        "ending": summaries.ending_soon(by, on=on)[:SHOWN],
        "left_behind": summaries.allocated_without_seat(by, on=on)[:SHOWN],
        "invitations": waiting,
        "may_hand_over": by.may(Permission.HAND_OVER),
        "shown": SHOWN,
        "states": STATES,
    }
    return render(request, "people/changes.html", context)


SHOWN = 50
