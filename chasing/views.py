"""Who owes what in the open plans, and reminding them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from accounts.roles import Role
from chasing import actions
from chasing import board as summary
from chasing.forms import BoardFilterForm
from children.opening import lists_children
from pep.models import Owner
from pep.views.opening import plan_of


@require_safe
@require_permission(Permission.CHASE_PEPS)
@lists_children
def board(request: SignedInRequest) -> HttpResponse:
    """Every open plan: whom it waits for, what is missing, how long is left."""
    on = timezone.localdate()
    form = _filters(request)
    chosen = _chosen(form)
    found = summary.board(request.user, chosen, page=request.GET.get("page"), on=on)
    context = {"board": found, "filters": form, "who": chosen.who, "query": _query(form)}
    return render(request, "chasing/board.html", context)


def _filters(request: SignedInRequest) -> BoardFilterForm:
    """What is chosen; an adviser begins with the children allocated to them."""
    options = summary.choices(request.user, on=timezone.localdate())
    data = request.GET.copy()
    seat = request.user.seat
    own = str(request.user.pk)
    is_adviser = seat is not None and seat.role == Role.ADVISER
    if is_adviser and "adviser" not in data and own in dict(options["adviser"]):
        data["adviser"] = own
    return BoardFilterForm(data, options=options)


def _chosen(form: BoardFilterForm) -> summary.Chosen:
    form.is_valid()
    known: dict[str, Any] = form.cleaned_data
    adviser, school, term = (known.get(name) or "" for name in ("adviser", "school", "term"))
    who = known.get("who") or ""
    return summary.Chosen(
        who=who if who in Owner.values else "",
        school=int(school) if school else None,
        adviser=UUID(adviser) if adviser not in {"", "all"} else None,
        term=UUID(term) if term else None,
    )


def _query(form: BoardFilterForm) -> str:
    """The filters for links to the same board, without who is waited for."""
    query = QueryDict(mutable=True)
    for name in ("adviser", "school", "term"):
        if value := form.cleaned_data.get(name):
            query[name] = value
    return query.urlencode()


@require_POST
@require_permission(Permission.CHASE_PEPS)
def nudge(request: SignedInRequest, pk: UUID) -> HttpResponseRedirect:
    """Remind those one plan waits for of one owner's part."""
    plan = plan_of(request, pk)
    owner = request.POST.get("owner", "")
    if owner not in Owner.values:
        raise Http404
    done = actions.nudge(plan_ids=[plan.pk], owner=owner, by=request.user, at=timezone.now())
    _say(request, done)
    return redirect(_back(request))


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.CHASE_PEPS)
@lists_children
def nudge_all(request: SignedInRequest) -> HttpResponse:
    """Say who would be reminded of all plans shown (GET), and remind them (POST)."""
    on = timezone.localdate()
    form = _filters(request)
    chosen = _chosen(form)
    if not chosen.who:
        return redirect("chasing:board")
    plans = summary.plans_waiting(request.user, chosen, on=on)
    back = f"{reverse('chasing:board')}?{_query(form)}&who={chosen.who}"
    if request.method == "POST":
        ids = list(plans.values_list("pk", flat=True))
        done = actions.nudge(plan_ids=ids, owner=chosen.who, by=request.user, at=timezone.now())
        _say(request, done)
        return redirect(back)
    label = Owner(chosen.who).label
    context = {"count": plans.count(), "label": label, "back_url": back, "back_label": "Waiting"}
    return render(request, "chasing/nudge_all.html", context)


def _say(request: SignedInRequest, done: actions.Nudged) -> None:
    if not done.people:
        messages.info(request, "Nobody was nudged: they were nudged already, or have done it.")
        return
    people = "1 person" if done.people == 1 else f"{done.people} people"
    plans = "1 PEP" if done.plans == 1 else f"{done.plans} PEPs"
    messages.success(request, f"Nudged {people} about {plans}.")


def _back(request: SignedInRequest) -> str:
    """The board as it was filtered; never another site."""
    wanted = request.POST.get("next", "")
    is_ours = wanted.startswith(reverse("chasing:board")) and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts=None
    )
    return wanted if is_ours else reverse("chasing:board")
