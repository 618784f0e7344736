"""The children somebody beyond the case was named for: name, school and year, and whom to ask."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from accounts.roles import Role
from children.models import Child, Enrolment, Involvement
from children.opening import lists_children
from children.rights import NOT_SHOWN, Fact, sight_of
from children.summaries import year_group
from people.summaries import Named
from placements.models import Address
from schools.rules import nc_year_name


@require_safe
@require_permission(Permission.SEE_NAMED_CHILDREN)
@lists_children
def named_children(request: SignedInRequest) -> HttpResponse:
    """Every child of an open involvement in this role, and nothing more of them. One query."""
    on = timezone.localdate()
    children = [
        Named(
            name=child.name,
            year=nc_year_name(year_group(child, on=on, recorded=child.taught_year)),
            school=_school(request, child),
            council=child.authority.display_name,
            contact=f"{child.adviser_given or ''} {child.adviser_family or ''}".strip(),
        )
        for child in _named_to(request, on=on)
    ]
    return render(request, "people/named.html", {"children": children})


def _named_to(request: SignedInRequest, *, on: date) -> Iterable[Any]:
    here = {"child": OuterRef("pk")}
    school = Enrolment.objects.on(on).filter(kind=Enrolment.Kind.MAIN, **here)
    adviser = Involvement.objects.on(on).filter(role=Role.ADVISER, is_cover=False, **here)
    return (
        Child.objects.visible_to(request.user)
        .select_related("authority")
        .annotate(
            school_name=Subquery(school.values("school__name")[:1]),
            taught_year=Subquery(school.values("year_group")[:1]),
            adviser_given=Subquery(adviser.values("person__given_name")[:1]),
            adviser_family=Subquery(adviser.values("person__family_name")[:1]),
            home_is_confidential=Exists(Address.objects.confidential(on=on).filter(**here)),
        )
        .order_by("sort_name", "pk")
    )


def _school(request: SignedInRequest, child: Any) -> str:
    """The school, unless it leads to a confidential home [DP-4]."""
    sight = sight_of(request.user.seat, is_confidential=child.home_is_confidential)
    return (child.school_name or "") if sight.shows(Fact.SCHOOL) else NOT_SHOWN
