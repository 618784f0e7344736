"""Who belongs where, as lists: a fixed number of queries, whatever their length."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from allauth.socialaccount.models import SocialAccount
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.utils import timezone

from accounts.models import Membership, MembershipQuerySet, User
from accounts.roles import ALLOCATED_ROLES, INVOLVED_STAFF_ROLES, Role
from children.models import Child, Involvement
from people import rights
from people.models import Invitation
from pep import form_content
from pep.models import PersonalEducationPlan
from schools.models import Policy

SOON = timedelta(days=30)
NO_PASSWORD = "!"  # noqa: S105 (how Django marks an account without one)


def policy_for(by: User, *, on: date) -> Policy:
    """The local policy of the seat's authority, or the defaults. One query."""
    authority_id = by.seat.authority_id if by.seat else None
    if authority_id is None:
        return Policy()
    return Policy.objects.in_force(authority_id=authority_id, on=on)


# The list ----------------------------------------------------------------------------------------


def people(
    by: User, *, on: date, name: str = "", role: str = "", state: str = "", unused_days: int = 90
) -> QuerySet[User]:
    """The people a seat runs, filtered, with the seats it runs on each. Two queries when read."""
    seats = rights.seats_run(by).filter(user=OuterRef("pk"))
    current = seats.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on), started_on__lte=on)
    found = User.objects.filter(Exists(seats.filter(role=role) if role else seats))
    for word in name.split():
        found = found.filter(
            Q(given_name__icontains=word)
            | Q(family_name__icontains=word)
            | Q(email__icontains=word)
        )
    match state:
        case "current":
            found = found.filter(Exists(current), is_active=True)
        case "waiting":
            found = found.filter(Exists(current), last_login=None, is_active=True)
        case "unused":
            found = _unused(found.filter(Exists(current)), on=on, days=unused_days)
        case "ending":
            found = found.filter(Exists(_ending(current, on=on)))
        case "ended":
            found = found.filter(~Exists(current))
        case "closed":
            found = found.filter(is_active=False)
    shown = rights.seats_run(by).select_related("authority", "school").order_by("started_on", "pk")
    return found.prefetch_related(Prefetch("memberships", shown, to_attr="seats_shown")).order_by(
        "family_name", "given_name", "pk"
    )


def _unused(found: QuerySet[User], *, on: date, days: int) -> QuerySet[User]:
    before = timezone.make_aware(datetime.combine(on - timedelta(days=days), datetime.min.time()))
    return found.filter(
        Q(last_login__lt=before) | Q(last_login=None, joined_at__lt=before), is_active=True
    )


def _ending(seats: MembershipQuerySet, *, on: date) -> MembershipQuerySet:
    return seats.filter(ended_on__gt=on, ended_on__lte=on + SOON)


# One person --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Caseload:
    """How many children somebody works with in a role: never which."""

    role: str
    label: str
    children: int
    cover: int


def caseloads(person: User, *, authority_id: int | None, on: date) -> list[Caseload]:
    """A person's open involvements in one authority, counted by role. One query."""
    rows = (
        Involvement.objects.on(on)
        .filter(person=person, authority=authority_id)
        .values("role")
        .annotate(
            children=Count("child", filter=Q(is_cover=False), distinct=True),
            cover=Count("child", filter=Q(is_cover=True), distinct=True),
        )
        .order_by("role")
    )
    return [
        Caseload(row["role"], Role(row["role"]).label, row["children"], row["cover"])
        for row in rows
    ]


def has_council_account(person: User) -> bool:
    """Whether an account at a council is linked to this person. One query."""
    return bool(SocialAccount.objects.filter(user=person).exists())


# Joiners, movers, leavers ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WithoutSeat:
    """Somebody to whom children are still allocated although they have no such role today."""

    person_id: UUID
    name: str
    role: str
    label: str
    children: int


def without_children(by: User, *, on: date) -> QuerySet[Membership]:
    """Seats of today that open nothing because nobody is involved by them. One query when read."""
    involved = Involvement.objects.on(on).filter(
        person=OuterRef("user"), role=OuterRef("role"), authority=OuterRef("authority")
    )
    return (
        rights.seats_run(by)
        .current(on=on)
        .filter(~Exists(involved), role__in=sorted(INVOLVED_STAFF_ROLES), user__is_active=True)
        .select_related("user", "authority")
        .order_by("user__family_name", "user__given_name", "pk")
    )


def ending_soon(by: User, *, on: date) -> QuerySet[Membership]:
    return (
        _ending(rights.seats_run(by).filter(started_on__lte=on), on=on)
        .select_related("user", "authority", "school")
        .order_by("ended_on", "user__family_name", "pk")
    )


def invitations(by: User) -> QuerySet[Invitation]:
    """Those not accepted and not withdrawn, the oldest first. One query when read."""
    return (
        Invitation.objects.visible_to(by)
        .waiting()
        .select_related("person", "invited_by", "school", "authority")
        .order_by("expires_at", "pk")
    )


def allocated_without_seat(by: User, *, on: date) -> list[WithoutSeat]:
    """Who left children behind, counted. One query."""
    seat = by.seat
    if seat is None or seat.authority_id is None:
        return []
    held = Membership.objects.current(on=on).filter(
        user=OuterRef("person"), role=OuterRef("role"), authority=seat.authority_id
    )
    rows = (
        Involvement.objects.on(on)
        .filter(
            Q(~Exists(held)) | Q(person__is_active=False),
            authority=seat.authority_id,
            role__in=sorted(ALLOCATED_ROLES),
            is_cover=False,
        )
        .values("person_id", "person__given_name", "person__family_name", "role")
        .annotate(children=Count("child", distinct=True))
        .order_by("person__family_name", "person__given_name", "person_id", "role")
    )
    return [
        WithoutSeat(
            row["person_id"],
            f"{row['person__given_name']} {row['person__family_name']}".strip(),
            row["role"],
            Role(row["role"]).label,
            row["children"],
        )
        for row in rows
    ]


# Handing over and cover --------------------------------------------------------------------------


def candidates(*, role: str, authority_id: int, on: date) -> QuerySet[User]:
    """Who could take a child over: those with the role in the authority today. One query."""
    held = Membership.objects.current(on=on).filter(
        user=OuterRef("pk"), role=role, authority=authority_id
    )
    return User.objects.filter(Exists(held), is_active=True).order_by(
        "family_name", "given_name", "pk"
    )


def caseload_of(by: User, *, person: User, role: str, on: date) -> QuerySet[Child]:
    """The children allocated to somebody in a role, of those the reader may see. One query."""
    mine = Involvement.objects.on(on).filter(
        person=person, role=role, is_cover=False, child=OuterRef("pk")
    )
    return Child.objects.visible_to(by).filter(Exists(mine)).order_by("sort_name", "pk")


@dataclass(frozen=True, slots=True)
class Allocation:
    """Somebody and how many children are allocated to them; without the role today, or with it."""

    person_id: UUID
    name: str
    role: str
    label: str
    children: int
    is_left_behind: bool


def allocations(by: User, *, on: date) -> list[Allocation]:
    """Every caseload a seat may hand over, those nobody can open any more first. One query."""
    seat = by.seat
    if seat is None or seat.authority_id is None:
        return []
    held = Membership.objects.current(on=on).filter(
        user=OuterRef("person"), role=OuterRef("role"), authority=seat.authority_id
    )
    rows = (
        Involvement.objects.on(on)
        .filter(
            role__in=sorted(rights.hands_over(by)),
            is_cover=False,
            child__in=Child.objects.visible_to(by).values("pk"),
        )
        .annotate(has_seat=Exists(held))
        .values(
            "person_id", "person__given_name", "person__family_name", "person__is_active", "role",
            "has_seat",
        )
        .annotate(children=Count("child", distinct=True))
        .order_by("has_seat", "role", "person__family_name", "person__given_name", "person_id")
    )  # fmt: skip
    return [
        Allocation(
            row["person_id"],
            f"{row['person__given_name']} {row['person__family_name']}".strip(),
            row["role"],
            Role(row["role"]).label,
            row["children"],
            not row["has_seat"] or not row["person__is_active"],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Cover:
    """One colleague standing in for others, for a time."""

    person_id: UUID
    name: str
    absent: list[str]
    role: str
    label: str
    started_on: date
    ended_on: date | None
    children: int


def covers(by: User, *, on: date) -> list[Cover]:
    """Cover of today and to come, by the colleague who stands in. One query."""
    roles = sorted(rights.hands_over(by))
    allocated = Involvement.objects.on(on).filter(
        child=OuterRef("child"), role=OuterRef("role"), is_cover=False
    )
    rows = (
        Involvement.objects.filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=on),
            is_cover=True,
            role__in=roles,
            child__in=Child.objects.visible_to(by).values("pk"),
        )
        .annotate(
            absent=Subquery(
                allocated.values(
                    name=Concat("person__given_name", Value(" "), "person__family_name")
                )[:1]
            )
        )
        .values(
            "person_id", "person__given_name", "person__family_name", "role", "started_on",
            "ended_on",
        )
        .annotate(
            children=Count("child", distinct=True),
            names=ArrayAgg("absent", distinct=True, filter=Q(absent__isnull=False), default=[]),
        )
        .order_by("started_on", "person__family_name", "person_id", "role")
    )  # fmt: skip
    return [
        Cover(
            row["person_id"],
            f"{row['person__given_name']} {row['person__family_name']}".strip(),
            [name.strip() for name in row["names"]],
            row["role"],
            Role(row["role"]).label,
            row["started_on"],
            row["ended_on"],
            row["children"],
        )
        for row in rows
    ]


# Children named to somebody ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """A child as somebody beyond the case knows them: name, school, year, whom to ask."""

    name: str
    year: str
    school: str
    council: str
    contact: str


def colleagues(by: User, *, on: date) -> QuerySet[Involvement]:
    """A school's invited colleagues of today. One query when read."""
    seat = by.seat
    if seat is None or seat.school_id is None:
        return Involvement.objects.none()
    return (
        Involvement.objects.on(on)
        .filter(school=seat.school_id, role=Role.INVITED_COLLEAGUE)
        .select_related("person", "child")
        .order_by("person__family_name", "person__given_name", "child__sort_name", "pk")
    )


def titles_of_parts(rows: Iterable[Involvement]) -> dict[UUID, list[str]]:
    """What each colleague was invited to write, as its page is called. One query.

    A section the pupil's plans no longer have goes by its slug.
    """
    rows = list(rows)
    plans = PersonalEducationPlan.objects.filter(
        child__in={row.child_id for row in rows}, school__in={row.school_id for row in rows}
    )
    versions = dict(plans.order_by("started_at").values_list("child_id", "form_version_id"))
    titles = {}
    for row in rows:
        form = form_content.of_version(versions[row.child_id]) if row.child_id in versions else None
        found = [(slug, form.section(slug) if form else None) for slug in row.sections]
        titles[row.pk] = [
            form_content.named(part.title, row.child.called) if part else slug
            for slug, part in found
        ]
    return titles
