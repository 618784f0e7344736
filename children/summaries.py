"""What is shown of one child at the top of every page of the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.roles import FAMILY_ROLES, NAMED_ONLY_ROLES, Role
from children import rights, rules
from children.models import (
    Child,
    DoNotShare,
    Enrolment,
    Flag,
    Involvement,
    PeriodOfCare,
    Restriction,
    SenStatus,
)
from schools.rules import nc_year, nc_year_name
from ui import identity
from ui.words import short_date

# Name, school and year, and no more (access matrix)
_KNOW_NAME_ONLY = NAMED_ONLY_ROLES | {Role.INVITED_COLLEAGUE}


def year_group(child: Child, *, on: date, recorded: int | None = None) -> int:
    """The National Curriculum year: as taught if the record says so, else by date of birth."""
    for year in (child.year_group_override, recorded):
        if year is not None:
            return year
    return nc_year(child.date_of_birth, on)


def record_url(child: Child, user: User) -> str:
    """Where this person opens the child's record; empty for those who have none."""
    if not user.may(Permission.SEE_CHILDREN):
        return ""
    try:
        return reverse("dashboard:child", args=[child.pk])
    except NoReverseMatch:
        return ""


def identity_facts(
    child: Child,
    user: User,
    *,
    on: date | None = None,
    url: str | None = None,
    sight: rights.Sight | None = None,
) -> identity.Identity:
    """Put together the identity bar as far as this person's seat may know it. Two queries.

    Without a `sight` the home counts as confidential: the school is named to those cleared for it.

    Flags are left out, never greyed, for a seat that may not see them: a carer and a young person
    have theirs explained on their own pages (access matrix).
    """
    on = on or timezone.localdate()
    sight = sight or rights.sight_of(user.seat)
    here = {"child": OuterRef("pk")}
    school = Enrolment.objects.on(on).filter(kind=Enrolment.Kind.MAIN, **here)
    care = PeriodOfCare.objects.on(on).filter(**here)
    adviser = Involvement.objects.on(on).filter(role=Role.ADVISER, is_cover=False, **here)
    sen = SenStatus.objects.on(on).filter(**here)
    facts: Mapping[str, Any] = (
        Child.objects.filter(pk=child.pk)
        .values(
            school=Subquery(school.values("school__name")[:1]),
            school_id=Subquery(school.values("school_id")[:1]),
            recorded_year=Subquery(school.values("year_group")[:1]),
            cared_since=Subquery(care.values("started_on")[:1]),
            adviser_given=Subquery(adviser.values("person__given_name")[:1]),
            adviser_family=Subquery(adviser.values("person__family_name")[:1]),
            sen=Subquery(sen.values("code")[:1]),
        )
        .first()
    ) or {}
    since = facts.get("cared_since")
    adviser_name = f"{facts.get('adviser_given') or ''} {facts.get('adviser_family') or ''}"
    year = year_group(child, on=on, recorded=facts.get("recorded_year"))
    school_name = (facts.get("school") or "") if sight.names_school(facts.get("school_id")) else ""
    if user.seat is not None and user.seat.role in _KNOW_NAME_ONLY:
        return identity.Identity(
            initials=child.initials,
            name=child.name,
            year=nc_year_name(year),
            school=school_name,
        )
    return identity.Identity(
        initials=child.initials,
        name=child.name,
        record_url=record_url(child, user) if url is None else url,
        age=rules.age_on(child.date_of_birth, on),
        born=short_date(child.date_of_birth),
        year=nc_year_name(year),
        school=school_name,
        looked_after_since=short_date(since) if since else "",
        adviser=adviser_name.strip(),
        flags=_flags(child, user, on=on, sen=facts.get("sen")),
    )


def _flags(child: Child, user: User, *, on: date, sen: str | None) -> list[identity.Flag]:
    """List the flags a seat may see. One query, none for a family."""
    if user.seat is None or user.seat.role in FAMILY_ROLES:
        return []
    rows = Flag.objects.on(on).filter(child=child).order_by("-kind", "label", "pk")
    flags = [
        identity.Flag(kind="stop" if row.kind == Flag.Kind.STOP else "know", label=row.label)
        for row in rows
    ]
    if sen == SenStatus.Code.PLAN and all(flag.label != "EHC plan" for flag in flags):
        flags.append(identity.Flag(kind="know", label="EHC plan"))
    if child.needs_interpreter:
        flags.append(identity.Flag(kind="know", label="Needs an interpreter"))
    return flags


def instructions(child: Child, *, on: date) -> list[str]:
    """What must not happen to a child, for who looks after them: the words, never why [DP-11]."""
    rows = Flag.objects.on(on).filter(child=child, kind=Flag.Kind.STOP).order_by("label", "pk")
    return list(rows.values_list("label", flat=True))


def who_knows_more(child: Child, user: User, *, on: date) -> list[str] | None:
    """Whom else to ask about what must not be passed on: never what it is, nor why.

    Its authors and the allocated social worker, by name; None when nothing is kept, and for a seat
    that is not cleared for it. Two queries, none for those not cleared.
    """
    if not rights.is_cleared(user.seat):
        return None
    notes = DoNotShare.objects.visible_to(user).on(on).filter(child=child)
    authors = [note.given_by for note in notes.defer("words", "why").select_related("given_by")]
    if not authors:
        return None
    workers = Involvement.objects.on(on).filter(
        child=child, role=Role.SOCIAL_WORKER, is_cover=False
    )
    people = {*authors, *(row.person for row in workers.select_related("person"))}
    return sorted(person.name for person in people if person.is_active and person != user)


@dataclass(frozen=True, slots=True)
class ClosedRecords:
    """Which pages about closed records lead somewhere for a person."""

    keeps_sealed: bool
    answers_for_restricted: bool


def closed_records(user: User) -> ClosedRecords:
    """Whether a person was named to open a sealed record, or answers for a restricted one.

    One query.
    """
    sealed, restricted = Restriction.Kind.SEALED, Restriction.Kind.RESTRICTED
    theirs = Q(kind=sealed, keepers__person=user) | Q(kind=restricted, owner=user)
    kinds = set(Restriction.objects.current().filter(theirs).values_list("kind", flat=True))
    return ClosedRecords(sealed in kinds, restricted in kinds)
