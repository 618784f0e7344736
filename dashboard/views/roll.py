"""The list of children, and finding one."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_http_methods

import audit
from accounts.models import User
from accounts.permissions import Permission
from accounts.requests import SignedInRequest, posted, require_permission
from accounts.roles import Role
from accounts.throttle import SEARCHES, limited
from children.models import Child, Involvement
from children.opening import lists_children, where_to_file
from children.rules import fold_name
from dashboard.forms import ChildrenFilterForm, UpnForm
from dashboard.summaries import roll
from dashboard.views.listing import PER_PAGE, ListRow, list_row

# Who matches records may find one by UPN: never shown, never in an address [DP-2]
UPN_ROLES = frozenset({Role.VIRTUAL_SCHOOL_HEAD, Role.ADVISER, Role.OFFICER})
KEPT_NAME = "children_name"


class RollPages:
    """What the paginator slices: counts and reads the roll by itself, one query each."""

    ordered = True

    def __init__(self, user: User, *, chosen: roll.RollFilter, sort: str) -> None:
        self.user, self.chosen, self.sort = user, chosen, sort
        self.on = timezone.localdate()

    @cached_property
    def total(self) -> int:
        return roll.count(self.user, day=self.on, chosen=self.chosen)

    def count(self) -> int:
        return self.total

    __len__ = count

    def __getitem__(self, part: slice) -> list[ListRow]:
        start, stop = part.start or 0, part.stop
        rows = roll.children(
            self.user,
            day=self.on,
            chosen=self.chosen,
            sort=self.sort,
            limit=stop - start,
            offset=start,
        )
        return [list_row(row, on=self.on) for row in rows]


def pages_of(user: User, *, chosen: roll.RollFilter, sort: str) -> "Paginator[ListRow]":
    return Paginator(cast("list[ListRow]", RollPages(user, chosen=chosen, sort=sort)), PER_PAGE)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.SEE_CHILDREN)
@limited(SEARCHES, method="POST")
@lists_children
def children(request: SignedInRequest) -> HttpResponse:
    may_match = request.user.seat is not None and request.user.seat.role in UPN_ROLES
    if request.method == "POST" and "upn" not in request.POST:
        return redirect(_address_without_name(request))
    upn_form = UpnForm(posted(request))
    if request.method == "POST" and may_match and upn_form.is_valid():
        found = Child.objects.visible_to(request.user).filter(upn=upn_form.cleaned_data["upn"])
        child = found.first()
        _record_search(request, upn_form.cleaned_data["upn"], found=[child.pk] if child else [])
        if child:
            return redirect("dashboard:child", pk=child.pk)
        upn_form.add_error("upn", "No child has this UPN. Search by name instead")
    form = ChildrenFilterForm(_with_kept_name(request), advisers=_advisers(request))
    chosen = roll.RollFilter(name="-") if form.looks_like_upn else form.as_filter()
    sort = request.GET.get("sort", "name")
    pages = pages_of(request.user, chosen=chosen, sort=sort)
    context = {
        "form": None,
        "filters": form,
        "chosen": form.removable(),
        "page": pages.get_page(request.GET.get("page")),
        "sort": sort,
        "total": pages.count,
        "counted": f"{pages.count:,}",
        "looks_like_upn": form.looks_like_upn,
        "upn_form": upn_form if may_match else None,
        "shows_council": len(request.user.seat.authorities) > 1 if request.user.seat else False,
    }
    status = 422 if upn_form.errors else 200
    return render(request, "dashboard/children.html", context, status=status)


def _record_search(
    request: SignedInRequest, words: str, *, found: Sequence[UUID] | None = None
) -> None:
    """Write down a search, never its words; with a number searched for, whom it led to."""
    audit.record(
        kind="search",
        at=timezone.now(),
        authority_id=where_to_file(request.user.seat),
        after={
            "words": audit.keyed(fold_name(words)),
            "children": None if found is None else [str(pk) for pk in found],
        },
    )


def _address_without_name(request: SignedInRequest) -> str:
    """Keep the name typed in the session and answer the address of the other filters.

    A child's name stands in no address, history or log; all other filters can be bookmarked.
    """
    query = QueryDict(mutable=True)
    query.update(
        {
            name: value
            for name in ChildrenFilterForm.base_fields
            if name != "name" and (value := request.POST.get(name, ""))
        }
    )
    if name := request.POST.get("name", "").strip()[:80]:
        _record_search(request, name)
        request.session[KEPT_NAME] = name
        query["named"] = "1"
    return f"{reverse('dashboard:children')}?{query.urlencode()}"


def _with_kept_name(request: SignedInRequest) -> QueryDict:
    query = request.GET.copy()
    query.pop("name", None)
    if query.get("named"):
        query["name"] = request.session.get(KEPT_NAME, "")
    return query


def _advisers(request: SignedInRequest) -> dict[str, str]:
    """The advisers of the seat's authority, by id, for the team's filter. One query."""
    seat = request.user.seat
    if seat is None or seat.role not in UPN_ROLES:
        return {}
    rows = (
        Involvement.objects.current()
        .filter(authority=seat.authority_id, role=Role.ADVISER, is_cover=False)
        .values_list("person_id", "person__given_name", "person__family_name")
        .order_by("person__family_name", "person__given_name", "person_id")
        .distinct()
    )
    return {str(pk): f"{given} {family}".strip() for pk, given, family in rows}
